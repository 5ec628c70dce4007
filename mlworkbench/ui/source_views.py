"""A table from elsewhere, on the Data page: a database, a web address, a file of the server, a sample."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import (
    SOURCES,
    SourceSpec,
    check_source,
    ingest_from,
    preview_source,
    sample_target,
    source_offers,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside, shown
from mlworkbench.ui.forms import param_input
from mlworkbench.ui.text import count, safe

if TYPE_CHECKING:
    from mlworkbench.catalog import Param
    from mlworkbench.ui.frame import Page

ROWS = 50


def sources(page: Page) -> None:
    """The choice of a source, its settings, a look at the first rows, and the button that brings them in."""
    project = page.project
    if project is None:
        return
    labels = {spec.name: spec.label for spec in SOURCES}
    name = st.selectbox("Or from elsewhere", list(labels), None, key="source", format_func=labels.__getitem__,
                        placeholder="a database, a web address…")  # fmt: skip
    if name is None:
        return
    spec = SOURCES.get(name)
    why = spec.unavailable()
    if why:
        st.info(safe(why), icon=":material/info:")
        return
    st.caption(safe(spec.help))
    given = _form(page, spec)
    beside(*given, job_error=False)
    with st.container(horizontal=True, key="source-actions"):
        look = st.button("Preview", key="source-preview", icon=":material/visibility:")
        bring = st.button("Bring it in", key="source-bring", icon=":material/download:")
    if look:
        with shown(page.workspace), st.spinner("Asking for the first rows"):
            settings = check_source(name, given, remote=True)
            table = preview_source(project, source=name, settings=settings, rows=ROWS)
            st.dataframe(table, hide_index=True, height=300, key="source-table", alt="First rows of the source")
            st.caption(f"The first {count(table.num_rows, 'row')} as they come; types are found when all are read.")
    if bring:
        with acting(page.workspace):
            settings = check_source(name, given, remote=True)
            target = {"target": sample_target(given["sample"])} if name == "sample" else {}
            jobs.submit(project, ingest_from, source=name, settings=settings, **target)


def _form(page: Page, spec: SourceSpec) -> dict[str, Any]:
    """The settings as they are filled in; those with a default that mostly fits are folded away."""
    first = [param for param in spec.params if param.name in spec.main]
    others = [param for param in spec.params if param.name not in spec.main]
    given: dict[str, Any] = {}
    for param in first:
        given[param.name] = _field(page, spec, param, given)
    if others:
        with st.expander("Limits and more", key=f"source-{spec.name}-more", icon=":material/tune:"):
            for param in others:
                given[param.name] = param_input(param, param.default, f"source-{spec.name}-{param.name}")
    return given


def _field(page: Page, spec: SourceSpec, param: Param, given: dict[str, Any]) -> Any:
    key = f"source-{spec.name}-{param.name}"
    if param.name == "select":
        return st.text_area(param.label, key=key, height=80, placeholder="SELECT … FROM …")
    if spec.offers is None or spec.offers[0] != param.name:
        return param_input(param, param.default, key)
    found: dict[str, Any] = st.session_state.setdefault("_source_offers", {})
    if found.get("asked") != (spec.name, given):
        found.clear()
    with st.container(horizontal=True, vertical_alignment="bottom", key=f"{key}-row"):
        if "names" in found:
            value = st.selectbox(param.label, found["names"], None, key=f"{key}-choice", help=param.help or None)
        else:
            value = param_input(param, param.default, key)
        listing = st.button("List", key=f"{key}-list", help="Look up what there is to choose from")
    if listing:
        with shown(page.workspace):
            names = source_offers(spec.name, given, remote=True)
            found.update(asked=(spec.name, dict(given)), names=list(names))
            st.rerun()
    return value or ""
