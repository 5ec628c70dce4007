"""The holdout: cut once per target and set of columns, known by row keys, looked at only through a counted door."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import records
from mlworkbench.artifacts import get_alias, put_json, put_table, read_json, set_alias
from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data.arrays import as_numpy
from mlworkbench.data.keys import mix, value_keys
from mlworkbench.data.results import Look
from mlworkbench.data.targets import TargetFacts
from mlworkbench.errors import Conflict, InvalidInput, listing
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

METHODS = ("random", "stratified", "group", "time", "none")
TRAINING, HELD, GAP = 0, 1, 2
_SETTINGS = ("method", "size", "column", "gap", "seed")


@dataclass(frozen=True)
class Division:
    """How a table is divided: `sides` has TRAINING, HELD or GAP per row; `size` is what the holdout was cut with.

    `policy` is the one it was cut with, None without a holdout.
    """

    holdout: str | None
    sides: np.ndarray
    size: int
    policy: Mapping[str, Any] | None = None


def check_policy(policy: Mapping[str, Any] | None, task: str, schema: Mapping[str, str], seed: int) -> dict[str, Any]:
    """A holdout policy with all its settings, defaults by task.

    Parameters
    ----------
    policy : Mapping or None
        method: "random", "stratified", "group", "time" or "none"; size: share of the rows, 0 to 1; column:
        the group's or the time's; gap: days (of a datetime) or units (of a number) before the holdout that
        belong to neither side; seed.

    Raises
    ------
    InvalidInput
        field="holdout".
    """
    check_words(policy)
    given = dict(policy or {})
    method = given.get("method") or ("random" if task == "regression" else "stratified")
    if method == "none":
        return {"method": "none"}
    if method == "stratified" and task == "regression":
        raise _wrong("A stratified holdout needs classes, and this is a regression. Choose random, group or time.")
    size, gap = given.get("size", 0.2), given.get("gap", 0)
    column = given.get("column")
    if method in ("group", "time"):
        if not isinstance(column, str) or column not in schema:
            raise _wrong(
                f"A holdout by {method} needs a column of the table. Got {column!r}. Columns: {listing(schema)}."
            )
        if method == "time" and schema[column] not in ("datetime", "number", "integer"):
            raise _wrong(f"A holdout by time needs a datetime or number. {column!r} is {schema[column]}; set its type.")
    full = {"method": method, "size": float(size), "seed": int(given.get("seed", seed))}
    return (
        full
        | ({"column": column} if method != "random" and column else {})
        | ({"gap": float(gap)} if method == "time" else {})
    )


def check_words(policy: Mapping[str, Any] | None) -> None:
    """What can be seen to be wrong in a policy without the table: `check_policy` says the rest."""
    given = dict(policy or {})
    for name in given:
        if name not in _SETTINGS:
            raise _wrong(f"A holdout has no setting {name!r}. Settings: {listing(_SETTINGS)}.")
    if given.get("method") is not None and given["method"] not in METHODS:
        raise _wrong(f"A holdout's method is one of {listing(METHODS)}. Got {given['method']!r}.")
    if given.get("method") == "none":
        return
    size, gap = given.get("size", 0.2), given.get("gap", 0)
    if not _number(size) or not 0.0 < size < 1.0:
        raise _wrong(f"A holdout's size is a share between 0 and 1, such as 0.2. Got {size!r}.")
    if not _number(gap) or gap < 0:
        raise _wrong(f"A gap is a number of days (or units of the column), 0 or more. Got {gap!r}.")


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and value == value


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, field="holdout")


def alias_of(target: str, columns: Sequence[str]) -> str:
    """The name under which a project keeps the holdout of a target over these columns."""
    text = json.dumps([target, sorted(columns)], ensure_ascii=False)
    return f"holdout:{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def everything_to_learn(rows: int) -> np.ndarray:
    """The sides of a table without a holdout."""
    import numpy as np

    return np.zeros(rows, dtype=np.int8)


def divide(
    project: Project,
    table: Path,
    keys: np.ndarray,
    target: TargetFacts,
    policy: Mapping[str, Any],
    asked: Mapping[str, Any] | None,
    columns: Sequence[str],
) -> Division:
    """Cut the holdout of this target, or take up the one that was cut before.

    Parameters
    ----------
    table : Path
        The typed table.
    policy, asked : Mapping
        The full policy from `check_policy`, and what was asked for in so many words.

    Raises
    ------
    InvalidInput
        field="holdout": a policy that leaves one side empty.
    Conflict
        field="holdout": another policy is asked for than the one it was cut with.
    """
    alias = alias_of(target.name, columns)
    with project.workspace.lock(f"holdout-{project.id}"):
        known = get_alias(project, alias)
        if known is not None:
            body = read_json(project, known.id)
            _same_policy(body["policy"], asked)
            return Division(known.id, sides(project, known.id, table, keys), body["rows"], body["policy"])
        if policy["method"] == "none":
            return Division(None, everything_to_learn(len(keys)), 0)
        side, groups = _cut(table, keys, target.name, policy)
        rows, gap = int((side == HELD).sum()), int((side == GAP).sum())
        labelled = len(keys) - target.missing
        if rows == 0 or labelled - rows - gap <= 0:
            raise _wrong(
                f"A holdout by {policy['method']} of size {policy['size']} leaves {rows:,} rows in it and "
                f"{max(labelled - rows - gap, 0):,} to learn from. Choose another size, gap or method."
            )
        stored = put_table(project, "holdout_keys", _key_table(keys, side, groups))
        body = {
            "policy": dict(policy),
            "target": target.name,
            "columns": sorted(columns),
            "rows": rows,
            "gap_rows": gap,
            "share": rows / labelled,
            "keys": stored.id,
        }
        artifact = put_json(project, "holdout", body, parents=[stored.id])
        set_alias(project, alias, artifact.id)
    return Division(artifact.id, side, rows, policy)


def _columns(table: Path, *names: str) -> dict[str, Any]:
    import pyarrow.parquet as pq

    wanted = list(dict.fromkeys(names))
    return dict(zip(wanted, (pq.ParquetFile(table).read([name])[0].combine_chunks() for name in wanted), strict=True))


def differs(stored: Mapping[str, Any], asked: Mapping[str, Any] | None) -> bool:
    """Whether a policy that was asked for is another than the one a holdout was cut with."""
    given = {name: value for name, value in (asked or {}).items() if value is not None}
    return any(stored.get(name) != value for name, value in given.items() if value or name != "gap" or name in stored)


def _same_policy(stored: Mapping[str, Any], asked: Mapping[str, Any] | None) -> None:
    if differs(stored, asked):
        was = ", ".join(f"{name} {value}" for name, value in stored.items())
        raise Conflict(
            f"The holdout of this target was cut already ({was}) and is cut only once, so that no model has seen it. "
            "Leave the setting out to use it, or start another project to cut it differently.",
            field="holdout",
        )


def _key_table(keys: np.ndarray, side: np.ndarray, groups: np.ndarray) -> pa.Table:
    import numpy as np
    import pyarrow as pa

    parts = [("holdout", np.unique(keys[side == HELD])), ("gap", np.unique(keys[side == GAP])), ("group", groups)]
    return pa.table(
        {
            "key": np.concatenate([part for _, part in parts]).astype(np.uint64),
            "part": pa.array([name for name, part in parts for _ in range(len(part))], pa.string()),
        }
    )


def _cut(table: Path, keys: np.ndarray, target: str, policy: Mapping[str, Any]) -> tuple[np.ndarray, np.ndarray]:
    """The side of each row, and the keys of the groups held out (method "group")."""
    import numpy as np

    columns = _columns(table, target, policy.get("column", target))
    labelled = as_numpy(columns[target].is_valid())
    side = everything_to_learn(len(keys))
    groups = np.empty(0, dtype=np.uint64)
    method, size, seed = policy["method"], policy["size"], policy["seed"]
    if method == "time":
        _by_time(columns[policy["column"]], labelled, size, policy["gap"], side)
    elif method == "stratified":
        labels = value_keys(columns[target])
        for label in np.unique(labels[labelled]):
            rows = labelled & (labels == label)
            side[rows & np.isin(keys, _draw(keys[rows], size, seed, spare=1))] = HELD
    elif method == "group":
        cells = columns[policy["column"]]
        there = as_numpy(cells.is_valid())
        owner = np.where(there, value_keys(cells), keys)
        groups = _draw(owner[labelled], size, seed, spare=1)
        side[labelled & np.isin(owner, groups)] = HELD
    else:
        side[labelled & np.isin(keys, _draw(keys[labelled], size, seed, spare=1))] = HELD
    return side, groups


def _draw(keys: np.ndarray, size: float, seed: int, spare: int) -> np.ndarray:
    """Different keys in an order by key and seed only, until their rows make up `size`; `spare` of them stay out."""
    import numpy as np

    different, counts = np.unique(keys, return_counts=True)
    order = np.argsort(mix(different ^ mix(np.array([seed + 1], dtype=np.uint64))), kind="stable")
    reached = np.cumsum(counts[order])
    enough = int(np.searchsorted(reached, round(size * len(keys)))) + 1
    if round(size * len(keys)) == 0:
        enough = 0
    return different[order][: min(enough, len(different) - spare)]


def _by_time(cells: pa.Array, labelled: np.ndarray, size: float, gap: float, side: np.ndarray) -> None:
    """The last share of the rows in time; equal times stay together; rows without a time are in neither."""
    import numpy as np
    import pyarrow as pa

    there = as_numpy(cells.is_valid())
    dated = pa.types.is_timestamp(cells.type)
    times = as_numpy((cells.cast(pa.int64()) if dated else cells).fill_null(0))
    usable = labelled & there
    if not usable.any():
        return
    ordered = np.sort(times[usable])
    start = ordered[min(len(ordered) - 1, len(ordered) - max(1, round(size * len(ordered))))]
    reach = gap * 86_400_000_000 if dated else gap
    side[usable & (times >= start)] = HELD
    side[usable & (times < start) & (times >= start - reach) & (gap > 0)] = GAP
    side[labelled & ~there] = GAP


def sides(project: Project, holdout: str | None, table: Path, keys: np.ndarray) -> np.ndarray:
    """The side of each row of a table under a holdout that was cut, here or in another version."""
    return everything_to_learn(len(keys)) if holdout is None else _sides(project, holdout, keys, _reader(table))


def sides_of_rows(project: Project, holdout: str, cells: pa.Table, keys: np.ndarray) -> np.ndarray:
    """The side of some rows: their keys, and their cells of the target and of the column that a group policy names."""

    def some(*names: str) -> dict[str, Any]:
        return {name: _plain(cells[name]).combine_chunks() for name in names}

    return _sides(project, holdout, keys, some)


def _plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    import pyarrow as pa

    return column.cast(column.type.value_type) if pa.types.is_dictionary(column.type) else column


def _reader(table: Path) -> Callable[..., dict[str, Any]]:
    return lambda *names: _columns(table, *names)


def _sides(project: Project, holdout: str, keys: np.ndarray, columns: Callable[..., dict[str, Any]]) -> np.ndarray:
    import numpy as np
    import pyarrow.parquet as pq

    side = everything_to_learn(len(keys))
    body = read_json(project, holdout)
    stored = pq.read_table(artifact_path(project, body["keys"]), read_dictionary=["part"])
    known = {part: _of_part(stored, part) for part in ("gap", "holdout", "group")}
    side[np.isin(keys, known["gap"])] = GAP
    side[_among(keys, known["holdout"])] = HELD
    policy = body["policy"]
    if policy["method"] == "group":
        cells = columns(policy["column"], body["target"])
        labelled = as_numpy(cells[body["target"]].is_valid())
        side[labelled & np.isin(value_keys(cells[policy["column"]]), known["group"])] = HELD
    return side


def _of_part(stored: pa.Table, part: str) -> np.ndarray:
    import pyarrow.compute as pc

    found: np.ndarray = stored["key"].filter(pc.equal(stored["part"], part)).to_numpy()
    return found


def _among(keys: np.ndarray, ordered: np.ndarray) -> np.ndarray:
    """Which keys are among others that are in ascending order: a few of many are found without sorting those again."""
    import numpy as np

    if not len(ordered):
        return np.zeros(len(keys), dtype=bool)
    found: np.ndarray = ordered[np.minimum(np.searchsorted(ordered, keys), len(ordered) - 1)] == keys
    return found


def count_look(project: Project, holdout: str, why: str) -> None:
    """Record that somebody is about to look at a holdout."""
    from sqlalchemy import insert

    if not why.strip():
        raise InvalidInput("A look at the holdout needs a reason, such as 'promotion'. Got none.", field="why")
    with project.workspace.write() as connection:
        connection.execute(
            insert(records.holdout_looks).values(
                id=uuid.uuid4().hex,
                project_id=project.id,
                holdout=holdout,
                at=records.now(),
                who=project.workspace.user,
                why=why.strip(),
            )
        )


def looks_at(project: Project, holdout: str | None) -> tuple[Look, ...]:
    """Every look at a holdout, the oldest first."""
    from sqlalchemy import select

    table = records.holdout_looks
    query = select(table.c.at, table.c.who, table.c.why).where(
        table.c.project_id == project.id, table.c.holdout == (holdout or "")
    )
    with project.workspace.read() as connection:
        return tuple(Look(row.at, row.who, row.why) for row in connection.execute(query.order_by(table.c.seq)))
