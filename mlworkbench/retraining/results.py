"""What retraining gives back. Plain frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Literal

_RECORD = ("id", "number", "created_at")
Verdict = Literal["better", "worse", "cannot tell"]


@dataclass(frozen=True)
class Judged:
    """Champion and challenger scored on the same rows, which neither has learned from.

    Parameters
    ----------
    rows_of : {"holdout", "recent"}
        The champion's holdout, or the newer rows that were put aside.
    difference, low, high : float
        Challenger minus champion, with the 95% interval of a paired bootstrap over the rows.
    """

    rows_of: str
    rows: int
    champion: float
    challenger: float
    difference: float
    low: float
    high: float

    @property
    def verdict(self) -> Verdict:
        """Whether the interval leaves out 0, and on which side."""
        return "better" if self.low > 0 else "worse" if self.high < 0 else "cannot tell"


@dataclass(frozen=True)
class Retraining:
    """A challenger and how it compares with the champion.

    Parameters
    ----------
    champion, challenger : str
        Model versions.
    dataset : str
        The newer table.
    mode : {"append", "replace", "version"}
        How it came about: a file added to the champion's table, a file in its place, or a version that was there.
    learned_rows, new_rows, aside_rows, duplicate_rows : int
        Rows learned from; rows that the champion's table did not have; of these put aside to judge on; rows of the
        file that were in the table already.
    unit : {"days", "rows"}
        Of ages, half-lives and windows.
    judged : tuple of Judged
        The one the verdict is about first.
    notes : tuple of str
        What was done with the file; quotes names, so it is text from outside.
    """

    id: str
    number: int
    strategy: str
    settings: Mapping[str, Any]
    champion: str
    challenger: str
    dataset: str
    scoring: str
    mode: str
    unit: str
    learned_rows: int
    new_rows: int
    aside_rows: int
    duplicate_rows: int
    judged: tuple[Judged, ...]
    verdict: Verdict
    sentence: str
    notes: tuple[str, ...]
    seed: int
    created_at: str = ""

    @property
    def primary(self) -> Judged:
        """The comparison that the verdict is about."""
        return self.judged[0]

    @property
    def champion_score(self) -> float:
        """The champion on the rows of the verdict."""
        return self.primary.champion

    @property
    def challenger_score(self) -> float:
        """The challenger on the rows of the verdict."""
        return self.primary.challenger

    def to_json(self) -> dict[str, Any]:
        """The stored document."""
        body = {one.name: getattr(self, one.name) for one in fields(self) if one.name not in _RECORD}
        return {**body, "settings": dict(self.settings), "judged": [asdict(one) for one in self.judged],
                "notes": list(self.notes)}  # fmt: skip

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> Retraining:  # noqa: A002
        """The retraining from its stored document and its artifact's record."""
        lists: dict[str, Any] = {
            "judged": tuple(Judged(**one) for one in body["judged"]),
            "notes": tuple(body["notes"]),
        }
        return cls(**{**body, **lists}, id=id, number=number, created_at=created_at)


@dataclass(frozen=True)
class ChampionChange:
    """One line of the history of champions."""

    at: str
    who: str
    what: str
    model_version: str
    reason: str
