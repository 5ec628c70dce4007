"""One 0/1 column per category."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.features.spec import STEPS, WORDS, StepSpec


def _make(params: Mapping[str, Any], task: str) -> Any:
    from mlworkbench.features.transformers import OneHot

    return OneHot(
        handle_unknown="infrequent_if_exist",
        min_frequency=params["min_frequency"],
        max_categories=params["max_categories"],
        sparse_output=False,
    )


STEPS.register(
    StepSpec(
        name="one_hot",
        label="One column per category",
        help="A 0/1 column for each category. Rare ones share a column, where a category never seen before lands too.",
        types=WORDS,
        params=(
            Param("min_frequency", "int", 5, "Rows a category needs for a column of its own", low=1, high=1_000_000),
            Param("max_categories", "int", 50, "Most columns for one column", low=2, high=1000),
        ),
        make=_make,
        creates="new",
        order=30,
        trusted=("mlworkbench.features.transformers.OneHot", "mlworkbench.features.transformers.Words"),
    )
)
