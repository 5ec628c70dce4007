"""Templates of a scope: what a kind of project usually promises, to start from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlworkbench.catalog import Catalog


@dataclass(frozen=True)
class Template:
    """A scope to start from: texts by box of the canvas, and fields of the contract.

    Its column names are examples: what the data does not hold is shown as a contradiction.
    """

    name: str
    label: str
    help: str
    canvas: Mapping[str, str]
    contract: Mapping[str, Any]


TEMPLATES: Catalog[Template] = Catalog("template", "mlworkbench.scoping.templates")
