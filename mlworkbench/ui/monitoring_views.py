"""The parts of the Monitoring page: what to compare, the verdict, inputs, time, one column, truth, traffic."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import READERS
from mlworkbench.figures import drift_column_figure, drift_figure, number, score_name, spoken, window_figure
from mlworkbench.monitoring import DRIFT_TESTS, FREQUENCIES, list_label_batches
from mlworkbench.ui.errors import beside
from mlworkbench.ui.sent_files import take
from mlworkbench.ui.text import count, moment, percent, safe

if TYPE_CHECKING:
    from mlworkbench.monitoring import ColumnDrift, MonitorReport, Realised
    from mlworkbench.projects import Project

BARE = {"displayModeBar": False}
RHYTHM = {"daily": 30.0, "weekly": 4.0, "monthly": 1.0}
DRAWN = {"changed": (st.warning, ":material/priority_high:"), "quiet": (st.success, ":material/check_circle:")}


def picked(label: str, name: str) -> Any:
    """A file that was just chosen, or None; the widget starts over once it is `taken`."""
    suffixes = sorted({suffix.lstrip(".") for reader in READERS for suffix in reader.suffixes})
    return st.file_uploader(label, suffixes, key=f"{name}-{st.session_state.setdefault(f'{name}-turn', 0)}")


def taken(project: Project, file: Any, name: str) -> str:
    """The chosen file on disk: its upload's id."""
    st.session_state[f"{name}-turn"] += 1
    return take(project, file).id


def settings_form() -> dict[str, Any]:
    """How to compare: the stretch of the log, the rhythm, the windows."""
    with st.container(horizontal=True):
        since = st.date_input("From", None, key="since", width=150)
        until = st.date_input("Until (not included)", None, key="until", width=150)
    beside("since", "until")
    freq = st.selectbox("Windows", list(FREQUENCIES), index=2, key="freq")
    rhythm = st.selectbox("How often you check", list(RHYTHM), index=1, key="rhythm",
                          help="Says how many false alarms to expect")  # fmt: skip
    alpha = st.number_input("False discovery rate", 0.001, 0.3, 0.05, 0.01, key="alpha",
                            help="Over all tests of a report together")  # fmt: skip
    beside("alpha", "freq", "checks_per_month")
    asked: dict[str, Any] = {"freq": str(freq), "checks_per_month": RHYTHM[str(rhythm)], "alpha": float(alpha)}
    return asked | {name: str(day) for name, day in (("since", since), ("until", until)) if isinstance(day, date)}


def verdict(report: MonitorReport) -> None:
    """The sentence, then what it rests on."""
    draw, icon = DRAWN.get(report.verdict, (st.info, ":material/help:"))
    draw(safe(spoken(report.sentence), 900), icon=icon)
    side = report.current
    span = f", {moment(side.since)} to {moment(side.until)}" if side.since else ""
    false = number(report.expected_false_alarms, 2)
    st.caption(
        f"{count(side.rows, 'row')} of {safe(side.name, 80)}{span}, against {report.reference.rows:,} training rows. "
        f"{count(report.tests, 'test')} corrected together; at this rhythm at most {false} false alarms per month."
    )
    for note in report.notes:
        st.caption(f":material/info: {safe(note)}")
    if report.extra:
        st.caption(f":material/info: Columns that training did not have: {safe(', '.join(report.extra), 300)}")


def inputs(report: MonitorReport) -> None:
    """All inputs, the most worrying first: how far, then the figures."""
    st.plotly_chart(drift_figure(report.columns), key="drift", config=BARE, alt="How far each input moved")
    rows = [_row(one) for one in (*report.columns, *([report.prediction] if report.prediction else []))]
    tall: Any = "content" if len(rows) < 9 else 340
    st.dataframe(
        rows,
        hide_index=True,
        height=tall,
        alt="Tests of every input",
        column_config={
            "p, corrected": st.column_config.NumberColumn(format="%.3g"),
            "effect": st.column_config.NumberColumn(format="%.3f"),
            "alarm above": st.column_config.NumberColumn(format="%.3f"),
            "missing before": st.column_config.NumberColumn(format="percent"),
            "missing now": st.column_config.NumberColumn(format="percent"),
            "influence": st.column_config.NumberColumn(
                format="percent", help="Share of the model's movement when this input is shuffled"
            ),
        },
    )
    st.caption(
        "Changed: the test survives the correction over all tests, and the effect is above its floor and above what "
        "a batch of this size shows by chance. Ordered by how far an input moved times how much the model heeds it."
    )


def one_column(report: MonitorReport) -> None:
    """Both samples of one column in one plot, and its tests in words."""
    known = {one.column: one for one in (*report.columns, *([report.prediction] if report.prediction else []))}
    one = known[st.selectbox("Column", list(known), key="detail")]
    if one.sentence:
        st.markdown(safe(one.sentence) + (" · **changed**" if one.drifted else " · not beyond chance"))
    drawn = drift_column_figure(one)
    if drawn is not None:
        st.plotly_chart(drawn, key="detail-figure", config=BARE, alt=f"{one.column}: training against current")
    if one.note:
        st.caption(safe(one.note))
    for line in _tested(one):
        st.caption(line)


def over_time(report: MonitorReport) -> None:
    """The windows of the log: volume, drifted inputs, prediction, score; each with its interval and its band."""
    named = {
        "score": "Realised score",
        "prediction": "Mean prediction",
        "share": "Share of inputs that drifted",
        "rows": "Volume",
    }
    for measure, title in named.items():
        drawn = window_figure(report.windows, measure, report.realised)
        if drawn is not None:
            st.markdown(f"**{title}**")
            st.plotly_chart(drawn, key=f"window-{measure}", config=BARE, alt=f"{title} over time")
    alarms = [one for one in report.windows if one.drifted]
    st.caption(
        f"Diamonds are alarms: {len(alarms)} of {count(len(report.windows), 'window')}. All windows and inputs are "
        "corrected together, so a timeline without drift shows an alarm in 5 of 100 cases at most."
        if report.alpha == 0.05
        else f"Diamonds are alarms: {len(alarms)} of {count(len(report.windows), 'window')}, corrected together."
    )


def truth(project: Project, report: MonitorReport) -> Any:
    """How good predictions turned out to be, and what came in so far; gives the file of labels that was just chosen."""
    if report.realised is not None:
        _realised(report.realised, report.drifted_columns)
    st.markdown(
        "**What really happened.** A file with the target and either `prediction_id` (and `row`) as the prediction log "
        "has them, or the columns that identify a row. All its labels are added, or none."
    )
    file = picked("Labels: CSV, Excel or Parquet", "labels")
    beside("source", "target", "keys", "id_column", "row_column")
    batches = list_label_batches(project, 20)
    if batches:
        zone = st.context.timezone
        rows = [
            {"file": one.name, "labels": one.labels, "matched by": one.matched_by, "came": moment(one.created_at, zone)}
            for one in batches
        ]
        st.dataframe(rows, hide_index=True, alt="Labels that came in")
    return file


def traffic(report: MonitorReport) -> None:
    """Volume and latency."""
    volume, latency = report.volume, report.latency
    shown = [("Rows", f"{volume.rows:,}")]
    shown += [("Requests", f"{volume.requests:,}")] if volume.requests else []
    if latency.single_p95_ms is not None:
        shown += [
            ("Single rows: median, ms", number(latency.single_p50_ms)),
            ("95 % within, ms", number(latency.single_p95_ms)),
        ]
    if latency.batch_ms_per_1000 is not None:
        shown += [("Files: ms per 1,000 rows", number(latency.batch_ms_per_1000))]
    with st.container(horizontal=True):
        for label, value in shown:
            st.metric(label, value, border=True)
    if latency.budget_ms is not None and latency.within_budget is not None:
        kept = "is kept" if latency.within_budget else "is not kept"
        st.caption(f"The contract's budget of {number(latency.budget_ms)} ms per answer {kept}.")
    if volume.days:
        rows = [{"day (UTC)": day, "rows": rows} for day, rows in volume.days]
        st.dataframe(rows, hide_index=True, height=260 if len(rows) > 6 else "content", alt="Rows by day")


def _row(one: ColumnDrift) -> dict[str, Any]:
    return {
        "column": one.column,
        "": "changed" if one.drifted else "not tested" if one.p_value is None else "quiet",
        "test": DRIFT_TESTS.get(one.test).label if one.test else None,
        "p, corrected": one.q_value,
        "effect": one.effect,
        "alarm above": one.threshold,
        "missing before": one.missing_reference,
        "missing now": one.missing_current,
        "influence": one.influence,
        "what": one.sentence or one.note,
    }


def _tested(one: ColumnDrift) -> list[str]:
    said = []
    if one.test is not None and one.effect_test is not None:
        test, effect = DRIFT_TESTS.get(one.test), DRIFT_TESTS.get(one.effect_test)
        said.append(
            f"{test.label}: statistic {number(one.statistic)}, p {number(one.p_value, 2)}, corrected "
            f"{number(one.q_value, 2)}. {effect.label}: {number(one.effect)}, alarm above {number(one.threshold)} "
            f"(floor {number(one.floor)})."
        )
    if one.missing_reference or one.missing_current:
        said.append(f"Missing: {percent(one.missing_reference)} in training, {percent(one.missing_current)} now.")
    if one.unseen:
        named = ", ".join(f"{label} ({rows:,})" for label, rows in one.unseen)
        said.append(f"Not seen in training, {count(one.unseen_rows, 'row')}: {safe(named, 300)}")
    if one.further:
        others = ", ".join(f"{DRIFT_TESTS.get(name).label} {number(value)}" for name, value in one.further.items())
        said.append(f"Other measures: {others}.")
    return said


def _realised(found: Realised, moved: tuple[str, ...]) -> None:
    expected = f"{number(found.expected)} ({number(found.expected_low)} to {number(found.expected_high)})"
    name = score_name(found.scoring)
    if found.score is None:
        st.info(f"{safe(found.note)} Expected {name}: {expected}.")
        return
    now = f"**{number(found.score)}** ({number(found.low)} to {number(found.high)})"
    draw = st.warning if found.concept_drift else st.success
    why = "the inputs moved too, which may be why" if moved else "inputs and target are linked in another way now"
    what = f"below what training promised: {why}" if found.concept_drift else "as promised"
    draw(f"{name} {now} on {count(found.rows, 'labelled prediction')}, {what}. Expected: {expected}, out of fold.")
    if found.note:
        st.caption(safe(found.note))
