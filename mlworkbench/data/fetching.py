"""From a source to an upload to a dataset; nothing of what a setting must not hold is ever queued or stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import Artifact, find, put_file
from mlworkbench.catalog import check_params
from mlworkbench.data.holdout import check_words
from mlworkbench.data.inference import check_type
from mlworkbench.data.readers import file_ends, suffix_of
from mlworkbench.data.results import Dataset
from mlworkbench.data.sources import SOURCES
from mlworkbench.data.targets import check_task
from mlworkbench.data.typed import unique_names
from mlworkbench.data.uploads import scratch
from mlworkbench.data.versions import ingest
from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project
from mlworkbench.records import now

if TYPE_CHECKING:
    import pyarrow as pa

FETCHED = "upload"  # the part that a job of `ingest_from` keeps: the id of what came


def check_source(source: str, settings: Mapping[str, Any], *, remote: bool = False) -> dict[str, Any]:
    """The settings of a source, checked and complete; nothing is opened, nothing asked for.

    Parameters
    ----------
    remote : bool
        Whether they came through a browser: files of the server are then only those under the allowed folder.

    Raises
    ------
    InvalidInput
        `field` names the setting; also for a credential written out where a reference is expected.
    NotApplicable
        The source is not offered here, and why.
    """
    spec = SOURCES.get(source)
    why = spec.unavailable()
    if why:
        raise NotApplicable(why, field="source")
    return spec.check(check_params(spec.params, dict(settings), spec.label), remote)


def fetch(project: Project, *, source: str, settings: Mapping[str, Any], progress: Progress = SILENT) -> Artifact:
    """Bring in what a source has as an upload, whose `meta["origin"]` says where from and when.

    Parameters
    ----------
    source : str
        One of `SOURCES`.
    settings : mapping
        Its settings; credentials as ${NAME} only.

    Raises
    ------
    InvalidInput
        A setting is wrong, or what it names cannot be reached, read or is empty.
    NotApplicable
        The source is not offered here.
    """
    given, spec = check_source(source, settings), SOURCES.get(source)
    with scratch(project.workspace) as folder:
        made = spec.fetch(given, folder, lambda share, words: progress.update(share, words))
        name = made.name.replace("\\", "/").replace("\0", "").rpartition("/")[2][-200:]
        suffix = suffix_of(name)
        if suffix is None:
            known = listing(file_ends())
            raise InvalidInput(
                f"What came is called {name!r}, and no reader takes that. Readable are: {known}.", field="source"
            )
        size = made.path.stat().st_size
        if not size:
            raise InvalidInput("What came is empty (0 bytes). Check what the source holds.", field="source")
        origin = {"source": source, **made.origin, "fetched_at": now()}
        return put_file(
            project, "upload", made.path, suffix=suffix, meta={"name": name, "bytes": size, "origin": origin}
        )


def preview_source(project: Project, *, source: str, settings: Mapping[str, Any], rows: int = 50) -> pa.Table:
    """The first rows of what a source has, as they come; nothing is stored, and it ends within about 10 seconds.

    Raises
    ------
    InvalidInput
        As `fetch`, or the source does not answer in time.
    """
    given, spec = check_source(source, settings), SOURCES.get(source)
    with scratch(project.workspace) as folder:
        table = spec.preview(given, rows, folder)
    return table.rename_columns(list(unique_names(table.column_names)[0]))


def source_offers(source: str, settings: Mapping[str, Any], *, remote: bool = False) -> tuple[str, ...]:
    """What there is to choose from (tables of a database, files of the server), for the setting that `offers` names.

    Raises
    ------
    InvalidInput
        As `preview_source`; `remote` is that of `check_source`.
    """
    spec = SOURCES.get(source)
    given = check_params(spec.params, dict(settings), spec.label)
    return spec.offers[1](given, remote) if spec.offers else ()


class _Part(Progress):
    """A stretch of another progress."""

    def __init__(self, whole: Progress, start: float, end: float) -> None:
        self._whole, self._start, self._end = whole, start, end

    def update(self, fraction: float, message: str = "") -> None:
        self._whole.update(self._start + (self._end - self._start) * fraction, message)

    def log(self, text: str) -> None:
        self._whole.log(text)


def _check(
    project: Project,
    *,
    source: str,
    settings: Mapping[str, Any],
    types: Mapping[str, str] | None,
    task: str | None,
    holdout: Mapping[str, Any] | None,
    **_: Any,
) -> None:
    for name, kind in (types or {}).items():
        check_type(name, kind)
    check_task(task)
    check_words(holdout)
    check_source(source, settings)


@job(lane="light", title="Bringing in a table", check=_check)
def ingest_from(
    project: Project,
    *,
    source: str,
    settings: Mapping[str, Any],
    types: Mapping[str, str] | None = None,
    target: str | None = None,
    task: str | None = None,
    positive: str | None = None,
    holdout: Mapping[str, Any] | None = None,
    reading: Mapping[str, Any] | None = None,
    seed: int = 0,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Bring in what a source has and read it into a new dataset: `fetch`, then `ingest`.

    Parameters
    ----------
    source : str
        One of `SOURCES`.
    settings : mapping
        Its settings; credentials as ${NAME} only, as settings of jobs are stored.
    types, target, task, positive, holdout, reading, seed, why
        As `ingest`.

    Raises
    ------
    InvalidInput
        As `fetch` and `ingest`. What was fetched stays as an upload when it cannot be read so.
    """
    upload = progress.kept().get(FETCHED)
    if upload is None:
        upload = fetch(project, source=source, settings=settings, progress=_Part(progress, 0.0, 0.5)).id
        progress.keep(FETCHED, upload)
    return ingest(
        project,
        source=find(project, str(upload), kind="upload").id,
        types=types,
        target=target,
        task=task,
        positive=positive,
        holdout=holdout,
        reading=reading,
        seed=seed,
        why=why,
        progress=_Part(progress, 0.5, 1.0),
    )
