"""Synthetic data: rows that belong to nobody, with the evidence of how close they are."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.synthesis.results import Quality, Sketch, Synthetic
    from mlworkbench.synthesis.spec import SYNTHESIZERS, SynthesizerSpec
    from mlworkbench.synthesis.synthesizing import export_synthetic, get_synthetic, list_synthetic, synthesize

__all__ = [
    "SYNTHESIZERS",
    "Quality",
    "Sketch",
    "SynthesizerSpec",
    "Synthetic",
    "export_synthetic",
    "get_synthetic",
    "list_synthetic",
    "synthesize",
]

_HOMES = {
    "results": ("Quality", "Sketch", "Synthetic"),
    "spec": ("SYNTHESIZERS", "SynthesizerSpec"),
    "synthesizing": ("export_synthetic", "get_synthetic", "list_synthetic", "synthesize"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
