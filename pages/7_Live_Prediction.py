"""Live prediction: inputs on the left, the answer and what is behind it on the right; a file in the second tab."""

import streamlit as st

from mlworkbench.artifacts import read_table
from mlworkbench.data import READERS, promised_of
from mlworkbench.figures import distribution_figure, number, score_name
from mlworkbench.modeling import get_model_version
from mlworkbench.serving import export_batch, get_batch, list_batches, predict_file, predict_one
from mlworkbench.ui import jobs, live
from mlworkbench.ui.code import show_code, show_job_code
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.frame import frame
from mlworkbench.ui.sent_files import take
from mlworkbench.ui.text import count, duration, moment, safe

ONE, FILE = "One case", "A file"


@st.cache_data(max_entries=2, show_spinner=False)
def exported(batch_id, _project):
    """A predicted file as CSV bytes."""
    target = _project.workspace.spool_name("export").with_suffix(".csv")
    try:
        return export_batch(_project, batch_id, target).read_bytes()
    finally:
        target.unlink(missing_ok=True)


def one_case(page, version):
    """The prediction follows the widgets."""
    left, right = st.columns([5, 7], gap="large")
    with left:
        values = live.inputs_form(version)
    with right:
        answer = live.answer_for(page.project, version, values)
        live.big_answer(version, answer, promised_of(page.project, version.target))
        behind, moved = st.tabs(["What is behind it", "If one input moved"], key="why-tabs", on_change="rerun")
        if behind.open:
            with behind:
                live.behind_it(version, answer)
        if moved.open:
            with moved:
                live.would_move(page.project, version, values, answer)
    with page.quiet:
        show_code(page.project, predict_one, {"inputs": values, "explain": True})
    page.quiet.button("Typical case", key="reset", icon=":material/restart_alt:", on_click=live.reset,
                      help="Set every input to its median or most frequent value")  # fmt: skip


def a_file(page, version):
    """A file goes to disk, a job predicts it, the result is downloaded."""
    job = jobs.latest(page.project, predict_file)
    with page.quiet:
        show_job_code(page.project, job)
    busy = jobs.panel(page.project, job)
    turn = st.session_state.setdefault("batch-turn", 0)
    suffixes = sorted({suffix.lstrip(".") for reader in READERS for suffix in reader.suffixes})
    label = f"Rows with the {count(len(version.inputs), 'input')} of the model; other columns are kept"
    file = st.file_uploader(label, suffixes, disabled=busy, key=f"batch-{turn}")
    beside("source")
    if file is not None:
        with acting(page.workspace):
            st.session_state["batch-turn"] = turn + 1
            source = take(page.project, file).id
            jobs.submit(page.project, predict_file, source=source)
    if job is not None and job.status == "done":
        result(page, get_batch(page.project, job.result["artifact"]))
    earlier = list_batches(page.project, limit=20)
    if len(earlier) > 1:
        st.subheader("Earlier files", anchor=False)
        zone = st.context.timezone
        rows = [{"file": one.name, "rows": one.rows, "predicted": moment(one.created_at, zone)} for one in earlier]
        st.dataframe(rows, hide_index=True, height="content" if len(rows) < 9 else 320, alt="Predicted files")


def result(page, batch):
    """What became of the last file."""
    st.success(f"{safe(batch.name)}: {count(batch.rows, 'row')} predicted in {duration(batch.latency_ms / 1000)}.",
               icon=":material/task_alt:")  # fmt: skip
    column = read_table(page.project, batch.predictions, ["prediction"])["prediction"]
    st.plotly_chart(distribution_figure(column, "prediction"), config=live.BARE, alt="What was predicted")
    for warning in batch.warnings:
        st.warning(safe(warning), icon=":material/warning:")
    stem = "".join(sign if sign.isalnum() else "_" for sign in batch.name.rsplit(".", 1)[0])[:60]
    page.main.download_button(
        "Download predictions",
        exported(batch.id, page.project),
        f"{stem}_predicted.csv",
        "text/csv",
        key="download",
        type="primary",
        icon=":material/download:",
        on_click="ignore",
    )


with frame("Live prediction", "What does the model say about a case, and why?", needs=("champion",)) as page:
    version = get_model_version(page.project)
    score = f"{score_name(version.scoring)} {number(version.cv_score)} in the folds"
    held = f"{number(version.holdout_score)} on the holdout" if version.holdout_score is not None else "no holdout"
    page.facts(f"champion v{version.number}", version.label, f"predicts {version.target}", score, held)
    tabs = st.tabs([ONE, FILE], key="live-tabs", on_change="rerun")
    if tabs[0].open:
        with tabs[0]:
            one_case(page, version)
    if tabs[1].open:
        with tabs[1]:
            a_file(page, version)
