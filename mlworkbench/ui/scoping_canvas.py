"""The canvas on the page: ten boxes in their own places, each with a button that opens its text."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.scoping import BOXES, LAYOUT, SECTIONS, in_section, value_sentence
from mlworkbench.ui.errors import beside
from mlworkbench.ui.text import safe

if TYPE_CHECKING:
    from mlworkbench.ui.scoping_draft import Draft

_SHORT = ("customer", "need", "product", "category", "benefit")
_SHOWN = 700  # characters of a text in its box


def canvas(draft: Draft) -> None:
    """All boxes, those under the canvas too."""
    for column, sections in zip(st.columns(len(LAYOUT), gap="xsmall"), LAYOUT, strict=True):
        with column:
            for section in sections:
                _box(draft, section)
    _box(draft, "monitoring")
    for column, box in zip(st.columns(4, gap="xsmall"), in_section("around"), strict=True):
        with column, st.container(border=True, gap="small", key=f"box-{box.name}"):
            st.markdown(f":small[**{box.label}**]")
            _text(draft[box.name], box.prompt)
            _editor(draft, box.label, (box.name,))


def _box(draft: Draft, section: str) -> None:
    boxes = in_section(section)
    with st.container(border=True, gap="small", key=f"box-{section}"):
        st.markdown(f":small[**{SECTIONS[section]}**]")
        if section == "value_proposition":
            _text(value_sentence(draft.canvas), "For whom, what do they need, and what does it do for them?")
        else:
            for box in boxes:
                if box.label != SECTIONS[section]:
                    st.markdown(f":small[**{box.label}**]")
                _text(draft[box.name], box.prompt)
        _editor(draft, SECTIONS[section], tuple(box.name for box in boxes))


def _editor(draft: Draft, label: str, names: tuple[str, ...]) -> None:
    """A quiet button that opens the box's texts."""
    with st.popover("Edit", type="tertiary", icon=":material/edit:", key=f"edit-{names[0]}", help=f"Edit: {label}"):
        for name in names:
            box = BOXES[name]
            height = 80 if name in _SHORT else 180
            st.text_area(box.label, key=draft.widget(name), height=height, max_chars=5000, placeholder=box.prompt)
            beside(name)


def _text(text: str | None, prompt: str) -> None:
    """A text with its lines, or what to write there."""
    if not (text or "").strip():
        st.markdown(f":small[:gray[*{safe(prompt)}*]]")
        return
    lines = [safe(line) for line in str(text)[:_SHOWN].splitlines()]
    st.markdown("\n\n".join(f":small[{line}]" for line in lines if line) + ("…" if len(str(text)) > _SHOWN else ""))
