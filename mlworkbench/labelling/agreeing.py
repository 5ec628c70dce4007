"""How far labellers agree: Cohen's kappa of each pair, Krippendorff's alpha of all, and the rows they differ on."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from mlworkbench.labelling import marks
from mlworkbench.labelling.results import Agreement, Disagreement, PairAgreement

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.labelling.results import Labelling
    from mlworkbench.projects import Project

Z = 1.959963984540054  # of a 95% interval


def cohen_kappa(left: Sequence[str], right: Sequence[str]) -> tuple[float, float, float] | None:
    """Cohen's kappa of two labellers with its 95% interval; None when all labels are the same.

    J. Cohen, "A Coefficient of Agreement for Nominal Scales", Educational and Psychological Measurement 20 (1960),
    37-46. Large-sample variance: J. Fleiss, J. Cohen and B. Everitt, "Large Sample Standard Errors of Kappa and
    Weighted Kappa", Psychological Bulletin 72 (1969), 323-327, eq. 13. Where everybody agreed that variance is 0; the
    lower end is then the kappa at the lower end of the observed agreement's Wilson interval.

    Parameters
    ----------
    left, right : sequence of str
        What each said of the same rows.
    """
    import numpy as np

    names = sorted({*left, *right})
    if len(names) < 2:
        return None
    place = {name: at for at, name in enumerate(names)}
    table = np.zeros((len(names), len(names)))
    for one, other in zip(left, right, strict=True):
        table[place[one], place[other]] += 1
    n = table.sum()
    p = table / n
    rows, columns = p.sum(axis=1), p.sum(axis=0)
    agreed, chance = float(np.trace(p)), float(rows @ columns)
    if chance == 1:
        return None
    kappa = (agreed - chance) / (1 - chance)
    diagonal = np.diag(p) * ((1 - chance) - (rows + columns) * (1 - agreed)) ** 2
    off = p * (columns[:, None] + rows[None, :]) ** 2
    np.fill_diagonal(off, 0)
    rest = (agreed * chance - 2 * chance + agreed) ** 2
    variance = (diagonal.sum() + (1 - agreed) ** 2 * off.sum() - rest) / (n * (1 - chance) ** 4)
    half = Z * math.sqrt(max(float(variance), 0.0))
    low, high = kappa - half, kappa + half
    if agreed == 1:
        low = (wilson(1.0, n)[0] - chance) / (1 - chance)
    return kappa, max(-1.0, low), min(1.0, high)


def wilson(share: float, count: float) -> tuple[float, float]:
    """95% interval of a share. E. Wilson, Journal of the American Statistical Association 22 (1927), 209-212."""
    centre = (share + Z**2 / (2 * count)) / (1 + Z**2 / count)
    half = Z / (1 + Z**2 / count) * math.sqrt(share * (1 - share) / count + Z**2 / (4 * count**2))
    return max(0.0, centre - half), min(1.0, centre + half)


def krippendorff_alpha(units: Sequence[Mapping[str, str]]) -> float | None:
    """Krippendorff's alpha for nominal labels; any number of labellers, any of whom may have left out any row.

    K. Krippendorff, "Content Analysis" (4th ed., 2019), chapter 12: 1 - observed over expected disagreement, from the
    coincidences of pairs of labels within rows. None when fewer than two different labels stand in rows with two.

    Parameters
    ----------
    units : sequence of mappings
        For each row labeller → label.
    """
    return _alpha(_counts(units)[0])


def _counts(units: Sequence[Mapping[str, str]]) -> tuple[np.ndarray, list[str]]:
    """How often each label was given to each row that has two labels or more."""
    import numpy as np

    paired = [unit for unit in units if len(unit) > 1]
    names = sorted({label for unit in paired for label in unit.values()})
    place = {name: at for at, name in enumerate(names)}
    counts = np.zeros((len(paired), len(names)))
    for at, unit in enumerate(paired):
        for label in unit.values():
            counts[at, place[label]] += 1
    return counts, names


def _alpha(counts: np.ndarray) -> float | None:
    import numpy as np

    if not counts.size or np.count_nonzero(counts.sum(axis=0)) < 2:
        return None
    given = counts.sum(axis=1)
    totals = counts.sum(axis=0)
    n = totals.sum()
    observed = float(((given**2 - (counts**2).sum(axis=1)) / (given - 1)).sum() / n)
    expected = float((n**2 - (totals**2).sum()) / (n * (n - 1)))
    return 1 - observed / expected


def final_label(labels: Mapping[str, str], settled: tuple[str, str] | None) -> tuple[str, str]:
    """The label that counts and who made it so: a person who settled it, the only label, or a majority; "" for none."""
    if settled is not None:
        return settled
    ranked = Counter(labels.values()).most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return "", ""
    return ranked[0][0], "majority" if len(labels) > 1 else next(iter(labels))


def agreement(project: Project, name: str) -> Agreement:
    """How far the labellers of a labelling agree, and the rows on which they differ.

    Raises
    ------
    NotFound
        There is no labelling of that name.
    """
    from mlworkbench.labelling.tables import get_labelling

    labelling = get_labelling(project, name)
    return agreement_of(labelling, marks.fold(marks.read(project, labelling.id)))


def agreement_of(labelling: Labelling, state: marks.State) -> Agreement:
    """The agreement in a state of a labelling."""

    from mlworkbench.modeling import bootstrap_interval

    units = {row: state.labels(row) for row in labelling.rows if len(state.labels(row)) > 1}
    who = sorted({name for unit in units.values() for name in unit})
    pairs = tuple(pair for one, other in combinations(who, 2) if (pair := _pair(one, other, units)) is not None)
    counts, _ = _counts(list(units.values()))
    alpha = _alpha(counts)
    low = high = None
    if alpha is not None and len(counts) > 1:

        def again(rows: np.ndarray) -> float:
            found = _alpha(counts[rows])
            return 1.0 if found is None else found  # a sample of one label only: nobody disagreed

        low, high = bootstrap_interval(again, len(counts), labelling.seed)
    differing = []
    for row, unit in units.items():
        if len(set(unit.values())) > 1:
            label, by = final_label(unit, state.settled.get(row))
            differing.append(Disagreement(row, unit, label, by))
    said = _sentence(pairs, alpha, low, high, len(units), sum(not one.settled for one in differing))
    return Agreement(labelling.id, len(units), pairs, alpha, low, high, tuple(differing), said)


def _pair(left: str, right: str, units: Mapping[int, Mapping[str, str]]) -> PairAgreement | None:
    both = [(unit[left], unit[right]) for unit in units.values() if left in unit and right in unit]
    if not both:
        return None
    ones, others = [one for one, _ in both], [other for _, other in both]
    observed = sum(one == other for one, other in both) / len(both)
    found = cohen_kappa(ones, others)
    if found is None:
        why = "both gave one and the same label to every row, which chance would do too"
        return PairAgreement(left, right, len(both), observed, None, None, None, why)
    return PairAgreement(left, right, len(both), observed, *found)


def _sentence(
    pairs: Sequence[PairAgreement], alpha: float | None, low: float | None, high: float | None, rows: int, left: int
) -> str:
    if not rows:
        return "No row was labelled by two people yet, so nobody knows how far they agree."
    open_ones = f" {left:,} {'row waits' if left == 1 else 'rows wait'} for a decision." if left else ""
    if len(pairs) == 1 and pairs[0].kappa is not None:
        one = pairs[0]
        return (
            f"{one.left} and {one.right} agree on {one.observed:.0%} of {rows:,} rows; Cohen's kappa is "
            f"{one.kappa:.2f} (95% interval {one.low:.2f} to {one.high:.2f}).{open_ones}"
        )
    if alpha is None:
        return f"All labels of the {rows:,} rows that two people labelled are the same class.{open_ones}"
    span = f" (95% interval {low:.2f} to {high:.2f})" if low is not None and high is not None else ""
    return f"{len(pairs)} pairs of labellers share {rows:,} rows; Krippendorff's alpha is {alpha:.2f}{span}.{open_ones}"
