"""The presentation of a project in the app: no sidebar, nothing that writes, the same content as the HTML file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.artifacts import aliases
from mlworkbench.errors import WorkbenchError
from mlworkbench.figures import contender_figure, sweep_figure
from mlworkbench.governance import Presentation, Promise, Sweep, answer_text, presentation, presentation_html
from mlworkbench.ui.errors import shown
from mlworkbench.ui.text import safe
from mlworkbench.workspace import Workspace

if TYPE_CHECKING:
    from mlworkbench.projects import Project

ASKED = "present"
BARE = {"displayModeBar": False}
SIGNS = {
    True: (":green[:material/check_circle:]", "kept"),
    False: (":red[:material/cancel:]", "not kept"),
    None: (":orange[:material/help:]", "cannot be told yet"),
}


def asked_for() -> bool:
    """Whether the address asks for the presentation (`?project=…&present=1`)."""
    return st.query_params.get(ASKED) == "1"


def present() -> None:
    """The whole page; what goes wrong is said in words."""
    st.set_page_config(page_title="Presentation · mlworkbench", page_icon="🧭", layout="centered",
                       initial_sidebar_state="collapsed")  # fmt: skip
    try:
        workspace = Workspace.open()
        project = workspace.project(st.query_params.get("project", ""))
    except WorkbenchError as error:
        st.title("Nothing to present", anchor=False)
        st.error(safe(error.message))
        return
    with shown(workspace):
        _draw(project)


@st.cache_data(max_entries=8, show_spinner=False)
def _computed(_project: Project, stamp: tuple[object, ...]) -> Presentation:
    return presentation(_project)


def _draw(project: Project) -> None:
    state = tuple(sorted(aliases(project).items()))
    made = _computed(project, (str(project.workspace.root), project.id, project.name, state))
    st.caption(safe(made.project))
    st.title(safe(made.title), anchor=False)
    st.markdown(f":gray[{safe(made.problem, 900)}]")
    st.space("small")
    if made.purpose:
        with st.container(border=True):
            for fact in made.purpose:
                st.markdown(f":gray[{safe(fact.label)}]  \n{safe(fact.value, 900)}")
    _result(made)
    with st.container(border=True):
        st.subheader("What it learned from", anchor=False)
        st.markdown(safe(made.data))
        with st.container(horizontal=True, gap="large"):
            for fact in made.data_facts:
                st.metric(safe(fact.label), safe(fact.value), width="content")
    _what_if(made)
    with st.container(border=True):
        st.subheader("What was promised", anchor=False)
        st.markdown(safe(made.promises_sentence))
        promise_lines(made.promises)
    with st.container(border=True):
        st.subheader("Is it still true?", anchor=False)
        draw = {True: st.warning, False: st.success, None: st.info}[made.drifted]
        draw(safe(made.monitoring, 900))
    st.caption(f"{safe(made.foot)} {safe(made.caveat)}")
    with st.container(horizontal=True):
        st.download_button(
            "Download as one HTML file",
            lambda: presentation_html(project),
            "presentation.html",
            "text/html",
            key="presentation-html",
            icon=":material/download:",
            on_click="ignore",
        )
        st.page_link("pages/10_Governance.py", label="Back to the workbench", icon=":material/arrow_back:",
                     query_params={"project": project.name})  # fmt: skip


def promise_lines(promises: Sequence[Promise]) -> None:
    """Each promise with what was found."""
    for one in promises:
        sign, words = SIGNS[one.kept]
        st.markdown(f"{sign} **{safe(one.promised)}**  \n:gray[{words}: {safe(one.found)}]")


def _result(made: Presentation) -> None:
    with st.container(border=True):
        st.subheader("How good it is", anchor=False)
        if not made.value:
            st.markdown(safe(made.result))
            return
        left, right = st.columns([4, 6], gap="large", vertical_alignment="center")
        with left:
            st.metric(made.metric, made.value, help=made.better)
            st.caption(f"{made.interval}; {made.better}")
        right.markdown(f"{safe(made.result)} {safe(made.plain)}")
        st.plotly_chart(contender_figure(made.contenders, made.metric), key="contenders", config=BARE,
                        alt="All compared models with their intervals")  # fmt: skip


def _what_if(made: Presentation) -> None:
    with st.container(border=True):
        st.subheader("What if", anchor=False)
        if not made.sweeps:
            st.markdown(
                "Not done: there is no model to ask yet." if not made.value else "No input moves the answer alone."
            )
            return
        st.markdown(f"Take the typical case and move one input: what becomes of the {safe(made.answer)}?")
        places = list(range(len(made.sweeps)))
        place = st.pills("Input", places, default=0, key="what-if", label_visibility="collapsed", required=True,
                         format_func=lambda at: safe(made.sweeps[at].column, 40))  # fmt: skip
        _one_sweep(made, made.sweeps[place or 0], place or 0)


def _one_sweep(made: Presentation, one: Sweep, place: int) -> None:
    left, right = st.columns([4, 6], gap="large", vertical_alignment="center")
    with left:
        number = st.container()
        at = st.select_slider(safe(one.column, 60), range(len(one.places)), one.typical, key=f"what-if-{place}",
                              format_func=lambda n: one.labels[n])  # fmt: skip
        number.metric(safe(made.answer, 80), answer_text(made, one.answers[at]))
    xs = [*one.labels] if one.words else [*one.places]
    figure = sweep_figure(
        xs, one.answers, (xs[at], one.answers[at]), one.column, made.answer, probability=made.probability
    )
    if not one.words:
        marks = sorted({0, (len(xs) - 1) // 2, len(xs) - 1})
        figure.update_xaxes(tickvals=[one.places[n] for n in marks], ticktext=[one.labels[n] for n in marks])
    right.plotly_chart(figure, key="what-if-curve", config=BARE, alt="The answer over the range of this input")
