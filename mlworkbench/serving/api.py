"""Some rows for another program: one answer each, one record in the log, and a model that follows its alias."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.errors import InvalidInput, WorkbenchError, listing
from mlworkbench.serving.answer import explain_row
from mlworkbench.serving.inputs import dtype, is_missing, not_used, read_cell, unusual
from mlworkbench.serving.log import check_source, record
from mlworkbench.serving.predictor import Predictor
from mlworkbench.serving.promised import against_promises, told
from mlworkbench.serving.results import Contribution, plain

if TYPE_CHECKING:
    from mlworkbench.modeling import InputField
    from mlworkbench.projects import Project
    from mlworkbench.serving.inputs import Columns

LOOK = 0.25  # seconds between looks at where an alias points
LISTED = 20  # problems that are told one by one


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row: its number (1, 2, 3…), the column (None: the row itself), a sentence."""

    row: int
    field: str | None
    message: str


class WrongRows(InvalidInput):
    """Rows that cannot be predicted, with the first problems one by one."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems[:LISTED])
        first, more = problems[0], len(problems) - 1
        rest = f" And {more:,} more." if more else ""
        super().__init__(f"Nothing was predicted. Row {first.row}: {first.message}{rest}", field=first.field or "rows")


@dataclass(frozen=True)
class RowAnswer:
    """The answer for one row; the fields are those of `Answer`, `row` is its number within the request."""

    row: int
    prediction: str | float
    probabilities: Mapping[str, float]
    explained: str | None = None
    base_value: float | None = None
    contributions: tuple[Contribution, ...] = ()


@dataclass(frozen=True)
class Answers:
    """The answers of one request: `id` is its record in the log, labels are attached by id and row."""

    id: str
    model_version: str
    rows: tuple[RowAnswer, ...]
    latency_ms: float
    warnings: tuple[str, ...]


class Follower:
    """The model version that an alias points at, looked up again every `LOOK` seconds.

    A promotion is followed by whoever asks first after it: that caller waits until the new model is loaded, others get
    the one before meanwhile. A request holds one `Predictor` from its beginning to its end.
    """

    def __init__(self, project: Project, alias: str = "champion") -> None:
        self.project, self.alias = project, alias
        self._lock = threading.Lock()
        self._held: Predictor | None = None
        self._due = 0.0

    def predictor(self) -> Predictor:
        """The predictor of the present.

        Raises
        ------
        NotFound
            No model version has this alias.
        WorkbenchError
            Its file is missing or was changed.
        """
        held = self._held
        if held is not None and time.monotonic() < self._due:
            return held
        if not self._lock.acquire(blocking=held is None):
            assert held is not None
            return held
        try:
            if self._held is None or time.monotonic() >= self._due:
                self._held = self._look(self._held)
                self._due = time.monotonic() + LOOK
            return self._held
        except WorkbenchError:
            self._held = None
            raise
        finally:
            self._lock.release()

    def _look(self, held: Predictor | None) -> Predictor:
        pointed = artifacts.aliases(self.project).get(self.alias)
        if held is not None and pointed == held.version.id:
            return held
        return Predictor.load(self.project, pointed or self.alias)


def predict_rows(
    project: Project,
    rows: Sequence[Mapping[str, Any]],
    *,
    alias: str = "champion",
    source: str = "api",
    explain: bool = False,
    predictor: Predictor | None = None,
) -> Answers:
    """Predict some rows given in raw units and add them to the prediction log as one record.

    Parameters
    ----------
    rows : sequence of Mapping
        Column name → value, each as `predict_one` takes it.
    source : {"whatif", "batch", "api"}
        Who asks, for the log.
    explain : bool
        Also say how far each column moves each answer from the typical row's.
    predictor : Predictor, optional
        A model that is at hand (`Follower.predictor`) instead of the one that `alias` names.

    Raises
    ------
    WrongRows
        Columns not given, or missing where the model cannot do without, or values that cannot be read, or that break a
        data contract which rejects them: every problem is counted, the first ones are listed. Nothing is logged then.
    NotFound
        No model version has this alias.
    """
    check_source(source)
    if predictor is None:
        predictor = Predictor.load(project, alias)
    start = time.perf_counter()
    fields = predictor.version.inputs
    columns, extra = read_rows(rows, fields)
    warnings = not_used(extra) + unusual(columns, fields)
    report, refused = against_promises(project, columns, fields, extra)
    if refused:
        raise WrongRows([Problem(one.row or 1, one.column, one.sentence) for one in report.violations])
    warnings += told(report)
    outputs = predictor.outputs(columns)
    latency = (time.perf_counter() - start) * 1000
    made = predictor.answers(outputs)
    predictions = [label if predictor.classes else float(label) for label in made]
    shares = [dict(zip(predictor.classes, map(float, one), strict=False)) for one in outputs]
    explained = [_explained(predictor, columns, place) if explain else {} for place in range(len(rows))]
    identity = record(
        project,
        source=source,
        model_version=predictor.version.id,
        rows=len(rows),
        latency_ms=latency,
        inputs=[{name: plain(cells[place]) for name, cells in columns.items()} for place in range(len(rows))],
        outputs=[
            {"prediction": said, **{f"probability_{label}": share for label, share in probabilities.items()}}
            for said, probabilities in zip(predictions, shares, strict=True)
        ],
    )
    answers = (
        RowAnswer(place + 1, predictions[place], shares[place], **explained[place]) for place in range(len(rows))
    )
    return Answers(identity, predictor.version.id, tuple(answers), latency, tuple(warnings))


def read_rows(rows: Sequence[Any], fields: Sequence[InputField]) -> tuple[Columns, list[str]]:
    """Rows by column name → arrays, and the names that the model does not know; `WrongRows` as `predict_rows`."""
    import numpy as np

    if not rows:
        raise InvalidInput("rows is empty: give one row or more.", field="rows")
    problems: list[Problem] = []
    extra: dict[str, None] = {}
    cells: dict[str, list[Any]] = {one.name: [] for one in fields}
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            what = f"A row is values by column name. Got {type(row).__name__}."
            problems.append(Problem(number, None, what))
            continue
        unknown = [name for name in row if name not in cells]
        extra |= dict.fromkeys(unknown)
        lacking = [one.name for one in fields if one.name not in row]
        for one in fields:
            if one.name in row:
                try:
                    cells[one.name].append(_cell(row[one.name], one))
                except InvalidInput as error:
                    problems.append(Problem(number, one.name, error.message))
        problems += [
            Problem(number, name, f"{name} is not given. Give a value, or null when it is missing.") for name in lacking
        ]
        if lacking:  # perhaps a misspelt name: with all columns there, more of them do no harm
            known_names = f"The model takes: {listing(cells)}."
            problems += [Problem(number, name, f"{name} is no column of the model. {known_names}") for name in unknown]
    if problems:
        raise WrongRows(problems)
    return {one.name: np.array(cells[one.name], dtype=dtype(one)) for one in fields}, list(extra)


def _cell(value: Any, field: InputField) -> Any:
    if field.required and is_missing(value):
        raise InvalidInput(f"This model cannot predict without a value of {field.name}. Give one.", field=field.name)
    return read_cell(value, field)


def _explained(predictor: Predictor, columns: Columns, place: int) -> dict[str, Any]:
    row = {name: cells[place : place + 1] for name, cells in columns.items()}
    base, contributions = explain_row(predictor, row)
    label = predictor.classes[predictor.explained(predictor.outputs(row))] if predictor.classes else None
    return {"explained": label, "base_value": base, "contributions": contributions}
