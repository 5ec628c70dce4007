"""Profiling: the first look at a table, and the ydata report beside it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.profiling.alerts import alerts_of
    from mlworkbench.profiling.comparing import (
        PartColumn,
        PartComparison,
        compare_parts,
        find_comparison,
        get_comparison,
    )
    from mlworkbench.profiling.glancing import glance
    from mlworkbench.profiling.linking import MOST_COLUMNS
    from mlworkbench.profiling.looking import (
        cells_missing,
        find_profile,
        get_profile,
        predict_seconds,
        profile,
        repeated_rows,
        sentence_of,
    )
    from mlworkbench.profiling.notes import Note, notes_of, pin_note
    from mlworkbench.profiling.pairs import Box, Pair, associations_among, pair
    from mlworkbench.profiling.report_results import MODES, Alert, Prediction, Report
    from mlworkbench.profiling.reporting import get_report, predict_report, report_html, reports_of, ydata_report
    from mlworkbench.profiling.results import Association, ColumnProfile, Pattern, Profile, Slice, TargetLink
    from mlworkbench.profiling.sealing import sandboxed
    from mlworkbench.profiling.slicing import Estimate, Group, Slices, slices
    from mlworkbench.profiling.texts import Texts, text_figures
    from mlworkbench.profiling.timing import UNITS, Series, over_time

__all__ = [
    "MODES",
    "MOST_COLUMNS",
    "UNITS",
    "Alert",
    "Association",
    "Box",
    "ColumnProfile",
    "Estimate",
    "Group",
    "Note",
    "Pair",
    "PartColumn",
    "PartComparison",
    "Pattern",
    "Prediction",
    "Profile",
    "Report",
    "Series",
    "Slice",
    "Slices",
    "TargetLink",
    "Texts",
    "alerts_of",
    "associations_among",
    "cells_missing",
    "compare_parts",
    "find_comparison",
    "find_profile",
    "get_comparison",
    "get_profile",
    "get_report",
    "glance",
    "notes_of",
    "over_time",
    "pair",
    "pin_note",
    "predict_report",
    "predict_seconds",
    "profile",
    "repeated_rows",
    "report_html",
    "reports_of",
    "sandboxed",
    "sentence_of",
    "slices",
    "text_figures",
    "ydata_report",
]

_HOMES = {
    "comparing": (
        "PartColumn",
        "PartComparison",
        "compare_parts",
        "find_comparison",
        "get_comparison",
    ),
    "linking": ("MOST_COLUMNS",),
    "notes": (
        "Note",
        "notes_of",
        "pin_note",
    ),
    "pairs": (
        "Box",
        "Pair",
        "associations_among",
        "pair",
    ),
    "slicing": (
        "Estimate",
        "Group",
        "Slices",
        "slices",
    ),
    "texts": (
        "Texts",
        "text_figures",
    ),
    "timing": (
        "UNITS",
        "Series",
        "over_time",
    ),
    "alerts": ("alerts_of",),
    "glancing": ("glance",),
    "looking": (
        "cells_missing",
        "find_profile",
        "get_profile",
        "predict_seconds",
        "profile",
        "repeated_rows",
        "sentence_of",
    ),
    "report_results": ("MODES", "Alert", "Prediction", "Report"),
    "reporting": ("get_report", "predict_report", "report_html", "reports_of", "ydata_report"),
    "results": ("Association", "ColumnProfile", "Pattern", "Profile", "Slice", "TargetLink"),
    "sealing": ("sandboxed",),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
