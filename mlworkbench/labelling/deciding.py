"""Suspected label errors read back, and what people decided on them."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench import artifacts, records
from mlworkbench.data import get_dataset
from mlworkbench.errors import InvalidInput, NotFound, listing
from mlworkbench.labelling import marks
from mlworkbench.labelling.results import LabelErrors, Suspect

if TYPE_CHECKING:
    from mlworkbench.projects import Project

KIND = "label_errors"


def get_label_errors(project: Project, ref: str | None = None, *, dataset: str | None = None) -> LabelErrors:
    """A search for label errors with its suspects and what was decided; by default the last one.

    Parameters
    ----------
    ref : str, optional
        Id or unique prefix.
    dataset : str, optional
        The last one about this version.

    Raises
    ------
    NotFound
        Nothing was searched yet.
    """
    if ref is None:
        found = next(iter(artifacts.list_artifacts(project, KIND, parent=dataset)), None)
        if found is None:
            raise NotFound("Nobody looked for label errors in this version yet. Look for them first.", field=KIND)
    else:
        found = artifacts.find(project, ref, kind=KIND)
    body = artifacts.read_json(project, found.id)
    made = LabelErrors.from_json(body, id=found.id, number=found.number, created_at=found.created_at)
    return dataclasses.replace(made, suspects=_suspects(project, made))


def suspect_cells(project: Project, errors: LabelErrors, rows: Sequence[int]) -> list[dict[str, str]]:
    """The cells of some rows, for whoever decides: a line for each column, an entry for each row, "–" for none."""
    from mlworkbench.labelling.tables import take_rows

    table = get_dataset(project, errors.dataset)
    cells = take_rows(project, table, [name for name in table.names if name != errors.target], rows)
    return [
        {"column": name, **{f"row {row}": marks.as_text(cell) or "–" for row, cell in zip(rows, column, strict=True)}}
        for name, column in cells.to_pydict().items()
    ]


def decide(project: Project, errors: str | LabelErrors, row: int, accept: bool | None, who: str = "") -> None:
    """Accept a suspicion (the label is wrong), reject it (the label is right), or withdraw the decision (None).

    A rejection holds in later searches too, as long as the row has that label; rejected suspects stay listed.

    Raises
    ------
    InvalidInput
        field="row": the row is not suspected in this search.
    """
    decide_many(project, errors, [row], accept, who)


def decide_many(
    project: Project, errors: str | LabelErrors, rows: Sequence[int], accept: bool | None, who: str = ""
) -> None:
    """The same decision for several rows, all or none."""
    found = errors if isinstance(errors, LabelErrors) else get_label_errors(project, errors)
    by = marks.checked_name(who or project.workspace.user, "labeller", "The name of who decides")
    known = {one.row: one for one in found.suspects}
    strange = [row for row in rows if row not in known]
    if strange or not rows:
        raise InvalidInput(f"These rows are not suspected in this search: {listing(strange)}.", field="row")
    act = {True: "accept", False: "reject", None: "withdraw"}[accept]
    keys = _keys(project, found)
    now = records.now()
    with project.workspace.write() as connection:
        marks.add(
            connection, project, found.id, found.target,
            [marks.Mark(row, by, act, str(known[row].given), None, now, keys[row]) for row in rows],
        )  # fmt: skip


def _keys(project: Project, found: LabelErrors) -> dict[int, str]:
    import pyarrow.parquet as pq

    kept = pq.read_table(artifacts.path(project, found.table), columns=["row", "key", "suspected"])
    rows, keys, suspected = (kept[name].to_pylist() for name in ("row", "key", "suspected"))
    return {int(row): f"{int(key):016x}" for row, key, sure in zip(rows, keys, suspected, strict=True) if sure}


def _suspects(project: Project, found: LabelErrors) -> tuple[Suspect, ...]:
    """The suspected rows with what was decided on them, here or (rejections) in earlier searches."""
    frame = artifacts.read_table(project, found.table)
    frame = frame[frame["suspected"].astype(bool)]
    trust = frame["confidence"] if "confidence" in frame else frame["score"]
    frame = frame.assign(trust=trust).sort_values(["score", "trust", "row"], ascending=[False, True, True])
    here: dict[int, tuple[str, str]] = {}
    before: dict[tuple[str, str | None], tuple[str, str]] = {}
    for one in marks.read_decisions(project, found.target):
        said = ({"accept": "accepted", "reject": "rejected"}.get(one.act, ""), one.who)
        before[one.key, one.value] = said if said[0] == "rejected" else ("", "")
        if one.subject == found.id:
            here[one.row] = said
    suspects = []
    plain = "confidence" in frame
    for row, key, given, suggested, score, sure in zip(
        frame["row"].tolist(), frame["key"].tolist(), frame["given"].tolist(), frame["suggested"].tolist(),
        frame["score"].tolist(), frame["trust"].tolist(), strict=True,
    ):  # fmt: skip
        decision, by = here.get(int(row)) or before.get((f"{int(key):016x}", str(given)), ("", ""))
        suspects.append(
            Suspect(int(row), given, suggested, float(score), float(sure) if plain else None, decision,
                    by if decision else "")
        )  # fmt: skip
    return tuple(suspects)
