"""Governance: how ready it is, the model card, the audit log, the errors; `?present=1` shows the project to others."""

from functools import partial

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.governance import (
    card_html,
    card_markdown,
    get_card,
    model_card,
    presentation_html,
    readiness,
    why_stale,
)
from mlworkbench.ui import governance_views, jobs, presentation
from mlworkbench.ui.code import show_code, show_job_code
from mlworkbench.ui.errors import acting
from mlworkbench.ui.frame import MISSING, empty_state, frame
from mlworkbench.ui.text import safe

READY, CARD, AUDIT, ERRORS = "Readiness", "Model card", "Audit log", "Errors"
WHY = (
    "It is computed from what is stored: data, folds, holdout, promises. You only add what nobody can compute, such as "
    "what it must not be used for."
)
FILES = (
    ("HTML", "model_card.html", "text/html", card_html),
    ("Markdown", "model_card.md", "text/markdown", card_markdown),
    ("Presentation", "presentation.html", "text/html", presentation_html),
)


def make(page):
    """Queue the card."""
    with acting(page.workspace):
        jobs.submit(page.project, model_card)


def card_tab(page, card, stale, champion):
    """The card and its files, or what is needed to make one."""
    if card is None:
        if champion:
            with empty_state("No model card yet", WHY):
                st.caption("The button above makes it in seconds.")
            return
        title, why, target, label = MISSING["champion"]
        with empty_state(title, why):
            st.page_link(target, label=label, icon=":material/arrow_forward:", query_params=page.query)
        return
    with st.container(horizontal=True):
        for label, name, mime, write in FILES:
            st.download_button(label, partial(write, page.project), name, mime, key=f"file-{name}",
                               icon=":material/download:", on_click="ignore")  # fmt: skip
    governance_views.card_view(page, page.project, card, stale)


def workbench():
    """The page for those who work on the project."""
    with frame("Governance", "Who may rely on this, and on what evidence?", needs=("project",)) as page:
        project = page.project
        known = aliases(project)
        champion = "champion" in known
        card = get_card(project) if "card" in known else None
        stale = why_stale(project, card) if card else ""
        job = jobs.latest(project, model_card)
        ready = readiness(project)
        page.facts(f"card {card.number}" if card else "no model card", f"{len(ready.checks)} checks")
        busy = jobs.panel(project, job)
        with page.quiet:
            if job is None:
                show_code(project, readiness, {})
            else:
                show_job_code(project, job)
        if champion and (card is None or stale):
            label = "Update it" if card else "Make the model card"
            if page.primary(label, key="make-card", icon=":material/description:", disabled=busy):
                make(page)
        elif page.primary("Present", key="present", icon=":material/slideshow:"):
            st.query_params[presentation.ASKED] = "1"
            st.rerun()
        st.markdown(f"##### {safe(ready.sentence)}")
        tabs = st.tabs([READY, CARD, AUDIT, ERRORS], key="governance-tabs", on_change="rerun")
        if tabs[0].open:
            with tabs[0]:
                governance_views.readiness_bars(page, ready)
        if tabs[1].open:
            with tabs[1]:
                card_tab(page, card, stale, champion)
        if tabs[2].open:
            with tabs[2]:
                governance_views.audit_view(project)
        if tabs[3].open:
            with tabs[3]:
                governance_views.errors_view(page)


if presentation.asked_for():
    presentation.present()
else:
    workbench()
