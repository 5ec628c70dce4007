"""Confident learning: which given labels models doubt, from probabilities of rows they had not learned from.

C. Northcutt, L. Jiang and I. Chuang, "Confident Learning: Estimating Uncertainty in Dataset Labels", Journal of
Artificial Intelligence Research 70 (2021), 1373-1411. Labels are codes 0..k-1; probabilities have shape (rows, k).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import numpy as np

Prune = Literal["noise_rate", "class", "both"]
PRUNES: tuple[Prune, ...] = ("noise_rate", "class", "both")
MAD = 1.4826  # median absolute deviation to standard deviation, for a normal distribution
ODD = 3.5  # robust standard deviations from which a residual is suspected


def thresholds(labels: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Each class's expected self-confidence: the mean probability of class j among rows labelled j (eq. 2).

    What makes the method indifferent to classes that are rare or predicted too timidly.
    """
    import numpy as np

    return np.array([said[labels == code, code].mean() for code in range(said.shape[1])])


def confident_joint(labels: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Counts of rows labelled i that are confidently j (eq. 1): p(j) reaches j's threshold, and no other class that
    reaches its own is more probable.
    """
    import numpy as np

    above = np.where(said >= thresholds(labels, said), said, -1.0)
    truth, confident = above.argmax(axis=1), above.max(axis=1) >= 0
    k = said.shape[1]
    return np.bincount(labels[confident] * k + truth[confident], minlength=k * k).reshape(k, k)


def joint(labels: np.ndarray, said: np.ndarray) -> np.ndarray:
    """The joint distribution of given (rows) and true label (columns), summing to 1 (eq. 3).

    Each row of the confident joint is scaled to the count of that given label; a label of which no row is confident
    counts as right.
    """
    import numpy as np

    counts = np.bincount(labels, minlength=said.shape[1])
    found = confident_joint(labels, said).astype(np.float64)
    empty = found.sum(axis=1) == 0
    found[empty, empty] = 1
    scaled: np.ndarray = found / found.sum(axis=1, keepdims=True) * counts[:, None] / len(labels)
    return scaled


def noise_rate(labels: np.ndarray, said: np.ndarray) -> float:
    """The estimated share of wrong labels: what is off the diagonal of the joint."""
    import numpy as np

    return float(1 - np.trace(joint(labels, said)))


def margins(labels: np.ndarray, said: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Normalised margin max p(other) - p(given), from -1 (sure of the label) to 1 (sure of another), and that other."""
    import numpy as np

    others = said.copy()
    rows = np.arange(len(labels))
    others[rows, labels] = -1.0
    best = others.argmax(axis=1)
    return others[rows, best] - said[rows, labels], best


def prune(labels: np.ndarray, said: np.ndarray, how: Prune = "noise_rate") -> np.ndarray:
    """Which rows are suspected (section 3.2).

    Parameters
    ----------
    how : str
        "noise_rate": of each pair (i, j) the n·Q[i, j] rows labelled i with the largest p(j) - p(i). "class": of each
        class i as many rows as the joint has off its diagonal, those with the smallest p(i). "both": what both find.
    """
    import numpy as np

    counts = np.rint(joint(labels, said) * len(labels)).astype(int)
    by_rate, by_class = np.zeros(len(labels), bool), np.zeros(len(labels), bool)
    for given in range(said.shape[1]):
        rows = np.flatnonzero(labels == given)
        wrong = min(int(counts[given].sum() - counts[given, given]), len(rows))
        by_class[rows[np.argsort(said[rows, given], kind="stable")[:wrong]]] = True
        for other in range(said.shape[1]):
            if other != given:
                doubt = said[rows, other] - said[rows, given]
                by_rate[rows[np.argsort(-doubt, kind="stable")[: counts[given, other]]]] = True
    found: np.ndarray = {"noise_rate": by_rate, "class": by_class, "both": by_rate & by_class}[how]
    return found


def robust_scores(residuals: np.ndarray) -> np.ndarray:
    """Residuals in robust standard deviations: (r - median) / (1.4826 · MAD).

    B. Iglewicz and D. Hoaglin, "How to Detect and Handle Outliers" (1993): beyond 3.5 is suspect. P. Rousseeuw and
    C. Croux, Journal of the American Statistical Association 88 (1993), 1273-1283, for the scale. Where more than half
    of the residuals are the same, their mean absolute deviation (times 1.2533) takes the place of a scale of 0.
    """
    import numpy as np

    centred = residuals - np.median(residuals)
    scale = MAD * np.median(np.abs(centred)) or 1.2533 * np.mean(np.abs(centred)) or 1.0
    scores: np.ndarray = centred / scale
    return scores


def odd_share(residuals: np.ndarray) -> float:
    """The share of residuals beyond 3.5 robust standard deviations, less what a normal distribution has there."""
    import numpy as np

    return max(0.0, float(np.mean(np.abs(robust_scores(residuals)) > ODD)) - 0.000465)
