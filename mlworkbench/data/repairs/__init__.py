"""Repairs: recorded steps from a table to a table; a chain of them makes one new version."""

from __future__ import annotations

from typing import Any

__all__ = ["REPAIRS", "Done", "RepairSpec", "Setting", "checked_steps"]
_HOMES = dict.fromkeys(__all__, "spec")


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
