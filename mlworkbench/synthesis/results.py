"""What the synthesis stage gives back. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

_RECORD = ("id", "number", "created_at")


@dataclass(frozen=True)
class Quality:
    """How alike synthetic and real rows are, 0 to 1 (SDMetrics), and how alike two halves of the real rows are.

    Parameters
    ----------
    overall, shapes, pairs : float
        Mean of the next two; mean over columns; mean over pairs of columns.
    anchor : float
        `overall` of one half of the real training rows against the other: what perfection looks like here.
    columns : Mapping
        Column → score of its distribution.
    worst_pairs : tuple of (left, right, score)
        The pairs whose link was kept least.
    copies, copies_anchor : float
        Share of synthetic rows that equal a training row; share of one real half that equals a row of the other.
    """

    overall: float
    shapes: float
    pairs: float
    anchor: float
    columns: Mapping[str, float]
    worst_pairs: tuple[tuple[str, str, float], ...]
    copies: float
    copies_anchor: float


@dataclass(frozen=True)
class Sketch:
    """A column drawn twice: shares of the same bins or words among real and synthetic rows."""

    column: str
    labels: tuple[str, ...]
    real: tuple[float, ...]
    synthetic: tuple[float, ...]
    numeric: bool


@dataclass(frozen=True)
class Synthetic:
    """Synthetic rows and the evidence for them.

    Parameters
    ----------
    dataset : str
        The version of the table that holds them; marked synthetic, without a holdout.
    source : str
        The version they were learned from: its training rows only.
    left_out : tuple of str
        Columns that were not learned, and are filled without any link to the others.
    notes : tuple of str
        Each treatment of a column with its count; quotes names, so it is text from outside.
    """

    id: str
    number: int
    dataset: str
    source: str
    synthesizer: str
    params: Mapping[str, Any]
    rows: int
    learned_rows: int
    condition: Mapping[str, str]
    seed: int
    quality: Quality
    sketches: tuple[Sketch, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    sentence: str
    created_at: str = ""

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        return {name: value for name, value in asdict(self).items() if name not in _RECORD}

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> Synthetic:  # noqa: A002
        """The result from its stored document and its artifact's record."""
        known = {one.name for one in fields(cls)}
        quality = dict(body["quality"])
        quality["worst_pairs"] = tuple(tuple(one) for one in quality["worst_pairs"])
        lists: dict[str, Any] = {
            "quality": Quality(**quality),
            "sketches": tuple(
                Sketch(one["column"], tuple(one["labels"]), tuple(one["real"]), tuple(one["synthetic"]), one["numeric"])
                for one in body["sketches"]
            ),
            "left_out": tuple(body["left_out"]),
            "notes": tuple(body["notes"]),
        }
        kept = {name: value for name, value in body.items() if name in known}
        return cls(**{**kept, **lists}, id=id, number=number, created_at=created_at)
