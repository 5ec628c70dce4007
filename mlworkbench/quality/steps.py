"""The repairs that checks offer, as steps of `mlworkbench.data.repairs`: one place that knows their settings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Step = dict[str, Any]


def drop_columns(*columns: str) -> Step:
    """Leave columns out."""
    return {"step": "drop_columns", "columns": list(columns)}


def deduplicate(*columns: str) -> Step:
    """Keep the first of rows that are equal (in these columns; default: all)."""
    return {"step": "deduplicate", **({"columns": list(columns)} if columns else {})}


def retype(column: str, type: str) -> Step:  # noqa: A002
    """Read a column as another type; cells that cannot be read become missing."""
    return {"step": "retype", "column": column, "type": type}


def make_missing(column: str, values: Iterable[Any]) -> Step:
    """Take values for missing."""
    return {"step": "replace", "columns": [column], "old": list(values), "new": None}


def map_categories(column: str, mapping: Mapping[str, str]) -> Step:
    """Call categories by other names."""
    return {"step": "map_categories", "column": column, "mapping": dict(mapping)}


def fill(how: str, *columns: str) -> Step:
    """Put the median or the most frequent value of the training rows where there is none."""
    return {"step": "fill", "columns": list(columns), "how": how}


def keep_rows(expression: str) -> Step:
    """Keep the rows of which an expression is true."""
    return {"step": "filter", "expression": expression}


def quoted(name: str) -> str:
    """A column's name as expressions write it."""
    return "`" + name.replace("`", "``") + "`"
