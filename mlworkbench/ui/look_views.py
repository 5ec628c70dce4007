"""The Profiling page's tabs "What goes together" and "Gaps"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.figures import CELL, pair_figure, pairs_map, patterns_figure
from mlworkbench.profiling import MOST_COLUMNS, associations_among, pair
from mlworkbench.ui.profiling_views import BARE, MEASURES
from mlworkbench.ui.text import count, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.profiling import Association, Profile
    from mlworkbench.projects import Project

WAYS = ("List", "Map")


def together(project: Project, dataset: Dataset, made: Profile) -> None:
    """Pairs of columns, the strongest first; the chart of the one that is clicked."""
    pairs = made.associations
    if len([one for one in dataset.columns if one.type not in ("identifier", "constant")]) > MOST_COLUMNS:
        st.caption(f"With more than {MOST_COLUMNS} columns, associations are computed among those you ask for.")
        first = [one.column for one in made.links[:8]] or list(dataset.names[:8])
        asked = st.multiselect("Associations among", dataset.names, first, key="asked", max_selections=MOST_COLUMNS)
        pairs = associations_among(project, dataset, asked) if len(asked) > 1 else ()
    if not pairs:
        st.caption("No two columns of numbers, dates or repeated words have enough rows in common.")
        return
    left, right = st.columns([6, 5], gap="large")
    with left:
        way = st.segmented_control("Show pairs as", WAYS, default=WAYS[0], key="pairs-as", label_visibility="collapsed")
        one = pairs[_in_map(pairs) if way == WAYS[1] else _in_list(pairs)]
        st.caption(
            f"{count(len(pairs), 'pair')} on {count(made.sampled_rows, 'training row')} drawn with seed {made.seed}. "
            f"Click {'a cell' if way == WAYS[1] else 'the left edge of a row'} for its chart. Information: mutual "
            "information as the correlation that would carry as much; it sees bends that no correlation does."
        )
    with right, st.container(height=520, border=False):
        found = pair(project, dataset, one.left, one.right)
        st.markdown(f"**{safe(one.left)}** and **{safe(one.right)}**")
        if found is not None:
            words = f"Chart of {one.left} and {one.right}"
            st.plotly_chart(pair_figure(found), key="pair-figure", config=BARE, alt=words)


def _in_list(pairs: Sequence[Association]) -> int:
    """The place of the pair whose row was clicked, else that of the strongest."""
    chosen = st.dataframe(
        [_row(one) for one in pairs], hide_index=True, height=460, key="pairs", on_select="rerun",
        selection_mode="single-row", alt="Associations, the strongest first",
        column_config={
            "size": st.column_config.ProgressColumn("strength", min_value=0, max_value=1, format="%.2f"),
            "beyond chance": st.column_config.CheckboxColumn(),
        },
    )  # fmt: skip
    rows = chosen["selection"]["rows"]
    return rows[0] if rows and rows[0] < len(pairs) else 0


def _in_map(pairs: Sequence[Association]) -> int:
    """The place of the pair whose cell was clicked, else that of the strongest."""
    with st.container(key="pairs-map"):
        chosen = st.vega_lite_chart(pairs_map(pairs), key="pairs-cells", on_select="rerun", alt="Associations as a map")
    cells = chosen["selection"].get(CELL) or []
    place = cells[0].get("place", 0) if cells else 0
    return place if place < len(pairs) else 0


def _row(one: Association) -> dict[str, Any]:
    return {
        "column": one.left,
        "and": one.right,
        "size": abs(one.strength),
        "measure": MEASURES[one.measure] + (", falling" if one.strength < 0 else ""),
        "chance stays below": round(one.noise, 3),
        "beyond chance": one.beyond_chance,
        "Pearson": one.pearson,
        "information": one.information,
        "its chance": one.information_noise,
        "rows": one.rows,
    }


def gaps(made: Profile) -> None:
    """Which combinations of columns are missing, and pairs whose gaps coincide."""
    if not made.cells_missing:
        st.caption("No cell is missing: there is no pattern to show.")
        return
    shown = f"the {len(made.patterns)} most frequent of " if made.pattern_count > len(made.patterns) else ""
    about = " (estimated from the sample)" if made.estimated else ""
    st.caption(f"Columns that are missing together: {shown}{count(made.pattern_count, 'combination')}{about}.")
    st.plotly_chart(patterns_figure(made.patterns, made.rows), key="patterns", config=BARE, alt="Patterns of gaps")
    rows = [{"rows": one.rows, "missing": ", ".join(one.columns) or "nothing"} for one in made.patterns]
    st.dataframe(rows, hide_index=True, height="content", key="pattern-rows", alt="Patterns of gaps as a table",
                 column_config={"rows": st.column_config.NumberColumn(format="localized")})  # fmt: skip
    if made.missing_together:
        st.subheader("Gaps that coincide", anchor=False)
        pairs = [{"column": a, "and": b, "rows where both are missing": n} for a, b, n in made.missing_together]
        st.dataframe(pairs, hide_index=True, height="content", key="gaps", alt="Gaps that coincide")
