"""The tab of repair on the Profiling page: steps staged, seen before they are made, made, and gone back on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import (
    REPAIRS,
    chain_of,
    checked_steps,
    get_dataset,
    in_words,
    preview_repair,
    repair,
    restore_version,
    script_of,
)
from mlworkbench.errors import WorkbenchError
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.repair_form import step_form
from mlworkbench.ui.text import count, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset, RepairPreview
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

STEPS = "repair-steps"  # the staged steps: other tabs append to it
_OF = "repair-of"  # (project, version) that they were staged on, once they are under way
Step = Mapping[str, Any]


def stage(project: Project, step: Step) -> None:
    """Put a step at the end of those that are staged."""
    _own(project)
    st.session_state[STEPS] = [*st.session_state.get(STEPS, ()), dict(step)]


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """What is staged and what it would change, a form for more, and the way that made this version."""
    project = page.project
    assert project is not None
    steps = _staged(project, dataset)
    if dataset.synthetic:
        st.info("Synthetic rows are not repaired: repair the version they were learned from.")
        return
    if steps:
        _list(steps)
        _outcome(project, dataset, steps, busy)
    elif not dataset.settings.get("repairs"):
        st.caption(
            "Nothing is staged. A repair is a recorded step, such as a type corrected or -999 made missing: choose one "
            "below, or take it from a finding. What would change is shown before anything is made."
        )
    else:
        _way(project, dataset)
    with st.container(border=True):
        _add(project, dataset)
    if steps and dataset.settings.get("repairs"):
        _way(project, dataset)


def _own(project: Project) -> None:
    """Staged steps are of one project: those of another go."""
    known = st.session_state.get("repair-project")
    if known is not None and known != project.id:
        st.session_state[STEPS] = []
    st.session_state["repair-project"] = project.id


def _staged(project: Project, dataset: Dataset) -> list[Step]:
    _own(project)
    under_way = st.session_state.get(_OF)
    if under_way is not None and under_way != dataset.id:  # they are made: another version is current now
        st.session_state[STEPS] = []
        st.session_state[_OF] = None
    return list(st.session_state.setdefault(STEPS, []))


def _list(steps: Sequence[Step]) -> None:
    st.markdown(f"**{count(len(steps), 'repair')} staged**{', made one after another' if len(steps) > 1 else ''}")
    for place, step in enumerate(steps):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(f"{place + 1}\\. {safe(_words(step), 200)}", width="stretch")
            for act, icon, idle in (
                ("up", ":material/arrow_upward:", place == 0),
                ("down", ":material/arrow_downward:", place == len(steps) - 1),
                ("remove", ":material/delete:", False),
            ):
                st.button(act.capitalize(), key=f"repair-{act}-{place}", icon=icon, type="tertiary", disabled=idle,
                          on_click=_move, args=(act, place), help=f"Step {place + 1}")  # fmt: skip


def _words(step: Step) -> str:
    try:
        return in_words(checked_steps([step])[0])
    except WorkbenchError:
        return json.dumps(step, ensure_ascii=False, default=str)


def _move(act: str, place: int) -> None:
    steps = list(st.session_state[STEPS])
    step = steps.pop(place)
    if act != "remove":
        steps.insert(place - 1 if act == "up" else place + 1, step)
    st.session_state[STEPS] = steps


def _outcome(project: Project, dataset: Dataset, steps: Sequence[Step], busy: bool) -> None:
    """What the staged steps change, and the button that makes the version."""
    try:
        seen = _preview(project.id, dataset.id, json.dumps(steps, default=str), project)
    except WorkbenchError as error:
        st.error(safe(error.message), icon=":material/error:")
        return
    st.info(safe(seen.sentence), icon=":material/visibility:")
    for place, text in enumerate(seen.done, 1):
        st.caption(f"{place}\\. {safe(text, 300)}")
    shown = seen.changes()
    if len(shown):
        words = "The first rows of the new table" if seen.remade else "The first rows that change: old → new"
        st.dataframe(shown, hide_index=True, height=260, key="repair-preview", alt=words)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        why = st.text_input("Why", key="repair-why", max_chars=500, placeholder="seen in the first look", width=320)
        made = st.button("Make the new version", key="make-repair", icon=":material/build:", disabled=busy)
        st.button("Clear", key="clear-repairs", type="tertiary", on_click=_clear)
    beside("steps", "why", "target", "task", "positive", "holdout", "source")
    if made:
        with acting(project.workspace):
            jobs.submit(project, repair, steps=[dict(one) for one in steps], dataset=dataset.id, why=why)
            st.session_state[_OF] = dataset.id


@st.cache_data(max_entries=16, show_spinner=False)
def _preview(project_id: str, dataset: str, steps: str, _project: Project) -> RepairPreview:
    return preview_repair(_project, steps=json.loads(steps), dataset=dataset)


def _clear() -> None:
    st.session_state[STEPS] = []


def _add(project: Project, dataset: Dataset) -> None:
    labels = {spec.name: spec.label for spec in REPAIRS}
    name = st.selectbox("Add a repair", sorted(labels, key=labels.__getitem__), None, key="repair-kind",
                        format_func=labels.__getitem__, placeholder="choose what is to be done")  # fmt: skip
    if name is None:
        return
    spec = REPAIRS.get(name)
    st.caption(spec.why)
    turn = st.session_state.setdefault("repair-turn", 0)
    settings = step_form(project, dataset, spec, f"repair-{spec.name}-{turn}")
    if st.button("Add this step", key="stage-repair", icon=":material/add:"):
        with acting(project.workspace, at="repair-form"):
            checked_steps([{"step": spec.name, **settings}])
            stage(project, {"step": spec.name, **settings})
            st.session_state["repair-turn"] = turn + 1
    beside("repair-form")


def _way(project: Project, dataset: Dataset) -> None:
    """How this version came about, as a script, and the way back."""
    chain = chain_of(project, dataset)
    st.markdown(f"**Version {dataset.number} was made by {count(len(chain), 'repair')}**")
    for place, step in enumerate(chain, 1):
        st.caption(f"{place}\\. {safe(in_words(step), 200)}")
    made = dataset.settings.get("repaired")
    with st.container(horizontal=True):
        if made:
            parent = get_dataset(project, made["dataset"])
            if st.button(f"Back to version {parent.number}", key="undo-repair", icon=":material/undo:",
                         help="It becomes the current one again; this one stays in the list of versions."):  # fmt: skip
                with acting(project.workspace):
                    restore_version(project, parent.id, why=f"the repairs of version {dataset.number} undone")
    box = st.expander("Show as script", key="repair-script", icon=":material/code:", on_change="rerun")
    if box.open:
        text = script_of(project, dataset)
        box.caption("From the uploaded files to this version: it says whether the table is the same, byte for byte.")
        box.code(text, language="python", height=320)
        box.download_button("Download the script", text, f"version-{dataset.number}.py", "text/x-python",
                            key="download-repair-script", icon=":material/download:", on_click="ignore")  # fmt: skip
