"""repair: recorded steps that make a new version of the data; seen before, and as a script."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, json_option, open_project, run_job, say
from mlworkbench.errors import InvalidInput


@click.command()
@click.option(
    "--step", "steps", multiple=True, metavar="JSON", help='{"step": "trim", "columns": ["town"]}; may be repeated.'
)
@click.option(
    "--file", "file", type=click.Path(path_type=Path), help="A JSON file with a list of steps; those of --step follow."
)
@click.option("--dataset", help="The version to repair: a number (3 or v3), a tag, or an id. Default: the current one.")
@click.option("--target", help="A column to predict that is another one than before, such as one the steps make.")
@click.option("--preview", "only_preview", is_flag=True, help="Say what would change; store nothing.")
@click.option("--script", is_flag=True, help="Print the Python script that makes the version from its files; no steps.")
@click.option("--why", default="", help="A reason, shown with the version.")
@common(job=True)
def repair(
    steps: tuple[str, ...],
    file: Path | None,
    dataset: str | None,
    target: str | None,
    only_preview: bool,
    script: bool,
    why: str,
    project_name: str,
    as_json: bool,
    detach: bool,
) -> None:
    """Repair the data: a chain of steps makes one new version. Undo it with: versions restore."""
    from mlworkbench.data import get_dataset, get_version, preview_repair, script_of
    from mlworkbench.data import repair as function

    chain = [*_of_file(file), *(json_option(one, "step") for one in steps)]
    project = open_project(project_name)
    base = get_version(project, dataset) if dataset else get_dataset(project)
    if script:
        if chain:
            raise InvalidInput("--script prints how a version was made: leave the steps out.", field="script")
        text = script_of(project, base)
        say({"dataset": base.id, "number": base.number, "script": text}, as_json, text)
        return
    if only_preview:
        seen = preview_repair(project, steps=chain, dataset=base.id)
        lines = [seen.sentence, *(f"  {place}. {one}" for place, one in enumerate(seen.done, 1))]
        say({"dataset": base.id, "number": base.number, **seen.to_json()}, as_json, "\n".join(lines))
        return
    settings: dict[str, Any] = {"steps": chain, "dataset": base.id, "why": why, "target": target}
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_dataset(project, made)
    notes = [one.message for one in found.findings if one.code == "repaired"]
    document = {
        "dataset": found.id,
        "number": found.number,
        "made_from": base.id,
        "steps": found.settings["repairs"],
        "rows": found.rows,
        "columns": {one.name: one.type for one in found.columns},
        "target": found.target,
        "table": found.table,
        "notes": notes,
    }
    lines = [f"Version {found.number}: {found.rows:,} rows × {len(found.columns)} columns ({found.id[:12]})", *notes]
    say(document, as_json, "\n  ".join(lines))


def _of_file(file: Path | None) -> list[Any]:
    if file is None:
        return []
    try:
        steps = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, ValueError) as error:
        raise InvalidInput(f"{str(file)!r} must be a file with a JSON list of steps: {error}.", field="file") from error
    if not isinstance(steps, list):
        raise InvalidInput(f"{str(file)!r} must hold a JSON list of steps. Got {type(steps).__name__}.", field="file")
    return steps
