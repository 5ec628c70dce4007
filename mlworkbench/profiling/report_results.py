"""What a ydata report gives back: the report, what it warns of, what it will cost. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

MODES = ("minimal", "full", "comparison", "timeseries")


@dataclass(frozen=True)
class Prediction:
    """What a report will take, and whether it is made at all.

    Parameters
    ----------
    seconds, megabytes, gigabytes : float
        Of work on one core, of the page, of memory.
    rows, columns : int
        That the report would be about.
    reason : str
        Why it is refused; "" when it is made.
    fitting_rows : int or None
        The most rows with which it would be made; None when it is refused with any number.
    """

    mode: str
    seconds: float
    megabytes: float
    gigabytes: float
    rows: int
    columns: int
    reason: str = ""
    fitting_rows: int | None = None


@dataclass(frozen=True)
class Alert:
    """Something that the library warns of.

    Parameters
    ----------
    code : str
        The code of our own finding where it says the same, else "ydata_" and the library's word.
    columns : tuple of str
        As they are named in the table; empty when it is about rows.
    message : str
        Plain words; quotes names, so it is text from outside.
    severity : {"info", "warning", "problem"}
    kind : str
        The library's own word: "HIGH_CORRELATION".
    """

    code: str
    columns: tuple[str, ...]
    message: str
    severity: str
    kind: str

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        return asdict(self) | {"columns": list(self.columns)}

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Alert:
        """The alert from its stored document."""
        return cls(**{**body, "columns": tuple(body["columns"])})


@dataclass(frozen=True)
class Report:
    """A report of the ydata library about a table, kept as one HTML file.

    Parameters
    ----------
    mode : str
        One of `MODES`.
    rows, sampled : int, bool
        Rows that it is about, and whether that is a sample.
    size, seconds : int, float
        Of the file, bytes; that making it took, on the clock.
    other : str or None
        The dataset it is compared with.
    time : str or None
        The column that orders a time series.
    notes : tuple of str
        What was changed or left out before the library saw the table, with counts; text from outside.
    """

    id: str
    dataset: str
    mode: str
    rows: int
    sampled: bool
    size: int
    seconds: float = 0.0
    other: str | None = None
    time: str | None = None
    notes: tuple[str, ...] = ()
    created_at: str = ""
