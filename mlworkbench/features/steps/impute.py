"""Fill missing values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.errors import InvalidInput
from mlworkbench.features.spec import NUMBERS, STEPS, WORDS, StepSpec


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) != float("inf") and number == number else None


def _check(params: Mapping[str, Any], column_type: str) -> None:
    if column_type in WORDS:
        if params["strategy"] in ("median", "mean"):
            raise InvalidInput(
                f"strategy {params['strategy']} is for numbers. For words choose constant or most_frequent.",
                field="strategy",
            )
        if params["indicator"]:
            raise InvalidInput(
                "indicator is for numbers. For words choose constant: missing then becomes a category of its own.",
                field="indicator",
            )
    elif params["strategy"] == "constant" and params["value"] and _number(params["value"]) is None:
        raise InvalidInput(
            f"value must be a number for number columns, or empty for 0. Got {params['value']!r}.", field="value"
        )


def _make(params: Mapping[str, Any], task: str) -> Any:
    from mlworkbench.features.transformers import Imputer

    return Imputer(params["strategy"], params["value"] or None, params["indicator"])


STEPS.register(
    StepSpec(
        name="impute",
        label="Fill missing values",
        help="Put a value where there is none; it is learnt from the training rows of each fold.",
        types=(*NUMBERS, *WORDS),
        params=(
            Param(
                "strategy",
                "choice",
                "median",
                "Fill with",
                "Median and mean are for numbers; constant makes missing words a category of their own.",
                choices=("median", "mean", "most_frequent", "constant"),
            ),
            Param("value", "text", "", "Constant", 'Empty: 0 for numbers, "missing" for words.'),
            Param("indicator", "bool", False, "Add a 0/1 column that says where a number was missing"),
        ),
        make=_make,
        creates="same",
        order=20,
        check=_check,
        trusted=("mlworkbench.features.transformers.Imputer",),
    )
)
