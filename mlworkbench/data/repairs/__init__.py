"""Repairs: recorded steps from a table to a table; a chain of them makes one new version."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.data.repairs.making import repair
    from mlworkbench.data.repairs.previewing import RepairPreview, preview_repair, values_of
    from mlworkbench.data.repairs.scripting import script_of
    from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, checked_steps, in_words
    from mlworkbench.data.repairs.tables import chain_of

__all__ = [
    "REPAIRS",
    "Done",
    "RepairPreview",
    "RepairSpec",
    "Setting",
    "chain_of",
    "checked_steps",
    "in_words",
    "preview_repair",
    "repair",
    "script_of",
    "values_of",
]

_HOMES = {
    "making": ("repair",),
    "previewing": ("RepairPreview", "preview_repair", "values_of"),
    "scripting": ("script_of",),
    "tables": ("chain_of",),
    "spec": ("REPAIRS", "Done", "RepairSpec", "Setting", "checked_steps", "in_words"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
