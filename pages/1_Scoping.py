"""Scoping: the canvas in its own layout, the contract beside it, what contradicts the data said at the field."""

import streamlit as st

from mlworkbench.artifacts import get_alias
from mlworkbench.data import get_dataset
from mlworkbench.scoping import TEMPLATES, get_scope, promises, save_scope, verdict
from mlworkbench.ui.code import show_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.scoping_canvas import canvas
from mlworkbench.ui.scoping_contract import contract_form
from mlworkbench.ui.scoping_draft import Draft
from mlworkbench.ui.scoping_history import export_button, revisions
from mlworkbench.ui.text import count, safe


def template_menu(draft, label):
    """Fills the draft from a template; nothing is saved by it."""
    said = {one.name: f"{one.label}: {one.help}" for one in TEMPLATES}
    name = st.menu_button(label, list(said), key="template", icon=":material/auto_awesome:", format_func=said.get)
    if name:
        draft.begin(name)
        st.rerun()


def empty(page, draft):
    """What a project without a scope shows."""
    why = (
        "One page that says for whom this is, what is done with a prediction, and what is promised. Every later stage "
        "reads its contract: the comparison beats your rule, the goal is a gate, the holdout is cut as agreed."
    )
    with empty_state("Say first what is promised", why), st.container(horizontal=True, horizontal_alignment="center"):
        template_menu(draft, "Start from a template")
        if st.button("Start with an empty canvas", key="begin", type="primary", icon=":material/dashboard:"):
            draft.begin()
            st.rerun()


def overtaken(draft, saved):
    """Somebody saved meanwhile: one's own changes go on top of that, or are dropped."""
    if draft.overtaken:
        why = f" ({safe(saved.why)})" if saved.why else ""
        st.warning(f"{safe(saved.who)} saved revision {saved.number}{why} while you were editing.",
                   icon=":material/group:")  # fmt: skip
        st.button("Put my changes on top of it", key="rebase", icon=":material/merge:", on_click=draft.rebase)


def below(page, contract):
    """Promises as sentences, and the revisions."""
    tabs = st.tabs(["Promises", "Revisions"], key="scope-tabs", on_change="rerun")
    with tabs[0]:
        if tabs[0].open:
            said = promises(contract) if contract else ()
            for one in said:
                st.markdown(f":material/handshake: {safe(one)}")
            if not said:
                st.caption("Nothing is promised yet. Fill in the contract: target, metric, value to reach.")
    with tabs[1]:
        if tabs[1].open:
            revisions(page.project)


def save(page, draft):
    """Keep the draft as a new revision."""
    with acting(page.workspace):
        draft.saved_as(save_scope(page.project, **draft.settings))


with frame("Scoping", "What is promised, to whom, and how will we know?", needs=("project",)) as page:
    project = page.project
    saved = get_scope(project)
    dataset = get_dataset(project) if get_alias(project, "dataset") else None
    draft = Draft(project, saved)
    if not draft.begun:
        empty(page, draft)
    else:
        contract, problems = draft.judge(dataset)
        changes = draft.changes(draft.base)
        data = f"data v{dataset.number}" if dataset else "no data yet"
        state = f"{count(len(changes), 'change')} not saved" if changes else "saved"
        page.facts(f"revision {saved.number}" if saved.id else "no revision yet", state, data)
        with page.quiet:
            said = {"canvas": saved.canvas, "contract": saved.contract.to_json(), "why": saved.why}
            show_code(project, save_scope if saved.id else None, said)
            export_button(project, saved)
        wrong = len(problems)
        st.markdown(f"**{safe(verdict(contract or saved.contract, draft['customer'] or '', wrong))}**")
        overtaken(draft, saved)
        beside("based_on")
        left, right = st.columns([9, 4], gap="medium")
        with left:
            canvas(draft)
            with st.container(horizontal=True):
                template_menu(draft, "Fill from a template")
                if changes and saved.id:
                    st.button("Drop my changes", key="discard", type="tertiary", icon=":material/undo:",
                              on_click=draft.discard)  # fmt: skip
            below(page, contract)
        with right, st.container(border=True, key="contract"):
            st.subheader("Contract", anchor=False, help="What later stages read and hold themselves to")
            contract_form(draft, dataset, problems)
            st.text_input("Why this revision", None, key=draft.widget("why"), max_chars=500,
                          placeholder="kept with it, for whoever asks")  # fmt: skip
            beside("why")
        if changes:
            if page.primary("Save scope", key="save-scope", icon=":material/save:", disabled=contract is None):
                save(page, draft)
        elif saved.id:
            nxt = ("pages/4_Profiling.py", "Continue: profile") if dataset else ("pages/2_Data.py", "Continue: data")
            page.onward(*nxt)
