"""Rows whose numbers are usual one by one and unheard of together."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, NUMBERS, CheckSpec, Suspect, listed, of

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

MOST_COLUMNS = 15
MOST_ROWS = 2_000
MOST_SAME = 0.2  # of the cells say the same
FEWEST = 20  # different values of a column that is looked at
FLOOR = 3.0  # times the distance that chance allows
RARE = 0.005  # more rows than this are another group, no outliers
ALIKE = 0.98  # of two columns that go together so closely, one is looked at


def _check(scan: Scan) -> Iterable[Suspect]:
    import numpy as np
    from scipy.stats import chi2
    from sklearn.covariance import MinCovDet

    wanted = [one for one in scan.columns(*NUMBERS) if one.distinct >= FEWEST and one.name != scan.dataset.target]
    names = [one.name for one in wanted if one.missing * 10 <= scan.rows and _various(scan, one.name)]
    if len(names) > MOST_COLUMNS:
        scan.leave_out(f"only the first {MOST_COLUMNS} of {len(names):,} columns of numbers were looked at together")
        names = names[:MOST_COLUMNS]
    if len(names) < 2:
        return
    raw = np.column_stack([scan.numbers(name) for name in names])
    whole = np.flatnonzero(~np.isnan(raw).any(axis=1))
    if len(whole) < max(100, 10 * len(names)):
        return
    scores = np.column_stack([_normal_scores(raw[whole, place]) for place in range(len(names))])
    drawn = np.searchsorted(whole, scan.sample(whole, MOST_ROWS))
    kept = _apart(scores[drawn])
    if len(kept) < 2:
        return
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            fitted = MinCovDet(random_state=scan.seed, support_fraction=0.75).fit(scores[drawn][:, kept])
    except Warning as error:
        scan.leave_out(f"no steady covariance of {listed(names[place] for place in kept)}: {error}"[:300])
        return
    distances = fitted.mahalanobis(scores[:, kept])
    limit = FLOOR * float(chi2.isf(0.01 / len(whole), len(kept)))
    out = np.flatnonzero(distances > limit)
    if not 0 < len(out) <= max(1, RARE * len(whole)):
        return
    out = out[np.argsort(-distances[out], kind="stable")]
    used = [names[place] for place in kept]
    yield Suspect(
        tuple(used),
        len(out),
        f"{of(len(out), 'row is', 'rows are')} usual in each of {listed(used)}, and far from all others in what these "
        f"say together (robust distance fitted on {len(drawn):,} rows, seed {scan.seed}).",
        len(out) / scan.rows,
        rows=tuple(int(whole[place]) for place in out[:5]),
    )


def _various(scan: Scan, name: str) -> bool:
    counts = scan.values(name)[1]
    return bool(counts[0] <= MOST_SAME * counts.sum())


def _normal_scores(numbers: np.ndarray) -> np.ndarray:
    """Values as a normal distribution would have them by rank (van der Waerden 1952); ties get their mean rank."""
    from scipy.stats import norm, rankdata

    scores: np.ndarray = norm.ppf(rankdata(numbers) / (len(numbers) + 1))
    return scores


def _apart(scores: np.ndarray) -> list[int]:
    """Columns none of which repeats an earlier one."""
    import numpy as np

    with np.errstate(invalid="ignore"):
        together = np.abs(np.nan_to_num(np.corrcoef(scores, rowvar=False), nan=1.0))
    kept: list[int] = []
    for place in range(scores.shape[1]):
        if scores[:, place].std() > 0 and all(together[place, one] < ALIKE for one in kept):
            kept.append(place)
    return kept


CHECKS.register(
    CheckSpec(
        "multivariate_outliers",
        "info",
        "A mistake that no single column shows: a child's height with a grown-up's weight.",
        _check,
    )
)
