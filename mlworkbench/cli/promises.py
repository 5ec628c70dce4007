"""The data contract on the command line: infer it, show it, set it, check a file against it."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from mlworkbench.data import CheckReport, DataContract
    from mlworkbench.projects import Project

_FORMATS = ["yaml", "python", "json"]
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True)


@click.group()
def contract() -> None:
    """The data contract: what every table of the project satisfies."""


@contract.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--save", is_flag=True, help="Save it as the project's contract.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the revision.")
@common(job=True)
def infer(dataset: str | None, save: bool, why: str, project_name: str, as_json: bool, detach: bool) -> None:
    """Infer a contract from the training rows of a version; with --save it counts from now on."""
    from mlworkbench.data import adopt_promises, get_promises, infer_promises

    project = open_project(project_name)
    if not save:
        if detach or why:
            raise InvalidInput("A reason, or not waiting, goes with --save.", field="save")
        _say(infer_promises(project, dataset), as_json)
        return
    current = get_promises(project)
    settings = {"dataset": dataset, "why": why, "based_on": current.id if current else ""}
    made = run_job(adopt_promises, project, settings, detach=detach, as_json=as_json)
    if made is not None:
        _say(_known(project, made), as_json)


@contract.command()
@click.option("--format", "kind", type=click.Choice(_FORMATS), default="yaml", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), help="The file to write; otherwise it is printed.")
@click.option("--revision", metavar="NUMBER", help="Default: the current one.")
@common()
def show(kind: str, out: Path | None, revision: str | None, project_name: str, as_json: bool) -> None:
    """Print or write the contract: as YAML or JSON for `contract set`, or as a Python script that checks a table."""
    from mlworkbench.data import to_python, to_yaml

    found = _known(open_project(project_name), revision)
    if out is None and (as_json or kind == "json"):
        _say(found, True)
        return
    text = to_yaml(found) if kind == "yaml" else to_python(found) if kind == "python" else f"{_json(found.as_dict())}\n"
    if out is None:
        click.echo(text, nl=False)
        return
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise InvalidInput(f"{str(out)!r} cannot be written: {error.strerror}.", field="out") from error
    say({**_document(found), "out": str(out)}, as_json, f"Written: {out}")


@contract.command("set")
@click.option("--file", "file", type=_FILE, help="The whole contract, as YAML or JSON.")
@click.option("--enforce", type=click.Choice(["warn", "reject"]), help="Whether a table that breaks it is rejected.")
@click.option("--strict/--not-strict", default=None, help="Whether columns that are not promised break it.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the revision.")
@click.option("--despite-data", is_flag=True, help="Save a contract that the current data breaks; needs --why.")
@common(job=True)
def set_(
    file: Path | None,
    enforce: str | None,
    strict: bool | None,
    why: str,
    despite_data: bool,
    project_name: str,
    as_json: bool,
    detach: bool,
) -> None:
    """Save a new revision: from a file, or the current one with other terms."""
    from mlworkbench.data import from_yaml, get_promises, save_promises

    if file is None and enforce is None and strict is None:
        raise InvalidInput("Give --file, --enforce or --strict: there is nothing to change.", field="file")
    project = open_project(project_name)
    current = get_promises(project)
    wanted = from_yaml(_text(file)) if file is not None else _known(project)
    terms: dict[str, Any] = {"enforce": enforce, "strict": strict}
    wanted = replace(wanted, **{name: value for name, value in terms.items() if value is not None})
    settings = {"contract": wanted.as_dict(), "why": why, "despite_data": despite_data}
    settings["based_on"] = current.id if current else ""
    made = run_job(save_promises, project, settings, detach=detach, as_json=as_json)
    if made is not None:
        _say(_known(project, made), as_json)


@contract.command()
@click.argument("file", type=_FILE)
@click.option("--out", type=click.Path(path_type=Path), help="Also write the listed violations there, as CSV.")
@common()
def check(file: Path, out: Path | None, project_name: str, as_json: bool) -> None:
    """Check a file against the contract; nothing is stored. Violations are no error: exit 0."""
    from mlworkbench.data import check_file

    project = open_project(project_name)
    found = _known(project)
    report = check_file(project, file)
    document = {"contract": found.id, "kept": report.kept, **report.as_dict(), "not_shown": report.not_shown}
    lines = [report.sentence]
    lines += [f"  {f'row {one.row:,}, ' if one.row else ''}{one.sentence}" for one in report.violations[:20]]
    lines += [f"  and {report.total - 20:,} more"] if report.total > 20 else []
    if out is not None:
        _write(report, out)
        document["out"] = str(out)
        lines.append(f"Written: {out}")
    say(document, as_json, "\n".join(lines))


def _write(report: CheckReport, out: Path) -> None:
    from mlworkbench.data import violation_rows

    try:
        with out.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows(violation_rows(report))
    except OSError as error:
        raise InvalidInput(f"{str(out)!r} cannot be written: {error.strerror}.", field="out") from error


def _known(project: Project, ref: str | None = None) -> DataContract:
    from mlworkbench.data import get_promises

    found = get_promises(project, ref)
    if found is None:
        raise NotFound("No data contract is saved. Make one with: mlworkbench contract infer --save", field="contract")
    return found


def _document(found: DataContract) -> dict[str, Any]:
    return {
        "contract": found.as_dict(),
        "id": found.id or None,
        "number": found.number,
        "who": found.who or None,
        "why": found.why or None,
    }


def _say(found: DataContract, as_json: bool) -> None:
    head = f"Data contract, revision {found.number} ({found.id[:12]})" if found.id else "Inferred, not saved"
    lines = [f"{head}: {found.enforce}{', strict' if found.strict else ''}"]
    lines += [f"  {' '.join(one.name.split())[:60]} ({one.type}): {' '.join(one.why.split())}" for one in found.columns]
    lines += [f"  rule {' '.join(one.name.split())}: {one.condition}" for one in found.rules]
    say(_document(found), as_json, "\n".join(lines))


def _json(body: dict[str, Any]) -> str:
    return json.dumps(body, ensure_ascii=False, indent=2, allow_nan=False)


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput("A contract is a text file in UTF-8. This one is not.", field="file") from error
    except OSError as error:
        raise InvalidInput(f"The file {str(file)!r} cannot be read: {error.strerror}.", field="file") from error
