"""report: the ydata report as a file, with what it warns of; or only what it would take."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput


@click.command()
@click.option(
    "--mode",
    default="minimal",
    show_default=True,
    help="minimal; full: correlations and pairs too; comparison: with --other; timeseries: ordered by --time.",
)
@click.option("--dataset", metavar="VERSION", help="A number, a tag or an id; default: the current one.")
@click.option("--other", metavar="VERSION", help="The version that a comparison is with.")
@click.option("--time", metavar="COL", help="The column of dates that orders a time series; default: the only one.")
@click.option("--column", multiple=True, metavar="COL", help="Only these; may be repeated.")
@click.option("--sample-rows", type=int, help="Rows drawn by --seed, of a time series the latest; default: all.")
@click.option("--predict", is_flag=True, help="Only say what it would take, and what would fit.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the page to this .html file too.")
@common(seed=True, job=True)
def report(
    mode: str,
    dataset: str | None,
    other: str | None,
    time: str | None,
    column: tuple[str, ...],
    sample_rows: int | None,
    predict: bool,
    out: Path | None,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Make the report of the ydata library about a version. Open it where it can reach nothing: it runs scripts."""
    from mlworkbench.artifacts import export_file
    from mlworkbench.data import get_version
    from mlworkbench.profiling import alerts_of, get_report, predict_report, ydata_report

    if out is not None and out.suffix.lower() not in (".html", ".htm"):
        raise InvalidInput(f"--out ends with .html. Got {out.name!r}.", field="out")
    if out is not None and (out.is_dir() or not os.access(out.resolve().parent, os.W_OK)):
        raise InvalidInput(f"{str(out)!r} cannot be written: its folder is missing or closed.", field="out")
    project = open_project(project_name)
    settings: dict[str, Any] = {
        "dataset": get_version(project, dataset).id if dataset else None,
        "mode": mode,
        "other": get_version(project, other).id if other else None,
        "time": time,
        "columns": list(column) or None,
        "sample_rows": sample_rows,
    }
    predicted = predict_report(project, **settings)
    document: dict[str, Any] = {"report": None, "predicted": asdict(predicted), "alerts": [], "out": None}
    said = f"About {predicted.seconds:.0f} s of work and {predicted.megabytes:.1f} MB."
    if predict:
        say(document, as_json, predicted.reason or said)
        return
    made = run_job(ydata_report, project, settings | {"seed": seed}, detach=detach, as_json=as_json)
    if made is None:
        return
    found, alerts = get_report(project, made), alerts_of(project, made)
    document |= {"report": asdict(found), "alerts": [one.to_json() for one in alerts]}
    if out is not None:
        export_file(project, made, out.resolve())
        document["out"] = str(out)
    lines = [f"A {found.mode} report of {found.rows:,} rows, {found.size / 1e6:.1f} MB{f': {out}' if out else ''}."]
    lines += [f"  {note}" for note in found.notes] + [f"  {one.severity}: {one.message}" for one in alerts]
    say(document, as_json, "\n".join(lines))
