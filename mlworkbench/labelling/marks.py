"""What people say of rows, in the records: each act is one line in one transaction, and no line is ever changed."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, insert, select

from mlworkbench import records
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    from mlworkbench.projects import Project

BREAK = 300.0  # seconds; a longer time at one row was a break, and counts as this
MINE = 300.0  # seconds for which a row that is open before somebody is not asked of others
LONGEST = 2000  # characters of a cell that are shown
_TABLE = records.row_marks
T = TypeVar("T")


@dataclass(frozen=True)
class Mark:
    """One act: open, label, skip, undo, settle, accept, reject or withdraw."""

    row: int
    who: str
    act: str
    value: str | None
    seconds: float | None
    at: str
    key: str = ""
    subject: str = ""


@dataclass(frozen=True)
class Given:
    """What one labeller said of one row; label None is a skip."""

    label: str | None
    seconds: float


@dataclass
class State:
    """What all acts of one labelling come to."""

    given: dict[int, dict[str, Given]] = field(default_factory=dict)
    last: dict[str, list[int]] = field(default_factory=dict)  # each labeller's rows in the order of their acts
    open: dict[str, tuple[int, str]] = field(default_factory=dict)  # labeller: the row before them, since when
    settled: dict[int, tuple[str, str]] = field(default_factory=dict)  # row: label, who

    def labels(self, row: int) -> dict[str, str]:
        """Labeller → label of one row, skips left out."""
        return {who: one.label for who, one in self.given.get(row, {}).items() if one.label is not None}

    def taken(self, row: int, who: str, at: str) -> int:
        """How many others have labelled the row or have it before them now."""
        others = {name for name in self.labels(row) if name != who}
        others |= {
            name
            for name, (open_row, since) in self.open.items()
            if name != who and open_row == row and span(since, at) < MINE
        }
        return len(others)


def span(since: str, until: str) -> float:
    """Seconds between two times as the records write them."""
    return (datetime.fromisoformat(until) - datetime.fromisoformat(since)).total_seconds()


def fold(marks: Iterable[Mark]) -> State:
    """The state after these acts, in their order; a later act of the same person about a row replaces the earlier."""
    state = State()
    for one in marks:
        said, order = state.given.setdefault(one.row, {}), state.last.setdefault(one.who, [])
        if one.act == "open":
            state.open[one.who] = (one.row, one.at)
        elif one.act in ("label", "skip"):
            if one.row in order:
                order.remove(one.row)
            order.append(one.row)
            said[one.who] = Given(one.value if one.act == "label" else None, one.seconds or 0.0)
            state.open.pop(one.who, None)
        elif one.act == "undo":
            if one.row in order:
                order.remove(one.row)
            said.pop(one.who, None)
            state.open[one.who] = (one.row, one.at)
        elif one.act == "settle":
            state.settled[one.row] = (str(one.value), one.who)
    return state


def read(project: Project, subject: str, connection: Connection | None = None) -> tuple[Mark, ...]:
    """All acts about one labelling (or one search for label errors), the oldest first."""
    query = select(_TABLE).where(_TABLE.c.project_id == project.id, _TABLE.c.subject == subject)
    return _marks(project, query, connection)


def read_decisions(project: Project, about: str, connection: Connection | None = None) -> tuple[Mark, ...]:
    """All decisions on suspected errors of a column, of every search, the oldest first."""
    acts = ("accept", "reject", "withdraw")
    query = select(_TABLE).where(_TABLE.c.project_id == project.id, _TABLE.c.about == about, _TABLE.c.act.in_(acts))
    return _marks(project, query, connection)


def _marks(project: Project, query: Any, connection: Connection | None) -> tuple[Mark, ...]:
    query = query.order_by(_TABLE.c.seq)
    if connection is None:
        with project.workspace.read() as own:
            rows = own.execute(query).all()
    else:
        rows = connection.execute(query).all()
    return tuple(Mark(one.row, one.who, one.act, one.value, one.seconds, one.at, one.key, one.subject) for one in rows)


def act(project: Project, subject: str, about: str, decide: Callable[[State, str], tuple[T, Mark | None]]) -> T:
    """Read the state, decide and write in one transaction: of two people at once, one waits for the other.

    Parameters
    ----------
    decide : callable
        (state, now) → (what to return, the act to add or None).
    """
    with project.workspace.write() as connection:
        now = datetime.now(UTC).isoformat(timespec="microseconds")
        found, mark = decide(fold(read(project, subject, connection)), now)
        if mark is not None:
            add(connection, project, subject, about, [mark])
    return found


def add(connection: Connection, project: Project, subject: str, about: str, marks: Iterable[Mark]) -> None:
    """Add acts inside the caller's transaction."""
    rows = [
        {
            "project_id": project.id, "subject": subject, "row": one.row, "key": one.key, "about": about,
            "who": one.who, "act": one.act, "value": one.value, "seconds": one.seconds, "at": one.at,
        }
        for one in marks
    ]  # fmt: skip
    if rows:
        connection.execute(insert(_TABLE), rows)


def checked_name(text: Any, field_name: str, what: str) -> str:
    """A name of 1 to 60 characters on one line; InvalidInput otherwise."""
    cleaned = " ".join(text.split()) if isinstance(text, str) else ""
    if not cleaned or len(cleaned) > 60 or any(unicodedata.category(sign) in ("Cc", "Cf", "Cs") for sign in cleaned):
        raise InvalidInput(
            f"{what} has 1 to 60 visible characters. Got {str(text)[:80]!r}. Type another.", field=field_name
        )
    return cleaned


def as_text(cell: Any) -> str | None:
    """A cell as people read it; None is missing, and what is beyond 2,000 characters is said to be left out."""
    if cell is None:
        return None
    text = f"{cell:.12g}" if isinstance(cell, float) else str(cell)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"
