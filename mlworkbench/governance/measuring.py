"""What a card measures itself: calibration, what moves the answers, and what the model has rarely seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data import load_training
from mlworkbench.governance.results import Mover, Slice
from mlworkbench.governance.slices import by_group, groups_of, wilson
from mlworkbench.modeling import load_model

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.governance.evidence import Evidence
    from mlworkbench.jobs import Progress

SAMPLE = 500
SHUFFLES = 5
BINS = 10
RARE = 20


@dataclass(frozen=True)
class Group:
    """Rows of about the same predicted probability: how many, what was predicted, what came true (95% interval)."""

    rows: int
    predicted: float
    observed: float
    low: float
    high: float


def training_rows(evidence: Evidence) -> pd.DataFrame:
    """The raw input columns of the rows the model could learn from."""
    columns = [one.name for one in evidence.version.inputs]
    return load_training(evidence.project, evidence.dataset, columns)


def movers(evidence: Evidence, training: pd.DataFrame, progress: Progress) -> tuple[Mover, ...]:
    """How far the answers move when one raw column is shuffled among up to 500 training rows, five times each.

    A statement about the model and not about the world, after L. Breiman, "Random Forests", Machine Learning 45
    (2001), 5-32, and A. Fisher, C. Rudin and F. Dominici, "All Models are Wrong, but Many are Useful", JMLR 20
    (2019), with the change of the answer in the place of the change of the loss: it needs no truth, and so no look
    at the holdout. Columns that stand for each other share what they would move alone.
    """
    import numpy as np

    if not len(training):
        return ()
    model = load_model(evidence.project, evidence.version)
    sample = training.sample(min(SAMPLE, len(training)), random_state=0).reset_index(drop=True)
    random = np.random.default_rng(0)
    orders = [random.permutation(len(sample)) for _ in range(SHUFFLES)]
    base = _answers(model, sample, evidence)
    found = []
    for place, name in enumerate(sample.columns):
        progress.update(0.5 + 0.4 * place / len(sample.columns), f"What moves the answers: column {place + 1}")
        several = [sample.assign(**{name: sample[name].to_numpy()[order]}) for order in orders]
        changes = [float(np.abs(_answers(model, one, evidence) - base).mean()) for one in several]
        found.append(Mover(name, float(np.mean(changes)), float(np.std(changes, ddof=1) / np.sqrt(len(changes)))))
    return tuple(sorted(found, key=lambda one: (-one.change, one.column)))


def _answers(model: Any, rows: pd.DataFrame, evidence: Evidence) -> Any:
    """The positive class's probability, all classes' probabilities, or the predicted numbers."""
    import numpy as np

    if evidence.version.task == "regression":
        return np.asarray(model.predict(rows), dtype=np.float64)
    said = np.asarray(model.predict_proba(rows), dtype=np.float64)
    return said[:, -1] if said.shape[1] == 2 else said


def calibration(oof: pd.DataFrame, positive: str) -> tuple[Group, ...]:
    """Predicted against observed in ten groups of equal size, from out-of-fold probabilities of the positive class."""
    import numpy as np

    probability = oof[f"probability_{positive}"].to_numpy(dtype=np.float64)
    truth = (oof["y"].astype(str) == positive).to_numpy(dtype=np.float64)
    groups = [one for one in np.array_split(np.argsort(probability, kind="stable"), BINS) if len(one)]
    made = []
    for one in groups:
        observed = float(truth[one].mean())
        made.append(Group(len(one), float(probability[one].mean()), observed, *wilson(observed, len(one))))
    return tuple(made)


def calibration_error(groups: tuple[Group, ...]) -> float:
    """Mean distance between predicted and observed over the groups, weighted by rows (expected calibration error).

    M. P. Naeini, G. Cooper and M. Hauskrecht, "Obtaining Well Calibrated Probabilities Using Bayesian Binning",
    AAAI 2015, here with groups of equal size.
    """
    rows = sum(one.rows for one in groups)
    return sum(one.rows * abs(one.predicted - one.observed) for one in groups) / rows


def fairness_slices(evidence: Evidence, oof: pd.DataFrame) -> tuple[Slice, ...]:
    """The figures of each group of the contract's fairness columns that the table has."""
    contract = evidence.contract
    wanted = [name for name in (contract.fairness_columns if contract else ()) or () if name in evidence.dataset.names]
    if not wanted or not len(oof):
        return ()
    table = load_training(evidence.project, evidence.dataset, wanted).reindex(oof["row"].to_numpy())
    version = evidence.version
    positive = version.classes[-1] if len(version.classes) == 2 else None
    regression = version.task == "regression"
    kind: Any = float if regression else str
    y = oof["y"].astype(kind).reset_index(drop=True)
    prediction = oof["prediction"].astype(kind).reset_index(drop=True)
    made: list[Slice] = []
    for name in wanted:
        groups = groups_of(table[name].reset_index(drop=True), evidence.dataset.column(name).type)
        made += by_group(name, groups, y, prediction, positive)
    return tuple(made)


def rare_categories(evidence: Evidence, training: pd.DataFrame) -> dict[str, int]:
    """How many categories of each column of words were in fewer than 20 training rows; columns without any left out."""
    found = {}
    for one in evidence.version.inputs:
        if one.categories and one.type in ("category", "binary"):
            counts = training[one.name].value_counts()
            rare = int((counts < RARE).sum())
            if rare:
                found[one.name] = rare
    return found
