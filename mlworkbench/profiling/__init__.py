"""Profiling: the first look at a table, and the ydata report beside it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.profiling.looking import get_profile, profile
    from mlworkbench.profiling.reporting import get_report, report_html, sandboxed, ydata_report
    from mlworkbench.profiling.results import Association, ColumnProfile, Profile, Report, Slice, TargetLink

__all__ = [
    "Association",
    "ColumnProfile",
    "Profile",
    "Report",
    "Slice",
    "TargetLink",
    "get_profile",
    "get_report",
    "profile",
    "report_html",
    "sandboxed",
    "ydata_report",
]

_HOMES = {
    "looking": ("get_profile", "profile"),
    "reporting": ("get_report", "report_html", "sandboxed", "ydata_report"),
    "results": ("Association", "ColumnProfile", "Profile", "Report", "Slice", "TargetLink"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
