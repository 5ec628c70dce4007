"""The foot of every page: why this stage, what to watch for, an example; drawn only when opened."""

from __future__ import annotations

import streamlit as st

from mlworkbench.learning import lesson
from mlworkbench.lifecycle import STAGES
from mlworkbench.projects import Project
from mlworkbench.ui.text import safe


def learn(title: str, project: Project | None) -> None:
    """The lesson of the page with this title; nothing on pages that are no stage."""
    stage = next((stage for stage in STAGES if stage.label == title), None)
    if stage is None:
        return
    st.space("small")
    box = st.expander("Why this stage", key=f"learn-{stage.name}", icon=":material/school:", on_change="rerun")
    if not box.open:
        return
    told = lesson(stage.name, project)
    with box:
        st.markdown(told.why)
        st.info(safe(told.example, 600), title="In your project" if told.own else "In the demo")
        for point in told.points:
            st.markdown(f"**{point.name}.** {point.text}")
