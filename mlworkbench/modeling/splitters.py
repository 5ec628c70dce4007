"""Folds: which rows a model learns from and which it is scored on.

Identical rows are always on the same side, as with the holdout: a duplicate can never leak. In a grouped or
timed split they share their group or time anyway; otherwise one of them is split and the others follow it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

Method = Literal["stratified", "kfold", "grouped", "time"]
METHODS: tuple[Method, ...] = ("stratified", "kfold", "grouped", "time")


@dataclass(frozen=True)
class Splitter:
    """How folds are cut.

    Parameters
    ----------
    method : str
        "stratified" (each fold has the class shares of the whole), "kfold", "grouped" (a group is never on both
        sides; stratified too, as far as groups allow), "time" (learn from the past, score on what follows).
    cv : int
        Folds, 2 or more.
    repeats : int
        How often the rows are cut anew; 1 for "time", where there is one order only.
    column : str or None
        The groups, or the time.
    gap : str, float or None
        For "time": what is left out before each scored block; days ("30D", as pandas writes a timedelta) for
        dates, the column's own unit for numbers.
    """

    method: Method
    cv: int
    repeats: int = 1
    column: str | None = None
    gap: str | float | None = None

    def words(self) -> str:
        """The split in a few words: "5 folds × 2, stratified"."""
        times = f" × {self.repeats}" if self.repeats > 1 else ""
        by = f" by {self.column}" if self.column else ""
        return f"{self.cv} folds{times}, {self.method}{by}"


def plan(
    given: str | Mapping[str, Any] | None,
    *,
    task: str,
    cv: int,
    repeats: int,
    policy: Mapping[str, Any] | None,
    columns: Sequence[str],
) -> Splitter:
    """The splitter that was asked for, or the one that fits the task and the way the holdout was cut.

    Parameters
    ----------
    given : str or mapping, optional
        A method, or {"method": …, "column": …, "gap": …}.
    policy : mapping, optional
        The holdout's policy: grouped and timed holdouts ask for the same kind of folds.
    columns : sequence of str
        The columns that the table has.

    Raises
    ------
    InvalidInput
        For an unknown method or column, a method that does not fit the task, or a count out of range.
    """
    for name, value, least in (("cv", cv, 2), ("repeats", repeats, 1)):
        if isinstance(value, bool) or not isinstance(value, int) or value < least:
            raise InvalidInput(f"{name} must be a whole number of at least {least}. Got {value!r}.", field=name)
    policy = policy or {}
    usual: dict[Any, Method] = {"group": "grouped", "grouped": "grouped", "time": "time"}
    default: Method = "kfold" if task == "regression" else "stratified"
    wish = {"method": given} if isinstance(given, str) else dict(given or {})
    method = wish.get("method") or usual.get(policy.get("method"), default)
    if method not in METHODS:
        raise InvalidInput(f"The splitter must be one of: {listing(METHODS)}. Got {method!r}.", field="splitter")
    if method == "stratified" and task == "regression":
        raise InvalidInput(
            "A number has no classes to keep in proportion. Use the splitter kfold, grouped or time.", field="splitter"
        )
    unknown = sorted(set(wish) - {"method", "column", "gap"})
    if unknown:
        raise InvalidInput(f"A splitter has method, column and gap. Got: {listing(unknown)}.", field="splitter")
    if method in ("stratified", "kfold"):
        return Splitter(method, cv, repeats)
    same = usual.get(policy.get("method")) == method
    column = wish.get("column") or (policy.get("column") if same else None)
    if column not in columns:
        raise InvalidInput(
            f"The splitter {method} needs a column of the table. Got {column!r}. Available: {listing(columns)}.",
            field="splitter",
        )
    if method == "grouped":
        return Splitter(method, cv, repeats, column)
    if repeats != 1:
        raise InvalidInput("Time has one order: a split by time cannot be repeated. Set repeats to 1.", field="repeats")
    return Splitter(method, cv, 1, column, wish.get("gap", policy.get("gap") if same else None))


@dataclass(frozen=True)
class Fold:
    """Positions of the rows learnt from and of those scored on; `repeat` counts from 0."""

    repeat: int
    train: np.ndarray
    test: np.ndarray


def make_folds(
    splitter: Splitter,
    y: np.ndarray,
    *,
    keys: np.ndarray,
    by: pd.Series | None = None,
    classes: Sequence[str] = (),
    seed: int = 0,
) -> tuple[Fold, ...]:
    """Cut the rows into folds.

    Parameters
    ----------
    y : array, shape (rows,)
        The target; class codes 0..k-1 for a classification.
    keys : array, shape (rows,)
        What identical rows have in common.
    by : Series, shape (rows,), optional
        The values of the splitter's column.
    classes : sequence of str
        The labels behind the codes; empty for a regression.

    Raises
    ------
    InvalidInput
        When a class, the groups or the rows do not suffice for that many folds; the message has the largest cv.
    """
    import numpy as np

    if splitter.method == "time":
        folds = _by_time(splitter, by)
    else:
        units, first = _units(splitter, keys, by)
        _check_counts(splitter, y[first] if splitter.method != "grouped" else y, units, first, classes)
        folds = tuple(
            Fold(repeat, np.flatnonzero(fold != part), np.flatnonzero(fold == part))
            for repeat in range(splitter.repeats)
            for fold in [_assign(splitter, y, units, first, bool(classes), seed + repeat)]
            for part in range(splitter.cv)
        )
    for number, fold in enumerate(folds, start=1):
        for code, label in enumerate(classes):
            for rows, use in ((fold.train, "learn from"), (fold.test, "be scored on")):
                if not np.any(y[rows] == code):
                    raise InvalidInput(
                        f"Fold {number} of {len(folds)} ({splitter.words()}) has no row of class {label!r} to {use}. "
                        "Use fewer folds or another splitter, or put rare classes together.",
                        field="cv",
                    )
    return folds


def _units(splitter: Splitter, keys: np.ndarray, by: pd.Series | None) -> tuple[np.ndarray, np.ndarray]:
    """Code of each row's unit (what stays together), and each unit's first row."""
    import numpy as np
    import pandas as pd

    units = np.asarray(pd.factorize(keys)[0])
    if by is not None:
        groups = np.asarray(pd.factorize(by)[0])  # -1 where there is none: such rows stay with their copies only
        units = np.where(groups >= 0, groups, groups.max() + 1 + units)
    return units, np.unique(units, return_index=True)[1]


def _assign(
    splitter: Splitter, y: np.ndarray, units: np.ndarray, first: np.ndarray, classes: bool, seed: int
) -> np.ndarray:
    """The fold of each row."""
    import numpy as np
    from sklearn.model_selection import GroupKFold, KFold, StratifiedGroupKFold, StratifiedKFold

    settings: dict[str, Any] = {"n_splits": splitter.cv, "shuffle": True, "random_state": seed}
    if splitter.method == "grouped":
        grouper: Any = StratifiedGroupKFold(**settings) if classes else GroupKFold(**settings)
        fold = np.empty(len(y), dtype=np.intp)
        for part, (_, test) in enumerate(grouper.split(y, y, units)):
            fold[test] = part
        return fold
    cutter: Any = StratifiedKFold(**settings) if splitter.method == "stratified" else KFold(**settings)
    of_unit = np.empty(len(first), dtype=np.intp)
    for part, (_, test) in enumerate(cutter.split(first, y[first])):
        of_unit[test] = part
    return np.asarray(of_unit[units])


def _check_counts(
    splitter: Splitter, y: np.ndarray, units: np.ndarray, first: np.ndarray, classes: Sequence[str]
) -> None:
    import numpy as np

    what = f"groups of {splitter.column}" if splitter.method == "grouped" else "different rows"
    if len(first) < splitter.cv:
        raise InvalidInput(
            f"{splitter.cv} folds need at least {splitter.cv} {what}. There are {len(first)}: "
            f"set cv to {len(first)} at most.",
            field="cv",
        )
    for code, label in enumerate(classes):
        count = len(np.unique(units[y == code])) if splitter.method == "grouped" else int(np.sum(y == code))
        if count < splitter.cv:
            largest = f"Set cv to {count} at most" if count >= 2 else "That is too few for any cross-validation"
            raise InvalidInput(
                f"The class {label!r} has {count} {what} for learning, and cv={splitter.cv} needs one for each fold. "
                f"{largest}, bring more rows of it, or put rare classes together.",
                field="cv",
            )


def _by_time(splitter: Splitter, by: pd.Series | None) -> tuple[Fold, ...]:
    """Blocks of equal size at the end, each scored by what learnt from all that came before it less the gap.

    As scikit-learn's TimeSeriesSplit, but rows of the same time are never on both sides and the gap is a time.
    """
    import numpy as np
    import pandas as pd

    assert by is not None
    missing = int(by.isna().sum())
    if missing:
        raise InvalidInput(
            f"A split by time needs a time in every row: {missing} rows have none in {splitter.column}. "
            "Choose another splitter or another column.",
            field="splitter",
        )
    if pd.api.types.is_datetime64_any_dtype(by):
        times = by.to_numpy(dtype="datetime64[us]").astype(np.int64)
    elif pd.api.types.is_numeric_dtype(by):
        times = by.to_numpy()
    else:
        raise InvalidInput(
            f"A split by time needs a date or a number. {splitter.column} is text: change its type on the Data page.",
            field="splitter",
        )
    gap = _gap(splitter.gap, dates=pd.api.types.is_datetime64_any_dtype(by))
    order = np.argsort(times, kind="stable")
    ordered = times[order]
    size = len(order) // (splitter.cv + 1)
    begins = [ordered[len(order) - part * size] for part in range(splitter.cv, 0, -1)] if size else [ordered[0]]
    edges = [*np.searchsorted(ordered, begins), len(order)]
    folds = []
    for number, begin in enumerate(begins):
        train = order[: np.searchsorted(ordered, begin - gap)]
        test = order[edges[number] : edges[number + 1]]
        if not len(train) or not len(test):
            raise InvalidInput(
                f"Block {number + 1} of {splitter.cv} by {splitter.column} would have {len(train)} rows to learn from "
                f"and {len(test)} to be scored on. Use fewer folds or a smaller gap.",
                field="cv",
            )
        folds.append(Fold(0, np.sort(train), np.sort(test)))
    return tuple(folds)


def _gap(gap: str | float | None, dates: bool) -> float:
    import pandas as pd

    wrong = InvalidInput(
        f"The gap of a split by time must be like '30D', or a number of days. Got {gap!r}.", field="splitter"
    )
    if gap is None:
        return 0
    try:
        if not dates:
            value = float(gap)
        else:
            span = pd.Timedelta(gap) if isinstance(gap, str) else pd.Timedelta(days=gap)
            value = span // pd.Timedelta(microseconds=1)
    except (ValueError, TypeError) as error:
        raise wrong from error
    if not value >= 0:
        raise wrong
    return value
