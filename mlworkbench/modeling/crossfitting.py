"""Training rows cut into folds, and what models say of rows they had not learned from; nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import fsum
from typing import TYPE_CHECKING, Any

from mlworkbench.data import Dataset, get_holdout, load_keys, load_training
from mlworkbench.errors import InvalidInput, NotApplicable
from mlworkbench.modeling import heuristic
from mlworkbench.modeling.comparing import encode_target
from mlworkbench.modeling.splitters import Fold, make_folds, plan

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.projects import Project


@dataclass(frozen=True)
class TrainingFolds:
    """Training rows with a target, cut as a comparison cuts them.

    Parameters
    ----------
    dataset : Dataset
        Its `classes` are those that take part, in their order.
    frame : DataFrame
        Features, indexed by the row's position in the table.
    y : array
        Class codes 0..k-1 of `dataset.classes`, or numbers.
    keys : array of uint64
        The key of each row.
    words : str
        The split in a few words.
    aside : Mapping
        Class → rows left out because it has fewer different rows than there are folds.
    """

    dataset: Dataset
    frame: pd.DataFrame
    y: np.ndarray
    keys: np.ndarray
    folds: tuple[Fold, ...]
    words: str
    seed: int
    aside: dict[str, int]

    @property
    def rows(self) -> np.ndarray:
        """Positions in the table."""
        positions: np.ndarray = self.frame.index.to_numpy()
        return positions

    @property
    def test_share(self) -> float:
        """Rows scored over rows learnt from, the mean of the folds: what `corrected_interval` needs."""
        return fsum(len(fold.test) / len(fold.train) for fold in self.folds) / len(self.folds)


def training_folds(
    project: Project, dataset: Dataset, *, cv: int = 5, seed: int = 0, every_row: bool = False, rare_aside: bool = False
) -> TrainingFolds:
    """Read the training rows (never the holdout) and cut them into folds.

    Parameters
    ----------
    every_row : bool
        Each row is to be scored once: a split by time, which never scores the oldest rows, becomes one by class.
    rare_aside : bool
        Classes with too few rows for that many folds are put aside and counted instead of refused.

    Raises
    ------
    NotApplicable
        field="target": there is none, or no training row has one.
    InvalidInput
        field="cv": the rows or classes do not suffice for that many folds.
    """
    import dataclasses

    import numpy as np

    if dataset.task is None or dataset.target is None:
        raise NotApplicable("This dataset has no target yet. Choose its target first.", field="target")
    holdout = get_holdout(project, dataset)
    policy = holdout.policy if holdout else None
    if every_row and policy is not None and policy.get("method") == "time":
        policy = None
    cut = plan(None, task=dataset.task, cv=cv, repeats=1, policy=policy, columns=dataset.names)
    frame = load_training(project, dataset)
    y, known = encode_target(frame, dataset)
    frame, y = frame[known], y[known]
    if not len(frame):
        raise NotApplicable(f"No training row has a value in {dataset.target}. Bring rows with one.", field="target")
    keys = load_keys(project, dataset)[frame.index.to_numpy()]
    aside: dict[str, int] = {}
    if rare_aside and dataset.classes:
        counts = [len(np.unique(keys[y == code])) for code in range(len(dataset.classes))]
        kept = [code for code, count in enumerate(counts) if count >= cv]
        if len(kept) < 2:
            raise InvalidInput(
                f"At least two classes need {cv} different rows each, one for each fold. Bring more rows, or use fewer "
                "folds.",
                field="cv",
            )
        aside = {label: int((y == code).sum()) for code, label in enumerate(dataset.classes) if code not in kept}
        if aside:
            among = np.isin(y, kept)
            frame, keys, y = frame[among], keys[among], np.searchsorted(kept, y[among])
            labels = tuple(dataset.classes[code] for code in kept)
            dataset = dataclasses.replace(dataset, classes=labels, task="binary" if len(kept) == 2 else dataset.task)
    by = frame[cut.column] if cut.column else None
    folds = make_folds(cut, y, keys=keys, by=by, classes=dataset.classes, seed=seed)
    return TrainingFolds(dataset, frame[list(dataset.features)], y, keys, folds, cut.words(), seed, aside)


def cross_predict(
    cut: TrainingFolds,
    make: Callable[[], Any],
    *,
    newer: pd.DataFrame | None = None,
    told: Callable[[int], None] = lambda fold: None,
) -> tuple[np.ndarray, np.ndarray | None]:
    """What fresh models say of each row they had not learned from.

    Parameters
    ----------
    make : callable
        Gives an unfitted pipeline on the raw features.
    newer : DataFrame, optional
        Rows that no model learned from; they get the mean over the folds' models.
    told : callable
        Hears the number of each fold that is done.

    Returns
    -------
    said : array
        Probabilities of shape (rows, classes) or numbers of shape (rows,); NaN for rows in no fold's test part.
    of_newer : array or None
    """
    import numpy as np

    classes = len(cut.dataset.classes)
    said = np.full((len(cut.y), classes) if classes else len(cut.y), np.nan)
    of_newer = None if newer is None or not len(newer) else np.zeros((len(newer), classes) if classes else len(newer))
    for number, fold in enumerate(cut.folds):
        model = make().fit(cut.frame.iloc[fold.train], cut.y[fold.train])
        answer = model.predict_proba if classes else model.predict
        said[fold.test] = answer(cut.frame.iloc[fold.test])
        if of_newer is not None:
            of_newer += answer(newer) / len(cut.folds)
        told(number)
    return said, of_newer


def rule_answers(cut: TrainingFolds, rule: str) -> np.ndarray:
    """What a heuristic rule (an expression on raw columns) says of each row: probabilities, or numbers.

    Raises
    ------
    InvalidInput
        field="heuristic": it cannot be read, or gives no answer for some rows.
    """
    columns: Sequence[str] = heuristic.rule_columns(rule, cut.dataset)
    task: Any = cut.dataset.task
    return heuristic.answers_of(heuristic.spec_of(rule, cut.dataset), cut.frame[list(columns)], task)[0]
