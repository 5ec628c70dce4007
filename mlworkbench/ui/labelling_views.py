"""The tab "Labels" of the Profiling page: the target, rows labelled by people, suspected errors, baselines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import DIRECT_ROWS
from mlworkbench.errors import NotFound, WorkbenchError
from mlworkbench.figures import baseline_figure, number
from mlworkbench.labelling import (
    baselines,
    correct_labels,
    decide_many,
    find_label_errors,
    get_baselines,
    get_label_errors,
    make_target,
    plan_target,
    suspect_cells,
    use_labels,
)
from mlworkbench.ui import jobs, labelling_rows
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import count, percent, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlworkbench.data import Dataset
    from mlworkbench.labelling import LabelErrors, Suspect
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

JOBS = (make_target, use_labels, find_label_errors, correct_labels, baselines)
SECTIONS = ("Suspected errors", "Label rows", "Target", "Baselines")
HOWS = {
    "column": "a column that is there",
    "threshold": "a threshold",
    "expression": "an expression",
    "window": "an event within days",
}
SHOWN = 200
BESIDE = 12  # rows whose cells stand beside each other
STATES = {"": "Open", "accepted": "Accepted", "rejected": "Rejected"}
BARE = {"displayModeBar": False}


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """Draw the tab."""
    start = SECTIONS[0] if dataset.target else "Target"
    section = st.segmented_control(
        "Part of the labels", SECTIONS, default=start, key="labels-part", label_visibility="collapsed", required=True
    )
    drawn = {"Target": _target, "Label rows": labelling_rows.section, "Suspected errors": _errors,
             "Baselines": _baselines}  # fmt: skip
    drawn[str(section)](page, dataset, busy)


# -- the target ------------------------------------------------------------------------------------
def _target(page: Page, dataset: Dataset, busy: bool) -> None:
    project = page.project
    assert project is not None
    st.markdown(
        f"The target is **{safe(dataset.target)}**." if dataset.target else "There is no target yet: choose or make it."
    )
    how = str(st.selectbox("Make it from", list(HOWS), key="target-how", format_func=HOWS.__getitem__))
    asked = {"how": how, "dataset": dataset.id} | _asked(dataset, how)
    beside("how", "dataset", "expression", "steps")
    if not _complete(asked):
        return
    if dataset.rows > DIRECT_ROWS and not st.toggle("Count what it would be", key="target-count"):
        classes: list[str] = []
    else:
        try:
            planned = plan_target(project, **asked)
        except WorkbenchError as error:
            st.error(safe(error.message), icon=":material/error:")
            return
        st.info(safe(planned.sentence), icon=":material/flag:")
        for note in planned.notes:
            st.caption(safe(note))
        classes = list(planned.counts)
        if len(classes) > 1:
            rows = [{"value": value, "rows": f"{rows:,}"} for value, rows in list(planned.counts.items())[:SHOWN]]
            st.dataframe(rows, hide_index=True, height="content" if len(rows) < 10 else 360, key="target-counts",
                         alt="Rows of each class")  # fmt: skip
    positive = None
    if len(classes) == 2:
        place = classes.index("Yes") if "Yes" in classes else 0
        positive = st.selectbox("The class that is looked for", classes, place, key="target-positive")
        beside("positive")
    why = st.text_input("Why", key="target-why", max_chars=500, placeholder="as the contract says")
    beside("why", "target")
    if st.button("Make it the target", key="make-target", icon=":material/flag:", disabled=busy):
        with acting(page.workspace):
            jobs.submit(project, make_target, **asked, positive=positive, why=why)


def _asked(dataset: Dataset, how: str) -> dict[str, Any]:
    """The settings of one way to make a target."""

    def columns(*types: str) -> list[str]:
        return [one.name for one in dataset.columns if not types or one.type in types]

    if how == "column":
        place = columns().index(dataset.target) if dataset.target else len(dataset.names) - 1
        return {"column": st.selectbox("Column", columns(), place, key="target-column")}
    name = st.text_input("Name of the new column", key="target-name", max_chars=60, placeholder="high_value")
    beside("name")
    if how == "threshold":
        left, right = st.columns(2)
        column = left.selectbox("Yes where", columns("integer", "number"), key="target-of")
        above = right.number_input("is above", value=None, key="target-above", format="%g")
        beside("column", "above")
        return {"name": name, "column": column, "above": above}
    if how == "expression":
        rule = st.text_input("Is", key="target-rule", placeholder='tenure < 12 and Contract == "Month-to-month"',
                             help="A condition gives Yes and No; a number or a text stays as it is.")  # fmt: skip
        return {"name": name, "expression": rule}
    left, right = st.columns(2)
    time = left.selectbox("From the moment in", columns("datetime"), key="target-time")
    days = right.number_input("within days", 1, 36_525, 30, key="target-days")
    event = left.text_input("the event", key="target-event", placeholder='cancelled_on, or status == "failed"',
                            help="A column of dates, or a condition that is true of rows that are events.")  # fmt: skip
    entity = right.selectbox("of the same", ["(row)", *columns()], key="target-entity")
    beside("time", "days", "event", "entity")
    return {"name": name, "time": time, "days": float(days), "event": event,
            "entity": "" if entity == "(row)" else entity}  # fmt: skip


def _complete(asked: dict[str, Any]) -> bool:
    """Whether nothing that is needed is still empty."""
    needed = ("name", "column", "above", "expression", "time", "event")
    return all(asked[one] not in ("", None) for one in needed if one in asked)


# -- suspected errors ------------------------------------------------------------------------------
def _errors(page: Page, dataset: Dataset, busy: bool) -> None:
    project = page.project
    assert project is not None
    if not dataset.target:
        st.caption("Which labels a model doubts is shown here once there is a target.")
        return
    try:
        found = get_label_errors(project, dataset=dataset.id)
    except NotFound:
        st.caption(
            "Two unlike models say of every training row what its label should be, without having learned from it; the "
            "labels that they doubt are listed here, the most doubted first. The holdout is not read. It takes some "
            "seconds."
        )
        _search(project, dataset, busy, "Look for label errors")
        return
    st.info(safe(found.sentence), icon=":material/rule:")
    if found.notes:
        st.caption(safe("; ".join(found.notes)))
    if found.suspects:
        _suspects(page, found, busy)
    _search(project, dataset, busy, "Look again")


def _search(project: Project, dataset: Dataset, busy: bool, words: str) -> None:
    beside("cv", "estimators", "target", "seed", "prune", "columns")
    if st.button(words, key="find-errors", icon=":material/search:", disabled=busy):
        with acting(project.workspace):
            jobs.submit(project, find_label_errors, dataset=dataset.id)


def _suspects(page: Page, found: LabelErrors, busy: bool) -> None:
    project = page.project
    assert project is not None
    state = [one.decision for one in found.suspects]
    accepted = state.count("accepted")
    wanted = st.segmented_control(
        "Which", list(STATES), default="", key="suspects-state", label_visibility="collapsed", required=True,
        format_func=lambda one: f"{STATES[one]} ({state.count(one):,})",
    )  # fmt: skip
    listed = [one for one in found.suspects if one.decision == wanted]
    shown = listed[:SHOWN]
    picked: Any = st.dataframe(
        [_line(one, bool(found.classes)) for one in shown], hide_index=True, key=f"suspects-{found.id[:8]}-{wanted}",
        height=380 if len(shown) > 9 else "content", on_select="rerun", selection_mode="multi-row",
        alt="Suspected label errors",
    )  # fmt: skip
    if len(listed) > SHOWN:
        st.caption(f"The first {SHOWN} of {len(listed):,}; the next come when these are decided.")
    rows = [shown[place].row for place in picked.selection.rows if place < len(shown)]
    with st.container(horizontal=True):
        for words, accept, icon in (
            ("Accept", True, ":material/check:"),
            ("Reject", False, ":material/close:"),
            ("Withdraw", None, ":material/undo:"),
        ):
            if st.button(words, key=f"decide-{words.lower()}", icon=icon, disabled=not rows, help=_HELP[words]):
                with acting(page.workspace):
                    decide_many(project, found, rows, accept, str(st.query_params.get("labeller", "")))
    beside("row", "labeller")
    if rows:
        st.dataframe(suspect_cells(project, found, rows[:BESIDE]), hide_index=True, height=300, key="suspect-cells",
                     alt="Cells of the rows picked")  # fmt: skip
    else:
        st.caption("Pick rows on the left edge to see their cells and to decide on them.")
    if len(rows) > BESIDE:
        st.caption(f"The cells of the first {BESIDE} of {len(rows):,} rows picked.")
    with st.container(horizontal=True):
        said = f"Correct {count(accepted, 'label')}"
        if st.button(said, key="correct-labels", icon=":material/build:", disabled=busy or not accepted):
            with acting(page.workspace):
                jobs.submit(project, correct_labels, errors=found.id)
        if st.button("Clear them instead", key="clear-labels", type="tertiary", disabled=busy or not accepted,
                     help="The rows stay without a label, and teach nothing."):  # fmt: skip
            with acting(page.workspace):
                jobs.submit(project, correct_labels, errors=found.id, how="clear")


_HELP = {
    "Accept": "The label is wrong: the suggested one is to take its place.",
    "Reject": "The label is right. It stays listed, and is not doubted again.",
    "Withdraw": "As if nothing had been decided.",
}


def _line(one: Suspect, classes: bool) -> dict[str, Any]:
    def said(value: str | float) -> str:
        return value if isinstance(value, str) else number(value, 4)

    return {
        "row": one.row,
        "given": said(one.given),
        "suggested": said(one.suggested),
        **(
            {"trust in the given": percent(one.confidence or 0.0)}
            if classes
            else {"robust deviations": number(one.score, 3)}
        ),
        **({"by": one.by} if one.decision else {}),
    }


# -- baselines -------------------------------------------------------------------------------------
def _baselines(page: Page, dataset: Dataset, busy: bool) -> None:
    project = page.project
    assert project is not None
    if not dataset.target:
        st.caption("What every model has to beat is shown here once there is a target.")
        return
    try:
        made = get_baselines(project, dataset=dataset.id)
    except NotFound:
        st.caption(
            "What needs no model: guessing, the best single column, the contract's heuristic, people. Whatever does "
            "not beat them is not worth its price. It takes a second or two."
        )
        _score(project, dataset, busy, "Score the baselines")
        return
    st.info(safe(made.sentence), icon=":material/flag:")
    st.plotly_chart(baseline_figure(made), key="baselines", config=BARE, alt="Score of each baseline")
    st.dataframe(_table(made.rows, bool(dataset.classes)), hide_index=True, height="content", key="baseline-rows",
                 alt="Baselines")  # fmt: skip
    st.caption(
        safe(
            f"{count(made.training_rows, 'training row')}, {made.splitter}, the holdout not used. In brackets "
            f"the 95 % interval; gain is the paired difference to guessing. {'; '.join(made.notes)}"
        )
    )
    if made.features:
        rows = [{"column": name, made.scoring: number(score)} for name, score in made.features]
        st.dataframe(rows, hide_index=True, height="content" if len(rows) <= 8 else 320, key="single-columns",
                     alt="What each column reaches alone")  # fmt: skip
    _score(project, dataset, busy, "Score again")


def _score(project: Project, dataset: Dataset, busy: bool, words: str) -> None:
    beside("cv", "target", "seed")
    if st.button(words, key="score-baselines", icon=":material/speed:", disabled=busy):
        with acting(project.workspace):
            jobs.submit(project, baselines, dataset=dataset.id)


def _table(rows: Sequence[Any], classes: bool) -> list[dict[str, str]]:
    def span(value: float | None, low: float | None, high: float | None) -> str:
        if value is None:
            return "–"
        return f"{number(value)} ({number(low)} to {number(high)})" if low is not None else number(value)

    return [
        {
            "baseline": one.label,
            "score": span(one.score, one.low, one.high),
            "gain": span(one.gain, one.gain_low, one.gain_high),
            **({"share right": span(one.accuracy, one.accuracy_low, one.accuracy_high)} if classes else {}),
            "rests on": one.note,
        }
        for one in rows
    ]
