"""A card as Markdown: figures computed, people's texts quoted and marked as theirs, everything escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mlworkbench.governance.card import get_card, why_stale
from mlworkbench.governance.prose import PROSE, get_prose
from mlworkbench.governance.words import moment

if TYPE_CHECKING:
    from mlworkbench.governance.results import Grid, Section
    from mlworkbench.projects import Project

# Signs that mean something to a Markdown reader; round brackets mean nothing without square ones before them.
_SIGNS = re.compile(r"[\\`*_{}\[\]#|<>~$&!]")
_START = re.compile(r"^(\s*)([-+=]|\d+[.)])(?=[\s=-]|$)")
_LINK = re.compile(r"(?i)(https?|ftp|mailto|javascript|data|file)(:)|\b(www)(\.)|(@)")


def escaped(text: object) -> str:
    """Text as one line of Markdown that shows itself: no markup, no HTML, no links made of addresses."""
    flat = " ".join(str(text).split())
    flat = _SIGNS.sub(lambda found: f"\\{found.group()}", flat)
    flat = _LINK.sub(lambda found: "".join(part or "" for part in found.groups()) + "\u200b", flat)
    return _START.sub(lambda found: f"{found[1]}{found[2][:-1]}\\{found[2][-1]}", flat)


def card_markdown(project: Project, ref: str | None = None) -> str:
    """A card (the current one by default) with the present texts, as Markdown.

    Raises
    ------
    NotFound
        There is no card yet.
    """
    card, prose = get_card(project, ref), get_prose(project)
    stale = why_stale(project, card)
    head = [
        f"# {escaped(card.title)}",
        f"Project {escaped(project.name)} · card {card.number} · computed {moment(card.created_at)}",
        *([f"**Out of date.** {escaped(stale)}"] if stale else []),
        f"**{escaped(card.sentence)}**",
    ]
    body = [block for section in card.sections for block in _section(section, prose.texts)]
    foot = [
        "---",
        "Figures are computed from the project's artifacts; quoted texts were written by people"
        + (f" (revision {prose.number}, {escaped(prose.who)}, {moment(prose.created_at)})." if prose.id else "."),
    ]
    return "\n\n".join([*head, *body, *foot]) + "\n"


def _section(section: Section, texts: object) -> list[str]:
    assert isinstance(texts, dict)
    blocks = [f"## {escaped(section.title)}", escaped(section.sentence)]
    if section.facts:
        blocks.append("\n".join(f"- **{escaped(fact.label)}:** {escaped(fact.value)}" for fact in section.facts))
    for grid in section.grids:
        blocks += _grid(grid)
    for name in section.prose:
        text = str(texts.get(name, ""))
        quoted = (
            "\n".join(f"> {escaped(line)}".rstrip() for line in text.split("\n")) if text else "> *Not written yet.*"
        )
        blocks += [f"**{PROSE[name].label}**", quoted]
    return blocks


def _grid(grid: Grid) -> list[str]:
    lines = ["| " + " | ".join(escaped(cell) or " " for cell in grid.header) + " |"]
    lines.append("|" + " --- |" * len(grid.header))
    lines += ["| " + " | ".join(escaped(cell) or " " for cell in row) + " |" for row in grid.rows]
    title = [f"### {escaped(grid.title)}"] if grid.title else []
    return [*title, "\n".join(lines), *([f"*{escaped(grid.note)}*"] if grid.note else [])]
