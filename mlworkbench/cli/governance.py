"""The commands of governance: the card, the presentation and the audit log as files; the audit log to read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    from mlworkbench.projects import Project

FORMATS = {"card": ("markdown", "html"), "presentation": ("html",), "audit": ("csv",)}


@click.command()
@click.option("--what", type=click.Choice(list(FORMATS)), required=True, help="What to write.")
@click.option("--format", "kind", type=click.Choice(["markdown", "html", "csv"]), help="Default: by what is written.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The file to write.")
@common()
def export(what: str, kind: str | None, out: Path, project_name: str, as_json: bool) -> None:
    """Write the model card, the presentation or the audit log to a file.

    A card that is missing or out of date is computed first.
    """
    chosen = kind or FORMATS[what][0]
    if chosen not in FORMATS[what]:
        fitting = " or ".join(FORMATS[what])
        raise InvalidInput(f"The {what} is written as {fitting}. Got --format {chosen}.", field="format")
    if not out.expanduser().resolve().parent.is_dir():
        raise InvalidInput(f"The folder of {str(out)!r} does not exist. Make it, or name another file.", field="out")
    project = open_project(project_name)
    document: dict[str, Any] = {"what": what, "format": chosen, "out": str(out)}
    text, more = _text(project, what, chosen)
    try:
        from mlworkbench.workspace import write_atomically

        write_atomically(out.expanduser().resolve(), text.encode("utf-8", "replace"))
    except OSError as error:
        raise InvalidInput(f"{str(out)!r} cannot be written: {error.strerror}.", field="out") from error
    size = len(text.encode("utf-8", "replace"))
    say({**document, **more, "bytes": size}, as_json, f"Written to {out}: {what}, {size:,} bytes.")


def _text(project: Project, what: str, kind: str) -> tuple[str, dict[str, Any]]:
    from mlworkbench.governance import (
        audit_csv,
        card_html,
        card_markdown,
        get_card,
        model_card,
        presentation_html,
        why_stale,
    )

    if what == "audit":
        return audit_csv(project), {}
    if what == "presentation":
        return presentation_html(project), {}
    from mlworkbench.artifacts import get_alias

    known = get_alias(project, "card")
    if known is None or why_stale(project, get_card(project, known.id)):
        from mlworkbench.modeling import get_model_version

        get_model_version(project)  # says at once what is missing, before a job is queued
        run_job(model_card, project, {}, detach=False, as_json=True)
    card = get_card(project)
    text = card_markdown(project) if kind == "markdown" else card_html(project)
    return text, {"card": card.id, "model_version": card.model_version}


@click.command()
@click.option("--limit", type=click.IntRange(min=1), default=100, show_default=True, help="Most lines, newest first.")
@click.option("--action", "actions", multiple=True, metavar="ACTION", help="Only this action; may be repeated.")
@common()
def audit(limit: int, actions: tuple[str, ...], project_name: str, as_json: bool) -> None:
    """Print who did what when in a project, the newest first."""
    from mlworkbench.governance import audit_actions, audit_log

    project = open_project(project_name)
    known = audit_actions(project)
    for name in actions:
        if name not in known:
            there = ", ".join(known)
            raise InvalidInput(
                f"No line of this audit log has the action {name!r}. There are: {there}.", field="action"
            )
    log = audit_log(project, limit, actions or None)
    lines = [
        {
            "number": int(number),
            "at": str(at),
            "who": str(who),
            "action": str(action),
            "detail": json.loads(str(detail)),
        }
        for number, at, who, action, detail in zip(*(log[name] for name in log.columns), strict=True)
    ]
    total = sum(known[name] for name in (actions or known))
    text = "\n".join(f"{one['at'][:19]}  {one['who']}  {one['action']}" for one in lines) or "Nothing yet."
    say({"lines": lines, "total": total}, as_json, text)
