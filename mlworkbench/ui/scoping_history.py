"""Revisions of the scope: who and why, two side by side, and the scope as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.scoping import Scope, changes_between, export_scope, list_scopes
from mlworkbench.ui.text import count, moment

if TYPE_CHECKING:
    from mlworkbench.projects import Project

_NONE = "–"


def revisions(project: Project) -> None:
    """All of them, then what changed between two."""
    scopes = list_scopes(project)
    if not scopes:
        st.caption("No revision yet: the first save makes one.")
        return
    zone = st.context.timezone
    older = (*scopes[1:], Scope())
    rows = [
        {"revision": scope.number, "saved": moment(scope.created_at, zone), "by": scope.who, "why": scope.why or _NONE,
         "changed": ", ".join(one.label for one in changes_between(before, scope))}
        for scope, before in zip(scopes, older, strict=True)
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 9 else 320, key="revisions", alt="Revisions")
    if len(scopes) > 1:
        _side_by_side(scopes)


def _side_by_side(scopes: tuple[Scope, ...]) -> None:
    by_number = {scope.number: scope for scope in scopes}
    numbers = list(by_number)
    left, right = st.columns(2, gap="small")
    with left:
        old = st.selectbox("From revision", numbers, 1, key="scope-old")
    with right:
        new = st.selectbox("To revision", numbers, 0, key="scope-new")
    changes = changes_between(by_number[old], by_number[new])
    st.caption(f"{count(len(changes), 'difference')} from revision {old} to revision {new}.")
    if changes:
        rows = [{"what": one.label, "before": one.before or _NONE, "after": one.after or _NONE} for one in changes]
        st.dataframe(rows, hide_index=True, height="content" if len(rows) < 12 else 420, key="scope-changes",
                     row_height=60, alt="Differences between two revisions")  # fmt: skip


def export_button(project: Project, saved: Scope) -> None:
    """A quiet button with the saved scope as Markdown and as a page to print."""
    box = st.popover("Export", icon=":material/description:", key="export-scope", disabled=not saved.id,
                     help="The saved scope as a document", on_change="rerun")  # fmt: skip
    if saved.id and box.open:
        stem = f"scope_r{saved.number}"
        box.download_button("Markdown", export_scope(project, "markdown"), f"{stem}.md", "text/markdown",
                            key="export-markdown", icon=":material/download:", on_click="ignore")  # fmt: skip
        box.download_button("Page to print (HTML)", export_scope(project, "html"), f"{stem}.html", "text/html",
                            key="export-html", icon=":material/print:", on_click="ignore")  # fmt: skip
