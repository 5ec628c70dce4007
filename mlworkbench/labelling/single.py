"""One column alone: what each reaches, and what the best says when it is chosen without seeing the scored rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.jobs import Progress
    from mlworkbench.modeling import TrainingFolds

DEPTH = 3  # of the tree on one column: at most eight parts


class Features:
    """What the best column of each fold says, which it was, and what each column reaches alone."""

    def __init__(self, said: np.ndarray, chosen: Sequence[str], scores: Mapping[str, float]) -> None:
        self.said, self.chosen, self.scores = said, tuple(chosen), dict(scores)


def best_column(cut: TrainingFolds, scoring: str, seed: int, progress: Progress) -> tuple[Features | None, list[str]]:
    """What the best column says alone, chosen anew inside each fold's learning rows; None when there is no column."""
    import numpy as np

    from mlworkbench.modeling import score_of

    skipped = ("identifier", "constant", "text")
    names = [name for name in cut.dataset.features if cut.dataset.column(name).type not in skipped]
    if not names:
        return None, ["no column but identifiers, constants and texts"]
    notes = []
    left = len(cut.dataset.features) - len(names)
    if left:
        notes.append(f"{left:,} columns were not tried alone: identifiers, constants and texts")
    columns = {name: _plain(cut.frame[name], cut.dataset.column(name).type) for name in names}
    classes = len(cut.dataset.classes)
    said = np.full((len(cut.y), classes) if classes else len(cut.y), np.nan)
    random = np.random.default_rng(seed)
    alone: dict[str, list[float]] = {name: [] for name in names}
    chosen = []
    for number, fold in enumerate(cut.folds):
        inner = np.zeros(len(fold.train), bool)
        inner[random.permutation(len(fold.train))[: max(len(fold.train) // 4, 1)]] = True
        learn, judge = fold.train[~inner], fold.train[inner]
        found = {
            name: _score(scoring, cut.y[judge], _fit(column, cut.y, learn, judge, classes), score_of)
            for name, column in columns.items()
        }
        best = max(names, key=lambda name: found[name])
        chosen.append(best)
        for name in names:
            answer = _fit(columns[name], cut.y, fold.train, fold.test, classes)
            alone[name].append(_score(scoring, cut.y[fold.test], answer, score_of))
            if name == best:
                said[fold.test] = answer
        progress.update(0.2 + 0.7 * (number + 1) / len(cut.folds), "One column at a time")
    means = {name: float(np.mean(values)) for name, values in alone.items() if np.isfinite(values).all()}
    ranked = dict(sorted(means.items(), key=lambda one: (-one[1], one[0])))
    most = max(set(chosen), key=lambda name: (chosen.count(name), -chosen.index(name)))
    order = [most, *(name for name in dict.fromkeys(chosen) if name != most)]
    return Features(said, [name for name in order for _ in range(chosen.count(name))], ranked), notes


def _score(scoring: str, y: np.ndarray, said: np.ndarray, score_of: Any) -> float:
    """The score of some rows; minus infinity where it is not defined for them (one class only, say)."""
    try:
        return float(score_of(scoring, y, said))
    except ValueError:
        return float("-inf")


def _plain(column: pd.Series[Any], kind: str) -> tuple[np.ndarray, bool]:
    """A column as numbers, and whether they are codes of words (-1: missing)."""
    import numpy as np
    import pandas as pd

    if kind in ("integer", "number"):
        values = column.to_numpy(np.float64, na_value=np.nan)
        return np.where(np.isfinite(values), values, np.nan).reshape(-1, 1), False
    if kind == "datetime":
        moments = column.to_numpy(dtype="datetime64[us]")
        days = np.where(np.isnat(moments), np.nan, moments.astype(np.int64) / 86_400e6)
        return days.reshape(-1, 1), False
    return np.asarray(pd.factorize(column)[0]), True


def _fit(column: tuple[np.ndarray, bool], y: np.ndarray, learn: np.ndarray, ask: np.ndarray, classes: int) -> Any:
    """What one column says: class shares (rows, classes) or means (rows,)."""
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

    values, words = column
    if words:
        codes, size = values[learn] + 1, int(values.max()) + 2
        goal = np.eye(classes)[y[learn]] if classes else y[learn].reshape(-1, 1)
        prior = goal.mean(axis=0)
        counts = np.bincount(codes, minlength=size)[:, None]
        sums = np.column_stack([np.bincount(codes, goal[:, k], minlength=size) for k in range(goal.shape[1])])
        shares = (sums + 5 * prior) / (counts + 5)  # five rows' worth of the whole, so that rare words are not trusted
        answer = shares[values[ask] + 1]
        return answer if classes else answer[:, 0]
    leaf = max(5, len(learn) // 100)
    kind = DecisionTreeClassifier if classes else DecisionTreeRegressor
    tree = kind(max_depth=DEPTH, min_samples_leaf=leaf, random_state=0).fit(values[learn], y[learn])
    if not classes:
        return tree.predict(values[ask])
    made = np.zeros((len(ask), classes))
    made[:, tree.classes_] = tree.predict_proba(values[ask])
    return made
