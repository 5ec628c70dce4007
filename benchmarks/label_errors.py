"""How many planted label errors are found, against ranking by the confidence of one model.

    MLWORKBENCH_TEST_DATA=… python benchmarks/label_errors.py

In each table one label in ten (of all rows) is changed to another class at random, with five seeds. Our search sees
only the training rows of the changed table. Judged at k = the number of changed labels among them (precision and recall
are the same there), and at k = the number that the search suspects. Against it: the same rows ranked by 1 - p(given
label) of one logistic regression, of one HistGradientBoosting, and of one random forest, out of fold, on the same folds
and with the same recipe.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.datasets import load_breast_cancer

import mlworkbench
from mlworkbench import Workspace, artifacts
from mlworkbench.data import get_dataset, ingest
from mlworkbench.features import Recipe, build_pipeline, suggest_steps
from mlworkbench.labelling import find_label_errors
from mlworkbench.modeling import ESTIMATORS, cross_predict, training_folds
from mlworkbench.projects import create_project

SEEDS = range(5)
SHARE = 0.1
SINGLE = {"linear": "logistic", "hist_gradient_boosting": "HGB", "random_forest": "forest"}


def tables() -> dict[str, tuple[pd.DataFrame, str]]:
    """Table → rows and the target; the first three are the promised ones, the others show where it is hard."""
    folder = Path(os.environ["MLWORKBENCH_TEST_DATA"]) / "data"
    bunch = load_breast_cancer(as_frame=True)
    cancer = bunch.data.assign(kind=bunch.target.map({0: "malignant", 1: "benign"}))
    penguins = pd.read_csv(folder / "penguins.csv")
    telco = pd.read_csv(folder / "telco_customer_churn.csv", dtype=str).drop(columns="customerID")
    return {
        "breast cancer": (cancer, "kind"),
        "penguins": (penguins, "species"),
        "credit approval": (pd.read_csv(folder / "credit_approval.csv", dtype=str), "class"),
        "Telco, 1,500 rows": (telco.sample(1500, random_state=0, ignore_index=True), "Churn"),
        "contraception (cmc)": (pd.read_csv(folder / "cmc.csv", dtype=str), "Contraceptive_method_used"),
    }


def planted(frame: pd.DataFrame, target: str, seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """The table with one label in ten changed, and the rows in which it was."""
    random = np.random.default_rng(seed)
    labels = frame[target].astype(str).to_numpy(dtype=object)
    classes = sorted(set(labels))
    rows = random.choice(len(frame), round(SHARE * len(frame)), replace=False)
    for row in rows:
        labels[row] = random.choice([one for one in classes if one != labels[row]])
    return frame.assign(**{target: labels}), rows


def one_run(frame: pd.DataFrame, target: str, seed: int) -> dict[str, float]:
    """All figures of one table and seed."""
    changed, rows = planted(frame, target, seed)
    with tempfile.TemporaryDirectory() as folder:
        project = create_project(Workspace.open(Path(folder) / "workspace"), "planted")
        file = Path(folder) / "table.csv"
        changed.to_csv(file, index=False)
        types = {target: "category"} if changed[target].nunique() > 2 else None
        table = ingest(project, source=str(file), target=target, types=types)
        found = find_label_errors(project, seed=seed)
        doubts = artifacts.read_table(project, found.table)
        cut = training_folds(project, get_dataset(project), seed=seed, every_row=True, rare_aside=True)
        steps = tuple(step for step, _ in suggest_steps(project, table))
        recipe = Recipe("", 0, table.id, target, steps, "")
        alone = {
            words: cross_predict(
                cut, lambda name=name: build_pipeline(recipe, cut.dataset, ESTIMATORS.get(name).make(table.task, seed))
            )[0]
            for name, words in SINGLE.items()
        }
    assert (doubts["row"].to_numpy() == cut.rows).all()
    wrong = np.isin(cut.rows, rows)
    count = int(wrong.sum())
    suspected = doubts["suspected"].to_numpy(dtype=bool)
    order = np.argsort(-doubts["score"].to_numpy(), kind="stable")
    figures = {"ours@k": wrong[order[:count]].mean()}
    for words, said in alone.items():
        trust = said[np.arange(len(cut.y)), cut.y]
        figures[f"{words}@k"] = wrong[np.argsort(trust, kind="stable")[:count]].mean()
    listed = int(suspected.sum())
    return figures | {
        "precision": wrong[suspected].mean() if listed else np.nan,
        "recall": suspected[wrong].mean(),
        "rows": len(cut.y),
        "wrong": count,
        "suspected": listed,
        "noise": found.noise,
    }


def main() -> None:
    results = []
    for name, (frame, target) in tables().items():
        frame = frame[frame[target].notna()].reset_index(drop=True)
        results += [{"table": name, "seed": seed} | one_run(frame, target, seed) for seed in SEEDS]
        print(f"{name} is through", flush=True)
    table = pd.DataFrame(results)
    means = table.drop(columns="seed").groupby("table", sort=False).mean()
    means.loc["mean"] = means.mean()
    print(f"mlworkbench {mlworkbench.__version__}, {SHARE:.0%} of labels changed, means over {len(SEEDS)} seeds")
    print(means.round(3).to_string())
    best = table[[f"{words}@k" for words in SINGLE.values()]]
    for column in best:
        gain = table["ours@k"] - table[column]
        print(f"ours - {column}: {gain.mean():+.3f}, better in {(gain > 0).sum()} of {len(gain)}, "
              f"worse in {(gain < 0).sum()}")  # fmt: skip


if __name__ == "__main__":
    main()
