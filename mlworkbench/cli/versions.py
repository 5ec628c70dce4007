"""versions: the project's data as it was and is: list, diff, tag, restore, append, download."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, json_option, open_project, run_job, say
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    from mlworkbench.data import Version

_REF = "A number (3 or v3), a tag, or an id."


@click.group()
def versions() -> None:
    """Versions of the data: compare, append, tag, restore, download. VERSION is a number, a tag or an id."""


def _document(one: Version) -> dict[str, Any]:
    body = asdict(one)
    body["dataset"] = body.pop("id")
    return body


@versions.command("list")
@common()
def list_(project_name: str, as_json: bool) -> None:
    """List all versions, the newest first: who made it, when, why, from what."""
    from mlworkbench.data import list_versions

    known = list_versions(open_project(project_name))
    lines = [
        f"v{one.number}{' *' if one.current else '  '} {one.id[:12]}  {one.made_at[:19]}  {one.rows:>9,} rows"
        f"  {one.who}  {one.name}{''.join(f' [{tag}]' for tag in one.tags)}{f' ({one.why})' if one.why else ''}"
        for one in known
    ]
    say({"versions": [_document(one) for one in known]}, as_json, "\n".join(lines) or "No version yet.")


@versions.command()
@click.argument("old")
@click.argument("new")
@click.option("--key", "key", multiple=True, metavar="COL", help="A column that names a row; may be repeated.")
@common(job=True)
def diff(old: str, new: str, key: tuple[str, ...], project_name: str, as_json: bool, detach: bool) -> None:
    """Compare version OLD with NEW: columns, rows, cells, how the values are spread."""
    from mlworkbench.data import compare_versions, get_diff, get_version

    project = open_project(project_name)
    settings = {"old": get_version(project, old).id, "new": get_version(project, new).id, "key": list(key)}
    made = run_job(compare_versions, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_diff(project, made)
    document = asdict(found)
    for place, one in enumerate(found.columns):
        document["columns"][place]["shift"]["found"] = one.shift.found
    lines = [found.sentence]
    lines += [f"  added column: {name}" for name in found.added] + [f"  removed column: {n}" for n in found.removed]
    lines += [f"  {name}: {before} became {after}" for name, before, after in found.retyped]
    lines += [f"  {one.old} may be {one.new} now ({one.share:.0%} of {one.rows:,} rows agree)" for one in found.renamed]
    for one in found.columns:
        said = [f"{one.changed:,} cells changed"] if one.changed else []
        said += [f"spread differently ({one.shift.effect:.3f})"] if one.shift.found else []
        lines += [f"  {one.name}: {', '.join(said)}"] if said else []
    say(document, as_json, "\n".join(lines))


@versions.command()
@click.argument("version")
@click.argument("tag")
@click.option("--why", default="", help="A reason, kept in the audit log.")
@common()
def tag(version: str, tag: str, why: str, project_name: str, as_json: bool) -> None:
    """Give VERSION the name TAG; a tag that another version has moves."""
    from mlworkbench.data import get_version, tag_version

    project = open_project(project_name)
    made = tag_version(project, get_version(project, version).id, tag, why=why)
    say(_document(made), as_json, f"v{made.number} is tagged: {', '.join(made.tags)}")


@versions.command()
@click.argument("version")
@click.option("--why", default="", help="A reason, kept in the audit log.")
@common()
def restore(version: str, why: str, project_name: str, as_json: bool) -> None:
    """Make VERSION the current one; nothing is deleted."""
    from mlworkbench.data import get_version, restore_version

    project = open_project(project_name)
    made = restore_version(project, get_version(project, version).id, why=why)
    say(_document(made), as_json, f"v{made.number} is the current version: {made.rows:,} rows.")


@versions.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True))
@click.option("--to", "version", metavar="VERSION", help=f"{_REF} Default: the current one.")
@click.option("--reading", metavar="JSON", help='How this file is read, where it differs: {"delimiter": ";"}.')
@click.option("--why", default="", help="A reason, shown with the version.")
@common(job=True)
def append(
    file: Path, version: str | None, reading: str | None, why: str, project_name: str, as_json: bool, detach: bool
) -> None:
    """Append the rows of FILE to a version: a new version of both, with the same types, target and holdout."""
    from mlworkbench.data import append as function
    from mlworkbench.data import get_dataset, get_version

    project = open_project(project_name)
    settings = {
        "source": str(file),
        "dataset": get_version(project, version).id if version else None,
        "reading": json_option(reading, "reading") if reading else None,
        "why": why,
    }
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    dataset = get_dataset(project, made)
    part = dataset.settings["appended"][-1]
    document = {
        "dataset": dataset.id,
        "number": dataset.number,
        "appended_to": part["dataset"],
        "appended_rows": part["rows"],
        "rows": dataset.rows,
        "rejected_rows": dataset.rejected_rows,
        "findings": [asdict(one) for one in dataset.findings],
    }
    lines = [f"Version {dataset.number}: {part['rows']:,} rows appended, {dataset.rows:,} in all ({dataset.id[:12]})"]
    lines += [f"  {one.severity}: {one.message}" for one in dataset.findings]
    say(document, as_json, "\n".join(lines))


@versions.command()
@click.argument("version", required=False)
@click.option("--format", "kind", type=click.Choice(["parquet", "csv", "upload"]), default="parquet", show_default=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@common()
def download(version: str | None, kind: str, out: Path, project_name: str, as_json: bool) -> None:
    """Write VERSION (default: the current one) to a file; "upload" gives the bytes as they came.

    In a CSV, text that a spreadsheet would run as a formula gets a leading apostrophe; how many cells is said.
    """
    from mlworkbench.artifacts import export_file
    from mlworkbench.data import download as function
    from mlworkbench.data import get_dataset, get_version

    target = out.expanduser().resolve()
    if not target.parent.is_dir():
        raise InvalidInput(f"The folder of {str(out)!r} does not exist. Make it, or name another file.", field="out")
    project = open_project(project_name)
    chosen = get_version(project, version) if version else get_dataset(project)
    made = function(project, dataset=chosen.id, format=kind)
    try:
        export_file(project, made.id, target)
    except OSError as error:
        raise InvalidInput(f"{str(out)!r} cannot be written: {error.strerror}.", field="out") from error
    document = {"dataset": chosen.id, "number": chosen.number, "format": kind, "out": str(out), "bytes": made.size,
                "neutralised": made.neutralised}  # fmt: skip
    said = f" {made.neutralised:,} cells that begin as formulas got an apostrophe." if made.neutralised else ""
    say(document, as_json, f"Version {chosen.number} is written to {out}: {made.size:,} bytes.{said}")
