"""Data: a table comes in, its findings are shown, types and target are chosen, the holdout is cut."""

import streamlit as st

from mlworkbench.artifacts import get_alias
from mlworkbench.data import (
    READERS,
    append,
    get_dataset,
    holdout_looks,
    ingest,
    ingest_from,
    preview,
    receive,
    revise,
    sample_target,
    write_sample,
)
from mlworkbench.ui import data_views, jobs, promises_views, reading_views, version_views
from mlworkbench.ui.code import show_job_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import empty_state, frame
from mlworkbench.ui.sent_files import take
from mlworkbench.ui.source_views import sources
from mlworkbench.ui.text import count, looked_at, safe

SAMPLES = {
    "breast_cancer": "tumours: benign or malignant",
    "wine": "wine: which of three growers",
    "diabetes": "diabetes: progression in a year",
}
ROWS = 200


def uploader(page, job_error=False):
    """Takes a file to disk in blocks and queues its reading; the widget starts over after each file."""
    turn = st.session_state.setdefault("upload-turn", 0)
    suffixes = sorted({suffix.lstrip(".") for reader in READERS for suffix in reader.suffixes})
    choice = reading_views.recipe_choice(page.project)
    file = st.file_uploader("A table: CSV, Excel, Parquet, JSON…", suffixes, key=f"upload-{turn}")
    beside("source", job_error=job_error)
    if file is not None:
        with acting(page.workspace):
            st.session_state["upload-turn"] = turn + 1
            artifact = take(page.project, file)
            settings = reading_views.settings_for(page.project, choice, file.name)
            jobs.submit(page.project, ingest, source=artifact.id, **settings)


def empty(page):
    """What a project without data shows."""
    why = (
        "Upload the table you want to learn from. Types are inferred, what is odd is listed, nothing is changed in "
        "silence, and the file itself is kept as it came."
    )
    with empty_state("Start with a table", why), st.container(width=560):
        uploader(page, job_error=True)
        name = st.menu_button("Use a sample", list(SAMPLES), key="sample", format_func=SAMPLES.get)
        if name:
            with acting(page.workspace):
                with page.workspace.scratch("sample") as folder:
                    source = receive(page.project, write_sample(name, folder)).id
                jobs.submit(page.project, ingest, source=source, target=sample_target(name))
        sources(page)


def facts(page, dataset):
    """The facts line: version, target, holdout with its looks."""
    said = [f"v{dataset.number}", dataset.name, f"{dataset.rows:,} × {len(dataset.columns)}"]
    if dataset.target:
        said.append(f"predicts {dataset.target} ({dataset.task})")
    if dataset.holdout:
        looks = len(holdout_looks(page.project, dataset))
        said.append(f"holdout {count(dataset.holdout_rows, 'row')}, {looked_at(looks)}")
        said.append(f"holdout {dataset.holdout[:8]}")
    page.facts(*said)


def choices(page, dataset, busy):
    """Target, task, holdout and changed types; the primary button applies them or goes on."""
    staged = st.session_state.setdefault(f"types-{dataset.id}", {})
    left, right = st.columns([7, 4], gap="large")
    with left:
        st.markdown(f"**{safe(data_views.verdict(dataset))}**")
        data_views.findings(page.project, dataset, staged)
        names = ["Columns", "Preview", "How it was read", "Versions", "Data contract"]
        tabs = st.tabs(names, key="data-tabs", on_change="rerun")
        with tabs[0]:
            if tabs[0].open:
                data_views.columns(dataset, staged)
        if tabs[1].open:
            tabs[1].dataframe(preview(page.project, dataset, ROWS), height=460, key="preview", alt="First rows")
        with tabs[2]:
            if tabs[2].open:
                reading_views.tab(page, dataset, busy)
        with tabs[3]:
            if tabs[3].open:
                version_views.tab(page.project, dataset, busy)
        with tabs[4]:
            if tabs[4].open:
                promises_views.tab(page, dataset, busy)
    with right, st.container(border=True):
        st.subheader("What to predict", anchor=False)
        wanted = data_views.target_form(dataset)
        if dataset.holdout:
            st.caption(
                f"{dataset.training_rows:,} rows to learn from, {dataset.holdout_rows:,} put aside"
                + (f", {dataset.gap_rows:,} in the gap" if dataset.gap_rows else "")
                + (f", {dataset.unlabelled_rows:,} without a target" if dataset.unlabelled_rows else "")
                + ". The holdout is cut once: a newer version of this table reuses it."
            )
    chosen = dataset.settings
    known = {"target": dataset.target, "task": chosen.get("task"), "positive": dataset.positive,
             "holdout": chosen.get("holdout")}  # fmt: skip
    changed = staged or wanted != known
    if not changed and dataset.target:
        page.onward("pages/5_Feature_Engineering.py", "Continue: features")
        return
    label = "Apply changes" if dataset.target or staged else "Set target, cut holdout"
    blocked = busy or not changed or (wanted["target"] is None and not staged)
    if page.primary(label, key="apply-data", icon=":material/check:", disabled=blocked):
        with acting(page.workspace):
            given = {name: value for name, value in wanted.items() if value is not None and value != known[name]}
            if staged:
                given["types"] = dict(staged)
            jobs.submit(page.project, revise, dataset=dataset.id, **given)


with frame("Data", "What came in, and what is wrong with it?", needs=("project",)) as page:
    job = jobs.latest(page.project, ingest, ingest_from, revise, append)
    with page.quiet:
        show_job_code(page.project, job)
    current = get_alias(page.project, "dataset")
    busy = jobs.panel(page.project, job)
    reading_views.rescue(page, job)
    if current is None and busy:
        st.skeleton(height=320)
    elif current is None:
        empty(page)
    else:
        menu = page.quiet.popover("New version", icon=":material/upload:", key="new-version", on_change="rerun")
        if menu.open:
            with menu:
                uploader(page)
                sources(page)
        dataset = get_dataset(page.project)
        facts(page, dataset)
        choices(page, dataset, busy)
