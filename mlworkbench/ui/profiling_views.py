"""The parts of the Profiling page: columns as cards, one in detail, gaps, what goes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.figures import association_figure, column_figure, number, target_figure
from mlworkbench.profiling import Profile
from mlworkbench.ui.text import count, percent, safe

if TYPE_CHECKING:
    from mlworkbench.profiling import ColumnProfile

BARE = {"displayModeBar": False}
MEASURES = {"spearman": "Spearman", "cramers_v": "Cramér's V", "correlation_ratio": "correlation ratio"}


def figures(made: Profile) -> None:
    """Four figures of the table."""
    cells = made.rows * len(made.columns)
    shown = (
        ("Rows", f"{made.rows:,}", f"{len(made.columns):,} columns"),
        ("Cells missing", f"{made.cells_missing:,}", percent(made.cells_missing / cells) if cells else "–"),
        ("Repeated rows", f"{made.duplicates:,}", "beyond the first of each"),
        ("Links looked at", f"{made.sampled_rows:,}", f"of {made.training_rows:,} training rows"),
    )
    for place, (name, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        place.metric(name, value, note, delta_color="off", delta_arrow="off", border=True)


def columns(made: Profile) -> None:
    """A searchable list with a small histogram per column; one column in detail beside it."""
    left, right = st.columns([7, 5], gap="large")
    with left:
        wanted = st.text_input("Search columns", key="search", placeholder="part of a name").casefold()
        found = [one for one in made.columns if wanted in one.name.casefold()]
        st.dataframe(
            [_card(made, one) for one in found],
            hide_index=True,
            height="content" if len(found) < 14 else 520,
            key="columns",
            alt="Columns",
            column_config={
                "distribution": st.column_config.BarChartColumn("Distribution", width="small"),
                "missing": st.column_config.TextColumn("Missing", width="small"),
                "link": st.column_config.ProgressColumn(
                    f"Link to {made.target}"[:40] if made.target else "Link", min_value=0, max_value=1, format="%.2f"
                ),
            },
        )
    with right:
        names = [one.name for one in found] or [one.name for one in made.columns]
        first = made.links[0].column if made.links and made.links[0].column in names else names[0]
        chosen = st.selectbox("One column", names, names.index(first), key="one-column")
        _detail(made, made.column(chosen))


def _card(made: Profile, one: ColumnProfile) -> dict[str, Any]:
    found = made.link(one.name)
    sizes = [part[2] for part in one.histogram] or [size for _, size in one.top]
    return {
        "column": one.name,
        "type": one.type,
        "missing": percent(one.missing / made.rows) if one.missing and made.rows else "none",
        "distinct": f"{one.distinct:,}",
        "distribution": sizes,
        "link": abs(found.association.strength) if found else None,
    }


def _detail(made: Profile, one: ColumnProfile) -> None:
    if one.note:
        st.warning(safe(one.note))
    drawn = column_figure(one, made.rows)
    if drawn is None:
        st.caption("Every cell of this column is missing.")
    else:
        st.plotly_chart(drawn, key="one-figure", config=BARE, alt=f"Distribution of {one.name}")
    st.dataframe(_facts(one), hide_index=True, height="content", key="one-facts", alt="Figures of the column")
    found = made.link(one.name)
    if found is None:
        return
    link = found.association
    words = f"{MEASURES[link.measure]} with {made.target}: {number(link.strength, 2)}"
    chance = "more than chance" if link.beyond_chance else "no more than chance"
    st.caption(safe(f"{words} ({chance}: unrelated columns stay below {number(link.noise, 2)} at {link.rows:,} rows)"))
    if found.slices:
        st.plotly_chart(
            target_figure(found, made.target_unit), key="one-target", config=BARE, alt=f"Target over {one.name}"
        )


def _facts(one: ColumnProfile) -> list[dict[str, str]]:
    said: list[tuple[str, str]] = [
        ("type", one.type),
        ("missing", f"{one.missing:,}"),
        ("distinct", f"{one.distinct:,}"),
    ]
    if one.quantiles:
        names = {"0": "smallest", "0.25": "lower quarter", "0.5": "median", "0.75": "upper quarter", "1": "largest"}
        said += [(words, _value(one.quantiles[key])) for key, words in names.items()]
    if one.mean is not None:
        said += [("mean ± sd", f"{number(one.mean, 4)} ± {number(one.sd, 3)}"), ("skew", number(one.skew, 2))]
    for words, amount in (("zeros", one.zeros), ("negative", one.negatives), ("infinite", one.infinite)):
        if amount:
            said.append((words, f"{amount:,}"))
    if one.lengths:
        said.append(("characters", f"{one.lengths[0]:,} to {one.lengths[2]:,}, median {one.lengths[1]:,}"))
    if one.longest_gap_days is not None:
        said.append(("longest gap", f"{number(one.longest_gap_days, 3)} days"))
    return [{"figure": name, "value": value} for name, value in said]


def _value(value: Any) -> str:
    return value if isinstance(value, str) else number(value, 4)


def together(made: Profile) -> None:
    """What goes together, and where gaps coincide."""
    if made.associations:
        st.plotly_chart(association_figure(made.associations), key="pairs", config=BARE, alt="Strongest associations")
        st.caption(
            f"On {count(made.sampled_rows, 'training row')} drawn with seed {made.seed}; the holdout is not looked at. "
            "Numbers: Spearman. Words: bias-corrected Cramér's V. Mixed: correlation ratio of ranks."
        )
    else:
        st.caption("With so many columns only links to the target are computed; see the list of columns.")
    if made.missing_together:
        st.subheader("Gaps that coincide", anchor=False)
        rows = [{"column": a, "and": b, "rows where both are missing": n} for a, b, n in made.missing_together]
        st.dataframe(rows, hide_index=True, height="content", key="gaps", alt="Gaps that coincide")
