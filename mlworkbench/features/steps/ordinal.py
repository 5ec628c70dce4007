"""One number per category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.features.spec import STEPS, WORDS, StepSpec


def _make(params: Mapping[str, Any], task: str) -> Any:
    from sklearn.preprocessing import OrdinalEncoder

    return OrdinalEncoder(
        handle_unknown="use_encoded_value",
        unknown_value=-1,
        encoded_missing_value=-2,
        min_frequency=params["min_frequency"],
    )


STEPS.register(
    StepSpec(
        name="ordinal",
        label="Number per category",
        help="0, 1, 2… in alphabetical order: compact, good for trees. A category never seen becomes -1, missing -2.",
        types=WORDS,
        params=(Param("min_frequency", "int", 1, "Rows a category needs for its own number", low=1, high=1_000_000),),
        make=_make,
        creates="new",
        order=30,
        trusted=("mlworkbench.features.transformers.Words",),
    )
)
