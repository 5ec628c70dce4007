"""synthesize: rows that belong to nobody."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, pairs, run_job, say
from mlworkbench.errors import InvalidInput


@click.command()
@click.option("--rows", type=int, required=True, help="How many, 1 to 1,000,000.")
@click.option("--synthesizer", default="gaussian_copula", show_default=True, help="gaussian_copula, tvae.")
@click.option("--condition", multiple=True, metavar="COL=VALUE", help="A value that every row gets.")
@click.option("--epochs", type=int, help="Of tvae.")
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write the rows: .csv or .parquet.")
@common(seed=True, job=True)
def synthesize(
    rows: int,
    synthesizer: str,
    condition: tuple[str, ...],
    epochs: int | None,
    dataset: str | None,
    out: Path | None,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Learn the training rows and draw new ones; the result is a version of the table marked synthetic."""
    from mlworkbench.artifacts import path
    from mlworkbench.data import get_dataset
    from mlworkbench.synthesis import export_synthetic, get_synthetic
    from mlworkbench.synthesis import synthesize as function

    if out is not None and out.suffix.lower() not in (".csv", ".parquet"):
        raise InvalidInput(f"--out ends with .csv or .parquet. Got {out.name!r}.", field="out")
    if out is not None and (out.is_dir() or not os.access(out.resolve().parent, os.W_OK)):
        raise InvalidInput(f"{str(out)!r} cannot be written: its folder is missing or closed.", field="out")
    project = open_project(project_name)
    settings: dict[str, Any] = {"rows": rows, "synthesizer": synthesizer, "dataset": dataset, "seed": seed}
    settings["condition"] = pairs(condition, "condition") or None
    if epochs is not None:
        settings["params"] = {"epochs": epochs}
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_synthetic(project, made)
    if out is not None and out.suffix.lower() == ".csv":
        out.write_bytes(export_synthetic(project, found.id))
    elif out is not None:
        shutil.copyfile(path(project, get_dataset(project, found.dataset).table), out)
    quality = found.quality
    document = {
        "synthetic": found.id,
        "dataset": found.dataset,
        "source": found.source,
        "rows": found.rows,
        "verdict": {
            "quality": quality.overall,
            "anchor": quality.anchor,
            "copies": quality.copies,
            "copies_anchor": quality.copies_anchor,
            "left_out": list(found.left_out),
        },
        "notes": list(found.notes),
        "sentence": found.sentence,
        "out": str(out) if out else None,
    }
    say(document, as_json, found.sentence)
