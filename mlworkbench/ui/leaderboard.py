"""The parts of the Model comparison page: its settings, the leaderboard while it fills, the finding, the details."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.artifacts import read_table
from mlworkbench.data import Dataset
from mlworkbench.figures import (
    calibration_figure,
    fixed,
    fold_figure,
    latency_figure,
    number,
    roc_figure,
    score_decimals,
    score_name,
    spoken,
)
from mlworkbench.modeling import SCORERS, SPLITTERS, Comparison, LeaderboardRow, default_scoring, estimators_for
from mlworkbench.ui.errors import beside
from mlworkbench.ui.text import safe

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

WAITING = "waiting"
BARE = {"displayModeBar": False}
SPLITS: dict[Any, str] = {
    None: "as the holdout was cut",
    "stratified": "stratified: class shares kept",
    "kfold": "at random",
    "grouped": "grouped: a group is on one side only",
    "time": "by time: learn from the past",
}


def settings_form(project: Project, dataset: Dataset) -> dict[str, Any]:
    """What to compare and how, everything preselected; in the names of `compare`."""
    task: Any = dataset.task
    specs = {spec.name: spec for spec in estimators_for(task)}
    chosen = st.pills(
        "Models", list(specs), selection_mode="multi", default=list(specs), key="estimators",
        format_func=lambda name: specs[name].label, help="Fast ones are fitted first.",
    )  # fmt: skip
    beside("estimators", "estimator", "heuristic")
    left, middle, right = st.columns(3)
    cv = left.number_input("Folds", 2, 20, 5, key="cv", help="More folds: steadier scores, longer waiting.")
    repeats = middle.number_input("Repeats", 1, 10, 1, key="repeats", help="The folds are cut anew this many times.")
    usual = default_scoring(project, dataset)
    scorings = list(dict.fromkeys((usual, *SCORERS[task])))
    scoring = right.selectbox("Score", scorings, key="scoring", format_func=score_name)
    with left:
        beside("cv")
    with middle:
        beside("repeats")
    with right:
        beside("scoring")
    with st.expander("Folds by group or time, time budget", key="more-settings"):
        methods = [None, *(method for method in SPLITTERS if not (task == "regression" and method == "stratified"))]
        method = st.selectbox("How folds are cut", methods, key="splitter", format_func=lambda kind: SPLITS[kind])
        splitter: Any = method
        if method in ("grouped", "time"):
            what = "groups" if method == "grouped" else "time"
            column = st.selectbox(f"Column of the {what}", dataset.features, key="by")
            splitter = {"method": method, "column": column}
        beside("splitter")
        minutes = st.number_input("Start no model after, minutes", 1, 600, None, key="budget", placeholder="no limit")
        beside("budget")
    asked: dict[str, Any] = {"estimators": list(chosen or []), "cv": int(cv), "scoring": scoring}
    if repeats != 1:
        asked["repeats"] = int(repeats)
    if splitter:
        asked["splitter"] = splitter
    if minutes:
        asked["budget"] = 60 * minutes
    return asked


def board(rows: Sequence[LeaderboardRow], scoring: str, waiting: Sequence[str] = (), recommended: str = "") -> None:
    """Leaderboard left, score against latency right; the space of models still to come is reserved."""
    left, right = st.columns([7, 5], gap="medium")
    with left:
        st.subheader("Leaderboard", anchor=False)
        shown = leaderboard_table(rows, scoring, waiting, recommended)
        config: dict[str, Any] = {
            "model": st.column_config.TextColumn("Model", pinned=True, width=185),
            "score": st.column_config.TextColumn(f"{score_name(scoring)} ± sd"),
            "to best": st.column_config.TextColumn("To best", width=68, help="Mean difference on the same folds"),
            "verdict": st.column_config.TextColumn("", width=100),
            "fit": st.column_config.TextColumn("Fit, s", alignment="right", width=58, help="Mean per fold, one thread"),
            "predict": st.column_config.TextColumn(
                "ms per 1,000", alignment="right", width=95, help="To predict 1,000 rows"
            ),
        }
        st.dataframe(
            shown, hide_index=True, height="content", column_config=config, key="leaderboard", alt="Leaderboard"
        )
        st.caption("± is the standard deviation over the folds. Scores are on rows that the model did not learn from.")
        for row in rows:
            if row.error:
                st.warning(safe(row.error), title=f"{safe(row.label)}: {row.status}")
    with right:
        st.subheader("Score against latency", anchor=False)
        if any(row.score_mean is not None for row in rows):
            st.plotly_chart(latency_figure(rows, scoring), key="latency", alt="Score against latency", config=BARE)
        else:
            st.skeleton(height=380)


def leaderboard_table(
    rows: Sequence[LeaderboardRow], scoring: str, waiting: Sequence[str], recommended: str
) -> pd.DataFrame:
    """One line per model, the best first, those still to come last."""
    import pandas as pd

    best = max((row.score_mean for row in rows if row.score_mean is not None), default=None)
    decimals = score_decimals(rows)
    lines = []
    for row in sorted(rows, key=lambda row: (row.score_mean is None, -(row.score_mean or 0))):
        score = row.status
        if row.score_mean is not None:
            score = f"{fixed(row.score_mean, decimals)} ± {fixed(row.score_std or 0.0, decimals)}"
        to_best = "" if row.to_best is None else fixed(row.to_best, decimals)
        lines.append(
            {
                "model": row.label,
                "score": score,
                "to best": "best" if row.to_best is not None and row.score_mean == best else to_best,
                "verdict": "recommended" if row.estimator == recommended else "tied" * row.tied,
                "fit": "" if row.fit_seconds is None else f"{row.fit_seconds:.2f}",
                "predict": "" if row.predict_ms_per_1000 is None else f"{row.predict_ms_per_1000:,.1f}",
            }
        )
    blank = dict.fromkeys(("to best", "verdict", "fit", "predict"), "")
    lines += [{"model": label, "score": WAITING, **blank} for label in waiting]
    return pd.DataFrame(lines)


def finding(comparison: Comparison) -> None:
    """The recommendation in a sentence, with its uncertainty."""
    st.info(safe(spoken(comparison.sentence)), icon=":material/verified:")


def overrule(unmet: str) -> str | None:
    """A gate of the contract that is not met, and the way past it: the reason, once somebody gave it and clicked."""
    st.warning(safe(spoken(unmet)), title="Below the contract's goal", icon=":material/gavel:")
    with st.container(horizontal=True, vertical_alignment="bottom", key="overrule"):
        reason = st.text_input("Reason to register it nevertheless", key="despite-reason", max_chars=300)
        clicked = st.button("Register nevertheless", key="register-despite")
    beside("reason", "run")
    return str(reason) if clicked else None


def details(project: Project, comparison: Comparison) -> None:
    """Fold by fold, the curves of a yes-or-no answer, further scores, the settings, the runs."""
    done = [row for row in comparison.rows if row.fold_scores]
    names = ["More scores", "Folds", "Settings", "Runs"]
    names += ["Curves"] if comparison.task == "binary" and any(row.oof for row in done) else []
    tabs = st.tabs(names, key="comparison-tabs", on_change="rerun")
    if tabs[1].open:
        tabs[1].plotly_chart(fold_figure(done, comparison.scoring), key="folds", alt="Scores by fold", config=BARE)
    if tabs[0].open:
        tabs[0].markdown(_scores(done))
    if tabs[2].open:
        tabs[2].dataframe(_settings(comparison), hide_index=True, height="content", key="settings", alt="Settings")
    if tabs[3].open:
        runs = [{"model": row.label, "MLflow run": row.run_id, "model file": (row.model or "–")[:12]} for row in done]
        tabs[3].dataframe(runs, hide_index=True, height="content", key="runs", alt="Runs")
    if len(tabs) > 4 and tabs[4].open:
        with tabs[4]:
            _curves(project, comparison)


def _scores(rows: Sequence[LeaderboardRow]) -> str:
    """All scores as a table in Markdown: a browser draws it at once, and in small letters it fits a telephone."""
    names = list(dict.fromkeys(name for row in rows for name in row.metrics))
    lines = [["Model", *map(score_name, names)]]
    lines += [[safe(row.label, 40), *(number(row.metrics.get(name)) for name in names)] for row in rows]
    drawn = ["| " + " | ".join(f":small[{cell}]" for cell in line) + " |" for line in lines]
    return "\n".join([drawn[0], f"|---{'|---:' * len(names)}|", *drawn[1:]])


def _curves(project: Project, comparison: Comparison) -> None:
    """ROC and calibration from the out-of-fold predictions of one model."""
    models = {row.estimator: row for row in comparison.rows if row.oof}
    names = list(models)
    at = names.index(comparison.recommended) if comparison.recommended in names else 0
    name = st.selectbox("Model", names, at, key="curves-model", format_func=lambda known: models[known].label)
    positive = comparison.classes[-1]
    column = f"probability_{positive}"
    table = read_table(project, str(models[name].oof), ["y", column])
    truth = (table["y"] == positive).to_numpy()
    left, right = st.columns(2, gap="medium")
    left.caption(f"ROC curve: how many {safe(positive, 40)} are found at the price of how many false alarms")
    left.plotly_chart(roc_figure(truth, table[column]), key="roc", alt="ROC curve", config=BARE)
    right.caption("Calibration: on the dotted line, what was predicted is what came, with 95 % intervals")
    right.plotly_chart(calibration_figure(truth, table[column]), key="calibration", alt="Calibration", config=BARE)


def _settings(comparison: Comparison) -> list[dict[str, str]]:
    words = {
        "folds": comparison.splitter,
        "score": score_name(comparison.scoring),
        "rows learnt from and scored": f"{comparison.training_rows:,}",
        "rows without a target, left out": f"{comparison.unlabelled_rows:,}",
        "seed": str(comparison.seed),
        "target": f"{comparison.target} ({comparison.task})",
        "dataset": comparison.dataset[:12],
        "recipe": comparison.recipe[:12],
        "holdout": (comparison.holdout or "none")[:12],
    }
    return [{"setting": name, "value": value} for name, value in words.items()]
