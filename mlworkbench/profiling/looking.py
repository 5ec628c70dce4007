"""The first look: exact figures of every column, and what goes together on a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, load_keys, load_training
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.profiling.results import Profile, TargetLink

if TYPE_CHECKING:
    from pathlib import Path

    from mlworkbench.projects import Project

SAMPLE = 5_000


def _check(project: Project, **settings: Any) -> None:
    rows = settings.get("sample_rows", SAMPLE)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 100 <= rows <= 1_000_000:
        raise InvalidInput(f"sample_rows is a whole number from 100 to 1,000,000. Got {rows!r}.", field="sample_rows")
    get_dataset(project, settings.get("dataset"))


@job(lane="light", title="Taking the first look", check=_check)
def profile(
    project: Project,
    *,
    dataset: str | None = None,
    sample_rows: int = SAMPLE,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Profile:
    """Look at every column of a table, at what is missing, and at what goes together.

    Counts, quantiles, moments and top values are exact, over all rows. Associations and links to the target are
    computed on a sample of training rows: the holdout is not looked at.

    Parameters
    ----------
    dataset : str, optional
        By default the current one.
    sample_rows : int
        Training rows for associations, drawn by `seed`.

    Raises
    ------
    NotFound
        There is no such dataset.
    InvalidInput
        field="sample_rows".
    """
    from mlworkbench.profiling.columns import profile_column

    _check(project, dataset=dataset, sample_rows=sample_rows)
    table = get_dataset(project, dataset)
    file = open_table(artifacts.path(project, table.table))
    columns = []
    for at, one in enumerate(table.columns):
        progress.update(0.7 * at / len(table.columns), "Counting")
        columns.append(profile_column(one.name, one.type, file.read([one.name])[one.name]))
    progress.update(0.7, "Looking for what goes together")
    pairs, links, sampled = _together(project, table, sample_rows, seed)
    progress.update(0.95, "Looking for gaps that coincide")
    keys = load_keys(project, table)
    made = Profile(
        id="",
        number=0,
        dataset=table.id,
        rows=table.rows,
        cells_missing=sum(one.missing for one in columns),
        duplicates=_duplicates(keys),
        columns=tuple(columns),
        missing_together=_missing_together(file, [one.name for one in columns if one.missing]),
        associations=pairs,
        links=links,
        target=table.target,
        target_unit=_unit(table),
        sampled_rows=sampled,
        training_rows=table.training_rows,
        seed=seed,
        sentence=_sentence(
            table, sum(one.missing for one in columns), {one.name: one.missing for one in columns}, links
        ),
    )
    kept = artifacts.put_json(
        project,
        "profile",
        made.to_json(),
        parents=(table.id,),
        meta={"figure": f"{table.rows:,} × {len(columns)}", "remark": _strongest(table, links)},
    )
    artifacts.set_alias(project, "profile", kept.id)
    return get_profile(project, kept.id)


def open_table(file: Path) -> Any:
    """A table's file; words come as codes, as they are stored."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    words = [field.name for field in pq.read_schema(file) if pa.types.is_string(field.type)]
    return pq.ParquetFile(file, read_dictionary=words)


def get_profile(project: Project, ref: str | None = None) -> Profile:
    """A profile by id or unique prefix, the current one by default; NotFound says how to make one."""
    if ref is None and artifacts.get_alias(project, "profile") is None:
        raise NotFound("This table was not looked at yet. Take the first look.", field="profile")
    found = artifacts.find(project, ref or "profile", kind="profile")
    body = artifacts.read_json(project, found.id)
    return Profile.from_json(body, id=found.id, number=found.number, created_at=found.created_at)


def _together(project: Project, table: Dataset, sample: int, seed: int) -> tuple[Any, tuple[TargetLink, ...], int]:
    import numpy as np

    from mlworkbench.profiling.linking import Coded, associations, link

    skip = {"identifier", "constant"}
    names = [one.name for one in table.columns if one.type not in skip and one.name != table.target]
    wanted = [*names, *([table.target] if table.target else [])]
    if not wanted:
        return (), (), 0
    frame = load_training(project, table, wanted)
    if len(frame) > sample:
        frame = frame.iloc[np.sort(np.random.default_rng(seed).choice(len(frame), sample, replace=False))]
    coded = [Coded(name, frame[name]) for name in names]
    pairs = associations(coded)
    if not table.target:
        return pairs, (), len(frame)
    target = Coded(table.target, frame[table.target])
    positive = None
    if table.task == "binary" and table.classes[-1] in target.levels:
        positive = target.levels.index(table.classes[-1])
    links = [link(one, target, positive) for one in coded]
    found = sorted((one for one in links if one), key=lambda one: (-abs(one.association.strength), one.column))
    return pairs, tuple(found), len(frame)


def _duplicates(keys: Any) -> int:
    import numpy as np

    ordered = np.sort(keys)
    return int((ordered[1:] == ordered[:-1]).sum())


def _missing_together(file: Any, names: list[str]) -> tuple[tuple[str, str, int], ...]:
    """The ten pairs of columns whose gaps coincide most, of the sixty with the most gaps."""
    import numpy as np

    names = names[:60]
    if len(names) < 2:
        return ()
    gaps = np.column_stack([file.read([name])[name].is_null().to_numpy() for name in names]).astype(np.float32)
    both = gaps.T @ gaps
    pairs = [(names[i], names[j], int(both[i, j])) for i in range(len(names)) for j in range(i) if both[i, j]]
    return tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[0], pair[1]))[:10])


def _unit(table: Dataset) -> str:
    if table.task == "binary":
        return f"share of {table.target} = {table.classes[-1]}"
    return f"mean of {table.target}" if table.task == "regression" else ""


def _strongest(table: Dataset, links: tuple[TargetLink, ...]) -> str:
    from mlworkbench.profiling.linking import surely

    names = [one.column for one in surely(links)][:2]
    return f"{' and '.join(names)} go most with {table.target}" if names else ""


def _sentence(table: Dataset, missing: int, by_column: dict[str, int], links: tuple[TargetLink, ...]) -> str:
    from mlworkbench.profiling.linking import surely

    gaps = [name for name, count in by_column.items() if count]
    where = f", all in {gaps[0]}" if len(gaps) == 1 else f" in {len(gaps)} columns" if gaps else ""
    said = f"{table.rows:,} rows × {len(table.columns)} columns; {missing:,} cells are missing{where}."
    names = [one.column for one in surely(links)][:3]
    if names:
        listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
        said += f" {listed} {'goes' if len(names) == 1 else 'go'} most with {table.target}."
    elif table.target:
        said += f" No column goes with {table.target} more than chance would make it."
    return said
