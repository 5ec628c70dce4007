"""Estimators that answer by a rule on raw columns: they learn nothing, and stand in model files as any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin, RegressorMixin

from mlworkbench.errors import InvalidInput, listing
from mlworkbench.expressions import parse

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray


def _short(names: Sequence[str]) -> str:
    return listing((repr(one) for one in names), 5)


def _wrong(message: str) -> InvalidInput:
    return InvalidInput(message, field="heuristic")


class _Rule(BaseEstimator):
    """What both have in common; `rule` is parsed anew after every load, so a model file can hold no code."""

    rule: str

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Nothing is learnt."""
        return self

    def __sklearn_is_fitted__(self) -> bool:
        return True

    def _said(self, X: pd.DataFrame) -> NDArray[Any]:
        """What the rule says of each row.

        Raises
        ------
        InvalidInput
            When it cannot be evaluated on these columns.
        ValueError
            When it says nothing of some rows: a value that it needs is missing. (What a model cannot do without is
            found by this error; see `mark_required`.)
        """
        said = parse(self.rule, list(X.columns)).evaluate(X)
        silent = said.isna()
        if silent.any():
            raise ValueError(
                f"the rule says nothing of {int(silent.sum()):,} of {len(X):,} rows, because a value is missing in them"
            )
        values: NDArray[Any] = said.to_numpy()
        return values


class RuleRegressor(RegressorMixin, _Rule):
    """The number that the rule gives.

    Parameters
    ----------
    rule : str
        An expression of `mlworkbench.expressions` on the raw columns.
    """

    def __init__(self, rule: str = "0") -> None:
        self.rule = rule

    def predict(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """The rule's number for each row.

        Raises
        ------
        InvalidInput
            When it gives something else than finite numbers.
        """
        said = self._said(X)
        if said.dtype.kind not in "iuf":
            raise _wrong("the rule must give a number, such as 0.3 * rooms + 2")
        values = said.astype(np.float64)
        if not np.isfinite(values).all():
            raise _wrong(f"the rule gives no finite number for {int((~np.isfinite(values)).sum()):,} rows")
        return values


class RuleClassifier(ClassifierMixin, _Rule):
    """The class that the rule gives, with certainty; a number is the probability of the positive class of two.

    Parameters
    ----------
    rule : str
        An expression of `mlworkbench.expressions` on the raw columns: true or false (the positive class or not, of
        two), one of the labels, or a number: the probability of the positive class from 0 to 1, or, where the labels
        are numbers (other than 0 and 1), the label.
    labels : tuple of str
        The labels behind the codes 0..k-1; of two the last is the positive one.
    """

    def __init__(self, rule: str = "False", labels: tuple[str, ...] = ()) -> None:
        self.rule = rule
        self.labels = labels

    @property
    def classes_(self) -> NDArray[np.int64]:
        """The codes of the classes."""
        return np.arange(len(self.labels))

    def predict_proba(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """Shape (rows, classes).

        Raises
        ------
        InvalidInput
            When the rule gives something else than classes.
        """
        said = self._said(X)
        if said.dtype.kind == "b":
            if len(self.labels) != 2:
                raise _wrong(f"true or false is an answer for two classes; the labels are {_short(self.labels)}")
            return self._of_positive(said.astype(np.float64))
        if said.dtype.kind in "iuf" and len(self.labels) == 2 and not self._numbered:
            if not ((said >= 0) & (said <= 1)).all():
                raise _wrong("a number is the probability of the positive class and must be from 0 to 1")
            return self._of_positive(said.astype(np.float64))
        spoken = [str(int(one)) if isinstance(one, float) and one.is_integer() else str(one) for one in said.tolist()]
        unknown = sorted(set(spoken) - set(self.labels))
        if unknown:
            raise _wrong(f"the rule gives {_short(unknown)}; the labels are {_short(self.labels)}")
        codes = {label: code for code, label in enumerate(self.labels)}
        chosen: NDArray[np.float64] = np.eye(len(self.labels))[[codes[one] for one in spoken]]
        return chosen

    def predict(self, X: pd.DataFrame) -> NDArray[np.int64]:
        """The code of each row's class."""
        codes: NDArray[np.int64] = self.predict_proba(X).argmax(axis=1)
        return codes

    @property
    def _numbered(self) -> bool:
        """Whether a number names a class, because the labels are numbers; 0 and 1 mean the same either way."""
        return self.labels != ("0", "1") and all(one.lstrip("-").replace(".", "", 1).isdigit() for one in self.labels)

    @staticmethod
    def _of_positive(share: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.column_stack([1 - share, share])
