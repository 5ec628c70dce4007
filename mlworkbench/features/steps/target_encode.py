"""The target's average per category, cross-fitted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.features.spec import STEPS, WORDS, StepSpec

_KINDS = {"binary": "binary", "multiclass": "multiclass", "regression": "continuous"}


def _make(params: Mapping[str, Any], task: str) -> Any:
    from sklearn.model_selection import KFold, StratifiedKFold
    from sklearn.preprocessing import TargetEncoder

    folds = KFold if task == "regression" else StratifiedKFold
    return TargetEncoder(
        target_type=_KINDS[task],
        smooth=params["smooth"] or "auto",
        cv=folds(params["folds"], shuffle=True, random_state=0),
    )


STEPS.register(
    StepSpec(
        name="target_encode",
        label="Target average per category",
        help="The average of the target in each category, pulled to the overall average where rows are few. Each "
        "training row gets the average of other rows, so its own answer does not leak (scikit-learn's TargetEncoder).",
        types=WORDS,
        params=(
            Param(
                "smooth",
                "float",
                0.0,
                "Rows' worth of pull to the overall average",
                "0: chosen from the data.",
                low=0.0,
            ),
            Param("folds", "int", 5, "Folds of the cross-fitting", low=2, high=20),
        ),
        make=_make,
        creates="new",
        order=30,
        trusted=(
            "mlworkbench.features.transformers.Words",
            "sklearn.model_selection._split.KFold",
            "sklearn.model_selection._split.StratifiedKFold",
        ),
    )
)
