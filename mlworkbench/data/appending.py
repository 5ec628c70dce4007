"""The rows of another file appended to a version: a new version of both; the old one stays as it is."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find, put_file, put_json, put_table, set_alias
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.batches import plans_like, reading_like
from mlworkbench.data.checking import check_ingest, check_real
from mlworkbench.data.datasets import KIND, get_dataset, load_keys, of_artifact
from mlworkbench.data.findings import TableFacts, gravest_first, look, of_the_table
from mlworkbench.data.holdout import GAP, HELD, everything_to_learn, sides
from mlworkbench.data.plan import Plan
from mlworkbench.data.promises.results import CheckReport
from mlworkbench.data.promises.seams import check_new_version, keep_new_check
from mlworkbench.data.readers import Raw, check_options, reader_for
from mlworkbench.data.results import Dataset, Finding
from mlworkbench.data.tags import checked_why
from mlworkbench.data.targets import TargetFacts, describe
from mlworkbench.data.typed import named_columns, write_typed
from mlworkbench.data.uploads import Incoming, open_source, room_for, scratch
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, audit

if TYPE_CHECKING:
    import numpy as np

_BATCH = 65_536


def check_append(
    project: Project,
    *,
    source: str | Path,
    dataset: str | None,
    reading: Mapping[str, Any] | None,
    why: str,
    **_: Any,
) -> None:
    """What can be said at once: the version, the source, the options of its reader, the reason."""
    from mlworkbench.data.repairs.again import check_repeatable

    checked_why(why)
    base = get_dataset(project, dataset)
    check_real(base)
    check_repeatable(base.settings.get("repairs", ()), base.number)
    check_ingest(project, source=source, types=None, task=None, holdout=None, reading=reading)


@job(lane="light", title="Appending rows", check=check_append)
def append(
    project: Project,
    *,
    source: str | Path,
    dataset: str | None = None,
    reading: Mapping[str, Any] | None = None,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Append the rows of a file to a version; the new version has both as parents and becomes the current one.

    Types, target, holdout and reading are the version's. Columns may stand in another order. Rows of the holdout stay
    in it; new rows are learnt from, unless they repeat a row of the holdout or belong to a group that is held out.
    To a repaired version come rows with the columns of its first file: its repairs are made on them.

    Parameters
    ----------
    source : path or str
        A file, or the id of an upload that `receive` stored.
    dataset : str, optional
        Default: the current one.
    reading : mapping, optional
        How this file is read where that differs from the version's file.
    why : str
        A reason, shown with the version.

    Raises
    ------
    InvalidInput
        field="source": columns that are missing, unknown or renamed (all are named), no rows, a class that a target
        of two does not have; field="reading" or "why"; field="dataset": repairs that new rows cannot be given.
    NotApplicable
        The version holds synthetic rows.
    """
    from mlworkbench.data.repairs.again import check_repeatable, repair_appended
    from mlworkbench.data.repairs.tables import check_whole, first_of

    reason, base = checked_why(why), get_dataset(project, dataset)
    check_real(base)
    repaired = bool(base.settings.get("repairs"))
    check_repeatable(base.settings.get("repairs", ()), base.number)
    shape = first_of(project, base) if repaired else base
    with scratch(project.workspace) as folder:
        file = open_source(project, source, folder)
        spec = reader_for(file.suffix)
        how = {**_reading(project, base, file.suffix), **(reading or {})}
        check_options(spec, how)
        progress.update(0.0, "Reading the file")
        raw = spec.read(file.path, how, folder, lambda share: progress.update(0.4 * share, "Reading the file"))
        if raw.rows == 0:
            raise InvalidInput("The file has a header and no rows. There is nothing to append.", field="source")
        names, renamed = named_columns(raw.names, how.get("names"))
        _same_columns(shape, names)
        plans = plans_like(raw, names, shape.schema, how, {one.name: one for one in shape.columns})
        fresh, typed = folder / "fresh.parquet", folder / "typed.parquet"
        new_keys = write_typed(raw, plans, fresh, lambda share: progress.update(0.4 + 0.2 * share, "Converting"))
        if repaired:
            plans, new_keys, notes = repair_appended(project, base, fresh, plans, new_keys)
            raw = replace(raw, rows=len(new_keys), notes=(*raw.notes, *notes))
        _stream(
            (artifact_path(project, base.table), fresh), typed, base.rows + raw.rows,
            lambda share: progress.update(0.6 + 0.2 * share, "Writing the version"),
        )  # fmt: skip
        room_for(folder, base.rows + raw.rows)
        report = (
            check_whole(project, typed) if repaired else check_new_version(project, raw.path, fresh, plans, whole=typed)
        )
        made = _Made(file, raw, renamed, plans, typed, new_keys, dict(reading or {}), reason, report)
        return _store(project, base, made, folder, progress)


@dataclass(frozen=True)
class _Made:
    file: Incoming
    raw: Raw
    renamed: tuple[tuple[str, str], ...]
    plans: tuple[Plan, ...]
    typed: Path
    keys: np.ndarray
    reading: Mapping[str, Any]
    why: str
    promises: CheckReport | None = None


def _reading(project: Project, base: Dataset, suffix: str) -> dict[str, Any]:
    """The choices of the version's reading: all for a file of the same format, else those about cells."""
    chosen = {key: value for key, value in (base.settings.get("reading") or {}).items() if value is not None}
    same = reader_for(find(project, base.upload).suffix).name == reader_for(suffix).name
    return chosen if same else reading_like(base)


def _same_columns(base: Dataset, names: Sequence[str]) -> None:
    missing = [name for name in base.names if name not in names]
    extra = [name for name in names if name not in base.names]
    if not missing and not extra:
        return
    renamed = [(old, new) for old in missing for new in extra if _alike(old) == _alike(new)]
    if not renamed and len(missing) == len(extra) == 1 and base.names.index(missing[0]) == names.index(extra[0]):
        renamed = [(missing[0], extra[0])]
    said = [f"Missing: {listing(missing)}."] if missing else []
    said += [f"Not in version {base.number}: {listing(extra)}."] if extra else []
    said += [f"Perhaps renamed: {listing(f'{old} → {new}' for old, new in renamed)}."] if renamed else []
    raise InvalidInput(
        f"A file to append needs the columns of version {base.number}, in any order. {' '.join(said)} Rename them in "
        "the file, give its columns other names when reading it, or read it as a version of its own.",
        field="source",
    )


def _alike(name: str) -> str:
    return "".join(sign for sign in name.casefold() if sign.isalnum())


def _stream(parts: Sequence[Path], target: Path, rows: int, tick: Any) -> None:
    """One Parquet file with the rows of several, in the columns and types of the first, batch by batch."""
    import pyarrow.parquet as pq

    files = [pq.ParquetFile(part) for part in parts]
    schema = files[0].schema_arrow.remove_metadata()
    done = 0
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        for file in files:
            for batch in file.iter_batches(batch_size=_BATCH):
                writer.write_batch(batch.select(schema.names).cast(schema))
                done += len(batch)
                tick(done / rows)


def _store(project: Project, base: Dataset, made: _Made, folder: Path, progress: Progress) -> Dataset:
    import numpy as np
    import pyarrow as pa

    old_keys = load_keys(project, base)
    keys = np.concatenate([old_keys, made.keys])
    target = _target(base, made.typed)
    side = sides(project, base.holdout, made.typed, keys) if target else everything_to_learn(len(keys))
    held, gap = int((side == HELD).sum()), int((side == GAP).sum())
    known = np.isin(made.keys, old_keys)
    raw = replace(made.raw, rows=len(keys), notes=(*made.raw.notes, *_notes(base, made, known, side[base.rows :])))
    plans = _whole(made.plans, made.typed, base)
    duplicates = len(keys) - len(np.unique(keys))
    size = base.holdout_rows if target else 0
    facts = TableFacts(plans, raw, made.renamed, duplicates, target, held, size, promises=made.promises)
    progress.update(0.9, "Storing the version")
    source = made.file.store(project)
    rejected = _rejected(project, base, made, folder, source.id)
    stored_keys = put_table(project, "row_keys", pa.table({"key": keys}), parents=[base.keys, source.id])
    table = put_file(project, "table", made.typed, suffix=".parquet", parents=[base.table, source.id])
    part = {"dataset": base.id, "upload": source.id, "name": made.file.name, "rows": made.raw.rows,
            "said": dict(made.reading), "read_as": dict(made.raw.reading or {})}  # fmt: skip
    known_settings = {name: value for name, value in base.settings.items() if name != "repaired"}
    settings = {**known_settings, "appended": [*base.settings.get("appended", ()), part]}
    by_name = {plan.name: plan for plan in plans}
    unlabelled = target.missing if target else 0
    dataset = replace(
        base,
        id="",
        number=0,
        table=table.id,
        keys=stored_keys.id,
        rows=len(keys),
        rejected_rows=base.rejected_rows + made.raw.rejected_rows,
        rejected=rejected,
        columns=tuple(
            replace(one, missing=by_name[one.name].missing, distinct=by_name[one.name].distinct) for one in base.columns
        ),
        findings=_findings(base, facts, made.file.name),
        classes=tuple(label for label, _ in target.counts) if target else (),
        training_rows=len(keys) - held - gap - unlabelled,
        holdout_rows=held,
        gap_rows=gap,
        unlabelled_rows=unlabelled,
        settings=settings,
    )
    files = len(settings["appended"])
    first = str(find(project, base.upload).meta.get("name", base.name))
    name = f"{first} + {made.file.name}" if files == 1 else f"{first} + {files} files"
    aim = f"target {dataset.target} ({dataset.task})" if dataset.target else "no target chosen yet"
    meta = {
        "name": name,
        "figure": f"{dataset.rows:,} × {len(dataset.columns)}",
        "remark": f"{aim}, {made.raw.rows:,} rows appended to version {base.number}",
        "unfinished": dataset.target is None,
        **({"why": made.why} if made.why else {}),
    }
    parents = [base.id, source.id, table.id, stored_keys.id, *(one for one in (base.holdout, rejected) if one)]
    kept = put_json(project, KIND, dataset.as_dict(), parents=parents, meta=meta)
    keep_new_check(project, made.promises, table.id)
    set_alias(project, KIND, kept.id)
    detail: dict[str, object] = {"dataset": kept.id, "to": base.id, "file": made.file.name, "rows": made.raw.rows,
                                 "known_rows": int(known.sum()), "why": made.why}  # fmt: skip
    audit(project, "rows appended", detail)
    progress.update(1.0, f"{made.raw.rows:,} rows appended, {len(keys):,} in all")
    return of_artifact(project, kept)


def _target(base: Dataset, typed: Path) -> TargetFacts | None:
    if base.target is None or base.task is None:
        return None
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    if base.task == "binary":
        labels = pc.unique(pq.ParquetFile(typed).read([base.target]).column(base.target).drop_null()).to_pylist()
        strange = sorted(str(label) for label in labels if str(label) not in base.classes)
        if strange:
            raise InvalidInput(
                f"The target {base.target!r} has the two classes {listing(repr(one) for one in base.classes)}. The "
                f"file has rows of {listing(repr(one) for one in strange)}. Correct them, or read the file as a "
                "version of its own.",
                field="source",
            )
    return describe(base.target, base.task, typed, base.positive)


def _notes(base: Dataset, made: _Made, known: np.ndarray, side: np.ndarray) -> tuple[tuple[str, int, str], ...]:
    """What the new rows are, counted."""
    rows, repeats = made.raw.rows, int(known.sum())
    notes = [("appended_rows", rows, f"{rows:,} rows were appended to the {base.rows:,} of version {base.number}.")]
    if repeats:
        text = f"{repeats:,} of the {rows:,} appended rows are in version {base.number} already, in every cell. "
        notes.append(("appended_known_rows", repeats, text + "They were appended all the same."))
    grouped = int(((side == HELD) & ~known).sum())
    if grouped:
        text = f"{grouped:,} appended rows belong to groups that are held out, and are held out with them."
        notes.append(("appended_held_out", grouped, text))
    return tuple(notes)


def _whole(plans: Sequence[Plan], typed: Path, base: Dataset) -> tuple[Plan, ...]:
    """The plans of the new rows, with the counts of all rows."""
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    file = pq.ParquetFile(typed, memory_map=True)
    by_name = {plan.name: plan for plan in plans}
    whole = []
    for one in base.columns:
        column = file.read([one.name]).column(one.name)
        distinct = pc.count_distinct(column, mode="only_valid").as_py()
        plan = replace(by_name[one.name], rows=len(column), missing=column.null_count, distinct=distinct)
        whole.append(replace(plan, type=one.type, evidence=one.evidence, overridden=one.overridden))
    return tuple(whole)


def _findings(base: Dataset, facts: TableFacts, name: str) -> tuple[Finding, ...]:
    """What was said of reading the old rows, what is said of reading the new ones, and what holds of the whole."""
    anew = of_the_table()
    found = [one for one in base.findings if one.code not in anew]
    for one in look(facts):
        told = one.code in anew
        found.append(one if told else replace(one, message=f"In the appended {name}: {one.message}"))
    return gravest_first(found)


def _rejected(project: Project, base: Dataset, made: _Made, folder: Path, upload: str) -> str | None:
    """The rows left out of both, as CSV (row, reason, text); those of the new file say so."""
    if not made.raw.rejected_rows:
        return base.rejected
    target = folder / "rejected_of_both.csv"
    with target.open("w", encoding="utf-8", newline="") as stream:
        if base.rejected is not None:
            with artifact_path(project, base.rejected).open(encoding="utf-8", newline="") as known:
                csv.writer(stream).writerows(csv.reader(known))
        rows = csv.writer(stream)
        if made.raw.rejected_file is not None:
            with made.raw.rejected_file.open(encoding="utf-8", newline="") as fresh:
                rows.writerows((row, f"{made.file.name}: {reason}", text) for row, reason, text in csv.reader(fresh))
        else:
            rows.writerows((one.row, f"{made.file.name}: {one.reason}", one.text) for one in made.raw.rejected)
    parents = [one for one in (base.rejected, upload) if one]
    meta = {"rows": base.rejected_rows + made.raw.rejected_rows}
    return put_file(project, "rejected_rows", target, suffix=".csv", parents=parents, meta=meta).id
