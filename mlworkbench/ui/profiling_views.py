"""The Profiling page's tab "Columns": a searchable list of cards, one column in detail, notes pinned to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.errors import WorkbenchError
from mlworkbench.figures import column_chart, empty_chart, number, target_chart
from mlworkbench.profiling import notes_of, pin_note
from mlworkbench.ui.errors import beside
from mlworkbench.ui.text import count, moment, percent, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.profiling import Association, ColumnProfile, Profile
    from mlworkbench.projects import Project

BARE = {"displayModeBar": False}
ACCENT = "#5B6BE8"
MEASURES = {"spearman": "Spearman", "cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio"}
LIST, FIGURE, FACTS = 560, 336, 260


def columns(project: Project, dataset: Dataset, made: Profile) -> None:
    """A searchable list with a small histogram per column; one column in detail beside it."""
    notes = notes_of(project)
    left, right = st.columns([7, 5], gap="large")
    with left:
        wanted = st.text_input("Search columns", key="search", placeholder="part of a name or type").casefold()
        found = [one for one in made.columns if wanted in f"{one.name} {one.type}".casefold()]
        names = [one.name for one in found] or [one.name for one in made.columns]

        def choose() -> None:
            rows = st.session_state["columns"]["selection"]["rows"]
            if rows and rows[0] < len(names):
                st.session_state["one-column"] = names[rows[0]]

        st.dataframe(
            [_card(made, one, one.name in notes) for one in found],
            hide_index=True,
            height=LIST,
            key="columns",
            on_select=choose,
            selection_mode="single-row",
            alt="Columns",
            column_config=_shown(made.target),
        )
        st.caption(f"{count(len(found), 'column')}. Click the left edge of a row for its detail.")
    with right:
        if st.session_state.get("one-column") not in names:
            strongest = made.links[0].column if made.links and made.links[0].column in names else names[0]
            st.session_state["one-column"] = strongest
        chosen = st.selectbox("One column", names, key="one-column")
        _detail(made, made.column(chosen))
        _note(project, dataset, chosen)


def _shown(target: str | None) -> dict[str, Any]:
    return {
        "distribution": st.column_config.BarChartColumn("Distribution", y_min=0, color=ACCENT),
        "column": "Column",
        "type": "Type",
        "missing": st.column_config.TextColumn("Missing", width="small"),
        "distinct": st.column_config.NumberColumn("Distinct", format="localized"),
        "middle": "Middle half, or most frequent",
        "note": "Note",
        "outliers": st.column_config.NumberColumn(
            "Outliers", format="localized", help="Further from the quarters than three times their distance."
        ),
        "link": st.column_config.ProgressColumn(
            f"Link to {target}"[:40] if target else "Link", min_value=0, max_value=1, format="%.2f"
        ),
    }


def waiting(dataset: Dataset) -> None:
    """What is known of the columns since the table was read, where their list will be."""
    left, right = st.columns([7, 5], gap="large")
    with left:
        st.text_input("Search columns", key="search-soon", placeholder="part of a name or type", disabled=True)
        st.dataframe(
            [_known(one.name, one.type, one.missing, dataset.rows, one.distinct) for one in dataset.columns],
            hide_index=True,
            height=LIST,
            column_config=_shown(dataset.target),
            alt="Columns",
        )
    with right:
        st.selectbox("One column", [dataset.target or dataset.names[0]], key="one-column-soon", disabled=True)
        with st.container(height=FIGURE, border=False):
            st.vega_lite_chart(empty_chart())  # the browser takes in what draws it meanwhile


def _known(name: str, type: str, missing: int, rows: int, distinct: int) -> dict[str, Any]:  # noqa: A002
    share = percent(missing / rows) if missing and rows else "none"
    return {"column": name, "type": type, "missing": share, "distinct": distinct}


def _card(made: Profile, one: ColumnProfile, noted: bool) -> dict[str, Any]:
    found = made.link(one.name)
    return {
        **_known(one.name, one.type, one.missing, made.rows, one.distinct),
        "distribution": list(one.sketch),
        "link": abs(found.association.strength) if found else None,
        "middle": _middle(one),
        "outliers": one.outliers,
        "note": "yes" if noted else "",
    }


def _middle(one: ColumnProfile) -> str:
    """Half of all values, or the most frequent one."""
    if one.quantiles:
        return f"{_value(one.quantiles['0.25'])} to {_value(one.quantiles['0.75'])}"
    return one.top[0][0][:40] if one.top else ""


def _detail(made: Profile, one: ColumnProfile) -> None:
    if one.note:
        st.warning(safe(one.note))
    with st.container(height=FIGURE, border=False, key="one-figure"):
        drawn = column_chart(one, made.rows)
        if drawn is None:
            st.caption("Every cell of this column is missing.")
        else:
            st.vega_lite_chart(drawn, alt=f"Distribution of {one.name}")
    st.dataframe(_facts(one), hide_index=True, height=FACTS, key="one-facts", alt="Figures of the column")
    found = made.link(one.name)
    if found is None:
        return
    st.caption(safe(_link_words(found.association, made.target)))
    if found.slices:
        st.vega_lite_chart(target_chart(found, made.target_unit), alt=f"Target over {one.name}")


def _link_words(link: Association, target: str | None) -> str:
    interval = f", 95 % interval {number(link.low, 2)} to {number(link.high, 2)}" if link.low is not None else ""
    chance = "more than chance" if link.beyond_chance else "no more than chance"
    said = f"{MEASURES[link.measure]} with {target}: {number(link.strength, 2)}{interval} ({chance}: unrelated columns"
    return f"{said} stay below {number(link.noise, 2)} at {link.rows:,} training rows)"


def _facts(one: ColumnProfile) -> list[dict[str, str]]:
    said: list[tuple[str, str]] = [
        ("type", one.type),
        ("missing", f"{one.missing:,}"),
        ("distinct", f"{one.distinct:,}"),
    ]
    if one.quantiles:
        names = {"0": "smallest", "0.05": "5 %", "0.25": "lower quarter", "0.5": "median", "0.75": "upper quarter",
                 "0.95": "95 %", "1": "largest"}  # fmt: skip
        seen = " seen" if one.errors else ""
        said += [(words + seen * (key in "01"), _value(one.quantiles[key])) for key, words in names.items()]
    if one.mean is not None:
        error = f" (standard error {number(one.errors['mean'], 2)})" if "mean" in one.errors else ""
        said += [("mean", f"{number(one.mean, 4)}{error}"), ("sd", number(one.sd, 3)), ("skew", number(one.skew, 2))]
    if "rank" in one.errors:
        said.append(("a quantile's rank is off by", f"at most {percent(one.errors['rank'])} (95 %)"))
    if "share" in one.errors:
        said.append(("standard error of the first share", percent(one.errors["share"], 2)))
    for words, amount in (("zeros", one.zeros), ("negative", one.negatives), ("infinite", one.infinite),
                          ("far outside the quarters", one.outliers)):  # fmt: skip
        if amount:
            said.append((words, f"{amount:,}"))
    if one.lengths:
        said.append(("characters", f"{one.lengths[0]:,} to {one.lengths[2]:,}, median {one.lengths[1]:,}"))
    if one.days is not None:
        said.append(("days with a value", f"{one.days[0]:,} of {one.days[1]:,}"))
    if one.longest_gap is not None:
        said.append(("longest gap", f"{number(one.longest_gap_days, 3)} days, {' to '.join(one.longest_gap)}"))
    return [{"figure": name, "value": value} for name, value in said]


def _value(value: Any) -> str:
    if isinstance(value, str):
        return value
    return f"{value:,.0f}".replace("-", "−") if float(value).is_integer() and abs(value) < 1e12 else number(value, 4)


def _note(project: Project, dataset: Dataset, column: str) -> None:
    """What somebody pinned to the column, and a box to change it."""
    known = notes_of(project).get(column)
    if known is not None:
        st.info(safe(known.text, 2_000), icon=":material/push_pin:")
        st.caption(safe(f"Pinned by {known.by}, {moment(known.at, st.context.timezone)}"))
    with st.popover("Change the note" if known else "Pin a note", icon=":material/push_pin:"):
        text = st.text_area("Note", known.text if known else "", key=f"note-{column}", max_chars=2_000,
                            help="What the column means, what to beware of. It stands on the model card.")  # fmt: skip
        beside("note")
        if st.button("Keep", key="keep-note", type="primary"):
            try:
                pin_note(project, dataset, column, text)
            except WorkbenchError as error:
                st.error(safe(error.message))
            else:
                st.rerun()
