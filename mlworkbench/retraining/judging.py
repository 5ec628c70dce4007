"""Champion and challenger in pairs, on rows that neither has learned from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data import get_dataset, load_holdout, load_table
from mlworkbench.modeling import ModelVersion, answers_of, bootstrap_interval, encode_target, score_of
from mlworkbench.retraining.bringing import Newer
from mlworkbench.retraining.results import Judged

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project


def judging_rows(project: Project, champion: ModelVersion, newer: Newer, why: str) -> dict[str, pd.DataFrame]:
    """The rows to judge on: the newer ones put aside, and the champion's holdout (one counted look)."""
    columns = [*(one.name for one in champion.inputs), champion.target]
    rows = {}
    if len(newer.aside):
        rows["recent"] = load_table(project, newer.dataset, columns).iloc[newer.aside]
    old = get_dataset(project, champion.dataset)
    if old.holdout is not None and old.holdout_rows:
        rows["holdout"] = load_holdout(project, old, why=why, columns=columns)
    return rows


def judge(project: Project, champion: ModelVersion, pairs: tuple[Any, Any], name: str, frame: pd.DataFrame, seed: int
          ) -> tuple[Judged, tuple[float, float, float]] | None:  # fmt: skip
    """Score both on the same rows.

    The interval is that of the difference, resampling rows (of each class within itself) for both at once:
    B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993).

    Returns
    -------
    tuple or None
        The pair, and the challenger's own score with its interval; None where the score is not defined on these rows.
    """
    dataset = replace(get_dataset(project, champion.dataset), classes=champion.classes)
    y, known = encode_target(frame, dataset)
    frame, y = frame[known], y[known]
    if not len(y):
        return None
    first, second = (answers_of(model, frame, champion.task) for model in pairs)
    strata = y if champion.classes else None
    try:
        before, after = score_of(champion.scoring, y, first), score_of(champion.scoring, y, second)
        low, high = bootstrap_interval(
            lambda rows: (
                score_of(champion.scoring, y[rows], second[rows]) - score_of(champion.scoring, y[rows], first[rows])
            ),
            len(y),
            seed,
            strata=strata,
        )
        own = bootstrap_interval(
            lambda rows: score_of(champion.scoring, y[rows], second[rows]), len(y), seed, strata=strata
        )
    except ValueError:  # a class is missing from these rows
        return None
    return Judged(name, len(y), before, after, after - before, low, high), (after, *own)


def sentence(judged: tuple[Judged, ...], label: str, score: str) -> str:
    """The finding in plain words; it names how old and recent rows disagree when they do."""
    first = judged[0]
    where = {"recent": "recent rows", "holdout": "the holdout"}
    spread = f"{first.difference:+.3g} (95 % {first.low:+.3g} to {first.high:+.3g})"
    said = {
        "better": f"{label} is better than the champion on {where[first.rows_of]}: {score} differs by {spread}.",
        "worse": f"{label} is worse than the champion on {where[first.rows_of]}: {score} differs by {spread}.",
        "cannot tell": f"{label} and the champion cannot be told apart on {where[first.rows_of]}: {score} differs by "
        f"{spread}.",
    }[first.verdict]
    for other in judged[1:]:
        if {first.verdict, other.verdict} == {"better", "worse"}:
            said += f" On {where[other.rows_of]} it is {other.verdict}: the rule itself has changed (concept drift)."
        elif other.verdict != first.verdict and other.verdict != "cannot tell":
            said += f" On {where[other.rows_of]} it is {other.verdict}."
    return said
