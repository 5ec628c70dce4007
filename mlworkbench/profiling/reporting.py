"""The ydata report: another library's look at the table, made harmless, as one file.

Column names and cells of words are cleaned before the library sees them: it writes names into its page unescaped
(measured with fg-data-profiling 4.20: a name `<script>…` runs). What it made is shown in a frame of opaque origin only.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import get_dataset, load_table
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.profiling.results import Report

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

MOST_COLUMNS = {True: 300, False: 40}  # minimal, full: beyond it takes many minutes and a page too big to open
MOST_CELLS = {True: 8_000_000, False: 2_000_000}
SAMPLE = 20_000
_HARMLESS = str.maketrans(dict.fromkeys("<>&\"'`{}\\", " "))


def _check(project: Project, **given: Any) -> None:
    table = get_dataset(project, given.get("dataset"))
    minimal, sample = bool(given.get("minimal", True)), given.get("sample_rows")
    if sample is not None and (isinstance(sample, bool) or not isinstance(sample, int) or sample < 100):
        raise InvalidInput(f"sample_rows is a whole number of at least 100. Got {sample!r}.", field="sample_rows")
    kind = "minimal" if minimal else "full"
    if len(table.columns) > MOST_COLUMNS[minimal]:
        raise NotApplicable(
            f"A {kind} report takes at most {MOST_COLUMNS[minimal]} columns; this table has {len(table.columns):,}, "
            "which would take an hour and make a page that no browser opens. Take the first look instead"
            f"{'' if minimal else ', or a minimal report'}.",
            field="minimal",
        )
    rows = min(table.rows, sample or table.rows)
    if rows * len(table.columns) > MOST_CELLS[minimal]:
        raise NotApplicable(
            f"A {kind} report of {rows:,} × {len(table.columns)} would take many minutes and gigabytes. Set "
            f"sample_rows to {MOST_CELLS[minimal] // len(table.columns):,} or less.",
            field="sample_rows",
        )
    if table.rows == 0:
        raise NotApplicable("A report needs rows; this table has none.", field="dataset")


@job(lane="heavy", title="Making the ydata report", check=_check)
def ydata_report(
    project: Project,
    *,
    dataset: str | None = None,
    minimal: bool = True,
    sample_rows: int | None = None,
    seed: int = 0,
    progress: Progress = SILENT,
) -> Report:
    """Make the report of the ydata library (fg-data-profiling) about a table.

    Parameters
    ----------
    minimal : bool
        Without the plots of pairs and the expensive correlations.
    sample_rows : int, optional
        Rows drawn by `seed`; by default all.

    Raises
    ------
    NotApplicable
        It would be too long or too big; the message says what to do instead.
    """
    _check(project, dataset=dataset, minimal=minimal, sample_rows=sample_rows)
    table = get_dataset(project, dataset)
    progress.update(0.05, "Reading the table")
    frame = load_table(project, table)
    sampled = sample_rows is not None and sample_rows < len(frame)
    if sampled:
        frame = frame.sample(sample_rows, random_state=seed).sort_index()
    frame = harmless(frame)
    progress.update(0.15, f"Looking at {len(frame):,} rows; the library tells no progress")
    with project.workspace.scratch("report") as folder:
        target = Path(folder) / "report.html"
        target.write_text(_html(frame, f"Data v{table.number}", minimal), encoding="utf-8")
        progress.update(0.95, "Keeping the report")
        size = target.stat().st_size
        meta = {"minimal": minimal, "rows": len(frame), "sampled": sampled}
        kept = artifacts.put_file(
            project, "ydata_report", target, suffix=".html", parents=(table.id,), meta=meta | {"bytes": size}
        )
    return _report(project, kept)


def get_report(project: Project, ref: str | None = None, *, dataset: str | None = None) -> Report:
    """A report by id, or the newest one (about a dataset); NotFound says how to make one."""
    if ref is not None:
        return _report(project, artifacts.find(project, ref, kind="ydata_report"))
    for found in artifacts.list_artifacts(project, "ydata_report"):
        if dataset is None or dataset in found.parents:
            return _report(project, found)
    raise NotFound("There is no ydata report about this table yet. Make one first.", field="report")


def report_html(project: Project, ref: str) -> str:
    """The report as it was made. Show it only through `sandboxed`."""
    report = get_report(project, ref)
    return artifacts.path(project, report.id).read_text(encoding="utf-8")


def sandboxed(html: str) -> str:
    """A page that holds another one in a frame of opaque origin: it cannot reach this page, its cookies or any server.

    The frame may run its own scripts (menus, tabs); its policy lets it load nothing from anywhere. The policy stands in
    the outer page too: the inner one inherits it before its first byte is read.
    """
    from html import escape

    policy = (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
        "font-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{escape(policy)}">'
    sealed = (  # no policy reaches WebRTC: measured in Chromium, a STUN packet left the frame with data of its choosing
        "<script>for (const name of ['RTCPeerConnection', 'webkitRTCPeerConnection'])"
        "Object.defineProperty(window, name, {value: undefined, writable: false, configurable: false})</script>"
    )
    inner = escape(meta + sealed + html, quote=True)
    return (
        '<!doctype html><html><head><meta charset="utf-8">' + meta + "<style>html,body{margin:0;height:100%}"
        "iframe{border:0;width:100%;height:100%}</style></head><body>"
        f'<iframe sandbox="allow-scripts" referrerpolicy="no-referrer" title="ydata report" srcdoc="{inner}"></iframe>'
        "</body></html>"
    )


def harmless(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with names and words that mean nothing to a browser; names stay distinct."""
    names: dict[str, None] = {}
    for name in frame.columns:
        clean = base = " ".join(str(name).translate(_HARMLESS).split())[:80] or "column"
        number = 1
        while clean in names:
            number += 1
            clean = f"{base} {number}"
        names[clean] = None
    made = frame.copy()
    made.columns = list(names)
    for name in made.columns:
        if made[name].dtype == object:
            made[name] = made[name].map(lambda cell: cell if cell is None else str(cell).translate(_HARMLESS)[:200])
    return made


def _html(frame: pd.DataFrame, title: str, minimal: bool) -> str:
    """The one place that knows the library; it must not tell anybody that it is used."""
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"
    os.environ.setdefault("MPLBACKEND", "Agg")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ydata_profiling import ProfileReport

        report = ProfileReport(frame, title=title, minimal=minimal, progress_bar=False, explorative=False)
        return str(report.to_html())


def _report(project: Project, found: artifacts.Artifact) -> Report:
    return Report(
        id=found.id,
        dataset=found.parents[0],
        minimal=bool(found.meta["minimal"]),
        rows=int(found.meta["rows"]),
        sampled=bool(found.meta["sampled"]),
        size=found.size,
        created_at=found.created_at,
    )
