"""The parts of the Synthetic Data page: what to draw, the verdict, the columns, the rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.artifacts import path
from mlworkbench.data import get_dataset, preview
from mlworkbench.figures import fixed, sketch_figure
from mlworkbench.synthesis import SYNTHESIZERS, Synthetic, export_synthetic
from mlworkbench.ui.errors import beside
from mlworkbench.ui.forms import param_input
from mlworkbench.ui.text import moment, percent, safe

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

BARE = {"displayModeBar": False}
LICENCE = (
    "Drawn with SDV, which is under the Business Source Licence 1.1: not for a commercial service of synthetic data."
)


def order_form(dataset: Dataset) -> dict[str, Any]:
    """What to draw, in the names of `synthesize`."""
    names = SYNTHESIZERS.names()
    chosen = st.segmented_control(
        "Synthesizer", names, default="gaussian_copula", key="synthesizer", required=True,
        format_func=lambda name: SYNTHESIZERS.get(name).label,
    )  # fmt: skip
    spec = SYNTHESIZERS.get(chosen or "gaussian_copula")
    st.caption(spec.help)
    beside("synthesizer", "dataset")
    left, right = st.columns(2)
    asked: dict[str, Any] = {"synthesizer": spec.name}
    asked["rows"] = int(left.number_input("Rows", 1, 1_000_000, 1000, key="synthetic-rows"))
    asked["seed"] = int(right.number_input("Seed", 0, 2**31 - 1, 0, key="synthetic-seed", help="Same seed, same rows."))
    with left:
        beside("rows")
    words = [one for one in dataset.columns if one.type in ("binary", "category")]
    held = left.selectbox(
        "Hold fast", [None, *(one.name for one in words)], key="condition",
        format_func=lambda name: "nothing" if name is None else name[:80], help="Every row gets this value.",
    )  # fmt: skip
    if held is not None:
        value = right.text_input("at the value", key="condition-value")
        if value:
            asked["condition"] = {held: value}
    beside("condition")
    if spec.params:
        asked["params"] = {one.name: param_input(one, one.default, f"synthesis-{one.name}") for one in spec.params}
        beside(*(one.name for one in spec.params))
    return asked


def verdict(made: Synthetic) -> None:
    """The evidence first: how alike, against how alike two real halves are; copies; what was not learned."""
    quality = made.quality
    st.info(safe(made.sentence), icon=":material/verified_user:")
    shown = (
        ("Alike, 0 to 1", fixed(quality.overall, 2), f"two real halves: {fixed(quality.anchor, 2)}"),
        ("Columns alike", fixed(quality.shapes, 2), "each by itself"),
        ("Pairs alike", fixed(quality.pairs, 2), "what goes together"),
        ("Copies", percent(quality.copies), f"among real halves: {percent(quality.copies_anchor)}"),
    )
    for place, (name, value, note) in zip(st.columns(4, gap="small"), shown, strict=True):
        place.metric(name, value, note, delta_color="off", delta_arrow="off", border=True)
    for note in made.notes:
        st.caption(safe(note))


def columns(made: Synthetic) -> None:
    """One column among real and synthetic rows, and the scores of all."""
    left, right = st.columns([7, 5], gap="large")
    with left:
        known = {one.column: one for one in made.sketches}
        worst = min(known, key=lambda name: made.quality.columns.get(name, 1.0))
        names = list(known)
        chosen = st.selectbox("Column", names, names.index(worst), key="sketch")
        st.plotly_chart(
            sketch_figure(known[chosen]), key="sketch-figure", config=BARE, alt=f"{chosen}: real, synthetic"
        )
    with right:
        rows = [
            {"column": name, "alike": score} for name, score in sorted(made.quality.columns.items(), key=lambda p: p[1])
        ]
        config = {"alike": st.column_config.ProgressColumn("Alike", min_value=0, max_value=1, format="%.2f")}
        st.dataframe(
            rows, hide_index=True, height=320, column_config=config, key="column-scores", alt="Scores of the columns"
        )
    if made.quality.worst_pairs:
        pairs = [{"pair": f"{a} · {b}", "alike": fixed(score, 2)} for a, b, score in made.quality.worst_pairs]
        st.subheader("Links that were kept least", anchor=False)
        st.dataframe(pairs, hide_index=True, height="content", key="worst-pairs", alt="Links that were kept least")


def rows(project: Project, made: Synthetic) -> None:
    """The first rows, and the file."""
    dataset = get_dataset(project, made.dataset)
    st.dataframe(preview(project, dataset, 100), height=420, key="synthetic-preview", alt="First synthetic rows")
    with st.container(horizontal=True):
        st.download_button("CSV", lambda: export_synthetic(project, made.id), "synthetic.csv", "text/csv",
                           key="synthetic-csv", icon=":material/download:", on_click="ignore")  # fmt: skip
        st.download_button("Parquet", path(project, dataset.table).read_bytes, "synthetic.parquet",
                           "application/octet-stream", key="synthetic-parquet", icon=":material/download:",
                           on_click="ignore")  # fmt: skip
    st.caption(
        f"Version {dataset.number} of the table, marked synthetic; it has no holdout and is not the current one."
    )


def earlier(made: Sequence[Synthetic]) -> None:
    """What was drawn before."""
    zone = st.context.timezone
    lines = [
        {
            "drawn": moment(one.created_at, zone),
            "with": SYNTHESIZERS.get(one.synthesizer).label,
            "rows": f"{one.rows:,}",
            "seed": one.seed,
            "alike": fixed(one.quality.overall, 2),
        }
        for one in made
    ]
    st.dataframe(lines, hide_index=True, height="content" if len(lines) < 9 else 320, key="earlier", alt="Earlier ones")
