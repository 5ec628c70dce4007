"""The demo on the overview: the button that opens it, and afterwards what happened in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.demo import get_demo, run_demo, start_demo
from mlworkbench.figures import months_figure
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting
from mlworkbench.ui.text import safe

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page


def demo_button(page: Page, key: str) -> None:
    """A project made and walked through every stage while the visitor watches."""
    label = "Open the demo"
    if st.button(label, key=key, icon=":material/play_circle:", help="A simulated churn project, in about a minute"):
        with acting(page.workspace):
            project = start_demo(page.workspace)
            jobs.submit(project, run_demo)
            st.query_params["project"] = project.name


def story(project: Project) -> None:
    """What was planted in the demo's world, what was found, and what was done about it."""
    found = get_demo(project)
    st.subheader("What happened here", anchor=False)
    with st.container(border=True, key="demo-story"):
        st.markdown("\n".join(f"- {safe(line)}" for line in found.story))
        st.plotly_chart(
            months_figure(found.months),
            key="demo-months",
            config={"displayModeBar": False},
            alt="Realised ROC AUC of each month, with what was planted when",
        )
        st.caption(
            "Each point is a month of simulated traffic, scored once its outcomes were known, with its 95 % interval. "
            "Diamonds are alarms of monitoring; the dotted line is what the folds promised; dashed lines are what was "
            "planted."
        )
