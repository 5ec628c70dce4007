"""The frame of every page: configuration, sidebar, head, facts line, guard and the last line against errors."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NoReturn

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mlworkbench.artifacts import aliases
from mlworkbench.errors import WorkbenchError
from mlworkbench.jobs import ensure_worker
from mlworkbench.lifecycle import StageState
from mlworkbench.projects import Project
from mlworkbench.ui import errors
from mlworkbench.ui.learn import learn
from mlworkbench.ui.sidebar import choose_project, draw_sidebar
from mlworkbench.ui.text import safe
from mlworkbench.workspace import Workspace

ICON = "🧭"  # an emoji: a file would load numpy and Pillow before the first page, a material icon asks the internet
NAME = "mlworkbench"
PROMISE = "From a raw table to a model you can explain, compare and rely on."
WORKER_DELAY = 3.0  # seconds; a click that needs a worker does not wait for this
MISSING = {  # what: (title, why, page where it is made, label of the way there)
    "project": (
        "A project comes first",
        "Everything here belongs to a project. Make one, it only needs a name.",
        "Home.py",
        "Go to the overview",
    ),
    "dataset": (
        "No data yet",
        "Upload a table first: this page works on what it holds.",
        "pages/2_Data.py",
        "Add data",
    ),
    "target": (
        "No target chosen yet",
        "Choose the column to predict; the holdout is cut in the same step.",
        "pages/2_Data.py",
        "Choose the target",
    ),
    "recipe": (
        "No recipe yet",
        "A recipe makes every column usable for a model. One is suggested from the column types.",
        "pages/5_Feature_Engineering.py",
        "Make the recipe",
    ),
    "champion": (
        "No model registered yet",
        "Compare models and register the recommended one; predictions are made by that champion.",
        "pages/6_Model_Comparison.py",
        "Compare models",
    ),
}


@dataclass(frozen=True)
class Page:
    """What a page gets from its frame."""

    title: str
    workspace: Workspace
    project: Project | None
    states: tuple[StageState, ...]
    quiet: DeltaGenerator
    main: DeltaGenerator
    _facts: DeltaGenerator

    def facts(self, *facts: str) -> None:
        """What everything below is computed on, as grey badges; text from data is welcome."""
        self._facts.markdown(" ".join(f":gray-badge[{safe(fact, 80)}]" for fact in facts if fact))

    def primary(self, label: str, *, key: str, icon: str | None = None, disabled: bool = False) -> bool:
        """The one primary button of the page: the next thing to do."""
        return self.main.button(label, key=key, type="primary", icon=icon, disabled=disabled)

    def onward(self, page: str, label: str) -> None:
        """A primary button that leads to the next page."""
        if self.main.button(label, key="onward", type="primary", icon=":material/arrow_forward:"):
            st.switch_page(page, query_params=self.query)

    @property
    def query(self) -> dict[str, str]:
        """The query parameters that keep the project over a change of page."""
        return {"project": self.project.name} if self.project else {}

    def missing(self, what: str) -> NoReturn:
        """Say what has to be made first and where, and end the page here."""
        title, why, page, label = MISSING[what]
        with empty_state(title, why):
            if st.button(label, key="make-first", type="primary", icon=":material/arrow_forward:"):
                st.switch_page(page, query_params=self.query)
        learn(self.title, self.project)
        st.stop()


@contextlib.contextmanager
def frame(title: str, question: str, *, needs: tuple[str, ...] = ()) -> Iterator[Page]:
    """Draw the frame; the page is the body of the `with` block.

    Parameters
    ----------
    title : str
        The page's name; empty on the overview, where the project's name takes its place.
    question : str
        The question this page answers, in one sentence.
    needs : tuple of {"project", "dataset", "recipe", "comparison", "champion"}
        What must exist before the page can work; else the page says what is missing and where it is made.
    """
    st.set_page_config(page_title=f"{title} · {NAME}" if title else NAME, page_icon=ICON, layout="wide")
    try:
        workspace = Workspace.open()
    except WorkbenchError as error:
        st.title(NAME, anchor=False)
        st.error(safe(error.message))
        st.stop()
    _start_worker(str(workspace.root))
    page = None
    with errors.shown(workspace):
        page = _draw(workspace, title, question)
        _guard(page, needs)
    if page is None:
        st.stop()
    with errors.shown(workspace):
        yield page
    errors.leftover()
    with errors.shown(workspace):
        learn(title, page.project)


def _draw(workspace: Workspace, title: str, question: str) -> Page:
    project, note = choose_project(workspace)
    states = draw_sidebar(workspace, project)
    head = title or (safe(project.name) if project else NAME)
    page = _head(workspace, project, states, head, question if title or project else PROMISE)
    if note:
        st.warning(note)
    errors.begin(title)
    return page


def _guard(page: Page, needs: tuple[str, ...]) -> None:
    if needs and page.project is None:
        page.missing("project")
    known = aliases(page.project) if page.project is not None else {}
    for what in needs:
        if what != "project" and what not in known:
            page.missing(what)


def _head(
    workspace: Workspace, project: Project | None, states: tuple[StageState, ...], title: str, question: str
) -> Page:
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom", gap="medium", key="head"
    ):
        with st.container(width="stretch", gap=None):
            st.title(title, anchor=False)
            st.caption(question)
        right = st.container(horizontal=True, width="content", gap="small")
        quiet = right.container(horizontal=True, width="content", gap="small")
        main = right.container(width="content")
    return Page(title, workspace, project, states, quiet, main, st.container())


@contextlib.contextmanager
def empty_state(title: str, why: str) -> Iterator[None]:
    """A bordered, centred box: what will be here, why it matters, and (the block) how to get there."""
    with st.container(border=True, horizontal_alignment="center", gap="small", key=f"empty-{title}"):
        st.space("small")
        st.subheader(title, anchor=False, text_alignment="center", width="content")
        st.markdown(why, text_alignment="center", width=560)
        yield
        st.space("small")


@st.cache_resource(show_spinner=False)
def _start_worker(root: str) -> None:
    """Once per server start, after the first page and not in its way: a worker, unless one is alive."""
    timer = threading.Timer(WORKER_DELAY, ensure_worker, (Workspace.open(root),))
    timer.daemon = True
    timer.start()
