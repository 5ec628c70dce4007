"""The tab "Versions" of the Data page: list, compare, append, name, restore, download, lineage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import (
    DIRECT_ROWS,
    FORMATS,
    READERS,
    append,
    compare_versions,
    download,
    find_diff,
    get_dataset,
    lineage,
    list_versions,
    ready_download,
    restore_version,
    tag_version,
)
from mlworkbench.figures import lineage_figure, number, shift_figure
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.sent_files import take
from mlworkbench.ui.text import count, moment, percent, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset, Version, VersionDiff
    from mlworkbench.projects import Project

DOINGS = ("Compare", "Append", "Tag or restore", "Download", "Lineage")
_FORMATS = {"parquet": "Parquet", "csv": "CSV", "upload": "as uploaded"}
_WIDTH = {"key": "Key", "old": "Before", "new": "After"}


def tab(project: Project, current: Dataset, busy: bool) -> None:
    """The list of versions, and below it what can be done with them."""
    known = list_versions(project)
    _list(known)
    if len(known) == 1:
        st.caption(
            "There is one version so far. Append a file, change a type or the target, or read a newer file with "
            "**New version**: then two can be compared, and you can go back."
        )
    doings = DOINGS if len(known) > 1 else DOINGS[1:]
    doing = st.segmented_control(
        "With these versions", doings, default=doings[0], key="version-doing", label_visibility="collapsed",
        required=True,
    )  # fmt: skip
    working = jobs.panel(project, jobs.latest(project, compare_versions, download)) or busy
    if doing == "Compare":
        _compare(project, known, working)
    elif doing == "Append":
        _append(project, known, current, working)
    elif doing == "Tag or restore":
        _tag_or_restore(project, known)
    elif doing == "Download":
        _download(project, known, current, working)
    elif doing == "Lineage":
        _lineage(project, known, current)


def _list(known: Sequence[Version]) -> None:
    by_id = {one.id: f"v{one.number}" for one in known}
    rows = [
        {
            "version": f"v{one.number}" + (" (current)" if one.current else ""),
            "tags": ", ".join(one.tags),
            "file": one.name,
            "rows": one.rows,
            "columns": one.columns,
            "target": one.target or ("synthetic" if one.synthetic else "–"),
            "made": moment(one.made_at, st.context.timezone),
            "by": one.who,
            "why": one.why,
            "from": ", ".join(by_id.get(parent, f"upload {parent[:8]}") for parent in one.parents),
            "hash": one.id[:12],
        }
        for one in known
    ]
    height: Any = "content" if len(rows) <= 10 else 400
    st.dataframe(rows, hide_index=True, height=height, key="versions", alt="Versions")


def _choice(label: str, known: Sequence[Version], at: int, key: str) -> str:
    """The id of a version chosen by its number and tags."""
    labels = {one.id: f"v{one.number}" + "".join(f" · {tag}" for tag in one.tags) for one in known}
    chosen = st.selectbox(label, list(labels), at, key=key, format_func=labels.__getitem__)
    return str(chosen)


def _at_current(known: Sequence[Version]) -> int:
    return next((place for place, one in enumerate(known) if one.current), 0)


def _compare(project: Project, known: Sequence[Version], working: bool) -> None:
    at = _at_current(known)
    left, right = st.columns(2)
    with left:
        old = _choice("Before", known, min(at + 1, len(known) - 1) if at + 1 < len(known) else 0, "compare-old")
    with right:
        new = _choice("After", known, at, "compare-new")
    before, after = get_dataset(project, old), get_dataset(project, new)
    shared = [name for name in before.names if name in after.names]
    words = "Columns that name a row. Without them, rows are compared by all their cells."
    key = st.multiselect("Key, if there is one", shared, key="compare-key", help=words, placeholder="no key")
    beside("key", "old", "new")
    diff = find_diff(project, old, new, key)
    if diff is not None:
        _show(diff)
    elif st.button("Compare", key="compare-versions", icon=":material/difference:", disabled=working):
        with acting(project.workspace):
            if max(before.rows, after.rows) > DIRECT_ROWS:
                jobs.submit(project, compare_versions, old=old, new=new, key=key)
            else:
                compare_versions(project, old, new, key=key)


def _show(diff: VersionDiff) -> None:
    with st.container(horizontal=True, gap="large"):
        st.metric("Rows added", f"{diff.rows_added:,}", width="content")
        st.metric("Rows removed", f"{diff.rows_removed:,}", width="content")
        if diff.rows_changed is not None:
            st.metric("Rows changed", f"{diff.rows_changed:,}", width="content")
        st.metric("Rows the same", f"{diff.rows_same:,}", width="content")
    for words, names in (
        ("Columns added", diff.added),
        ("Columns removed", diff.removed),
        ("Read as another type", [f"{name}: {old} → {new}" for name, old, new in diff.retyped]),
        ("In another order", diff.reordered),
        ("First rows added", diff.added_rows),
        ("First rows removed", diff.removed_rows),
    ):
        if names:
            st.markdown(f"{words}: {safe(', '.join(names))}")
    for one in diff.renamed:
        said = f"{one.old} may be {one.new} now: {percent(one.share)} of {count(one.rows, 'row')} say the same."
        st.markdown(safe(said))
    st.dataframe(_columns(diff), hide_index=True, key="compared-columns", alt="Columns compared",
                 height="content" if len(diff.columns) <= 10 else 400)  # fmt: skip
    drawn = shift_figure(diff)
    if drawn is not None:
        st.caption(
            "How differently the values are spread: 0 alike, 1 nothing in common. A diamond is beyond chance for this "
            "many columns, and large enough to matter."
        )
        st.plotly_chart(drawn, key="shifts", config={"displayModeBar": False}, alt="Shift per column")
    changed = [one.name for one in diff.columns if one.examples]
    if changed:
        name = st.selectbox("Changed cells of", changed, key=f"changed-{diff.id[:8]}")
        cells = next(one.examples for one in diff.columns if one.name == name)
        rows = [dict(zip(_WIDTH.values(), cell, strict=True)) for cell in cells]
        st.dataframe(rows, hide_index=True, key="changed-cells", alt="Changed cells, the first ones")


def _columns(diff: VersionDiff) -> list[dict[str, str]]:
    return [
        {
            "column": one.name,
            **({"changed cells": f"{one.changed:,}"} if one.changed is not None else {}),
            "missing before": percent(one.missing_old),
            "missing after": percent(one.missing_new),
            "shift": number(one.shift.effect),
            "adjusted p": number(one.shift.q_value),
            "test": one.shift.test or f"none: {one.shift.why_not}",
        }
        for one in diff.columns
    ]


def _append(project: Project, known: Sequence[Version], current: Dataset, working: bool) -> None:
    st.caption(
        f"The rows of another file with the same columns, added to v{current.number} in a new version. Types, target "
        "and holdout stay; no new row joins the holdout."
    )
    why = st.text_input("Why", key="append-why", max_chars=500, placeholder="the week after")
    beside("why")
    turn = st.session_state.setdefault("append-turn", 0)
    suffixes = sorted({suffix.lstrip(".") for reader in READERS for suffix in reader.suffixes})
    file = st.file_uploader("A file to append", suffixes, key=f"append-{turn}", disabled=working)
    beside("source", "reading")
    if file is not None:
        with acting(project.workspace):
            st.session_state["append-turn"] = turn + 1
            upload = take(project, file)
            jobs.submit(project, append, source=upload.id, dataset=current.id, why=why)


def _tag_or_restore(project: Project, known: Sequence[Version]) -> None:
    chosen = _choice("Version", known, min(1, len(known) - 1), "go-back-to")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        tag = st.text_input("Tag", key="version-tag", max_chars=60, placeholder="as reviewed", width=220)
        why = st.text_input("Why", key="version-why", max_chars=500, width=260)
    with st.container(horizontal=True):
        tagged = st.button("Set tag", key="set-tag", icon=":material/label:", disabled=not tag.strip(),
                           help="A tag names one version; set again, it moves.")  # fmt: skip
        restored = st.button("Make current", key="make-current", icon=":material/history:",
                             disabled=next(one.current for one in known if one.id == chosen),
                             help="Nothing is deleted: newer versions stay in the list.")  # fmt: skip
    beside("tag", "why", "dataset")
    if tagged:
        with acting(project.workspace):
            tag_version(project, chosen, tag, why=why)
    if restored:
        with acting(project.workspace):
            restore_version(project, chosen, why=why)


def _download(project: Project, known: Sequence[Version], current: Dataset, working: bool) -> None:
    chosen = get_dataset(project, _choice("Version", known, _at_current(known), "download-version"))
    kind = st.segmented_control("As", FORMATS, default=FORMATS[0], key="download-format", required=True,
                                format_func=_FORMATS.__getitem__)  # fmt: skip
    beside("format")
    made = ready_download(project, chosen, str(kind))
    if made is None:
        if st.button("Prepare the file", key="prepare-download", icon=":material/build:", disabled=working):
            with acting(project.workspace):
                if chosen.rows > DIRECT_ROWS:
                    jobs.submit(project, download, dataset=chosen.id, format=str(kind))
                else:
                    download(project, dataset=chosen.id, format=str(kind))
        return
    if kind == "csv":
        cells = count(made.neutralised, "cell begins", "cells begin")
        st.caption(
            f"{cells} as a formula would, so that a spreadsheet would run it: an apostrophe stands before it."
            if made.neutralised
            else "No cell begins as a formula would."
        )
    st.download_button(f"Download {max(1, round(made.size / 1000)):,} kB", lambda: made.path.open("rb"), made.name,
                       "application/octet-stream", key="download-file", icon=":material/download:",
                       on_click="ignore")  # fmt: skip


def _lineage(project: Project, known: Sequence[Version], current: Dataset) -> None:
    chosen = _choice("Of", known, _at_current(known), "lineage-version")
    drawn = lineage(project, chosen)
    st.plotly_chart(lineage_figure(drawn), key="lineage", config={"displayModeBar": False},
                    alt=f"Lineage of {count(len(drawn.nodes), 'artifact')}, uploads to models")  # fmt: skip
