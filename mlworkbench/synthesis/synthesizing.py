"""Draw synthetic rows from the training rows of a table, with the evidence for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.catalog import check_params
from mlworkbench.data import Dataset, get_dataset, ingest, load_training
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import audit
from mlworkbench.synthesis.judging import judge, sketches
from mlworkbench.synthesis.preparing import Prepared, check_condition, finish, prepare, restore
from mlworkbench.synthesis.results import Quality, Synthetic
from mlworkbench.synthesis.spec import SYNTHESIZERS, Order

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

MOST_ROWS = 1_000_000


def _check(project: Project, **given: Any) -> None:
    """What can be said before the work is queued."""
    spec = SYNTHESIZERS.get(given.get("synthesizer", "gaussian_copula"))
    check_params(spec.params, dict(given.get("params") or {}), spec.label)
    rows = given.get("rows")
    if isinstance(rows, bool) or not isinstance(rows, int) or not 1 <= rows <= MOST_ROWS:
        raise InvalidInput(f"rows is a whole number from 1 to {MOST_ROWS:,}. Got {rows!r}.", field="rows")
    table = get_dataset(project, given.get("dataset"))
    if table.synthetic:
        raise NotApplicable(f"Version {table.number} is synthetic itself. Learn from a real version.", field="dataset")
    condition = check_condition(given.get("condition"))
    if len(condition) > 1:
        raise InvalidInput(f"One column can be held fast. Got {listing(condition)}.", field="condition")
    for name in condition:
        if name not in table.names:
            raise InvalidInput(
                f"There is no column {name!r} to hold fast. The table has: {listing(table.names)}.", field="condition"
            )
        if table.column(name).type not in ("binary", "category", "constant"):
            raise InvalidInput(
                f"{name} is {table.column(name).type}; only a column of words can be held fast.", field="condition"
            )


@job(lane="heavy", title="Drawing synthetic rows", check=_check)
def synthesize(
    project: Project,
    *,
    dataset: str | None = None,
    synthesizer: str = "gaussian_copula",
    rows: int,
    condition: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Synthetic:
    """Learn a table's training rows and draw new ones like them.

    Parameters
    ----------
    dataset : str, optional
        The version to learn from, the current one by default; its holdout is not learned.
    synthesizer : str
        A name of `SYNTHESIZERS`.
    rows : int
        How many, 1 to 1,000,000.
    condition : mapping, optional
        One column of words → the value that every row must have.
    params : mapping, optional
        The synthesizer's parameters.
    seed : int
        The same seed gives the same rows.

    Returns
    -------
    Synthetic
        Its rows are a version of the table that is marked synthetic; the current version stays.

    Raises
    ------
    InvalidInput, NotFound
        A setting that is wrong; `field` names it.
    NotApplicable
        Too little to learn from.
    """
    _check(project, dataset=dataset, synthesizer=synthesizer, rows=rows, condition=condition, params=params)
    spec, table = SYNTHESIZERS.get(synthesizer), get_dataset(project, dataset)
    settings = check_params(spec.params, dict(params or {}), spec.label)
    progress.update(0.0, "Reading the training rows")
    frame = load_training(project, table)
    ready = prepare(frame, table)
    wanted = _prepared_condition(check_condition(condition), ready)
    part = _Part(progress, 0.05, 0.75)
    drawn = spec.draw(Order(ready.frame, ready.words, rows, wanted, seed, settings, part))
    drawn = finish(drawn, ready, table)
    progress.update(0.75, "Comparing with the real rows")
    quality = judge(ready.frame, drawn, ready, seed)
    dates = {one.name for one in table.columns if one.type == "datetime"}
    drawings = sketches(ready.frame, drawn, ready, dates)
    progress.update(0.9, "Keeping the rows")
    made = restore(drawn, ready, frame, table, seed)
    kept = _keep_rows(project, table, made, seed)
    said = _sentence(quality, rows)
    result = Synthetic(
        id="",
        number=0,
        dataset=kept.id,
        source=table.id,
        synthesizer=synthesizer,
        params=settings,
        rows=rows,
        learned_rows=len(frame),
        condition=check_condition(condition),
        seed=seed,
        quality=quality,
        sketches=drawings,
        left_out=tuple(ready.left_out),
        notes=tuple(ready.notes),
        sentence=said,
    )
    meta = {
        "figure": f"{rows:,} rows, quality {quality.overall:.2f}",
        "remark": f"two real halves: {quality.anchor:.2f}",
    }
    artifact = artifacts.put_json(project, "synthetic", result.to_json(), parents=(table.id, kept.id), meta=meta)
    artifacts.set_alias(project, "synthetic", artifact.id)
    audit(project, "synthetic rows drawn", {"synthetic": artifact.id, "rows": rows, "synthesizer": synthesizer})
    return get_synthetic(project, artifact.id)


def get_synthetic(project: Project, ref: str | None = None) -> Synthetic:
    """Synthetic rows by id or unique prefix, the newest by default; NotFound says how to make some."""
    if ref is None and artifacts.get_alias(project, "synthetic") is None:
        raise NotFound("No synthetic rows were drawn yet.", field="synthetic")
    return _synthetic(project, artifacts.find(project, ref or "synthetic", kind="synthetic"))


def list_synthetic(project: Project) -> tuple[Synthetic, ...]:
    """All synthetic rows of the project, newest first."""
    return tuple(_synthetic(project, found) for found in artifacts.list_artifacts(project, "synthetic"))


def _synthetic(project: Project, found: artifacts.Artifact) -> Synthetic:
    body = artifacts.read_json(project, found.id)
    return Synthetic.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


class _Part(Progress):
    def __init__(self, whole: Progress, low: float, high: float) -> None:
        self._whole, self._low, self._high = whole, low, high

    def update(self, fraction: float, message: str = "") -> None:
        self._whole.update(self._low + fraction * (self._high - self._low), message)


def _prepared_condition(condition: dict[str, str], ready: Prepared) -> dict[str, str]:
    made = {}
    for name, value in condition.items():
        found = ready.code_of(name, value)
        if found is None:
            learned = [code for code, one in ready.names.items() if one == name and code in ready.levels]
            words = ready.levels[learned[0]] if learned else []
            raise InvalidInput(
                f"{name} never is {value!r} in the training rows. It is one of: {listing(words)}.", field="condition"
            )
        made[found[0]] = found[1]
    return made


def _keep_rows(project: Project, table: Dataset, rows: pd.DataFrame, seed: int) -> Dataset:
    with project.workspace.scratch("synthetic") as folder:
        target = Path(folder) / "synthetic.parquet"
        rows.to_parquet(target, compression="zstd")
        skip = {one.name for one in table.columns if one.type in ("binary", "constant") or rows[one.name].isna().all()}
        types = {one.name: one.type for one in table.columns if one.name not in skip}
        return ingest(project, source=str(target), types=types, synthetic=True, seed=seed)


def _sentence(quality: Quality, rows: int) -> str:
    copies = "none of them a copy of a real one" if not quality.copies else (
        f"{quality.copies:.1%} equal a real one (of one real half {quality.copies_anchor:.1%} equal a row of the other)"
    )  # fmt: skip
    return (
        f"{rows:,} rows, alike to {quality.overall:.2f} of 1; two halves of the real rows are alike to "
        f"{quality.anchor:.2f}. Compared in what was learned, {copies}."
    )


def export_synthetic(project: Project, ref: str | None = None) -> bytes:
    """The synthetic rows as CSV; cells that a spreadsheet would run as a formula are made plain text.

    OWASP, "CSV Injection": a cell that begins with =, +, -, @, tab or return gets an apostrophe before it.
    """
    from mlworkbench.data import load_table

    frame = load_table(project, get_dataset(project, get_synthetic(project, ref).dataset))
    for name in frame.columns:
        if frame[name].dtype == object:
            frame[name] = frame[name].map(_plain)
        elif frame[name].dtype == "float64" and (frame[name].dropna() % 1 == 0).all():
            frame[name] = frame[name].astype("Int64")
    frame.columns = [_plain(name) for name in frame.columns]
    return frame.to_csv(index=False).encode("utf-8")


def _plain(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
