"""Intervals for cross-validated scores, and which model to recommend.

Scores of overlapping training sets are not independent, and their plain t interval is far too narrow. The
corrected resampled t statistic widens it: C. Nadeau and Y. Bengio, "Inference for the Generalization Error",
Machine Learning 52 (2003), 239-281; R. Bouckaert and E. Frank (2004) recommend it for repeated folds.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.modeling.results import LeaderboardRow

CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A mean with its bounds, in the unit of the values."""

    mean: float
    low: float
    high: float


def corrected_interval(values: Sequence[float], test_share: float, confidence: float = CONFIDENCE) -> Interval:
    """Corrected resampled t interval for the mean of per-fold values (scores, or paired differences).

    Parameters
    ----------
    values : sequence of float
        One value per fold (and repeat), J in all.
    test_share : float
        Rows scored over rows learnt from, n2 / n1, of one fold: 1 / (cv - 1) for K folds.
    confidence : float
        Coverage, 0.95 by default.

    Returns
    -------
    Interval
        mean ± t(J - 1) · sqrt((1 / J + n2 / n1) · s²), s² the sample variance (Nadeau and Bengio 2003, eq. 22);
        infinitely wide for a single value.
    """
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return Interval(mean, -math.inf, math.inf)
    from scipy.special import stdtrit

    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    quantile = float(stdtrit(count - 1, 0.5 + confidence / 2))
    half = quantile * math.sqrt((1 / count + test_share) * variance)
    return Interval(mean, mean - half, mean + half)


def paired_difference(
    scores: Sequence[float], others: Sequence[float], test_share: float, confidence: float = CONFIDENCE
) -> Interval:
    """Corrected interval for the mean of `scores - others`, both on the same folds in the same order."""
    differences = [score - other for score, other in zip(scores, others, strict=True)]
    return corrected_interval(differences, test_share, confidence)


@dataclass(frozen=True)
class Candidate:
    """What the choice needs to know of one compared model."""

    name: str
    label: str
    scores: tuple[float, ...]
    complexity: float
    predict_ms: float


@dataclass(frozen=True)
class Verdict:
    """The best mean, each one's paired difference to it, the tie, and the recommended of the tie."""

    best: str
    to_best: dict[str, Interval]
    tied: tuple[str, ...]
    recommended: str
    sentence: str


def choose(candidates: Sequence[Candidate], test_share: float, scoring: str, baseline: str = "dummy") -> Verdict:
    """Find the tie with the best and recommend its simplest member that beats the baseline.

    A model is tied when the interval of its paired difference to the best includes 0. It beats the baseline when
    the interval of its paired difference to it lies above 0. When none does, the baseline is recommended. A model that
    is tied only because its own scores vary widely (its mean lies below the best's own interval) is not recommended.

    Parameters
    ----------
    candidates : sequence of Candidate
        At least one, each scored on the same folds.
    test_share : float
        As in `corrected_interval`.
    scoring : str
        Name of the score, for the sentence; greater is better.
    """
    best = min(candidates, key=lambda one: (-_mean(one), one.complexity, one.name))
    to_best = {one.name: paired_difference(one.scores, best.scores, test_share) for one in candidates}
    tie = [one for one in candidates if one is best or to_best[one.name].high >= 0]
    floor = next((one for one in candidates if one.name == baseline), None)
    lowest = corrected_interval(best.scores, test_share).low
    good = [
        one
        for one in tie
        if (floor is None or paired_difference(one.scores, floor.scores, test_share).low > 0)
        and (one is best or _mean(one) >= lowest)
    ]  # the baseline itself is never among them: its difference to itself is 0
    chosen = min(good, key=lambda one: (one.complexity, one.predict_ms, one.name)) if good else (floor or best)
    tied = tuple(one.name for one in sorted(tie, key=lambda one: (-_mean(one), one.complexity)))
    loose = [one.label for one in tie if one is not best and _mean(one) < lowest and one.complexity < chosen.complexity]
    sentence = _sentence(chosen, best, floor, tie, good, to_best[chosen.name], scoring)
    if loose and good:
        sentence += f" {' and '.join(loose)} left aside: tied only because of scores that vary widely."
    return Verdict(best.name, to_best, tied, chosen.name, sentence)


def _sentence(
    chosen: Candidate,
    best: Candidate,
    floor: Candidate | None,
    tie: list[Candidate],
    good: list[Candidate],
    gap: Interval,
    scoring: str,
) -> str:
    mean = f"{scoring} {figure(_mean(chosen))}"
    unknown = "" if floor else " No baseline was compared, so whether it beats guessing is not known."
    if not good:
        return (
            f"{chosen.label} is recommended: no model beats the baseline beyond chance on these folds "
            f"(best {best.label}, {scoring} {figure(_mean(best))} against {figure(_mean(chosen))})."
        )
    if len(tie) == 1:
        return f"{chosen.label} is recommended: the best ({mean}), with no other model statistically tied.{unknown}"
    if chosen is best:
        return (
            f"{chosen.label} is recommended: the best ({mean}), and the simplest of the {len(tie)} that are "
            f"statistically tied.{unknown}"
        )
    return (
        f"{chosen.label} is recommended: statistically tied with the best, {best.label} (difference "
        f"{figure(gap.mean)}, 95% interval {figure(gap.low)} to {figure(gap.high)}), and the simplest of the tie "
        f"({mean}).{unknown}"
    )


def figure(value: float) -> str:
    """Three decimals below 10, fewer above; a true minus sign."""
    size = abs(value)
    text = f"{size:.3f}" if size < 10 else f"{size:.1f}" if size < 1000 else f"{size:,.0f}"
    return f"−{text}" if value < 0 and text.strip("0.,") else text


def _mean(candidate: Candidate) -> float:
    return math.fsum(candidate.scores) / len(candidate.scores)


def ranked(
    rows: Sequence[LeaderboardRow], complexities: Mapping[str, float], test_share: float, scoring: str
) -> tuple[tuple[LeaderboardRow, ...], Verdict | None]:
    """Rows in the order of the leaderboard with their difference to the best, and the verdict on them.

    Parameters
    ----------
    complexities : Mapping
        Order of simplicity by estimator; one that is not in it counts as the least simple.

    Returns
    -------
    rows : tuple
        Best mean first, then the failed and the skipped.
    verdict : Verdict or None
        None when no row has scores.
    """
    scored = [row for row in rows if row.fold_scores]
    others = sorted((row for row in rows if not row.fold_scores), key=lambda row: (row.status, row.estimator))
    if not scored:
        return tuple(others), None
    most = max(complexities.values(), default=0) + 1
    verdict = choose(
        [
            Candidate(
                row.estimator,
                row.label,
                row.fold_scores,
                complexities.get(row.estimator, most),
                row.predict_ms_per_1000 or 0.0,
            )
            for row in scored
        ],
        test_share,
        scoring,
    )
    marked = [
        replace(
            row,
            to_best=verdict.to_best[row.estimator].mean,
            to_best_low=verdict.to_best[row.estimator].low,
            to_best_high=verdict.to_best[row.estimator].high,
            tied=row.estimator in verdict.tied,
        )
        for row in scored
    ]
    marked.sort(key=lambda row: (-(row.score_mean or 0.0), row.estimator != verdict.best, row.estimator))
    return (*marked, *others), verdict


def bootstrap_interval(
    score: Callable[[np.ndarray], float],
    rows: int,
    seed: int,
    strata: np.ndarray | None = None,
    confidence: float = CONFIDENCE,
) -> tuple[float, float]:
    """Percentile bootstrap interval of a score over the rows it is computed on.

    B. Efron and R. Tibshirani, "An Introduction to the Bootstrap" (1993), chapter 13. Classes are resampled each
    within itself, so that no replicate lacks one. 1000 replicates, fewer (200 at least) beyond 20,000 rows.

    Parameters
    ----------
    score : callable
        Gives the score of the rows at the positions it is handed.
    rows : int
        How many rows there are.
    seed : int
        Seed of the resampling.
    strata : array of int, shape (rows,), optional
        Class of each row.
    """
    import numpy as np

    random = np.random.default_rng(seed)
    groups = [np.arange(rows)] if strata is None else [np.flatnonzero(strata == one) for one in np.unique(strata)]
    replicates = int(min(1000, max(200, 20_000_000 // max(rows, 1))))
    scores = [
        score(np.concatenate([group[random.integers(0, len(group), len(group))] for group in groups]))
        for _ in range(replicates)
    ]
    tail = (1 - confidence) / 2
    low, high = np.quantile(scores, [tail, 1 - tail])
    return float(low), float(high)
