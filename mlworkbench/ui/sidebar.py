"""The sidebar of every page: project chooser, the lifecycle with the state of each stage, what runs now."""

from __future__ import annotations

import streamlit as st

from mlworkbench.errors import NotFound
from mlworkbench.lifecycle import STAGES, StageState, stage_states
from mlworkbench.projects import Project, list_projects
from mlworkbench.ui.jobs import sidebar_card
from mlworkbench.ui.text import safe
from mlworkbench.workspace import Workspace

CHOOSER = "project-chooser"
ICONS = {
    "done": ":material/check_circle:",
    "stale": ":material/history:",
    "next": ":material/radio_button_checked:",
    "later": ":material/schedule:",
}
MEANING = {
    "done": "done",
    "stale": "made from an older version of what it needs",
    "next": "the next thing to do",
    "later": "later",
}


def choose_project(workspace: Workspace) -> tuple[Project | None, str]:
    """The project named in the address, else the newest; and a remark when that name does not exist."""
    wanted = st.query_params.get("project")
    note = ""
    project = None
    if wanted:
        try:
            project = workspace.project(wanted)
        except NotFound:
            note = f"There is no project “{safe(wanted, 80)}” here (any more)."
    if project is None:
        project = next(iter(list_projects(workspace)), None)
    if project is None:
        if wanted:
            del st.query_params["project"]
    elif project.name != wanted:
        st.query_params["project"] = project.name
    return project, note


def draw_sidebar(workspace: Workspace, project: Project | None) -> tuple[StageState, ...]:
    """Draw it and return the state of every stage (none without a project)."""
    states = stage_states(project) if project is not None else ()
    with st.sidebar:
        st.markdown("**mlworkbench**")
        if project is not None:
            _chooser(workspace, project)
        _lifecycle(project, {state.stage.name: state for state in states})
        sidebar_card(workspace)
    return states


def _chooser(workspace: Workspace, project: Project) -> None:
    names = [known.name for known in list_projects(workspace)]
    if project.name not in names:
        names.insert(0, project.name)
    st.session_state[CHOOSER] = project.name
    st.selectbox("Project", names, key=CHOOSER, label_visibility="collapsed", on_change=_switch)


def _switch() -> None:
    st.query_params["project"] = st.session_state[CHOOSER]


def _lifecycle(project: Project | None, states: dict[str, StageState]) -> None:
    query = {"project": project.name} if project else {}
    section = ""
    st.page_link("Home.py", label="Overview", icon=":material/home:", width="stretch", query_params=query)
    for stage in STAGES:
        if stage.section != section:
            section = stage.section
            st.caption(section.upper())
        state = states[stage.name].state if stage.name in states else "later"
        quiet = state == "later"
        st.page_link(
            stage.page,
            label=f":gray[{stage.label}]" if quiet else stage.label,
            icon=ICONS[state],
            width="stretch",
            query_params=query,
            help=MEANING[state],
        )
