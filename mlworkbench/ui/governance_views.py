"""The parts of the Governance page: readiness, the card with its texts, the audit log, the error log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.figures import slice_figure
from mlworkbench.governance import (
    PROSE,
    Card,
    Check,
    Prose,
    Readiness,
    Section,
    Slice,
    audit_actions,
    audit_csv,
    audit_log,
    error_log,
    get_prose,
    save_prose,
)
from mlworkbench.lifecycle import STAGES
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.presentation import promise_lines
from mlworkbench.ui.text import moment, safe

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

BARE = {"displayModeBar": False}
OPEN_FIRST = ("model_details", "promises", "quantitative")
SIGNS = {True: ":material/check_circle:", False: ":material/cancel:", None: ":material/help:"}
WORDS = {True: "holds", False: "does not hold", None: "cannot be told yet"}
LABELS = {stage.page: stage.label for stage in STAGES}
_MOST = 1000
_SHA = re.compile(r"[0-9a-f]{64}")


def readiness_bars(page: Page, ready: Readiness) -> None:
    """Four bars, what to mend with the way there, and all checks behind them."""
    for place, bar in zip(st.columns(4, gap="small"), ready.bars, strict=True):
        with place.container(border=True, gap="small"):
            st.metric(bar.label, f"{bar.held} of {len(bar.checks)}")
            st.progress(bar.held / len(bar.checks))
            unknown = len(bar.checks) - bar.held - bar.failed
            st.caption("all hold" if bar.held == len(bar.checks) else f"{bar.failed} to mend, {unknown} not known yet")
    failing = [check for check in ready.checks if check.holds is False]
    if failing:
        st.subheader("What to mend", anchor=False)
        with st.container(border=True, gap="small", key="to-mend"):
            for check in failing:
                _mend(page, check)
    box = st.expander(
        "All checks, with their evidence", key="all-checks", icon=":material/checklist:", on_change="rerun"
    )
    if box.open:
        rows = [
            {"": WORDS[check.holds], "bar": bar.label, "check": check.question, "evidence": check.evidence,
             "mended at": LABELS[check.page]}
            for bar in ready.bars
            for check in bar.checks
        ]  # fmt: skip
        box.dataframe(rows, hide_index=True, height="content", alt="All checks")
        box.caption("After the ML Test Score (Breck et al. 2017). What cannot be told does not count as holding.")


def _mend(page: Page, check: Check) -> None:
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.markdown(
            f"{SIGNS[check.holds]} {safe(check.question)}\u2003:gray[{safe(check.evidence, 200)}]", width="stretch"
        )
        if LABELS[check.page] != page.title:
            st.page_link(check.page, label=LABELS[check.page], query_params=page.query, width="content")


def card_view(page: Page, project: Project, card: Card, stale: str) -> None:
    """The card, section by section; people's texts are edited where they stand."""
    zone = st.context.timezone
    st.markdown(f"**{safe(card.sentence)}**")
    st.caption(
        f"Card {card.number}, computed {moment(card.created_at, zone)} from the artifacts; nothing of it is typed."
    )
    if stale:
        st.warning(f"{safe(stale)} Update the card.", icon=":material/history:")
    base, prose = _texts(project)
    for section in card.sections:
        label = f"**{section.title}**" + ("" if section.done else " :gray[· not done]")
        first = section.name in OPEN_FIRST
        box = st.expander(label, expanded=first, key=f"card-{section.name}", on_change="rerun")
        if box.open:
            with box:
                _section(section, card)
                for name in section.prose:
                    _text_editor(project, name, base, prose)


def _section(section: Section, card: Card) -> None:
    st.markdown(safe(section.sentence, 1200))
    if section.facts:
        lines = [f":gray[{safe(fact.label)}]\u2002{safe(fact.value, 1500)}" for fact in section.facts]
        with st.container(gap=None):
            for line in lines:
                st.markdown(line)
    if section.name == "promises" and card.promises:
        promise_lines(card.promises)
        return
    if section.name == "factors" and card.slices:
        _slices(card.slices)
    for grid in section.grids:
        if grid.title:
            st.markdown(f"**{safe(grid.title)}**")
        names = [name or " " * (place + 1) for place, name in enumerate(grid.header)]
        rows = [dict(zip(names, row, strict=True)) for row in grid.rows]
        st.dataframe(
            rows, hide_index=True, height="content" if len(rows) < 12 else 420, alt=grid.title or section.title
        )
        if grid.note:
            st.caption(safe(grid.note))


def _slices(slices: tuple[Slice, ...]) -> None:
    keys = list(dict.fromkeys((one.column, one.name) for one in slices))
    chosen = st.selectbox("Groups and figure", keys, key="slice", format_func=lambda key: f"{key[0]}: {key[1]}")
    shown = [one for one in slices if (one.column, one.name) == chosen]
    st.plotly_chart(slice_figure(shown), key="slices", config=BARE, alt="The figure for each group with its interval")


def _texts(project: Project) -> tuple[str | None, Prose]:
    """The revision that is being edited here: it stays while somebody else saves another, and a way to the newer."""
    key = f"prose-base-{project.id}"
    newest = get_prose(project)
    base = st.session_state.setdefault(key, newest.id)
    if base == newest.id:
        return base, newest
    st.warning(f"{safe(newest.who)} saved newer texts (revision {newest.number}). Nothing of yours is overwritten.")
    if st.button("Show the newer texts", key="newer-texts", icon=":material/refresh:"):
        st.session_state[key] = newest.id
        st.rerun()
    return base, get_prose(project, base) if base else Prose(None, 0)


def _text_editor(project: Project, name: str, base: str | None, prose: Prose) -> None:
    text = PROSE[name]
    with st.form(f"text-{name}-{base}", border=False):
        st.text_area(
            text.label, prose.texts.get(name, ""), key=f"prose-{name}-{base}", placeholder=text.prompt, height=90
        )
        beside(name)
        if st.form_submit_button("Save", key=f"save-{name}-{base}", icon=":material/save:"):
            with acting(project.workspace):
                saved = save_prose(project, name, st.session_state[f"prose-{name}-{base}"], base)
                st.session_state[f"prose-base-{project.id}"] = saved.id


def audit_view(project: Project) -> None:
    """Who did what when: filtered, and as a file."""
    actions = audit_actions(project)
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    chosen = left.multiselect("Actions", list(actions), key="audit-actions", placeholder="all",
                              format_func=lambda name: f"{name} ({actions[name]:,})")  # fmt: skip
    wanted = chosen or None
    right.download_button(
        "Download CSV",
        lambda: audit_csv(project, actions=wanted),
        "audit.csv",
        "text/csv",
        key="audit-csv",
        icon=":material/download:",
        on_click="ignore",
    )
    log = audit_log(project, _MOST, wanted)
    zone = st.context.timezone
    log["at"] = [moment(at, zone) for at in log["at"]]
    log["detail"] = [_SHA.sub(lambda found: f"{found[0][:12]}…", detail) for detail in log["detail"]]
    st.dataframe(log, hide_index=True, height="content" if len(log) < 12 else 460, alt="Audit log")
    total = sum(actions[name] for name in (chosen or actions))
    more = f" The newest {_MOST:,} of {total:,} are shown; the file has all." if total > _MOST else ""
    st.caption(f"Lines are only ever added: the database refuses to change or remove one.{more}")


def errors_view(page: Page) -> None:
    """Errors of the application that nobody foresaw."""
    found = error_log(page.workspace, 50)
    if not found:
        st.info("No error of the application was recorded in this workspace.", icon=":material/task_alt:")
        return
    zone = st.context.timezone
    rows: list[dict[str, Any]] = [
        {"error": one.id, "when": moment(one.at, zone), "page": one.page, "project": one.project, "kind": one.kind,
         "message": one.message}
        for one in found
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 12 else 420, alt="Application errors")
    chosen = st.selectbox("Where it happened", [one.id for one in found], key="error-id")
    st.code(next(one.traceback for one in found if one.id == chosen), language=None, height=260)
