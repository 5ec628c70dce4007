"""Who labels which row: whose turn it is, what was said, how far it is and what it cost."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts, records
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.labelling import marks
from mlworkbench.labelling.agreeing import final_label
from mlworkbench.labelling.results import LabellerWork, Labelling, Standing, Turn
from mlworkbench.labelling.tables import get_labelling

if TYPE_CHECKING:
    from mlworkbench.projects import Project


def next_row(project: Project, name: str, labeller: str) -> Turn | None:
    """The row that this labeller is to label now; None when nothing is left for them.

    The same row comes back until it is labelled or skipped, after a refresh and in a second tab too. A row that is
    before as many others as are to label it is kept back for 5 minutes.
    """
    labelling, who = get_labelling(project, name), marks.checked_name(labeller, "labeller", "A labeller's name")
    state = marks.fold(marks.read(project, labelling.id))
    current = state.open.get(who)
    if (
        current is not None
        and marks.span(current[1], records.now()) < marks.MINE
        and _mine(labelling, state, who, current[0])
    ):
        row: int | None = current[0]
    else:

        def decide(fresh: marks.State, now: str) -> tuple[int | None, marks.Mark | None]:
            chosen = _choose(labelling, fresh, who, now)
            return chosen, None if chosen is None else marks.Mark(chosen, who, "open", None, None, now)

        row = marks.act(project, labelling.id, labelling.column, decide)
    if row is None:
        return None
    return Turn(row, _cells_of(project, labelling, row), len(state.last.get(who, ())) + 1)


def put_label(
    project: Project,
    name: str,
    row: int,
    label: str | None,
    labeller: str,
    seconds: float | None = None,
    *,
    if_open: bool = False,
) -> bool:
    """Keep what a labeller says of a row, in one transaction; said again, the later counts and both are kept.

    Parameters
    ----------
    label : str or None
        One of the classes; None skips the row.
    seconds : float, optional
        How long it took; by default the time since the row was put before this labeller, 5 minutes at most.
    if_open : bool
        Only when this row is the one before the labeller now: a key pressed too soon, or in a tab that was left
        behind, says nothing of the row before.

    Returns
    -------
    bool
        Whether it was kept.

    Raises
    ------
    InvalidInput
        field="row", "label", "labeller" or "seconds".
    """
    labelling, who = get_labelling(project, name), marks.checked_name(labeller, "labeller", "A labeller's name")
    _check_row(labelling, row)
    if label is not None:
        _check_label(labelling, label)
    if seconds is not None and (isinstance(seconds, bool) or not 0 <= seconds < float("inf")):
        raise InvalidInput(f"seconds is a number, 0 or more. Got {seconds!r}.", field="seconds")
    act = "skip" if label is None else "label"

    def decide(state: marks.State, now: str) -> tuple[bool, marks.Mark | None]:
        before = state.open.get(who)
        here = before is not None and before[0] == row
        if if_open and not here:
            return False, None
        spent = seconds
        if spent is None:
            spent = marks.span(before[1], now) if before is not None and here else 0.0
        return True, marks.Mark(row, who, act, label, min(spent, marks.BREAK), now)

    return marks.act(project, labelling.id, labelling.column, decide)


def undo_label(project: Project, name: str, labeller: str) -> int | None:
    """Take back this labeller's last label or skip; its row is before them again. None when there is none."""
    labelling, who = get_labelling(project, name), marks.checked_name(labeller, "labeller", "A labeller's name")

    def decide(state: marks.State, now: str) -> tuple[int | None, marks.Mark | None]:
        rows = state.last.get(who)
        return (rows[-1], marks.Mark(rows[-1], who, "undo", None, None, now)) if rows else (None, None)

    return marks.act(project, labelling.id, labelling.column, decide)


def settle(project: Project, name: str, row: int, label: str, who: str) -> None:
    """Decide which label of a row counts, whatever labellers said.

    Raises
    ------
    InvalidInput
        field="row", "label" or "labeller".
    """
    labelling, by = get_labelling(project, name), marks.checked_name(who, "labeller", "The name of who decides")
    _check_row(labelling, row)
    _check_label(labelling, label)
    marks.act(
        project, labelling.id, labelling.column,
        lambda state, now: (None, marks.Mark(row, by, "settle", label, None, now)),
    )  # fmt: skip


def final_labels(project: Project, name: str) -> tuple[dict[int, str], int]:
    """Row → the label that counts (settled, the only one, or a majority), and how many rows are still disputed."""
    labelling = get_labelling(project, name)
    return final_of(labelling, marks.fold(marks.read(project, labelling.id)))


def final_of(labelling: Labelling, state: marks.State) -> tuple[dict[int, str], int]:
    """As `final_labels`, of a state."""
    final: dict[int, str] = {}
    disputed = 0
    for row in labelling.rows:
        labels = state.labels(row)
        label, _ = final_label(labels, state.settled.get(row))
        if label:
            final[row] = label
        elif labels:
            disputed += 1
    return final, disputed


def labelling_status(project: Project, name: str) -> Standing:
    """How far a labelling is, what it cost, and what is left."""
    labelling = get_labelling(project, name)
    state = marks.fold(marks.read(project, labelling.id))
    final, disputed = final_of(labelling, state)
    workers = []
    for who in sorted(state.last):
        given = [state.given[row][who] for row in state.last[who]]
        spent = sum(one.seconds for one in given)
        labels = sum(one.label is not None for one in given)
        if given:
            cost = spent / 3600 * labelling.price_per_hour
            workers.append(LabellerWork(who, labels, len(given) - labels, spent, cost))
    seconds, labels = sum(one.seconds for one in workers), sum(one.labels for one in workers)
    missing = sum(
        max(labelling.per_row - len(state.labels(row)), 0) for row in labelling.rows if row not in state.settled
    )
    done = sum(row in state.settled or len(state.labels(row)) >= labelling.per_row for row in labelling.rows)
    left = seconds / labels * missing if labels else None
    hour = labelling.price_per_hour / 3600
    said = f"{done:,} of {len(labelling.rows):,} rows are labelled"
    said += f"; {disputed:,} {'is' if disputed == 1 else 'are'} disputed." if disputed else "."
    if labels:
        said += f" A label takes {seconds / labels:.1f} s"
        said += f" and costs {seconds / labels * hour:.2f}; {seconds * hour:,.2f} so far." if hour else "."
    return Standing(
        len(labelling.rows), done, labels, dict(Counter(final.values()).most_common()), disputed, tuple(workers),
        seconds, seconds * hour, left, None if left is None else left * hour, said,
    )  # fmt: skip


def _cells_of(project: Project, labelling: Labelling, row: int) -> dict[str, str | None]:
    import pyarrow.parquet as pq

    place = labelling.rows.index(row)
    cells = pq.read_table(artifacts.path(project, labelling.cells)).slice(place, 1).to_pylist()[0]
    return {name: marks.as_text(value) for name, value in cells.items()}


def _mine(labelling: Labelling, state: marks.State, who: str, row: int) -> bool:
    """Whether a row is still to be asked of this labeller."""
    done = who in state.given.get(row, {}) or row in state.settled
    others = len([name for name in state.labels(row) if name != who])
    return not done and others < labelling.per_row


def _choose(labelling: Labelling, state: marks.State, who: str, now: str) -> int | None:
    current = state.open.get(who)
    if current is not None and _mine(labelling, state, who, current[0]):
        return current[0]
    mine = (row for row in labelling.rows if _mine(labelling, state, who, row))
    return next((row for row in mine if state.taken(row, who, now) < labelling.per_row), None)


def _check_row(labelling: Labelling, row: Any) -> None:
    if isinstance(row, bool) or not isinstance(row, int) or row not in labelling.rows:
        raise InvalidInput(f"Row {row!r} is not one of the rows of {labelling.name!r}.", field="row")


def _check_label(labelling: Labelling, label: Any) -> None:
    if label not in labelling.classes:
        raise InvalidInput(f"A label is one of: {listing(labelling.classes, 50)}. Got {label!r}.", field="label")
