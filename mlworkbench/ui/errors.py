"""Errors where the hand is: in words beside the field, never a traceback as the page."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from mlworkbench.errors import WorkbenchError
from mlworkbench.ui.text import safe
from mlworkbench.workspace import Workspace

_LAST = "_last_error"  # of the last click: (field, message)
_RUN = "_errors_of_this_run"


@contextlib.contextmanager
def shown(workspace: Workspace) -> Iterator[None]:
    """Show whatever goes wrong in the block as a sentence; what nobody foresaw goes to the log with an id."""
    try:
        yield
    except WorkbenchError as error:
        st.error(safe(error.message), icon=":material/error:")
    except Exception as error:  # noqa: BLE001 - the last line of defence of a page
        st.error(_unforeseen(workspace, error), icon=":material/error:")


@contextlib.contextmanager
def acting(workspace: Workspace, *, at: str | None = None) -> Iterator[None]:
    """Do what a click asked for, then draw the page anew; an error is kept to be shown beside its field.

    Parameters
    ----------
    at : str, optional
        The field to show an error beside, where the page has two for what the core calls by one name.
    """
    st.session_state.pop(_LAST, None)
    try:
        yield
    except WorkbenchError as error:
        st.session_state[_LAST] = (at or error.field, safe(error.message))
    except Exception as error:  # noqa: BLE001 - as above
        st.session_state[_LAST] = (None, _unforeseen(workspace, error))
    st.rerun()


def beside(*fields: str, job_error: bool = True) -> None:
    """Show what went wrong with one of these fields here: at the last click, or in the page's last job."""
    for error in _pending():
        if error["field"] in fields and (job_error or not error["job"]):
            st.error(error["message"], icon=":material/error:")
            error["placed"] = True


def begin(title: str) -> None:
    """A page is drawn anew: what the last click did wrong still counts, unless it was on another page."""
    if st.session_state.get("_page") != title:
        st.session_state.pop(_LAST, None)
        st.session_state["_page"] = title
    st.session_state[_RUN] = []
    if _LAST in st.session_state:
        field, message = st.session_state[_LAST]
        later(field, message, st.container(), job=False)


def later(field: str | None, message: str, slot: DeltaGenerator, *, job: bool) -> None:
    """Show a message (safe text) beside its field if that is drawn on this page, else in `slot`."""
    _pending().append({"field": field, "message": message, "slot": slot, "job": job, "placed": False})


def leftover() -> None:
    """The page is drawn: show what found no field to stand beside."""
    for error in _pending():
        if not error["placed"]:
            error["slot"].error(error["message"], icon=":material/error:")


def _pending() -> list[dict[str, Any]]:
    pending: list[dict[str, Any]] = st.session_state.setdefault(_RUN, [])
    return pending


def _unforeseen(workspace: Workspace, error: Exception) -> str:
    from mlworkbench.governance import log_error

    page, project = str(st.session_state.get("_page", "")), str(st.query_params.get("project", ""))
    number = log_error(workspace, error, page=page or "Overview", project=project).id
    return (
        f"Something went wrong on our side; nothing of yours was lost. Error **{number}** is described in "
        "`logs/app-errors.log` of the workspace. Reload the page, or tell whoever looks after this workbench."
    )
