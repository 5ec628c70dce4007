"""A scope on paper: Markdown, and one self-contained HTML page that prints on A4; all text escaped."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Literal

from mlworkbench.errors import InvalidInput
from mlworkbench.scoping.canvas import LAYOUT, SECTIONS, in_section, value_sentence
from mlworkbench.scoping.contract import FIELDS, LABELS
from mlworkbench.scoping.scopes import Scope, get_scope, in_words
from mlworkbench.scoping.words import promises

if TYPE_CHECKING:
    from mlworkbench.projects import Project

FORMATS = ("markdown", "html")
_STYLE = """
:root { color-scheme: light }
@page { size: A4 landscape; margin: 10mm }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 16px; max-width: 1200px; background: #fff; color: #1b1f24;
       font: 13px/1.4 system-ui, sans-serif; overflow-wrap: anywhere }
h1 { font-size: 22px; margin: 0 } h2 { font-size: 15px; margin: 18px 0 6px } h3 { font-size: 12px; margin: 0 0 3px }
h4 { font-size: 11px; margin: 6px 0 0; color: #4b535d } p { margin: 0 0 4px; white-space: pre-line }
.quiet { color: #4b535d } .lead { font-size: 15px; margin: 10px 0 }
.canvas { display: grid; grid-template-columns: repeat(5, 1fr); border: 1px solid #8a929c }
.column { display: flex; flex-direction: column; border-left: 1px solid #8a929c; min-width: 0 }
.column:first-child { border-left: 0 }
.box { flex: 1 0 auto; padding: 8px; min-height: 84px; break-inside: avoid; min-width: 0 }
.column .box + .box, .wide { border-top: 1px solid #8a929c } .wide { grid-column: 1 / -1 }
.around { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px }
.value { background: #f2f5f9 } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; vertical-align: top; padding: 3px 10px 3px 0; border-bottom: 1px solid #d5dae0;
         font-weight: normal }
th { color: #4b535d; width: 190px } section { break-inside: avoid } li { margin-bottom: 2px }
@media screen and (max-width: 800px) { .canvas { grid-template-columns: 1fr }
  .column { border-left: 0; border-top: 1px solid #8a929c } .column:first-child { border-top: 0 } }
@media print { body { padding: 0; max-width: none; font-size: 10px } .lead { font-size: 12px } }
"""


def export_scope(project: Project, format: Literal["markdown", "html"] = "markdown", ref: str | None = None) -> str:  # noqa: A002
    """A revision (the current one by default) as a document.

    Raises
    ------
    InvalidInput
        field="format": neither "markdown" nor "html".
    """
    if format not in FORMATS:
        raise InvalidInput(f"A scope is exported as markdown or html. Got {format!r}.", field="format")
    scope = get_scope(project, ref)
    return _markdown(project.name, scope) if format == "markdown" else _html(project.name, scope)


def _saved(scope: Scope) -> str:
    if not scope.id:
        return "Not saved yet"
    why = f": {scope.why}" if scope.why else ""
    return f"Revision {scope.number}, {scope.created_at[:16].replace('T', ' ')} UTC, {scope.who}{why}"


def _terms(scope: Scope) -> list[tuple[str, str]]:
    return [(LABELS[name], said) for name in FIELDS if (said := in_words(getattr(scope.contract, name)))]


# -- Markdown -----------------------------------------------------------------------------------------
def _markdown(name: str, scope: Scope) -> str:
    lines = [f"# Scope of {_plain(name)}", "", _plain(_saved(scope)), ""]
    sentence = value_sentence(scope.canvas)
    lines += [f"> {_plain(sentence)}", ""] if sentence else []
    for section in SECTIONS:
        if section == "value_proposition":
            continue
        boxes = in_section(section)
        lines += [f"## {SECTIONS[section]}", ""]
        for box in boxes:
            if box.label != SECTIONS[section]:
                lines += [f"### {box.label}", ""]
            lines += [_block(scope.canvas.get(box.name, "")) or "Not filled in.", ""]
    lines += ["## Contract", "", *[f"- {_plain(one)}" for one in promises(scope.contract)], ""]
    terms = [f"| {label} | {_plain(said)} |" for label, said in _terms(scope)]
    lines += ["| term | value |", "| --- | --- |", *terms] if terms else ["Nothing is promised yet."]
    return "\n".join(lines).rstrip() + "\n"


def _plain(text: str) -> str:
    """Text on one line in which nothing is markup."""
    flat = re.sub(r"([\\`*_{}\[\]<>#|~$&!])", r"\\\1", " ".join(text.split()))
    return re.sub(r"^(\d+)([.)])|^([-+=])", lambda found: f"{found[1] or ''}\\{found[2] or found[3]}", flat)


def _block(text: str) -> str:
    """Text whose lines stay lines."""
    paragraphs = [[_plain(line) for line in part.splitlines()] for part in re.split(r"\n\s*\n", text)]
    return "\n\n".join("  \n".join(lines) for lines in paragraphs)


# -- HTML ---------------------------------------------------------------------------------------------
def _html(name: str, scope: Scope) -> str:
    sentence = value_sentence(scope.canvas)
    lead = f'<p class="lead">{escape(sentence)}</p>' if sentence else ""
    columns = "".join(
        f'<div class="column">{"".join(_box(scope, section) for section in column)}</div>' for column in LAYOUT
    )
    terms = "".join(f"<tr><th>{escape(label)}</th><td>{escape(said)}</td></tr>" for label, said in _terms(scope))
    said = "".join(f"<li>{escape(one)}</li>" for one in promises(scope.contract))
    contract = f"<ul>{said}</ul><table>{terms}</table>" if terms else "<p>Nothing is promised yet.</p>"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>Scope of {escape(name)}</title><style>{_STYLE}</style></head><body>"
        f'<h1>Scope of {escape(name)}</h1><p class="quiet">{escape(_saved(scope))}</p>{lead}'
        f'<div class="canvas">{columns}<div class="wide">{_box(scope, "monitoring")}</div></div>'
        f'<section><h2>{SECTIONS["around"]}</h2><div class="around">{_parts(scope, "around")}</div></section>'
        f"<section><h2>Contract</h2>{contract}</section></body></html>\n"
    )


def _box(scope: Scope, section: str) -> str:
    kind = "box value" if section == "value_proposition" else "box"
    return f'<div class="{kind}"><h3>{escape(SECTIONS[section])}</h3>{_parts(scope, section)}</div>'


def _parts(scope: Scope, section: str) -> str:
    parts = []
    for box in in_section(section):
        text = scope.canvas.get(box.name, "")
        head = f"<h4>{escape(box.label)}</h4>" if box.label != SECTIONS[section] else ""
        body = f"<p>{escape(text)}</p>" if text else '<p class="quiet">Not filled in.</p>'
        parts.append(f"<div>{head}{body}</div>")
    return "".join(parts)
