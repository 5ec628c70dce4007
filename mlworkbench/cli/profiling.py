"""profile: the first look, and the ydata report as a file."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say


@click.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--sample-rows", default=5000, show_default=True, help="Training rows for associations.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the ydata report to this file too."
)
@click.option("--full", is_flag=True, help="The full report, with plots of pairs.")
@common(seed=True, job=True)
def profile(
    dataset: str | None,
    sample_rows: int,
    report: Path | None,
    full: bool,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Look at every column: types, gaps, distributions, and what goes with the target."""
    from mlworkbench.artifacts import path
    from mlworkbench.profiling import get_profile, ydata_report
    from mlworkbench.profiling import profile as function

    project = open_project(project_name)
    settings: dict[str, Any] = {"dataset": dataset, "seed": seed}
    made = run_job(function, project, settings | {"sample_rows": sample_rows}, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_profile(project, made)
    document = {
        "profile": found.id,
        "dataset": found.dataset,
        "rows": found.rows,
        "columns": [asdict(one) for one in found.columns],
        "cells_missing": found.cells_missing,
        "duplicates": found.duplicates,
        "associations": [asdict(one) for one in found.associations[:50]],
        "links": [asdict(one.association) for one in found.links],
        "sampled_rows": found.sampled_rows,
        "sentence": found.sentence,
        "report": None,
    }
    if report is not None:
        mode = "full" if full else "minimal"
        kept = run_job(ydata_report, project, settings | {"mode": mode}, detach=False, as_json=as_json)
        shutil.copyfile(path(project, str(kept)), report)
        document["report"] = str(report)
    say(document, as_json, found.sentence + (f" Report: {report}" if report else ""))
