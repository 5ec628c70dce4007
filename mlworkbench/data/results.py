"""What the data stage gives back: columns, findings, datasets, holdouts. Plain frozen data, no table inside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from mlworkbench.errors import InvalidInput, listing

TYPES = ("identifier", "binary", "category", "integer", "number", "datetime", "text", "constant")
TASKS = ("binary", "multiclass", "regression")
SEVERITIES = ("info", "warning", "problem")


@dataclass(frozen=True)
class Column:
    """One column of a dataset.

    Parameters
    ----------
    type : str
        One of `TYPES`.
    missing : int
        Cells without a value, those that could not be read as the type included.
    distinct : int
        Different values, missing not counted.
    evidence : str
        Why it has this type, in words; may quote cells, so it is text from outside.
    overridden : bool
        Whether the type was chosen by a person (or by the target's task) instead of inferred.
    examples : tuple of str
        The first few different values.
    day_first : bool, optional
        How the dates of this column were read, so that later files are read alike; None for other types.
    marks : tuple of str, optional
        Decimal mark, thousands mark and unit of its numbers, when they are not written plainly; kept for later files.
    meaning : str
        What its values are beyond the type ("e-mail", "money", "percent"…); "" when nothing was recognised.
    """

    name: str
    type: str
    missing: int
    distinct: int
    evidence: str
    overridden: bool = False
    examples: tuple[str, ...] = ()
    day_first: bool | None = None
    marks: tuple[str, str, str] | None = None
    meaning: str = ""


@dataclass(frozen=True)
class Finding:
    """Something a person should know about the table.

    Parameters
    ----------
    code : str
        Stable name of the kind of finding.
    severity : str
        One of `SEVERITIES`.
    columns : tuple of str
        The columns it is about; empty when it is about rows or the file.
    count : int
        How many cells, rows or columns.
    message : str
        Plain words with the figures; quotes names and cells, so it is text from outside.
    examples : tuple of str
        A few of the cells or rows meant.
    """

    code: str
    severity: str
    columns: tuple[str, ...]
    count: int
    message: str
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class Dataset:
    """A version of a table: what was read, as which types, with which target and holdout.

    Parameters
    ----------
    id, number : str, int
        Artifact id, and 1, 2, 3… within the project.
    name : str
        The file's name as it came (text from outside).
    table, upload, keys : str
        Artifact ids of the typed table (Parquet), the raw upload, and the row keys in the order of the rows.
    rows, rejected_rows : int
        Rows kept and rows left out; together all rows of the file.
    settings : Mapping
        What a person chose: types, target, task, positive, holdout, reading, seed. `revise` starts from it; what
        followed from the project's contract is not in it, so that a revised contract counts at the next version.
    holdout : str or None
        Artifact id of the holdout, None without target or when none was wanted.
    training_rows, holdout_rows, gap_rows, unlabelled_rows : int
        How the rows are divided; unlabelled rows have no target and teach nothing.
    rejected : str or None
        Artifact id of the rows left out (CSV: row, reason, text), None when there are none.
    classes : tuple of str
        For a classification the labels in sorted order; of two the positive one is last.
    """

    id: str
    number: int
    name: str
    table: str
    upload: str
    keys: str
    rows: int
    rejected_rows: int
    columns: tuple[Column, ...]
    findings: tuple[Finding, ...]
    target: str | None
    task: str | None
    holdout: str | None
    classes: tuple[str, ...]
    training_rows: int
    holdout_rows: int
    gap_rows: int
    unlabelled_rows: int
    settings: Mapping[str, Any] = field(default_factory=dict)
    created_at: str = ""
    rejected: str | None = None

    def column(self, name: str) -> Column:
        """The column of that name; InvalidInput lists those there are."""
        for column in self.columns:
            if column.name == name:
                return column
        raise InvalidInput(
            f"The table has no column {name!r}. It has: {listing(c.name for c in self.columns)}.", field="column"
        )

    @property
    def synthetic(self) -> bool:
        """Whether the rows were drawn by a synthesizer and belong to nobody."""
        return bool(self.settings.get("synthetic"))

    @property
    def names(self) -> tuple[str, ...]:
        """All column names in the order of the file."""
        return tuple(column.name for column in self.columns)

    @property
    def features(self) -> tuple[str, ...]:
        """All column names but the target's."""
        return tuple(name for name in self.names if name != self.target)

    @property
    def positive(self) -> str | None:
        """The class that is looked for: the last of two; None for other tasks."""
        return self.classes[-1] if self.task == "binary" else None

    @property
    def schema(self) -> dict[str, str]:
        """Column name → type, the target included."""
        return {column.name: column.type for column in self.columns}

    def as_dict(self) -> dict[str, Any]:
        """The document as it is stored: all but what the artifact's record knows."""
        body = asdict(self)
        for known in ("id", "number", "name", "created_at"):
            del body[known]
        return body

    @classmethod
    def from_dict(cls, body: Mapping[str, Any], *, id: str, number: int, name: str, created_at: str) -> Dataset:  # noqa: A002
        """Rebuild a dataset from its stored document and its artifact's record."""
        values = dict(body)
        values["columns"] = tuple(_column(c) for c in body["columns"])
        values["findings"] = tuple(
            Finding(**{**f, "columns": tuple(f["columns"]), "examples": tuple(f["examples"])}) for f in body["findings"]
        )
        values["classes"] = tuple(body["classes"])
        return cls(**values, id=id, number=number, name=name, created_at=created_at)


def _column(body: Mapping[str, Any]) -> Column:
    marks = body.get("marks")
    return Column(**{**body, "examples": tuple(body["examples"]), "marks": tuple(marks) if marks else None})


@dataclass(frozen=True)
class Holdout:
    """The rows kept away from everything that learns.

    Parameters
    ----------
    id : str
        Artifact id, the hash that is shown.
    policy : Mapping
        method ("random", "stratified", "group", "time"), size, column, gap, seed.
    rows, gap_rows : int
        Rows of this dataset in the holdout, and between it and the training rows.
    share : float
        Holdout rows over the rows that have a target, 0 to 1.
    key_columns : tuple of str
        The columns whose values make a row's key, sorted.
    dataset : str
        The dataset these figures are about.
    """

    id: str
    policy: Mapping[str, Any]
    rows: int
    gap_rows: int
    share: float
    key_columns: tuple[str, ...]
    dataset: str


@dataclass(frozen=True)
class Look:
    """One time that somebody looked at a holdout."""

    at: str
    who: str
    why: str
