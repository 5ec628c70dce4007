"""How much one feature alone says about the target: a small tree or a table of its values, cross-validated."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import NUMBERS

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

FOLDS = 3
DEEPEST = 5


def skill(scan: Scan, column: Column, rows: np.ndarray) -> float:
    """From 0 (as good as guessing) to 1 (right in every row), on rows that were not learnt from.

    2·AUC − 1, averaged over the classes against the rest, for a classification (Hanley and McNeil 1982); R² for a
    regression. Numbers go through a tree of depth 5, other columns through the mean target of each value.
    """
    import numpy as np
    from sklearn.metrics import r2_score, roc_auc_score
    from sklearn.model_selection import KFold, StratifiedKFold

    target = str(scan.dataset.target)
    regression = scan.dataset.task == "regression"
    wanted = scan.numbers(target)[rows][:, None] if regression else _indicators(scan.codes(target)[rows])
    if wanted.shape[1] == 0:
        return 0.0
    kind = KFold if regression else StratifiedKFold
    folds = kind(FOLDS, shuffle=True, random_state=scan.seed)
    classes = wanted[:, 0] if regression else wanted.argmax(axis=1)
    numbers = column.type in NUMBERS
    feature = _ranks(scan.numbers(column.name)[rows]) if numbers else scan.codes(column.name)[rows]
    said = np.empty_like(wanted)
    for learn, test in folds.split(rows, None if regression else classes):
        by = _by_tree if numbers else _by_value
        said[test] = by(feature[learn], wanted[learn], feature[test])
    if regression:
        return max(0.0, float(r2_score(wanted, said)))
    return max(0.0, 2 * float(np.mean([roc_auc_score(wanted[:, k], said[:, k]) for k in range(wanted.shape[1])])) - 1)


def _ranks(numbers: np.ndarray) -> np.ndarray:
    """Numbers by their order, which is all that a tree sees of them; NaN stays."""
    import numpy as np

    ranks = np.unique(numbers, return_inverse=True)[1].astype(np.float64)
    ranks[np.isnan(numbers)] = np.nan
    return ranks


def _indicators(codes: np.ndarray) -> np.ndarray:
    """A column of zeros and ones per class that every fold has; of two classes one is enough."""
    import numpy as np

    classes, counts = np.unique(codes, return_counts=True)
    known = [one for one, size in zip(classes, counts, strict=True) if size >= 2 * FOLDS and one >= 0]
    known = known[:1] if len(known) == 2 and len(classes) == 2 else known
    return np.column_stack([codes == one for one in known]).astype(np.float64) if known else np.empty((len(codes), 0))


def _by_tree(feature: np.ndarray, wanted: np.ndarray, new: np.ndarray) -> np.ndarray:
    from sklearn.tree import DecisionTreeRegressor

    tree = DecisionTreeRegressor(max_depth=DEEPEST, min_samples_leaf=max(3, len(feature) // 200), random_state=0)
    said: np.ndarray = tree.fit(feature[:, None], wanted).predict(new[:, None]).reshape(len(new), -1)
    return said


def _by_value(feature: np.ndarray, wanted: np.ndarray, new: np.ndarray) -> np.ndarray:
    """The mean target of the rows with this value; the overall mean where it was not seen."""
    import numpy as np

    size = int(max(feature.max(), new.max())) + 2
    counts = np.bincount(feature + 1, minlength=size).astype(np.float64)
    overall = wanted.mean(axis=0)
    said = np.empty((len(new), wanted.shape[1]))
    for place in range(wanted.shape[1]):
        sums = np.bincount(feature + 1, weights=wanted[:, place], minlength=size)
        means = np.where(counts > 0, sums / np.maximum(counts, 1), overall[place])
        said[:, place] = means[new + 1]
    return said
