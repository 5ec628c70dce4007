"""The truth, once it came: the score of production against what out-of-fold predictions promised."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling import bootstrap_interval, check_scoring, score_of
from mlworkbench.monitoring.results import Realised
from mlworkbench.monitoring.words import figure

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.modeling import ModelVersion
    from mlworkbench.monitoring.current import Current
    from mlworkbench.monitoring.reference import Reference

LEAST_LABELS = 20


def metric_of(version: ModelVersion, metric: str | None) -> tuple[str, str]:
    """The contract's metric where it fits the task, else the champion's; and a note where it does not fit."""
    if metric is None:
        return version.scoring, ""
    try:
        return check_scoring(metric, version.task), ""  # type: ignore[arg-type]
    except InvalidInput:
        return version.scoring, f"The contract's metric {metric} does not fit; {version.scoring} is shown instead."


def scored(
    version: ModelVersion, rows: pd.DataFrame, scoring: str, seed: int, confidence: float = 0.95
) -> tuple[float, float, float] | None:
    """A score with its bootstrap interval; None where it is not defined on these rows.

    Parameters
    ----------
    rows : DataFrame
        y (label or value), prediction, probability_<class>….
    """
    y, predictions = _arrays(version, rows)
    strata = None if version.task == "regression" else y
    try:
        score = score_of(scoring, y, predictions)
        low, high = bootstrap_interval(
            lambda at: score_of(scoring, y[at], predictions[at]), len(y), seed, strata=strata, confidence=confidence
        )
    except ValueError:
        return None
    return score, low, high


def realise(
    reference: Reference, current: Current, labelled: pd.DataFrame, metric: str | None, seed: int
) -> Realised | None:
    """The realised score against the out-of-fold one; None where no prediction has a label.

    Concept drift is said when the whole 95 % interval of the one lies below that of the other: with no change that
    happens in well under 2.5 % of reports.

    Parameters
    ----------
    labelled : DataFrame
        Production predictions as they were made, with their label as `y` and their `place` in the log.
    """
    if labelled.empty:
        return None
    version = reference.version
    scoring, note = metric_of(version, metric)
    promised = scored(version, reference.out_of_fold, scoring, seed)
    if promised is None:
        raise InvalidInput(f"{scoring} is not defined on the out-of-fold predictions.", field="scoring")
    known = 0 if current.learnt is None else int(current.learnt[labelled["place"].to_numpy()].sum())
    if known:
        note += f" {known:,} of {len(labelled):,} labelled rows equal a training row, which flatters the score."
    now = scored(version, labelled, scoring, seed) if len(labelled) >= LEAST_LABELS else None
    if now is None:
        few = f"{len(labelled)} labelled predictions: at least {LEAST_LABELS}, of every class, are needed for a score."
        return Realised(scoring, len(labelled), None, None, None, *promised, False, f"{few} {note}".strip())
    return Realised(scoring, len(labelled), *now, *promised, now[2] < promised[1], note.strip())


def words_of(found: Realised) -> str:
    """The fall in words."""
    return (
        f"{found.scoring} fell to {figure(found.score or 0.0)} ({figure(found.low or 0.0)} to "
        f"{figure(found.high or 0.0)}) on {found.rows:,} labelled predictions, {figure(found.expected)} was promised"
    )


def _arrays(version: ModelVersion, rows: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    import numpy as np

    if version.task == "regression":
        return rows["y"].to_numpy(dtype=np.float64), rows["prediction"].to_numpy(dtype=np.float64)
    code = {label: place for place, label in enumerate(version.classes)}
    y = rows["y"].map(code).to_numpy(dtype=np.int64)
    return y, rows[[f"probability_{label}" for label in version.classes]].to_numpy(dtype=np.float64)
