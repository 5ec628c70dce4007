"""The scope on the command line: show it, change it, export it, look at its revisions."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, open_project, say
from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Contract, Contradiction, Scope

_NUMBERS = (
    "goal", "cost_false_positive", "cost_false_negative", "latency_ms", "fairness_bound", "label_delay_days",
    "retrain_days",
)  # fmt: skip
_NOTHING = ("", "null", "~")
_LARGEST = 1_000_000  # bytes of a file


@click.command()
@click.option("--set", "sets", multiple=True, metavar="FIELD=VALUE",
              help="Change a field of the contract (target=churn, holdout={method: time}), or a box of the canvas "
              "(canvas.decisions=TEXT); nothing after = takes it back. May be repeated.")  # fmt: skip
@click.option("--file", "file", type=click.Path(path_type=Path), help="Take the fields from a YAML or JSON file: those "
              "of the contract, or the two keys contract and canvas.")  # fmt: skip
@click.option("--template", metavar="NAME", help="Start from a template: churn, demand, fraud, quality.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the revision.")
@click.option("--despite-data", is_flag=True, help="Save a contract that the current data contradicts.")
@click.option("--export", "export", type=click.Choice(["markdown", "html"]), help="Write the scope as a document.")
@click.option("--out", type=click.Path(path_type=Path), help="The file to export to; otherwise it is printed.")
@click.option("--history", is_flag=True, help="List the revisions, newest first.")
@common()
def scope(
    sets: tuple[str, ...],
    file: Path | None,
    template: str | None,
    why: str,
    despite_data: bool,
    export: str | None,
    out: Path | None,
    history: bool,
    project_name: str,
    as_json: bool,
) -> None:
    """Show the scope: what is promised, to whom. With --set, --file or --template: save a new revision of it."""
    from mlworkbench.scoping import get_scope, save_scope

    project = open_project(project_name)
    canvas, contract = _changes(sets, file)
    _check_out(export, out, as_json)
    current = get_scope(project)
    if canvas or contract or template:
        _check_data(project, current, contract, template, despite=despite_data)
        current = save_scope(project, canvas=canvas, contract=contract, why=why, based_on=current.id, template=template)
    elif why:
        raise InvalidInput("A reason goes with a change, and there is none. Give --set, --file or --template.",
                           field="why")  # fmt: skip
    document, lines = _shown(current, _found(project, current.contract))
    if history:
        document["history"], told = _history(project)
        lines += ["Revisions:", *told]
    if export:
        text = _exported(project, export, out)
        if out is None:
            click.echo(text, nl=False)
            return
        document["out"] = str(out)
        lines = [f"Written: {out}"]
    say(document, as_json, "\n".join(lines))


def _shown(scope: Scope, found: tuple[Contradiction, ...]) -> tuple[dict[str, Any], list[str]]:
    from mlworkbench.scoping import promises, value_sentence

    sentence, promised = value_sentence(scope.canvas), promises(scope.contract)
    document = {
        "contract": scope.contract.to_json(),
        "canvas": scope.canvas,
        "scope": scope.id or None,
        "number": scope.number,
        "who": scope.who or None,
        "why": scope.why or None,
        "value_proposition": sentence or None,
        "promises": list(promised),
        "contradictions": [{"field": one.field, "message": one.message} for one in found],
    }
    lines = [f"Scope, revision {scope.number} ({scope.id[:12]})" if scope.id else "No scope was saved yet."]
    lines += [sentence] if sentence else []
    lines += [f"  {one}" for one in promised] or ["  Nothing is promised."]
    lines += [f"  contradicts the data: {one.message}" for one in found]
    return document, lines


def _history(project: Project) -> tuple[list[dict[str, Any]], list[str]]:
    from mlworkbench.scoping import Scope, changes_between, list_scopes

    scopes = list_scopes(project)
    rows, lines = [], []
    for scope, before in zip(scopes, [*scopes[1:], Scope()], strict=True):
        changed = [one.field for one in changes_between(before, scope)]
        rows.append({"number": scope.number, "scope": scope.id, "who": scope.who, "why": scope.why or None,
                     "created_at": scope.created_at, "changed": changed})  # fmt: skip
        lines.append(f"  {scope.number}. {scope.created_at[:16]} {scope.who}: {scope.why or 'no reason given'} "
                     f"(changed: {listing(changed, 6)})")  # fmt: skip
    return rows, lines


# -- the data -----------------------------------------------------------------------------------------
def _found(project: Project, contract: Contract) -> tuple[Contradiction, ...]:
    """What the current dataset contradicts; nothing without one."""
    from mlworkbench.artifacts import get_alias
    from mlworkbench.scoping import against

    if contract.empty or get_alias(project, "dataset") is None:
        return ()
    from mlworkbench.data import get_dataset

    return against(contract, get_dataset(project))


def _check_data(
    project: Project, current: Scope, changes: dict[str, Any], template: str | None, *, despite: bool
) -> None:
    from mlworkbench.scoping import TEMPLATES, check_contract

    base = check_contract(TEMPLATES.get(template).contract) if template else current.contract
    planned = check_contract(changes, base)
    known = {one.message for one in _found(project, current.contract)}
    new = [one for one in _found(project, planned) if one.message not in known]
    if new and not despite:
        raise InvalidInput(
            f"The data contradicts this contract. {' '.join(one.message for one in new)} Nothing was saved: change "
            "it, or save it nevertheless with --despite-data.",
            field=new[0].field,
        )


# -- what was typed -----------------------------------------------------------------------------------
def _changes(sets: tuple[str, ...], file: Path | None) -> tuple[dict[str, Any], dict[str, Any]]:
    """Canvas texts and contract fields, from the file first, then from --set."""
    canvas, contract = _from_file(file) if file is not None else ({}, {})
    for one in sets:
        name, equals, value = one.partition("=")
        if not equals or not name.strip():
            raise InvalidInput(f"--set is given as FIELD=VALUE. Got {one!r}.", field="set")
        name = name.strip()
        if name.startswith("canvas."):
            canvas[name.removeprefix("canvas.")] = value
        else:
            contract[name] = _value(name, _yaml(value, "--set") if name in ("holdout", "fairness_columns") else value)
    return canvas, contract


def _from_file(file: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        raw = file.read_bytes()
    except OSError as error:
        raise InvalidInput(f"The file {str(file)!r} cannot be read: {error.strerror}.", field="file") from error
    if len(raw) > _LARGEST:
        raise InvalidInput(f"A contract has up to {_LARGEST:,} bytes. The file has {len(raw):,}.", field="file")
    try:
        body = _yaml(raw.decode("utf-8-sig"), str(file))
    except UnicodeDecodeError as error:
        raise InvalidInput("A contract is a text file in UTF-8. This one is not.", field="file") from error
    if not isinstance(body, dict) or not body:
        raise InvalidInput(
            f"A contract is fields with values, such as 'target: churn'. The file holds {type(body).__name__}.",
            field="file",
        )
    parts = body if set(body) <= {"contract", "canvas"} else {"contract": body}
    for name, part in parts.items():
        if not isinstance(part, dict):
            raise InvalidInput(f"{name} in the file must be fields with values.", field="file")
    contract = {name: _value(name, value) for name, value in parts.get("contract", {}).items()}
    return dict(parts.get("canvas", {})), contract


def _yaml(text: str, where: str) -> Any:
    """YAML (and so JSON) with every scalar as its text: 'Yes', '1' and '2024-01-01' stay what was typed."""
    import yaml

    class Plain(yaml.BaseLoader):
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise InvalidInput(f"{where} may not use YAML aliases (*name).", field="file")
            return super().compose_node(parent, index)

        def construct_mapping(self, node: Any, deep: bool = False) -> Any:
            keys = [self.construct_object(key, deep=True) for key, _ in node.value]
            if len({str(key) for key in keys}) < len(keys):
                raise InvalidInput(f"{where} names a field twice: {listing(map(str, keys))}.", field="file")
            return super().construct_mapping(node, deep=deep)

    try:
        loader = Plain(text)  # makes text, lists and dicts only
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except (yaml.YAMLError, RecursionError) as error:
        line = " ".join(str(error).split())[:200]
        raise InvalidInput(f"{where} is not understood as YAML: {line}", field="file") from error


def _value(name: str, value: Any) -> Any:
    """What was typed, as the field's type where it can be; the core says what is wrong with the rest."""
    if isinstance(value, str) and value.strip() in _NOTHING:
        return None
    if name in _NUMBERS:
        return _number(value)
    if name == "fairness_columns" and isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    if name == "holdout":
        policy = {"method": value} if isinstance(value, str) else value
        if isinstance(policy, dict):
            return {key: _number(one) if key in ("size", "gap", "seed") else one for key, one in policy.items()}
    return value


def _number(value: Any) -> Any:
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


# -- export -------------------------------------------------------------------------------------------
def _check_out(export: str | None, out: Path | None, as_json: bool) -> None:
    if out is not None and export is None:
        raise InvalidInput("--out is where --export writes. Say --export markdown or --export html.", field="out")
    if export and out is None and as_json:
        raise InvalidInput("With --json a document cannot be printed. Say where with --out FILE.", field="out")
    if out is not None and (out.is_dir() or not out.absolute().parent.is_dir()):
        raise InvalidInput(f"--out is a file in a folder that exists. Got {str(out)!r}.", field="out")


def _exported(project: Project, export: str, out: Path | None) -> str:
    from mlworkbench.scoping import export_scope

    text = export_scope(project, "html" if export == "html" else "markdown")
    if out is not None:
        part = out.with_name(f".{out.name}.part")
        part.write_text(text, encoding="utf-8")
        os.replace(part, out)
    return text
