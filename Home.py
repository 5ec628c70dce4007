"""The overview: projects, and how far the chosen one is in its lifecycle."""

import streamlit as st

from mlworkbench.lifecycle import next_stage
from mlworkbench.projects import archive_project, create_project, rename_project
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.text import safe

COLOURS = {"done": "green", "stale": "orange", "next": "blue", "later": "gray"}
FIGURES = {"data": "Data", "features": "Recipe", "modeling": "Comparison", "serving": "Champion"}


def new_project(page, *, primary):
    """The form that makes a project; Enter submits it."""
    with st.form("new-project", border=False):
        name = st.text_input("Name of the project", key="new-project-name", placeholder="Customer churn", max_chars=80)
        beside("name")
        kind = "primary" if primary else "secondary"
        if st.form_submit_button("Create project", key="create-project", type=kind, icon=":material/add:"):
            with acting(page.workspace):
                st.query_params["project"] = create_project(page.workspace, name or "").name


def welcome(page):
    """What a newcomer sees."""
    why = (
        "From a raw table to a model you can explain, compare and rely on: upload, find what is wrong with the data, "
        "compare seven models on the same folds, and move a slider to see a prediction change. "
        "Everything stays on this machine and every step can be repeated as Python."
    )
    with empty_state("Start with a project", why), st.container(width=420):
        new_project(page, primary=True)


def manage(page):
    """The two quiet menus of the head."""
    with page.quiet.popover("New project", icon=":material/add:", key="new-project-menu"):
        new_project(page, primary=False)
    with page.quiet.popover("Manage", icon=":material/settings:", key="manage-project"):
        name = st.text_input("Name", page.project.name, key=f"rename-{page.project.id}", max_chars=80)
        beside("rename")
        with st.container(horizontal=True):
            if st.button("Rename", key="rename-project"):
                with acting(page.workspace):
                    st.query_params["project"] = rename_project(page.project, name).name
            away = not page.project.archived
            label = "Archive" if away else "Take back"
            if st.button(label, key="archive-project", help="Nothing is deleted; the project leaves the list."):
                with acting(page.workspace):
                    archive_project(page.project, away)
                    if away:
                        del st.query_params["project"]


def overview(page):
    """Four figures, then the lifecycle as rows."""
    found = {state.stage.name: state for state in page.states}
    with st.container(horizontal=True, gap="small"):
        for name, label in FIGURES.items():
            st.metric(label, safe(found[name].figure) or "–", border=True)
    st.subheader("Lifecycle", anchor=False)
    with st.container(border=True, gap="small"):
        for state in page.states:
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                with st.container(width=190):
                    st.page_link(state.stage.page, label=f"**{state.stage.label}**", query_params=page.query)
                with st.container(width=72):
                    st.badge(state.state, color=COLOURS[state.state])
                st.markdown(safe(state.figure), width=230)
                st.caption(safe(state.remark), width="stretch")


with frame("", "Where this project stands, and what comes next.") as page:
    if page.project is None:
        welcome(page)
    else:
        manage(page)
        upcoming = next_stage(page.states)
        if upcoming is not None:
            page.onward(upcoming.stage.page, f"Continue: {upcoming.stage.label.lower()}")
        if page.project.archived:
            st.info("This project is archived: it can be looked at, and taken back under Manage.")
        overview(page)
