"""Model comparison: estimators on the same folds, every score with its uncertainty, one recommended, one registered."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.modeling.comparing import compare, encode_target, get_comparison, list_comparisons, rows_so_far
    from mlworkbench.modeling.crossfitting import TrainingFolds, cross_predict, rule_answers, training_folds
    from mlworkbench.modeling.outoffold import load_oof
    from mlworkbench.modeling.promises import (
        Decision,
        act_from,
        check_gate,
        decide_by_cost,
        default_scoring,
        late,
        unmet_goal,
    )
    from mlworkbench.modeling.promoting import get_model_version, list_model_versions, load_model, promote
    from mlworkbench.modeling.refit import (
        Refitted,
        answers_of,
        check_same_shape,
        fit_again,
        point_alias,
        register_refit,
    )
    from mlworkbench.modeling.results import Comparison, InputField, LeaderboardRow, ModelVersion
    from mlworkbench.modeling.scoring import USUAL as SCORERS
    from mlworkbench.modeling.scoring import check_scoring, score_of
    from mlworkbench.modeling.spec import ESTIMATORS, EstimatorSpec, estimators_for
    from mlworkbench.modeling.splitters import METHODS as SPLITTERS
    from mlworkbench.modeling.statistics import bootstrap_interval, corrected_interval, paired_difference

__all__ = [
    "ESTIMATORS",
    "SCORERS",
    "SPLITTERS",
    "Comparison",
    "Decision",
    "EstimatorSpec",
    "InputField",
    "LeaderboardRow",
    "ModelVersion",
    "Refitted",
    "TrainingFolds",
    "act_from",
    "answers_of",
    "bootstrap_interval",
    "check_gate",
    "check_same_shape",
    "check_scoring",
    "compare",
    "corrected_interval",
    "cross_predict",
    "decide_by_cost",
    "default_scoring",
    "encode_target",
    "estimators_for",
    "fit_again",
    "get_comparison",
    "get_model_version",
    "late",
    "list_comparisons",
    "list_model_versions",
    "load_model",
    "load_oof",
    "paired_difference",
    "point_alias",
    "promote",
    "register_refit",
    "rows_so_far",
    "rule_answers",
    "score_of",
    "training_folds",
    "unmet_goal",
]

# Found on first use: the processes that fit folds import this package and need nothing of the database.
_HOMES = {
    "comparing": ("compare", "encode_target", "get_comparison", "list_comparisons", "rows_so_far"),
    "crossfitting": ("TrainingFolds", "cross_predict", "rule_answers", "training_folds"),
    "outoffold": ("load_oof",),
    "promises": ("Decision", "act_from", "check_gate", "decide_by_cost", "default_scoring", "late", "unmet_goal"),
    "promoting": ("get_model_version", "list_model_versions", "load_model", "promote"),
    "refit": ("Refitted", "answers_of", "check_same_shape", "fit_again", "point_alias", "register_refit"),
    "results": ("Comparison", "InputField", "LeaderboardRow", "ModelVersion"),
    "scoring": ("check_scoring", "score_of"),
    "spec": ("ESTIMATORS", "EstimatorSpec", "estimators_for"),
    "statistics": ("bootstrap_interval", "corrected_interval", "paired_difference"),
}
_MODULE_OF = {name: (home, name) for home, names in _HOMES.items() for name in names} | {
    "SCORERS": ("scoring", "USUAL"),
    "SPLITTERS": ("splitters", "METHODS"),
}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home, there = _MODULE_OF[name]
    return getattr(import_module(f"{__name__}.{home}"), there)
