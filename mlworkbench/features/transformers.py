"""Our own scikit-learn transformers. A branch of a recipe begins with a reader (`Numbers`, `Words`, `Dates`)
that turns its columns into one plain array, so that every later step is fast and free of column names.

Their dotted names are written into saved models: moving or renaming a class breaks every model saved before.
"""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.preprocessing import OneHotEncoder
from sklearn.utils.validation import check_is_fitted

MISSING_WORD = "missing"
DATE_PARTS = ("year", "month", "day", "weekday", "hour", "days")


class _Reader(TransformerMixin, BaseEstimator):
    """Columns of a frame → one array; feature names pass through."""

    def fit(self, X: pd.DataFrame, y: Any = None) -> Self:
        """Remember the number of columns."""
        self.n_features_in_ = X.shape[1]
        return self

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """The names that came in."""
        return np.asarray(input_features, dtype=object)


class Numbers(_Reader):
    """Numeric columns → float64 array, missing as NaN."""

    def transform(self, X: pd.DataFrame) -> NDArray[np.float64]:
        """The columns as one float64 array; text that is no number raises ValueError."""
        return np.asarray(X.to_numpy(dtype=np.float64, na_value=np.nan))


class Words(_Reader):
    """Text columns → object array of str, every kind of missing (None, NaN, NA, NaT) as NaN."""

    def transform(self, X: pd.DataFrame) -> NDArray[np.object_]:
        """The columns as one object array."""
        values = X.to_numpy(dtype=object, copy=True)
        values[pd.isna(values)] = np.nan
        return values


class Dates(_Reader):
    """Datetime columns → datetime64[us] array, missing as NaT."""

    def transform(self, X: pd.DataFrame) -> NDArray[np.datetime64]:
        """The columns as one datetime64 array."""
        return X.to_numpy(dtype="datetime64[us]")


class Imputer(TransformerMixin, BaseEstimator):
    """Fill what is missing, in float or in object arrays.

    Parameters
    ----------
    strategy : {"median", "mean", "most_frequent", "constant"}
        What to fill with; learnt per column from the rows of `fit` alone. A column without any value in `fit`
        is filled with 0 (numbers) or "missing" (words).
    value : float or str, optional
        The filler of "constant"; without it 0 or "missing".
    indicator : bool
        Add a 0/1 column for each number column that had missing values in `fit`.
    """

    def __init__(self, strategy: str = "median", value: float | str | None = None, indicator: bool = False) -> None:
        self.strategy = strategy
        self.value = value
        self.indicator = indicator

    def fit(self, X: NDArray[Any], y: Any = None) -> Self:
        """Learn the filler of each column."""
        missing = pd.isna(X)
        words = X.dtype == object
        empty: Any = MISSING_WORD if words else 0.0
        constant = empty if self.value is None else self.value
        fill = [constant] * X.shape[1] if self.strategy == "constant" else []
        for index in range(X.shape[1] if self.strategy != "constant" else 0):
            present = X[~missing[:, index], index]
            fill.append(self._middle(present) if len(present) else empty)
        self.fill_ = np.array(fill, dtype=object if words else np.float64)
        self.flagged_ = np.flatnonzero(missing.any(axis=0)) if self.indicator else np.array([], dtype=np.intp)
        self.n_features_in_ = X.shape[1]
        return self

    def _middle(self, present: NDArray[Any]) -> Any:
        if self.strategy == "median":
            return np.median(present)
        if self.strategy == "mean":
            return np.mean(present)
        values, counts = np.unique(present, return_counts=True)
        return values[np.argmax(counts)]

    def transform(self, X: NDArray[Any]) -> NDArray[Any]:
        """The filled columns, then the indicators."""
        check_is_fitted(self, "fill_")
        missing = pd.isna(X)
        filled = np.where(missing, self.fill_, X)
        return np.hstack([filled, missing[:, self.flagged_].astype(np.float64)]) if len(self.flagged_) else filled

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """Column names, then "column is missing"."""
        names = list(input_features)
        return np.array(names + [f"{names[index]} is missing" for index in self.flagged_], dtype=object)


class OneHot(OneHotEncoder):
    """scikit-learn's OneHotEncoder with names like "Contract=One year"."""

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """One name per indicator; rare categories share "column=(rare)"."""
        rare = getattr(self, "infrequent_categories_", [None] * len(self.categories_))
        names: list[str] = []
        for column, categories, pooled in zip(input_features, self.categories_, rare, strict=True):
            hidden = set() if pooled is None else {str(value) for value in pooled}
            shown = [value for value in categories if str(value) not in hidden]
            names += [f"{column}={value if isinstance(value, str) else '(missing)'}" for value in shown]
            names += [f"{column}=(rare)"] if hidden else []
        return np.array(names, dtype=object)


class DateParts(TransformerMixin, BaseEstimator):
    """Parts of dates as numbers; a missing date gives NaN in each.

    Parameters
    ----------
    parts : tuple of {"year", "month", "day", "weekday", "hour", "days"}
        What to take; weekday is 0 for Monday, hour carries its minutes as a fraction, days counts (with fractions)
        from `reference`.
    reference : str, optional
        ISO date where "days" begins; without it the earliest date of each column in `fit`.
    """

    def __init__(self, parts: tuple[str, ...] = DATE_PARTS, reference: str | None = None) -> None:
        self.parts = parts
        self.reference = reference

    def fit(self, X: NDArray[np.datetime64], y: Any = None) -> Self:
        """Learn the day from which "days" counts, as microseconds since 1970."""
        start = [self._start(X[:, index]) for index in range(X.shape[1])]
        self.start_ = np.array(start, dtype=np.int64)
        self.n_features_in_ = X.shape[1]
        return self

    def _start(self, column: NDArray[np.datetime64]) -> int:
        if self.reference:
            return int(np.datetime64(self.reference, "us").astype(np.int64))
        present = column[~np.isnat(column)]
        return int(present.min().astype("datetime64[us]").astype(np.int64)) if len(present) else 0

    def transform(self, X: NDArray[np.datetime64]) -> NDArray[np.float64]:
        """One float column per date column and part."""
        check_is_fitted(self, "start_")
        X = X.astype("datetime64[us]")
        missing = np.isnat(X)
        return np.column_stack(
            [
                np.where(missing[:, index], np.nan, _part(X[:, index], part, self.start_[index]))
                for index in range(X.shape[1])
                for part in self.parts
            ]
        )

    def get_feature_names_out(self, input_features: Any = None) -> NDArray[Any]:
        """ "date.month" for each column and part."""
        return np.array([f"{name}.{part}" for name in input_features for part in self.parts], dtype=object)


def _part(dates: NDArray[np.datetime64], part: str, start: int) -> NDArray[np.float64]:
    days = dates.astype("datetime64[D]")
    months = dates.astype("datetime64[M]")
    taken: NDArray[Any]
    if part == "year":
        taken = dates.astype("datetime64[Y]").astype(np.int64) + 1970
    elif part == "month":
        taken = months.astype(np.int64) % 12 + 1
    elif part == "day":
        taken = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    elif part == "weekday":
        taken = (days.astype(np.int64) + 3) % 7
    elif part == "hour":
        taken = (dates - days).astype("timedelta64[us]").astype(np.int64) / 3.6e9
    else:
        taken = (dates.astype(np.int64) - start) / 8.64e10
    return np.asarray(taken, dtype=np.float64)
