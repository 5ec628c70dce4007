"""profile: the first look, and the ydata report as a file."""

from __future__ import annotations

import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput


@click.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--sample-rows", default=5000, show_default=True, help="Training rows for associations.")
@click.option(
    "--report", type=click.Path(path_type=Path), metavar="FILE", help="Write the ydata report to this file too."
)
@click.option("--full", is_flag=True, help="The full report, with plots of pairs.")
@click.option("--glance", "only_glance", is_flag=True, help="Figures from a sample, at once; no job, nothing stored.")
@click.option("--pin", "pins", multiple=True, metavar="COL=TEXT", help="Pin a note to a column; no text takes it away.")
@click.option("--notes", "with_notes", is_flag=True, help="Print the notes that are pinned to columns too.")
@common(seed=True, job=True)
def profile(
    dataset: str | None,
    sample_rows: int,
    report: Path | None,
    full: bool,
    only_glance: bool,
    pins: tuple[str, ...],
    with_notes: bool,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Look at every column: types, gaps, distributions, and what goes with the target."""
    from mlworkbench.artifacts import path
    from mlworkbench.data import get_dataset
    from mlworkbench.profiling import get_profile, glance, notes_of, pin_note, ydata_report
    from mlworkbench.profiling import profile as function

    project = open_project(project_name)
    table = get_dataset(project, dataset)
    wanted = _pins(pins)
    for column in wanted:
        table.column(column)
    settings: dict[str, Any] = {"dataset": dataset, "seed": seed}
    if only_glance:
        found = glance(project, table, seed=seed)
    else:
        made = run_job(function, project, settings | {"sample_rows": sample_rows}, detach=detach, as_json=as_json)
        if made is None:
            return
        found = get_profile(project, made)
    for column, text in wanted.items():
        pin_note(project, table, column, text)
    notes = list(notes_of(project).values()) if with_notes else []
    document = {
        "profile": found.id or None,
        "dataset": found.dataset,
        "rows": found.rows,
        "looked_rows": found.looked_rows,
        "estimated": found.estimated,
        "columns": [asdict(one) for one in found.columns],
        "cells_missing": found.cells_missing,
        "duplicates": found.duplicates,
        "patterns": [asdict(one) for one in found.patterns],
        "pattern_count": found.pattern_count,
        "associations": [asdict(one) for one in found.associations[:50]],
        "association_count": len(found.associations),
        "links": [asdict(one.association) for one in found.links],
        "sampled_rows": found.sampled_rows,
        "sentence": found.sentence,
        "notes": [asdict(one) for one in notes],
        "report": None,
    }
    if report is not None:
        mode = "full" if full else "minimal"
        kept = run_job(ydata_report, project, settings | {"mode": mode}, detach=False, as_json=as_json)
        shutil.copyfile(path(project, str(kept)), report)
        document["report"] = str(report)
    lines = [found.sentence + (f" Report: {report}" if report else "")]
    if found.estimated:
        lines.append(f"Estimated from {found.looked_rows:,} of {found.rows:,} rows.")
    say(document, as_json, "\n".join([*lines, *(f"{one.column}: {one.text}" for one in notes)]))


def _pins(values: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for value in values:
        column, equals, text = value.partition("=")
        if not column or not equals:
            raise InvalidInput(f"--pin is given as COL=TEXT. Got {value!r}.", field="pin")
        found[column] = text
    return found
