"""Notes that people pin to columns: what a column means, where it comes from, what to beware of.

They belong to the column's name, so later versions keep them; each change is a new artifact, and the data sheet of the
model card and `mlworkbench profile --notes` show the newest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset
from mlworkbench.errors import InvalidInput
from mlworkbench.projects import Project, audit
from mlworkbench.records import now

KIND = ALIAS = "column_notes"
LONGEST = 2_000


@dataclass(frozen=True)
class Note:
    """What somebody wrote about a column. Text from outside."""

    column: str
    text: str
    by: str
    at: str


def pin_note(project: Project, dataset: Dataset | str | None, column: str, text: str) -> Note | None:
    """Pin a note to a column, in place of the one it has; an empty text takes it away.

    Raises
    ------
    InvalidInput
        field="column": no column of the table; field="note": longer than 2,000 characters.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    table.column(column)
    text = text.strip()
    if len(text) > LONGEST:
        raise InvalidInput(f"A note has at most {LONGEST:,} characters. Got {len(text):,}.", field="note")
    with project.workspace.lock(f"column-notes-{project.id}"):
        known = dict(notes_of(project))
        before = known.pop(column, None)
        made = Note(column, text, project.workspace.user, now()) if text else None
        if made is not None:
            known[column] = made
        if made is None and before is None:
            return None
        body = {"notes": [asdict(one) for one in known.values()], "changed_at": now()}
        kept = artifacts.put_json(project, KIND, body, parents=[table.id])
        artifacts.set_alias(project, ALIAS, kept.id)
    audit(project, "note pinned" if made else "note taken away", {"column": column, "notes": kept.id})
    return made


def notes_of(project: Project) -> Mapping[str, Note]:
    """The notes of a project by column, in the order in which they were pinned."""
    kept = artifacts.get_alias(project, ALIAS)
    if kept is None:
        return {}
    found = (Note(**one) for one in artifacts.read_json(project, kept.id)["notes"])
    return {one.column: one for one in found}
