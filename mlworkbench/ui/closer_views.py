"""The Profiling page's tab "Closer look": slices, a series, a column of text, two parts compared."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import list_versions
from mlworkbench.errors import WorkbenchError
from mlworkbench.figures import histogram_figure, number, series_figure, shift_figure, slices_figure, words_figure
from mlworkbench.profiling import UNITS, compare_parts, find_comparison, over_time, slices, text_figures
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.profiling_views import BARE
from mlworkbench.ui.text import count, percent, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlworkbench.data import Dataset
    from mlworkbench.profiling import PartComparison, Profile
    from mlworkbench.projects import Project

DOINGS = ("Slices", "Over time", "Text", "Compare")


def closer(project: Project, dataset: Dataset, made: Profile, busy: bool) -> None:
    """Slices, a series, a text column or a comparison."""
    doing = st.segmented_control("Look at", DOINGS, default=DOINGS[0], key="closer", required=True,
                                 label_visibility="collapsed")  # fmt: skip
    try:
        if doing == "Slices":
            _slices(project, dataset, made)
        elif doing == "Over time":
            _over_time(project, dataset)
        elif doing == "Text":
            _text(project, dataset)
        else:
            _compare(project, dataset, busy)
    except WorkbenchError as error:  # of the figures themselves, computed as the page is drawn
        st.warning(safe(error.message))


def _slices(project: Project, dataset: Dataset, made: Profile) -> None:
    strongest = made.links[0].column if made.links else None
    left, right = st.columns(2)
    with left:
        by = _pick("Group by", dataset.names, strongest, "slice-by")
    with right:
        second = _pick("And show", ["nothing more", *dataset.names], None, "slice-second")
    found = slices(project, dataset, by, second=None if second == "nothing more" else second)
    rows = [
        {
            "group": one.label,
            "rows": one.rows,
            "share": percent(one.share),
            "cells missing": percent(one.missing),
            **({found.target_unit: _estimate(one.target)} if found.target_unit else {}),
            **({found.second_unit: _estimate(one.second)} if found.second_unit else {}),
        }
        for one in (*found.groups, found.overall)
    ]
    localized = {"rows": st.column_config.NumberColumn(format="localized")}
    st.dataframe(rows, hide_index=True, height="content", key="slices", alt="Slices side by side",
                 column_config=localized)  # fmt: skip
    drawn = [figure for second in (False, True) if (figure := slices_figure(found, second=second)) is not None]
    for at, (place, figure) in enumerate(zip(st.columns(max(1, len(drawn)), gap="large"), drawn, strict=False)):
        place.plotly_chart(figure, key=f"slices-{at}", config=BARE, alt="Slices with their intervals")
    drawn_from = f"{found.rows:,} training rows" + (" drawn by a seed" if found.sampled else "")
    st.caption(f"On {drawn_from}; brackets and bars are 95 % intervals.")


def _estimate(one: Any) -> str:
    return f"{number(one.value)} ({number(one.low)} to {number(one.high)})" if one is not None else "–"


def _pick(label: str, names: Sequence[str], first: str | None, key: str) -> str:
    at = list(names).index(first) if first is not None and first in names else 0
    return str(st.selectbox(label, names, at, key=key))


def _over_time(project: Project, dataset: Dataset) -> None:
    dates = [one.name for one in dataset.columns if one.type == "datetime"]
    if not dates:
        st.caption("This table has no column of dates. If one is, give it the type datetime on the Data page.")
        return
    left, middle, right = st.columns(3)
    with left:
        time = _pick("Time", dates, None, "series-time")
    with middle:
        value = _pick("Value", ["rows", *(name for name in dataset.names if name != time)], None, "series-value")
    with right:
        unit = _pick("Period", ["chosen for you", *UNITS], None, "series-unit")
    grows = st.toggle("The season grows with the level", key="series-grows")
    found = over_time(project, dataset, time, None if value == "rows" else value,
                      unit=None if unit == "chosen for you" else unit, multiplicative=grows)  # fmt: skip
    st.plotly_chart(series_figure(found), key="series", config=BARE, alt=f"{value} over {time}")
    said = [f"{found.rows:,} rows{' drawn by a seed' if found.sampled else ''}, by {found.unit}"]
    if found.season_length:
        strength = f"strength {number(found.season_strength, 2)} of 1"
        said.append(f"a season of {count(found.season_length, found.unit)} ({strength}; classical decomposition)")
    else:
        said.append("no season: fewer than two whole ones, or none is usual at this pace")
    said.append(f"{count(found.gap_count, 'gap')} without rows, bridged by a line for the trend")
    if found.undated:
        said.append(f"{count(found.undated, 'row')} without a time left out")
    st.caption(safe("; ".join(said) + "."))


def _text(project: Project, dataset: Dataset) -> None:
    kinds = {"text": 0, "category": 1, "identifier": 2, "binary": 3, "constant": 4}
    words = sorted((one for one in dataset.columns if one.type in kinds), key=lambda one: kinds[one.type])
    if not words:
        st.caption("This table has no column of words.")
        return
    found = text_figures(project, dataset, _pick("Column", [one.name for one in words], None, "text-column"))
    with st.container(horizontal=True, gap="large"):
        st.metric("Texts", f"{found.rows:,}", width="content")
        st.metric("Repeated", f"{found.repeated:,}", width="content", help="Beyond the first of each.")
        st.metric("Nearly the same", f"{found.nearly:,}", width="content",
                  help=f"At least 0.8 alike to an earlier one, among {found.compared:,} different texts.")  # fmt: skip
        st.metric("Different words", f"{found.different_words:,}", width="content")
        st.metric("Words, median", number(found.median_words), width="content")
    left, right = st.columns(2, gap="large")
    left.plotly_chart(words_figure(found), key="words", config=BARE, alt="Most frequent words")
    right.plotly_chart(histogram_figure(found.lengths, "characters"), key="text-lengths", config=BARE, alt="Lengths")
    if found.pairs:
        rows = [{"text": a, "nearly the same": b, "alike": round(alike, 2)} for a, b, alike in found.pairs]
        st.dataframe(rows, hide_index=True, height="content", key="near-texts", alt="Texts nearly the same")
    cut = f" Of {count(found.cut, 'text')} over 20,000 characters only the beginning was read." if found.cut else ""
    blank = f" {count(found.blank, 'text')} without any word." if found.blank else ""
    st.caption(
        f"{'A sample of the table. ' if found.sampled else ''}Words of any script, in small letters.{blank}{cut}"
    )


def _compare(project: Project, dataset: Dataset, busy: bool) -> None:
    versions = list_versions(project)
    names = {one.id: f"v{one.number}" + (" (synthetic)" if one.synthetic else "") for one in versions}
    parts = {"training": f"training rows of v{dataset.number}"}
    if dataset.holdout is not None:
        parts["holdout"] = f"holdout of v{dataset.number} (counts as a look)"
    parts |= {one: f"all rows of {said}" for one, said in names.items()}
    label = parts.__getitem__
    one, other = st.columns(2)
    left = str(one.selectbox("Compare", list(parts), 0, key="part-left", format_func=label))
    right = str(other.selectbox("With", list(parts), min(1, len(parts) - 1), key="part-right", format_func=label))
    beside("left", "right", "why")
    working = jobs.panel(project, jobs.latest(project, compare_parts)) or busy
    found = find_comparison(project, left=left, right=right, dataset=dataset.id)
    if found is not None:
        _compared(found)
    elif st.button("Compare", key="compare-parts", icon=":material/difference:", disabled=working or left == right):
        with acting(project.workspace):
            jobs.submit(project, compare_parts, left=left, right=right, dataset=dataset.id)


def _compared(found: PartComparison) -> None:
    st.info(safe(found.sentence), icon=":material/insights:")
    drawn = shift_figure(found)
    if drawn is not None:
        st.plotly_chart(drawn, key="part-shifts", config=BARE, alt="How differently each column is spread")
    rows = [
        {
            "column": one.name,
            "effect, 0 to 1": one.shift.effect,
            "adjusted p": one.shift.q_value,
            "differs": one.shift.found,
            "missing before": percent(one.missing_left),
            "missing after": percent(one.missing_right),
            "test": one.shift.test or f"none: {one.shift.why_not}",
        }
        for one in found.columns
    ]
    st.dataframe(rows, hide_index=True, key="part-columns", alt="Columns compared",
                 height="content" if len(rows) <= 12 else 440)  # fmt: skip
    drawn_from = ", drawn by a seed" if found.sampled else ""
    st.caption(
        f"{found.left_rows:,} and {found.right_rows:,} rows{drawn_from}. Effects: Kolmogorov-Smirnov's distance for "
        "numbers, Jensen-Shannon's for words; p adjusted for the number of columns (Benjamini and Hochberg)."
    )
