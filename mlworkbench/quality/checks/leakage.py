"""A feature that alone says nearly all about the target, far more than any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, FAILURES, NUMBERS, WORDS, CheckSpec, Suspect
from mlworkbench.quality.single import skill

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

SURE = 0.97  # such a skill is suspicious whatever the others say
HIGH, APART = 0.85, 0.3  # so is this, when it is so much above the best of the others
MOST_COLUMNS = 100
MOST_ROWS = 3_000
FEWEST = 60


def _check(scan: Scan) -> Iterable[Suspect]:
    target = str(scan.dataset.target)
    columns = [one for one in scan.columns(*NUMBERS, *WORDS) if one.name != target]
    columns = [one for one in columns if one.type in NUMBERS or one.distinct * 3 <= scan.rows]
    if len(columns) > MOST_COLUMNS:
        columns, known = _likely(scan, columns), len(columns)
        scan.leave_out(f"only the {MOST_COLUMNS} of {known:,} columns that go most with the target were tried alone")
    rows = scan.sample(scan.training, MOST_ROWS)
    if len(rows) < FEWEST:
        return
    scores: dict[str, float] = {}
    for one in columns:
        try:
            scores[one.name] = skill(scan, one, rows)
        except FAILURES as error:
            scan.leave_out(f"{type(error).__name__}: {error}"[:300], one.name)
    ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
    for place, (name, score) in enumerate(ordered):
        second = ordered[place + 1][1] if place + 1 < len(ordered) else 0.0
        alone = len(ordered) > 2 and score >= HIGH and score - second >= APART
        if score < SURE and not alone:
            return
        measure = "R²" if scan.dataset.task == "regression" else "2·AUC − 1"
        beside = f"; the next best column reaches {second:.3f}" if place + 1 < len(ordered) else ""
        yield Suspect(
            (name,),
            len(rows),
            f"{name} alone predicts {target} with {measure} = {score:.3f} in rows that were not learnt from{beside} "
            f"(cross-validated on {len(rows):,} training rows, seed {scan.seed}).",
            None,
            rows=tuple(rows[:3].tolist()),
            shown=(name, target),
            repair=steps.drop_columns(name),
            score=score,
        )
        if alone:
            return


def _likely(scan: Scan, columns: list[Column]) -> list[Column]:
    """The columns of numbers whose ranks go most with the target's, and as many others as there is room for."""
    import numpy as np
    from scipy.stats import rankdata

    target = str(scan.dataset.target)
    rows = scan.sample(scan.training, 1_000)
    wanted = scan.numbers(target)[rows] if scan.dataset.task == "regression" else scan.codes(target)[rows]
    ranks = rankdata(wanted)
    goes = {}
    for one in columns:
        feature = scan.numbers(one.name)[rows] if one.type in NUMBERS else scan.codes(one.name)[rows]
        feature = rankdata(np.nan_to_num(np.asarray(feature, dtype=np.float64), nan=-np.inf))
        both = float(feature.std() * ranks.std())
        goes[one.name] = abs(float(np.mean((feature - feature.mean()) * (ranks - ranks.mean()))) / both) if both else 0
    return sorted(columns, key=lambda one: -goes[one.name])[:MOST_COLUMNS]


CHECKS.register(
    CheckSpec(
        "leakage",
        "problem",
        "Too good to be true: a column that is made from the target, or filled in after it was known.",
        _check,
        needs=("target",),
    )
)
