"""The overview: projects, and how far the chosen one is in its lifecycle."""

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.demo import run_demo
from mlworkbench.figures import number, score_name, spoken
from mlworkbench.lifecycle import count_predictions, next_stage, stage_states
from mlworkbench.projects import archive_project, create_project, rename_project
from mlworkbench.ui import jobs
from mlworkbench.ui.demo import demo_button, story
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.text import safe, times

COLOURS = {"done": "green", "stale": "orange", "next": "blue", "later": "gray"}


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
        "Take a table through the whole life of a model: from what is promised, over data, features and models, to "
        "monitoring and retraining. Everything stays on this machine, and every click can be repeated as Python."
    )
    with empty_state("Start with a project", why), st.container(width=420):
        new_project(page, primary=True)
        demo_button(page, "demo")


def manage(page):
    """The two quiet menus of the head."""
    with page.quiet.popover("New project", icon=":material/add:", key="new-project-menu"):
        new_project(page, primary=False)
        demo_button(page, "another-demo")
    with page.quiet.popover("Manage", icon=":material/settings:", key="manage-project"):
        name = st.text_input("Name", page.project.name, key=f"rename-{page.project.id}", max_chars=80)
        beside("rename")
        with st.container(horizontal=True):
            if st.button("Rename", key="rename-project"):
                with acting(page.workspace, at="rename"):
                    st.query_params["project"] = rename_project(page.project, name).name
            away = not page.project.archived
            label = "Archive" if away else "Take back"
            if st.button(label, key="archive-project", help="Nothing is deleted; the project leaves the list."):
                with acting(page.workspace):
                    archive_project(page.project, away)
                    if away:
                        del st.query_params["project"]


def figures(page):
    """Four figures that are true, or a dash and what is missing."""
    known = aliases(page.project)
    score, where, label = "–", "no model registered yet", "Champion"
    if "champion" in known:
        from mlworkbench.modeling import get_model_version

        version = get_model_version(page.project)
        label = f"{score_name(version.scoring)}, champion v{version.number}"
        score, where = number(version.cv_score), f"95 % {number(version.cv_low)} to {number(version.cv_high)}"
    shape, target, looks, held = "–", "no table yet", "–", "cut when the target is chosen"
    if "dataset" in known:
        from mlworkbench.data import get_dataset, holdout_looks

        dataset = get_dataset(page.project)
        shape, target = f"{dataset.rows:,} × {len(dataset.columns)}", f"target {dataset.target or 'not chosen'}"
        if dataset.holdout:
            looks, held = times(len(holdout_looks(page.project, dataset))), f"{dataset.holdout_rows:,} rows put aside"
    logged = count_predictions(page.project)
    shown = (
        (label, score, where),
        ("Data, rows × columns", shape, target),
        ("Holdout looked at", looks, held),
        ("Predictions logged", f"{logged:,}" if logged else "–", "by hand, by file, by others"),
    )
    for place, (name, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        place.metric(safe(name), value, safe(note, 60), delta_color="off", delta_arrow="off", border=True)


def lifecycle(page, states):
    """One row per stage: its page, its state, its main figure, one remark."""
    st.subheader("Lifecycle", anchor=False)
    with st.container(border=True, gap="small", key="lifecycle"):
        for state in states:
            said = (safe(spoken(state.figure)), f":gray[{safe(spoken(state.remark))}]" if state.remark else "")
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                label = f"**{state.stage.label}**"
                st.page_link(state.stage.page, label=label, query_params=page.query, width=190)
                st.badge(state.state, color=COLOURS[state.state], width=64)
                st.markdown("\u2003".join(part for part in said if part), width=640)


with frame("", "Where this project stands, and what comes next.") as page:
    if page.project is None:
        welcome(page)
    else:
        manage(page)
        walking = jobs.latest(page.project, run_demo)
        upcoming = next_stage(page.states)
        if upcoming is not None and not (walking and walking.active):
            page.onward(upcoming.stage.page, f"Continue: {upcoming.stage.label.lower()}")
        if page.project.archived:
            st.info("This project is archived: it can be looked at, and taken back under Manage.")
        if not jobs.panel(page.project, walking, lambda _: lifecycle(page, stage_states(page.project))):
            figures(page)
            if walking is not None and walking.status == "done":
                story(page.project)
            lifecycle(page, page.states)
