"""A card as one self-contained HTML file: nothing is fetched, no script, all text escaped, prints on A4."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from mlworkbench.governance.card import get_card, why_stale
from mlworkbench.governance.prose import PROSE, get_prose
from mlworkbench.governance.words import moment

if TYPE_CHECKING:
    from mlworkbench.governance.results import Grid, Section
    from mlworkbench.projects import Project

# What every page of ours starts with: light and dark, no page wider than the screen, tables scroll inside themselves.
BASE_STYLE = """
:root{color-scheme:light dark;--ink:#1b2233;--soft:#5c667d;--line:#e1e5ee;--card:#fff;--page:#f5f6fa;
--accent:#4c5bd4;--tint:#eef0fd;--good:#16794c;--bad:#b3261e;--warn:#8a5a00;--up:#d9660b}
@media (prefers-color-scheme:dark){:root{--ink:#e8ebf4;--soft:#a3adc4;--line:#2c3448;--card:#171c29;--page:#0f131d;
--accent:#8d9bff;--tint:#20263d;--good:#5fd39a;--bad:#ff8a80;--warn:#f1b95c;--up:#ff9a4d}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);overflow-wrap:break-word;
font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif}
h1,h2,h3{line-height:1.2;letter-spacing:-.01em;margin:0}
p{margin:.5rem 0}
.soft{color:var(--soft)}
table{border-collapse:collapse;width:100%;font-size:.88rem;font-variant-numeric:tabular-nums}
th,td{text-align:left;padding:.4rem .75rem .4rem 0;border-bottom:1px solid var(--line);vertical-align:top}
th{color:var(--soft);font-weight:600}
.scroll{overflow-x:auto}
"""
_STYLE = """
main{max-width:56rem;margin:0 auto;padding:2rem 1.25rem 3rem}
header{margin-bottom:1.5rem}
h1{font-size:1.9rem;overflow-wrap:anywhere}
.lead{font-size:1.15rem;font-weight:600}
section{background:var(--card);border:1px solid var(--line);border-radius:.7rem;padding:1.1rem 1.3rem;margin:1rem 0}
h2{font-size:1.2rem;margin-bottom:.3rem}
h3{font-size:.95rem;margin:1.1rem 0 .3rem}
dl{display:grid;grid-template-columns:minmax(9rem,15rem) 1fr;gap:.3rem 1.2rem;margin:.8rem 0;font-size:.93rem}
dt{color:var(--soft)}
dd{margin:0;overflow-wrap:anywhere}
.note{font-size:.82rem;color:var(--soft)}
blockquote{margin:.3rem 0;padding:.5rem .9rem;border-left:3px solid var(--accent);background:var(--tint);
white-space:pre-line}
.todo{color:var(--soft);font-style:italic}
.undone{border-style:dashed}
.stale{border:1px solid var(--warn);color:var(--warn);border-radius:.5rem;padding:.6rem .9rem}
td.mono{word-break:break-all;min-width:11rem;font-family:ui-monospace,Menlo,Consolas,monospace;font-size:.75rem}
@media (max-width:560px){dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:.5rem}section{padding:1rem}}
@page{size:A4;margin:14mm 13mm}
@media print{:root{--ink:#000;--soft:#444;--line:#ccc;--card:#fff;--page:#fff;
--accent:#4c5bd4;--tint:#f4f4fb;--warn:#8a5a00}
body{font-size:10.5pt}main{max-width:none;padding:0}
section{border:0;border-top:1px solid #ccc;border-radius:0;padding:.6rem 0;margin:0}
h2,h3{break-after:avoid}tr,dl,blockquote{break-inside:avoid}.scroll{overflow:visible}table{font-size:8.5pt}}
"""


def document(title: str, style: str, body: str, script: str = "") -> str:
    """A whole HTML page that may fetch nothing: its own policy forbids it. `title` and `body` are escaped already."""
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    policy += "; script-src 'unsafe-inline'" if script else ""
    code = f"<script>{script}</script>" if script else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="referrer" content="no-referrer">'
        f"<title>{title}</title><style>{BASE_STYLE}{style}</style></head>\n<body>{body}{code}</body></html>\n"
    )


def card_html(project: Project, ref: str | None = None) -> str:
    """A card (the current one by default) with the present texts, as one HTML file.

    Raises
    ------
    NotFound
        There is no card yet.
    """
    card, prose = get_card(project, ref), get_prose(project)
    stale = why_stale(project, card)
    about = f"Project {project.name} · card {card.number} · computed {moment(card.created_at)}"
    by = f" (revision {prose.number}, {prose.who}, {moment(prose.created_at)})" if prose.id else ""
    body = (
        f'<main><header><p class="soft">{escape(about)}</p><h1>{escape(card.title)}</h1>'
        f'<p class="lead">{escape(card.sentence)}</p>'
        + (f'<p class="stale">Out of date. {escape(stale)}</p>' if stale else "")
        + "</header>"
        + "".join(_section(section, prose.texts) for section in card.sections)
        + '<p class="note">Figures are computed from the project\'s artifacts; the marked texts were written by people'
        f"{escape(by)}.</p></main>"
    )
    return document(escape(f"{card.title} · {project.name}"), _STYLE, body)


def _section(section: Section, texts: Mapping[str, str]) -> str:
    parts = [f"<h2>{escape(section.title)}</h2><p>{escape(section.sentence)}</p>"]
    if section.facts:
        facts = "".join(f"<dt>{escape(one.label)}</dt><dd>{escape(one.value)}</dd>" for one in section.facts)
        parts.append(f"<dl>{facts}</dl>")
    parts += [html_grid(grid) for grid in section.grids]
    for name in section.prose:
        text = texts.get(name, "")
        said = f"<blockquote>{escape(text)}</blockquote>" if text else '<p class="todo">Not written yet.</p>'
        parts.append(f"<h3>{escape(PROSE[name].label)}</h3>{said}")
    style = "" if section.done else ' class="undone"'
    return f"<section{style}>{''.join(parts)}</section>"


def html_grid(grid: Grid) -> str:
    """A small table that scrolls inside itself."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in grid.header)
    rows = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in grid.rows)
    title = f"<h3>{escape(grid.title)}</h3>" if grid.title else ""
    note = f'<p class="note">{escape(grid.note)}</p>' if grid.note else ""
    return f'{title}<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>{note}'


def _cell(text: str) -> str:
    hexadecimal = len(text) == 64 and not set(text) - set("0123456789abcdef")
    return f'<td class="mono">{escape(text)}</td>' if hexadecimal else f"<td>{escape(text)}</td>"
