"""Both samples of a column, aggregated so that a report can be drawn without its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.monitoring.results import Distribution

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.monitoring.comparing import Pair

BINS = 24
LABELS = 12
OTHER = "all others"


def distribution_of(pair: Pair) -> Distribution | None:
    """Shares per bin or category of either sample; None where one has no value at all."""
    if not pair.reference.present or not pair.current.present:
        return None
    return _numbers(pair) if pair.reference.kind == "number" else _categories(pair)


def _numbers(pair: Pair) -> Distribution:
    import numpy as np

    sides = (pair.reference.values, pair.current.values)
    low, high = (
        float(choose(np.quantile(side, share) for side in sides)) for choose, share in ((min, 0.005), (max, 0.995))
    )
    edges = _edges(low, high, sides)
    shares = []
    for side in sides:
        clipped = np.clip(side, edges[0], edges[-1])
        shares.append(tuple((np.histogram(clipped, bins=edges)[0] / len(side)).tolist()))
    return Distribution("number", shares[0], shares[1], edges=tuple(edges.tolist()))


def _edges(low: float, high: float, sides: tuple[np.ndarray, ...]) -> np.ndarray:
    import numpy as np

    if high <= low:
        return np.array([low - 0.5, low + 0.5])
    whole = all(bool((side == np.round(side)).all()) for side in sides)
    if whole:
        step = max(1.0, float(np.ceil((high - low + 1) / BINS)))
        return np.arange(low - 0.5, high + step, step)
    return np.linspace(low, high, BINS + 1)


def _categories(pair: Pair) -> Distribution:
    import numpy as np

    one, two = (side / side.sum() for side in pair.counts)
    order = np.argsort(-np.maximum(one, two), kind="stable")
    shown, rest = order[:LABELS], order[LABELS:]
    labels = [pair.labels[place] for place in shown]
    shares = [side[shown].tolist() for side in (one, two)]
    if len(rest):
        labels.append(OTHER)
        for share, side in zip(shares, (one, two), strict=True):
            share.append(float(side[rest].sum()))
    return Distribution("category", tuple(shares[0]), tuple(shares[1]), labels=tuple(labels))
