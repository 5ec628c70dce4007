"""Labelling: labels that people give, how far they agree, and which of them a model doubts."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.labelling.agreeing import agreement, cohen_kappa, krippendorff_alpha
    from mlworkbench.labelling.aiming import make_target, plan_target
    from mlworkbench.labelling.applying import correct_labels, correction_steps, label_steps, use_labels
    from mlworkbench.labelling.baselining import baselines, get_baselines
    from mlworkbench.labelling.deciding import decide, decide_many, get_label_errors, suspect_cells
    from mlworkbench.labelling.doubting import find_label_errors
    from mlworkbench.labelling.results import (
        Agreement,
        Baseline,
        Baselines,
        LabelErrors,
        Labelling,
        Standing,
        Suspect,
        TargetPlan,
        Turn,
    )
    from mlworkbench.labelling.tables import get_labelling, list_labellings, start_labelling
    from mlworkbench.labelling.turns import final_labels, labelling_status, next_row, put_label, settle, undo_label

_HOMES = {
    "agreeing": ("agreement", "cohen_kappa", "krippendorff_alpha"),
    "applying": ("correct_labels", "correction_steps", "label_steps", "use_labels"),
    "baselining": ("baselines", "get_baselines"),
    "deciding": ("decide", "decide_many", "get_label_errors", "suspect_cells"),
    "doubting": ("find_label_errors",),
    "results": (
        "Agreement", "Baseline", "Baselines", "LabelErrors", "Labelling", "Standing", "Suspect", "TargetPlan", "Turn",
    ),
    "tables": ("get_labelling", "list_labellings", "start_labelling"),
    "turns": ("final_labels", "labelling_status", "next_row", "put_label", "settle", "undo_label"),
    "aiming": ("make_target", "plan_target"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Agreement",
    "Baseline",
    "Baselines",
    "LabelErrors",
    "Labelling",
    "Standing",
    "Suspect",
    "TargetPlan",
    "Turn",
    "agreement",
    "baselines",
    "cohen_kappa",
    "correct_labels",
    "correction_steps",
    "decide",
    "decide_many",
    "final_labels",
    "find_label_errors",
    "get_baselines",
    "get_label_errors",
    "get_labelling",
    "krippendorff_alpha",
    "label_steps",
    "labelling_status",
    "list_labellings",
    "make_target",
    "next_row",
    "plan_target",
    "put_label",
    "settle",
    "start_labelling",
    "suspect_cells",
    "undo_label",
    "use_labels",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
