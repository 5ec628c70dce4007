"""Artifacts: immutable files known by the sha256 of their content, with parents, numbers and aliases.

A file is written beside its place, synced and renamed; then one transaction adds its record. A process
killed between the two leaves a whole file that nobody knows of, never half of one that somebody reads.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, func, insert, select, update

from mlworkbench import records
from mlworkbench.errors import InvalidInput, NotFound, WorkbenchError, listing
from mlworkbench.projects import Project
from mlworkbench.workspace import fsync_folder

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

BLOCK = 1 << 20
_TABLE = records.artifacts


@dataclass(frozen=True)
class Artifact:
    """What is known of an artifact; `number` counts 1, 2, 3… within its project and kind."""

    id: str
    kind: str
    number: int
    suffix: str
    size: int
    parents: tuple[str, ...]
    meta: dict[str, Any]
    created_at: str
    created_by: str


def put_json(
    project: Project,
    kind: str,
    body: Mapping[str, Any],
    *,
    parents: Sequence[str] = (),
    meta: Mapping[str, Any] | None = None,
) -> Artifact:
    """Store a JSON document; kind and parents are part of what is hashed.

    Raises
    ------
    ValueError
        When the body holds NaN or infinity, which JSON has no word for.
    """
    document = {"kind": kind, "parents": list(parents), "body": body}
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    temporary = _temporary(project, ".json")
    temporary.write_text(text, encoding="utf-8")
    return put_file(project, kind, temporary, suffix=".json", parents=parents, meta=meta)


def put_table(
    project: Project,
    kind: str,
    table: pd.DataFrame | pa.Table,
    *,
    parents: Sequence[str] = (),
    meta: Mapping[str, Any] | None = None,
) -> Artifact:
    """Store a table as Parquet (zstd); the index of a frame is not kept."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    arrow = table if isinstance(table, pa.Table) else pa.Table.from_pandas(table, preserve_index=False)
    hashes = {field.name for field in arrow.schema if pa.types.is_unsigned_integer(field.type)}
    repeats = [name for name in arrow.schema.names if name not in hashes]
    temporary = _temporary(project, ".parquet")
    pq.write_table(arrow.replace_schema_metadata(None), temporary, compression="zstd", use_dictionary=repeats)
    return put_file(project, kind, temporary, suffix=".parquet", parents=parents, meta=meta)


def put_file(
    project: Project,
    kind: str,
    path: Path,
    *,
    suffix: str,
    parents: Sequence[str] = (),
    meta: Mapping[str, Any] | None = None,
    digest: str | None = None,
) -> Artifact:
    """Move a finished file of ours (in the spool) into the store and record it.

    The same content again is the same artifact: the record that stands is returned.

    Parameters
    ----------
    suffix : str
        Our own choice ("." and lower-case letters, digits); never a name that came from outside.
    digest : str, optional
        The sha256 of the file when the caller computed it while writing.
    """
    if not re.fullmatch(r"(\.[a-z0-9]{1,8}){1,2}", suffix):
        raise InvalidInput(f"A stored file's suffix is like '.csv' or '.csv.gz'. Got {suffix!r}.")
    digest = digest or file_digest(path)
    target = _place(project, digest, suffix)
    if target.exists():
        path.unlink(missing_ok=True)
    else:
        target.parent.mkdir(parents=True, exist_ok=True)
        with open(path, "rb") as stream:
            os.fsync(stream.fileno())
        path.chmod(0o444)
        os.replace(path, target)
        fsync_folder(target.parent)
    return _record(project, digest, kind, suffix, target.stat().st_size, tuple(parents), dict(meta or {}))


def _record(
    project: Project, digest: str, kind: str, suffix: str, size: int, parents: tuple[str, ...], meta: dict[str, Any]
) -> Artifact:
    mine = _TABLE.c.project_id == project.id
    with project.workspace.write() as connection:
        known = connection.execute(select(_TABLE).where(mine, _TABLE.c.id == digest)).first()
        if known is not None:
            return _artifact(known)
        for parent in parents:
            if connection.execute(select(_TABLE.c.id).where(mine, _TABLE.c.id == parent)).first() is None:
                raise NotFound(f"The parent {parent[:12]} of this {kind} is not an artifact of {project.name!r}.")
        last = connection.execute(select(func.max(_TABLE.c.number)).where(mine, _TABLE.c.kind == kind)).scalar()
        artifact = Artifact(
            digest, kind, (last or 0) + 1, suffix, size, parents, meta, records.now(), project.workspace.user
        )
        connection.execute(
            insert(_TABLE).values(
                project_id=project.id,
                id=digest,
                kind=kind,
                number=artifact.number,
                suffix=suffix,
                size=size,
                parents=list(parents),
                meta=meta,
                created_at=artifact.created_at,
                created_by=artifact.created_by,
            )
        )
    return artifact


def find(project: Project, ref: str, *, kind: str | None = None) -> Artifact:
    """The artifact of that full id, unique prefix (6 characters or more) or alias.

    Raises
    ------
    NotFound
        When there is none, or a prefix fits several.
    """
    mine = _TABLE.c.project_id == project.id
    with project.workspace.read() as connection:
        row = connection.execute(
            select(_TABLE)
            .join(records.aliases, records.aliases.c.artifact_id == _TABLE.c.id)
            .where(mine, records.aliases.c.project_id == project.id, records.aliases.c.alias == ref)
        ).first()
        if row is None and re.fullmatch(r"[0-9a-f]{6,64}", str(ref)):
            rows = connection.execute(select(_TABLE).where(mine, _TABLE.c.id.startswith(ref)).limit(2)).all()
            if len(rows) > 1:
                raise NotFound(f"{ref!r} fits several artifacts of {project.name!r}. Give more characters of the id.")
            row = rows[0] if rows else None
    if row is None or (kind is not None and row.kind != kind):
        what = kind or "artifact"
        known = listing(f"{one.id[:12]} (v{one.number})" for one in list_artifacts(project, kind))
        raise NotFound(f"There is no {what} {str(ref)!r} in {project.name!r}. There are: {known}.", field=kind)
    return _artifact(row)


def path(project: Project, ref: str) -> Path:
    """The file of an artifact, to read; WorkbenchError when it is missing from the store."""
    artifact = find(project, ref)
    place = _place(project, artifact.id, artifact.suffix)
    if not place.exists():
        raise WorkbenchError(
            f"The file of {artifact.kind} {artifact.id[:12]} is missing from the artifact folder. "
            "Restore the workspace from a copy, or make this artifact again from its parents."
        )
    return place


def read_json(project: Project, ref: str) -> Any:
    """The body of a JSON artifact."""
    return json.loads(path(project, ref).read_text(encoding="utf-8"))["body"]


def read_table(project: Project, ref: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """A table artifact as a DataFrame, all columns or those named."""
    import pandas as pd

    return pd.read_parquet(path(project, ref), columns=list(columns) if columns is not None else None)


def list_artifacts(
    project: Project, kind: str | None = None, limit: int | None = None, *, parent: str | None = None
) -> tuple[Artifact, ...]:
    """Artifacts of a project, newest first: the newest `limit`, and of these the ones made from `parent`, if named."""
    query = select(_TABLE).where(_TABLE.c.project_id == project.id).order_by(_TABLE.c.seq.desc())
    if kind is not None:
        query = query.where(_TABLE.c.kind == kind)
    with project.workspace.read() as connection:
        found = tuple(_artifact(row) for row in connection.execute(query.limit(limit)))
    return found if parent is None else tuple(one for one in found if parent in one.parents)


def set_alias(project: Project, alias: str, ref: str) -> None:
    """Point a name ("dataset", "champion") at an artifact; the last call wins."""
    set_aliases(project, {alias: ref})


def set_aliases(project: Project, targets: Mapping[str, str]) -> None:
    """Point several names at artifacts, all or none."""
    ids = {alias: find(project, ref).id for alias, ref in targets.items()}
    table = records.aliases
    with project.workspace.write() as connection:
        for alias, artifact_id in ids.items():
            values = {"artifact_id": artifact_id, "changed_at": records.now()}
            mine = (table.c.project_id == project.id) & (table.c.alias == alias)
            if not connection.execute(update(table).where(mine).values(values)).rowcount:
                connection.execute(insert(table).values(project_id=project.id, alias=alias, **values))


def get_alias(project: Project, alias: str) -> Artifact | None:
    """What a name points at, or None."""
    known = aliases(project).get(alias)
    return find(project, known) if known else None


def aliases(project: Project) -> dict[str, str]:
    """All names of a project with the ids they point at."""
    table = records.aliases
    query = select(table.c.alias, table.c.artifact_id).where(table.c.project_id == project.id).order_by(table.c.alias)
    with project.workspace.read() as connection:
        return {row.alias: row.artifact_id for row in connection.execute(query)}


def lineage(project: Project, ref: str) -> tuple[Artifact, ...]:
    """The artifact and all it was made from, nearest first, each once."""
    by_id = {artifact.id: artifact for artifact in list_artifacts(project)}
    queue = [find(project, ref).id]
    seen: dict[str, Artifact] = {}
    while queue:
        current = queue.pop(0)
        if current in by_id and current not in seen:
            seen[current] = by_id[current]
            queue.extend(by_id[current].parents)
    return tuple(seen.values())


def verify(project: Project, refs: Iterable[str] | None = None) -> tuple[str, ...]:
    """Ids whose file is missing or no longer has the content it is known by; empty when all is well."""
    wanted = [find(project, ref) for ref in refs] if refs is not None else list_artifacts(project)
    broken = []
    for artifact in wanted:
        place = _place(project, artifact.id, artifact.suffix)
        if not place.exists() or file_digest(place) != artifact.id:
            broken.append(artifact.id)
    return tuple(broken)


def file_digest(source: Path) -> str:
    """The sha256 of a file, read in 1 MB blocks."""
    with open(source, "rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def export_file(project: Project, ref: str, target: Path) -> Path:
    """Copy an artifact's file to `target`, whole or not at all."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=".part-")
    os.close(handle)
    shutil.copyfile(path(project, ref), name)
    os.replace(name, target)
    return target


def _temporary(project: Project, suffix: str) -> Path:
    return project.workspace.spool_name("part").with_suffix(suffix)


def _place(project: Project, digest: str, suffix: str) -> Path:
    return project.workspace.artifacts / digest[:2] / f"{digest}{suffix}"


def _artifact(row: Row[Any]) -> Artifact:
    return Artifact(
        row.id, row.kind, row.number, row.suffix, row.size, tuple(row.parents), row.meta, row.created_at, row.created_by
    )
