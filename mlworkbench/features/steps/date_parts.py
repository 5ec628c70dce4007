"""Numbers out of dates."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.errors import InvalidInput
from mlworkbench.features.spec import STEPS, StepSpec

_PARTS = {
    "year": "Year",
    "month": "Month, 1 to 12",
    "day": "Day of the month",
    "weekday": "Weekday, 0 is Monday",
    "hour": "Hour of the day",
    "days": "Days since the reference",
}


def _check(params: Mapping[str, Any], column_type: str) -> None:
    if not any(params[part] for part in _PARTS):
        raise InvalidInput(
            "Choose at least one part of the date. To leave the column out use the drop step.", field="year"
        )
    if params["reference"]:
        try:
            moment = datetime.fromisoformat(params["reference"])
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is not None:
            raise InvalidInput(
                "reference must be a date like 2020-01-31, or empty for the earliest date. "
                f"Got {params['reference']!r}.",
                field="reference",
            )


def _make(params: Mapping[str, Any], task: str) -> Any:
    from mlworkbench.features.transformers import DateParts

    return DateParts(tuple(part for part in _PARTS if params[part]), params["reference"] or None)


STEPS.register(
    StepSpec(
        name="date_parts",
        label="Date parts",
        help="Turn a date into numbers that a model can use. A missing date gives missing numbers: impute afterwards.",
        types=("datetime",),
        params=(
            *(Param(part, "bool", True, label) for part, label in _PARTS.items()),
            Param("reference", "text", "", "Reference date", "Empty: the earliest date in the training rows."),
        ),
        make=_make,
        creates="new",
        order=10,
        check=_check,
        trusted=("mlworkbench.features.transformers.Dates", "mlworkbench.features.transformers.DateParts"),
    )
)
