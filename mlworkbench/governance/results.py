"""What governance gives back: the card and its sections, prose, readiness, errors. Plain frozen data, plain text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal


@dataclass(frozen=True)
class Fact:
    """One computed figure: what it is called, and its value as people read it (text from data may be in both)."""

    label: str
    value: str


@dataclass(frozen=True)
class Grid:
    """A small table of a card: units stand in the header, every cell is text."""

    title: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True)
class Section:
    """One section of a card.

    Parameters
    ----------
    name : str
        Stable name, such as "evaluation_data".
    done : bool
        Whether the stage behind it was done; if not, `sentence` says so and nothing is invented.
    sentence : str
        The section's finding in plain words.
    prose : tuple of str
        Names of the texts (`PROSE`) that a person may add to it.
    """

    name: str
    title: str
    done: bool
    sentence: str
    facts: tuple[Fact, ...] = ()
    grids: tuple[Grid, ...] = ()
    prose: tuple[str, ...] = ()

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Section:
        """The section from JSON data."""
        grids = tuple(
            Grid(one["title"], tuple(one["header"]), tuple(tuple(row) for row in one["rows"]), one["note"])
            for one in body["grids"]
        )
        facts = tuple(Fact(**one) for one in body["facts"])
        return cls(**{**body, "facts": facts, "grids": grids, "prose": tuple(body["prose"])})


@dataclass(frozen=True)
class Promise:
    """One promise of the contract: kept (True), not kept (False), or None when it cannot be told."""

    name: str
    promised: str
    found: str
    kept: bool | None


@dataclass(frozen=True)
class Slice:
    """The model's out-of-fold figures on the rows of one group.

    Parameters
    ----------
    column, group : str
        Which rows: those with this value in this column (text from outside).
    rows : int
        How many rows were scored.
    metric, name : float, str
        Its value and which it is; `low` and `high` are its 95% interval, None where it is not defined.
    small : bool
        Fewer rows than 100, or fewer than 10 that the metric rests on: too few to say much.
    """

    column: str
    group: str
    rows: int
    name: str
    metric: float | None
    low: float | None
    high: float | None
    small: bool


@dataclass(frozen=True)
class Mover:
    """How far shuffling one raw column moves the answers: mean absolute change, with its standard error.

    In probability (0 to 1) for classes, in the target's unit for a regression.
    """

    column: str
    change: float
    error: float


@dataclass(frozen=True)
class Card:
    """A model card, computed from the artifacts.

    Parameters
    ----------
    id, number : str, int
        Artifact id, and 1, 2, 3… within the project.
    model_version : str
        Artifact id of the model it is about.
    title, sentence : str
        Its heading, and the card in one sentence.
    sections : tuple of Section
        In the order of Mitchell et al. (2019).
    promises : tuple of Promise
        The contract's, empty without a contract.
    slices : tuple of Slice
        By the contract's fairness columns.
    movers : tuple of Mover
        Raw columns, the most moving first.
    """

    id: str
    number: int
    model_version: str
    title: str
    sentence: str
    sections: tuple[Section, ...]
    promises: tuple[Promise, ...] = ()
    slices: tuple[Slice, ...] = ()
    movers: tuple[Mover, ...] = ()
    created_at: str = ""

    def section(self, name: str) -> Section:
        """The section of that name."""
        return next(one for one in self.sections if one.name == name)

    def to_json(self) -> dict[str, Any]:
        """The stored document: all but what the artifact's record knows."""
        body = asdict(self)
        for known in ("id", "number", "created_at"):
            del body[known]
        return body

    @classmethod
    def from_json(cls, body: Mapping[str, Any], *, id: str, number: int, created_at: str) -> Card:  # noqa: A002
        """The card from its stored document and its artifact's record."""
        lists: dict[str, Any] = {
            "sections": tuple(Section.from_json(one) for one in body["sections"]),
            "promises": tuple(Promise(**one) for one in body["promises"]),
            "slices": tuple(Slice(**one) for one in body["slices"]),
            "movers": tuple(Mover(**one) for one in body["movers"]),
        }
        return cls(**{**body, **lists}, id=id, number=number, created_at=created_at)


@dataclass(frozen=True)
class Prose:
    """What people wrote for the card: section of `PROSE` → text. `id` is the revision, None when there is none."""

    id: str | None
    number: int
    texts: Mapping[str, str] = field(default_factory=dict)
    who: str = ""
    created_at: str = ""


@dataclass(frozen=True)
class Check:
    """One check of readiness: holds (True), does not (False), or None when it cannot be told.

    Parameters
    ----------
    question : str
        What is asked, as a statement that should hold.
    evidence : str
        What was found, with its figures (text from data may be in it).
    page : str
        The page that mends it.
    """

    name: str
    question: str
    holds: bool | None
    evidence: str
    page: str


@dataclass(frozen=True)
class Bar:
    """One of the four bars of readiness."""

    name: Literal["data", "model", "operation", "documentation"]
    label: str
    checks: tuple[Check, ...]

    @property
    def held(self) -> int:
        """How many checks hold."""
        return sum(check.holds is True for check in self.checks)

    @property
    def failed(self) -> int:
        """How many do not."""
        return sum(check.holds is False for check in self.checks)


@dataclass(frozen=True)
class Readiness:
    """How ready a project is to be relied on: four bars and one sentence."""

    bars: tuple[Bar, ...]
    sentence: str

    @property
    def checks(self) -> tuple[Check, ...]:
        """All checks of all bars."""
        return tuple(check for bar in self.bars for check in bar.checks)


@dataclass(frozen=True)
class AppError:
    """One line of the application's error log; old lines have no kind."""

    id: str
    at: str
    page: str
    kind: str
    message: str
    traceback: str
    project: str
