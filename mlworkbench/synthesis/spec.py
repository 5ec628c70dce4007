"""The catalog of synthesizers: each learns a prepared frame and draws rows like it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Catalog, Param

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.jobs import Progress


@dataclass(frozen=True)
class Order:
    """What a synthesizer is asked for.

    Parameters
    ----------
    frame : DataFrame
        What may be learned: float columns and columns of words, no other kind, missing as NaN.
    words : tuple of str
        The columns of words.
    condition : Mapping
        Column of words → the value that every row must have.
    """

    frame: pd.DataFrame
    words: tuple[str, ...]
    rows: int
    condition: Mapping[str, str]
    seed: int
    params: Mapping[str, Any]
    progress: Progress


@dataclass(frozen=True)
class SynthesizerSpec:
    """A synthesizer; `draw` gives a frame of the same columns. The same order gives the same rows."""

    name: str
    label: str
    help: str
    params: tuple[Param, ...]
    draw: Callable[[Order], pd.DataFrame]


SYNTHESIZERS: Catalog[SynthesizerSpec] = Catalog("synthesizer", "mlworkbench.synthesis.synthesizers")
