"""Label rows: one row at a time by keyboard, who agrees with whom, and the version that comes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.errors import WorkbenchError
from mlworkbench.labelling import (
    agreement,
    labelling_status,
    list_labellings,
    next_row,
    put_label,
    settle,
    start_labelling,
    undo_label,
    use_labels,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside, shown
from mlworkbench.ui.text import count, duration, percent, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.labelling import Labelling, Standing
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

NEW = "New table of rows"
ONLY = {"unlabelled": "without a label", "labelled": "with a label", "all": "all"}
ORDERS = {"table": "as in the table", "random": "at random", "uncertain": "most uncertain first"}
KEYS = 9
_TOLD = "_labelling_told"


def section(page: Page, dataset: Dataset, busy: bool) -> None:
    """Choose a labelling or start one, then label."""
    project = page.project
    assert project is not None
    known = {one.name: one for one in list_labellings(project)}
    if not known:
        st.caption(
            "People give rows a label here: by keyboard, one row at a time, several people if you like. What they "
            "agree on becomes a new version. No row of the holdout is shown."
        )
        _start(project, dataset)
        return
    names = [*known, NEW]
    if st.session_state.get("labelling") not in names:
        st.session_state["labelling"] = names[0]
    left, right = st.columns(2)
    chosen = left.selectbox("Table of rows", names, key="labelling")
    labeller = right.text_input(
        "Who labels", project.workspace.user, key="labeller", max_chars=60, bind="query-params",
        help="Labels are kept under this name; several people can label at once.",
    )  # fmt: skip
    with right:
        beside("labeller")
    if chosen == NEW:
        _start(project, dataset)
        return
    st.fragment(_rows)(page, known[chosen], labeller, busy)


def _start(project: Project, dataset: Dataset) -> None:
    with st.form("start-labelling", border=True):
        left, right = st.columns(2)
        name = left.text_input("Name", key="labelling-name", max_chars=60, placeholder="reviews, first round")
        column = right.text_input(
            "Column to label", dataset.target or "", key="labelling-column", max_chars=60,
            help="The target, another column, or a new one.",
        )  # fmt: skip
        with left:
            beside("name")
        with right:
            beside("column")
        classes = st.text_input(
            "Classes", ", ".join(dataset.classes), key="labelling-classes", placeholder="good, bad, unclear",
            help="Separated by commas; the first nine get the keys 1 to 9.",
        )  # fmt: skip
        beside("classes")
        one, two, three = st.columns(3)
        start = list(ONLY).index("all" if dataset.target and not dataset.unlabelled_rows else "unlabelled")
        only = one.selectbox("Rows", list(ONLY), start, key="labelling-only", format_func=ONLY.__getitem__)
        order = two.selectbox("In which order", list(ORDERS), key="labelling-order", format_func=ORDERS.__getitem__)
        limit = three.number_input("At most", 1, 10_000, 500, key="labelling-limit")
        with one:
            beside("only")
        with two:
            beside("order")
        where = st.text_input("Where", key="labelling-where", placeholder='tenure < 12 and plan == "basic"',
                              help="A condition that rows must fulfil; empty for all.")  # fmt: skip
        beside("where")
        four, five = st.columns(2)
        people = four.number_input("People per row", 1, 9, 1, key="labelling-people",
                                   help="Two or more show how far they agree.")  # fmt: skip
        price = five.number_input("Price per hour", 0.0, None, 0.0, key="labelling-price", help="0: no cost is shown.")
        if st.form_submit_button("Start labelling", key="start", icon=":material/edit_note:"):
            named = [part.strip() for part in classes.split(",") if part.strip()]
            with acting(project.workspace):
                start_labelling(
                    project, name=name, classes=named or None, column=column.strip() or None, dataset=dataset.id,
                    where=where, only=only, order=order, limit=int(limit), per_row=int(people),
                    price_per_hour=float(price),
                )  # fmt: skip
                st.session_state.pop("labelling", None)  # the newest is shown


def _rows(page: Page, labelling: Labelling, labeller: str, busy: bool) -> None:
    """One row, its cells, the classes as buttons; drawn alone when a label is given."""
    project = page.project
    assert project is not None
    with shown(page.workspace):
        if (told := st.session_state.pop(_TOLD, None)) is not None:
            st.error(safe(told), icon=":material/error:")
        standing = labelling_status(project, labelling.name)
        st.info(safe(standing.sentence), icon=":material/label:")
        st.progress(standing.done / standing.rows, text=_left(standing))
        turn = next_row(project, labelling.name, labeller)
        if turn is None:
            st.caption("Nothing is left for this labeller: rows are labelled, skipped, or before somebody else now.")
        else:
            with st.container(border=True, key="labelling-row"):
                head = st.container()
                _buttons(project, labelling, labeller, turn.row)
                cells = [{"column": name, "cell": "–" if one is None else one} for name, one in turn.cells.items()]
                st.dataframe(cells, hide_index=True, height="content" if len(cells) <= 14 else 520,
                             key="labelling-cells", alt=f"Cells of row {turn.row}")  # fmt: skip
                # Drawn last: when the row can be read, its keys are there.
                head.markdown(f"**Row {turn.row:,}** · {safe(labelling.column)} is …")
        st.button("Undo", key="label-undo", icon=":material/undo:", shortcut="U", on_click=_undo,
                  args=(project, labelling.name, labeller), help="Take back your last label or skip")  # fmt: skip
        _version(page, labelling, standing, busy)
        _people(project, labelling, standing, labeller)


def _version(page: Page, labelling: Labelling, standing: Standing, busy: bool) -> None:
    """The way from labels to a version; as the target, if the column is not that already."""
    project = page.project
    assert project is not None
    final = sum(standing.counts.values())
    with st.container(horizontal=True, vertical_alignment="center"):
        words = f"Make a version with {count(final, 'label')}"
        clicked = st.button(words, key="use-labels", icon=":material/done_all:", disabled=busy or not final)
        aim = st.checkbox(f"with {safe(labelling.column, 60)} as the target", True, key="labels-target")
    if clicked:
        with acting(page.workspace):
            jobs.submit(project, use_labels, name=labelling.name, target=aim)


def _buttons(project: Project, labelling: Labelling, labeller: str, row: int) -> None:
    """Each button is of its row: a key that is pressed too soon never labels a row that was not seen."""
    with st.container(horizontal=True):
        for place, label in enumerate(labelling.classes):
            st.button(
                safe(label, 60), key=f"label-{row}-{place}", shortcut=str(place + 1) if place < KEYS else None,
                on_click=_put, args=(project, labelling.name, row, label, labeller),
            )  # fmt: skip
        st.button("Skip", key=f"label-{row}-skip", type="tertiary", shortcut="S", on_click=_put,
                  args=(project, labelling.name, row, None, labeller))  # fmt: skip


def _put(project: Project, name: str, row: int, label: str | None, labeller: str) -> None:
    try:
        if not put_label(project, name, row, label, labeller, if_open=True):
            st.session_state[_TOLD] = f"That was not counted: row {row:,} was not before {labeller} any more."
    except WorkbenchError as error:
        st.session_state[_TOLD] = error.message


def _undo(project: Project, name: str, labeller: str) -> None:
    try:
        undo_label(project, name, labeller)
    except WorkbenchError as error:
        st.session_state[_TOLD] = error.message


def _left(standing: Standing) -> str:
    if standing.seconds_left is None:
        return f"{count(standing.rows - standing.done, 'row')} left"
    cost = f", {standing.cost_left:,.2f}" if standing.cost_left else ""
    return f"{count(standing.rows - standing.done, 'row')} left: about {duration(standing.seconds_left)}{cost}"


def _people(project: Project, labelling: Labelling, standing: Standing, labeller: str) -> None:
    """Who did what, how far they agree, and the rows on which they do not."""
    if not standing.labellers:
        return
    rows = [
        {"labeller": one.labeller, "labels": f"{one.labels:,}", "skipped": f"{one.skipped:,}",
         "time": duration(one.seconds), **({"cost": f"{one.cost:,.2f}"} if labelling.price_per_hour else {})}
        for one in standing.labellers
    ]  # fmt: skip
    st.dataframe(rows, hide_index=True, height="content", key="labellers", alt="Labellers")
    if len(standing.labellers) < 2:
        return
    box = st.expander("How far labellers agree", key="labellers-agree", on_change="rerun", icon=":material/handshake:")
    if box.open:
        with box:
            _agreeing(project, labelling, labeller)


def _agreeing(project: Project, labelling: Labelling, labeller: str) -> None:
    found = agreement(project, labelling.name)
    st.markdown(safe(found.sentence))
    if len(found.pairs) > 1:
        pairs = [
            {"labellers": f"{one.left}, {one.right}", "rows": f"{one.rows:,}", "same": percent(one.observed),
             "kappa": f"{one.kappa:.2f} ({one.low:.2f} to {one.high:.2f})" if one.kappa is not None else one.why_not}
            for one in found.pairs
        ]  # fmt: skip
        st.dataframe(pairs, hide_index=True, height="content", key="pairs-of-labellers", alt="Agreement of pairs")
    if found.disagreements:
        _differing(project, labelling, found.disagreements, labeller)


def _differing(project: Project, labelling: Labelling, differing: Any, labeller: str) -> None:
    st.subheader("Rows on which they differ", anchor=False)
    rows = [
        {
            "row": one.row,
            **{f"{who} says": label for who, label in one.labels.items()},
            "counts as": one.settled or "–",
            "by": one.by or "nobody yet",
        }
        for one in differing
    ]
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 10 else 360, key="differing",
                 alt="Rows on which labellers differ")  # fmt: skip
    waiting = [one.row for one in differing if not one.settled] or [one.row for one in differing]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        row = st.selectbox("Row", waiting, key="settle-row", width=140)
        label = st.selectbox("Counts as", labelling.classes, key="settle-label", width=220)
        st.button("Decide", key="settle", icon=":material/gavel:", on_click=_settle,
                  args=(project, labelling.name, row, label, labeller))  # fmt: skip


def _settle(project: Project, name: str, row: int, label: str, who: str) -> None:
    try:
        settle(project, name, row, label, who)
    except WorkbenchError as error:
        st.session_state[_TOLD] = error.message
