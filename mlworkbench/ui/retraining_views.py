"""The parts of the Retraining page: bringing newer rows, the strategies side by side, the decision, the history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import READERS, list_datasets
from mlworkbench.figures import fixed, gains_figure, number, score_name, spoken
from mlworkbench.retraining import STRATEGIES, Retraining
from mlworkbench.ui.errors import beside
from mlworkbench.ui.forms import param_input
from mlworkbench.ui.text import moment, safe

if TYPE_CHECKING:
    from mlworkbench.modeling import ModelVersion
    from mlworkbench.projects import Project
    from mlworkbench.retraining import ChampionChange

EVERY = "every"
BARE = {"displayModeBar": False}
MODES: dict[Any, str] = {
    None: "by how many rows they share",
    "append": "add its rows to the champion's table",
    "replace": "let it stand in the table's place",
}
WHERE = {"recent": "recent rows", "holdout": "the holdout"}
MARK = {"better": ":green[better]", "worse": ":orange[worse]", "cannot tell": ":gray[cannot tell]"}


def bring_form(project: Project, champion: ModelVersion) -> tuple[Any, dict[str, Any]]:
    """A file or a newer version, and how to learn from it; the file, and settings in the names of `retrain`."""
    versions = {one.id: one for one in list_datasets(project) if one.id != champion.dataset and one.target}
    suffixes = sorted({suffix.lstrip(".") for reader in READERS for suffix in reader.suffixes})
    file = st.file_uploader("Newer rows with their outcomes", suffixes, key="newer-file")
    beside("data", "target")
    asked: dict[str, Any] = {}
    if file is None and versions:
        chosen = st.selectbox(
            "Or a newer version of the table", [None, *versions], key="newer-version",
            format_func=lambda ref: "–" if ref is None else f"v{versions[ref].number}: {versions[ref].name[:60]}",
        )  # fmt: skip
        beside("dataset")
        if chosen is not None:
            asked["dataset"] = chosen
    names = [EVERY, *STRATEGIES.names()]
    strategy = st.segmented_control(
        "How", names, default=EVERY, key="strategy", required=True,
        format_func=lambda name: "Compare all" if name == EVERY else STRATEGIES.get(name).label,
    )  # fmt: skip
    beside("strategy")
    asked["strategy"] = strategy or EVERY
    if asked["strategy"] != EVERY:
        spec = STRATEGIES.get(asked["strategy"])
        st.caption(spec.help)
        asked["settings"] = {one.name: param_input(one, one.default, f"retrain-{one.name}") for one in spec.params}
        beside(*(one.name for one in spec.params))
    if file is not None:
        asked["mode"] = st.selectbox("The file", list(MODES), key="mode", format_func=lambda mode: MODES[mode])
        beside("mode")
    return file, asked


def finding(made: Retraining) -> None:
    """The verdict in a sentence, and what was done with the file."""
    icon = {"better": ":material/trending_up:", "worse": ":material/trending_down:"}.get(
        made.verdict, ":material/balance:"
    )
    st.info(safe(spoken(made.sentence)), icon=icon)
    for note in made.notes:
        st.caption(safe(note))


def strategies(made: Sequence[Retraining]) -> None:
    """The strategies side by side: a plot of what each gains, and the figures."""
    labels = {spec.name: spec.label for spec in STRATEGIES}
    st.subheader("Against the champion, on rows that neither has seen", anchor=False)
    st.plotly_chart(gains_figure(made, labels), key="gains", config=BARE, alt="Gain of each strategy")
    score = score_name(made[0].scoring)
    rows = [
        {
            "strategy": labels.get(one.strategy, one.strategy),
            "judged on": f"{WHERE[pair.rows_of]}, {pair.rows:,} rows",
            f"champion, {score}": number(pair.champion),
            f"challenger, {score}": number(pair.challenger),
            "difference": f"{fixed(pair.difference, 4)}  ({fixed(pair.low, 4)} to {fixed(pair.high, 4)})",
            "verdict": pair.verdict,
            "learned from, rows": f"{one.learned_rows:,}",
        }
        for one in made
        for pair in one.judged
    ]
    st.dataframe(rows, hide_index=True, height="content", key="strategies", alt="Strategies")
    st.caption("Differences with their 95 % interval from a paired bootstrap over the rows.")


def origin(known: Sequence[Retraining], champion: str) -> None:
    """How the champion won its place, when it came from a retraining: the comparison that was decided on."""
    won = next((one for one in known if one.challenger == champion), None)
    if won is None:
        return
    box = st.expander("How this champion came about", key="origin", icon=":material/history:", on_change="rerun")
    if box.open:
        with box:
            finding(won)
            tried: dict[str, Retraining] = {}
            for one in known:  # newest first
                if one.champion == won.champion:
                    tried.setdefault(one.strategy, one)
            strategies(list(tried.values()))


def history(changes: Sequence[ChampionChange], numbers: dict[str, int]) -> None:
    """Who became champion, when and why."""
    st.subheader("Champions so far", anchor=False)
    zone = st.context.timezone
    rows = [
        {
            "when": moment(one.at, zone),
            "what": one.what,
            "model": f"v{numbers.get(one.model_version, 0)}",
            "by": one.who,
            "why": spoken(one.reason),
        }
        for one in changes
    ]
    st.dataframe(rows, hide_index=True, height="content" if len(rows) < 9 else 320, key="history", alt="Champions")
