"""Two parts compared column by column, the most different first: versions, training rows and holdout, real and drawn.

Tests, effects and their adjustment over the columns are those of version comparisons (`data.shift_of`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find, list_artifacts, put_json, read_json
from mlworkbench.data import (
    Dataset,
    Shift,
    adjusted,
    compare_versions,
    draw_rows,
    get_dataset,
    learning_frame,
    load_holdout,
    shift_of,
)
from mlworkbench.errors import InvalidInput, NotApplicable
from mlworkbench.jobs import SILENT, Progress, job

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

KIND = "part_comparison"
MOST_ROWS = 200_000
TRAINING, HOLDOUT = "training", "holdout"


@dataclass(frozen=True)
class PartColumn:
    """One column that both parts have."""

    name: str
    shift: Shift
    missing_left: float
    missing_right: float


@dataclass(frozen=True)
class PartComparison:
    """Two parts of a project's data, compared.

    Parameters
    ----------
    left, right : str
        What they are, in words.
    left_rows, right_rows : int
        Rows compared; `sampled` says whether they were drawn from more.
    columns : tuple of PartColumn
        The most different first; those that could not be tested last.
    """

    id: str
    left: str
    right: str
    left_rows: int
    right_rows: int
    sampled: bool
    columns: tuple[PartColumn, ...]

    @property
    def sentence(self) -> str:
        """The answer in one sentence."""
        tested = sum(one.shift.test is not None for one in self.columns)
        found = [one.name for one in self.columns if one.shift.found]
        if not found:
            return f"None of {tested:,} tested columns is spread differently in {self.left} and {self.right}."
        named = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
        many = f"{len(found):,} of {tested:,} tested columns are"
        return f"{many} spread differently in {self.left} and {self.right}: {named}."

    @classmethod
    def from_dict(cls, body: Mapping[str, Any], *, id: str) -> PartComparison:  # noqa: A002
        """Rebuild it from its stored document."""
        columns = tuple(PartColumn(**{**one, "shift": Shift(**one["shift"])}) for one in body["columns"])
        return cls(**{**body, "columns": columns}, id=id)


def _check(project: Project, *, left: str, right: str, dataset: str | None = None, **_: Any) -> None:
    table = get_dataset(project, dataset)
    if left == right:
        raise InvalidInput("Two different parts can be compared. Choose another one.", field="right")
    for part, where in ((left, "left"), (right, "right")):
        if part == HOLDOUT and table.holdout is None:
            raise NotApplicable(f"Dataset v{table.number} has no holdout to compare with.", field=where)
        if part not in (TRAINING, HOLDOUT):
            get_dataset(project, part)


@job(lane="light", title="Comparing two parts", check=_check)
def compare_parts(
    project: Project, *, left: str, right: str, dataset: str | None = None, progress: Progress = SILENT
) -> PartComparison:
    """Compare two parts of the data column by column; made once and kept, as an artifact of kind "part_comparison".

    A part is "training" or "holdout" (of the dataset), or the id of a dataset: another version, or synthetic rows. Two
    versions are compared whole by `compare_versions`; else up to 200,000 rows of each part. Comparing with the holdout
    looks at it: that is recorded, once per version.

    Raises
    ------
    InvalidInput
        field="right": the parts are the same.
    NotApplicable
        There is no holdout.
    NotFound
        No such dataset.
    """
    _check(project, left=left, right=right, dataset=dataset)
    table = get_dataset(project, dataset)
    known = find_comparison(project, left=left, right=right, dataset=table.id)
    if known is not None:
        return known
    parents = [table.id]
    if {left, right} & {TRAINING, HOLDOUT} or any(get_dataset(project, one).synthetic for one in (left, right)):
        progress.update(0.0, "Reading the rows")
        made = _compare(_part(project, table, left), _part(project, table, right), progress)
        parents += [part for part in (left, right) if part not in (TRAINING, HOLDOUT)]
    else:
        diff = compare_versions(project, left, right, progress=progress)
        columns = [PartColumn(one.name, one.shift, one.missing_old, one.missing_new) for one in diff.columns]
        names = f"version {diff.old_number}", f"version {diff.new_number}"
        made = PartComparison("", *names, diff.old_rows, diff.new_rows, False, _ranked(columns))
        parents = [left, right]
    body = asdict(made)
    del body["id"]
    kept = put_json(project, KIND, body, parents=list(dict.fromkeys(parents)), meta={"of": [left, right, table.id]})
    progress.update(1.0, made.sentence)
    return get_comparison(project, kept.id)


def get_comparison(project: Project, ref: str) -> PartComparison:
    """A comparison of parts by id."""
    kept = find(project, ref, kind=KIND)
    return PartComparison.from_dict(read_json(project, kept.id), id=kept.id)


def find_comparison(project: Project, *, left: str, right: str, dataset: str) -> PartComparison | None:
    """The comparison of these parts, when it was made before."""
    plain = {left, right} & {TRAINING, HOLDOUT}
    for kept in list_artifacts(project, KIND):
        of = kept.meta.get("of", [])
        if of[:2] == [left, right] and (of[2] == dataset or not plain):
            return get_comparison(project, kept.id)
    return None


@dataclass(frozen=True)
class _Part:
    words: str
    frame: pd.DataFrame
    schema: Mapping[str, str]
    sampled: bool


def _part(project: Project, table: Dataset, which: str) -> _Part:
    if which == HOLDOUT:
        frame = load_holdout(project, table, why="compared with another part on the Profiling page")
        few = frame.sample(MOST_ROWS, random_state=0) if len(frame) > MOST_ROWS else frame
        return _Part("the holdout", few, table.schema, len(few) < len(frame))
    other = table if which == TRAINING else get_dataset(project, which)
    training = which == TRAINING
    drawn = draw_rows(project, other, MOST_ROWS, training=training)
    kind = "the training rows" if training else "the synthetic rows" if other.synthetic else f"version {other.number}"
    whole = other.training_rows if training and other.target else other.rows
    return _Part(kind, learning_frame(drawn.table), other.schema, len(drawn.positions) < whole)


def _compare(left: _Part, right: _Part, progress: Progress) -> PartComparison:
    import pandas as pd
    import pyarrow as pa

    shared = [name for name in left.frame.columns if name in right.schema]
    shifts = []
    for at, name in enumerate(shared):
        progress.update(0.1 + 0.85 * at / len(shared), f"Column {at + 1} of {len(shared)}")
        old, new = _plain(left.frame[name]), _plain(right.frame[name])
        codes = pd.factorize(pd.concat([old.astype(object), new.astype(object)]))[0]
        arrow = [pa.chunked_array([pa.Array.from_pandas(one)]) for one in (old, new)]
        split = codes[: len(old)], codes[len(old) :]
        shifts.append(shift_of(arrow[0], arrow[1], left.schema[name], right.schema[name], split))
    columns = [
        PartColumn(name, shift, float(left.frame[name].isna().mean()), float(right.frame[name].isna().mean()))
        for name, shift in zip(shared, adjusted(shifts), strict=True)
    ]
    sampled = left.sampled or right.sampled
    return PartComparison("", left.words, right.words, len(left.frame), len(right.frame), sampled, _ranked(columns))


def _plain(column: pd.Series[Any]) -> pd.Series[Any]:
    """Words that came as codes as words."""
    return column.astype(object) if str(column.dtype) == "category" else column


def _ranked(columns: list[PartColumn]) -> tuple[PartColumn, ...]:
    """By effect, those that were not tested behind."""
    return tuple(sorted(columns, key=lambda one: (one.shift.effect is None, -(one.shift.effect or 0.0), one.name)))
