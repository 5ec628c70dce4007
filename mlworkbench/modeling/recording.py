"""What stays of each finished model: artifacts, a run in MLflow, a row of the leaderboard."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import fsum
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import Dataset, load_keys
from mlworkbench.features import Recipe
from mlworkbench.modeling import tracking
from mlworkbench.modeling.fitting import Work
from mlworkbench.modeling.heuristic import NAME
from mlworkbench.modeling.inputs import describe_inputs
from mlworkbench.modeling.results import InputField, LeaderboardRow
from mlworkbench.modeling.scheduling import Finished
from mlworkbench.modeling.splitters import Splitter
from mlworkbench.modeling.statistics import corrected_interval

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from mlflow import MlflowClient

    from mlworkbench.projects import Project


@dataclass(frozen=True)
class Setup:
    """What a comparison settled on. `key` is its own: it tells its runs from those of a comparison like it.

    `rule` and `goal` are the contract's: the heuristic to beat and the score to reach.
    """

    project: Project
    dataset: Dataset
    recipe: Recipe
    scoring: str
    splitter: Splitter
    seed: int
    key: str
    rule: str | None = None
    goal: float | None = None

    @property
    def task(self) -> Any:
        """The dataset's task."""
        return self.dataset.task

    @cached_property
    def row_keys(self) -> np.ndarray:
        """What identical rows have in common, for every row of the table."""
        return load_keys(self.project, self.dataset)


class Recorder:
    """Keeps finished models of one comparison."""

    def __init__(self, setup: Setup, work: Work, unlabelled: int, by_rule: pd.DataFrame) -> None:
        self.setup = setup
        self.work = work
        self.unlabelled = unlabelled
        self.by_rule = by_rule  # the columns that the contract's heuristic reads
        self.test_share = fsum(len(fold.test) / len(fold.train) for fold in work.folds) / len(work.folds)

    def settled(self) -> dict[str, Any]:
        """What a resumed attempt must take over, and a leaderboard that still fills must know."""
        setup = self.setup
        return {
            "dataset": setup.dataset.id,
            "recipe": setup.recipe.id,
            "key": setup.key,
            "scoring": setup.scoring,
            "test_share": self.test_share,
            "rule": setup.rule,
            "goal": setup.goal,
        }

    @cached_property
    def inputs(self) -> tuple[InputField, ...]:
        """The raw columns that the models take."""
        return describe_inputs(self.work.frame, self.setup.dataset, list(self.work.frame.columns))

    def inputs_of(self, name: str) -> tuple[InputField, ...]:
        """The raw columns that one model takes: the heuristic its own, all others the recipe's."""
        if name != NAME:
            return self.inputs
        return describe_inputs(self.by_rule, self.setup.dataset, list(self.by_rule.columns))

    @cached_property
    def _mlflow(self) -> tuple[MlflowClient, str]:
        client = tracking.client_for(self.setup.project)
        with self.setup.project.workspace.lock("mlflow"):
            return client, tracking.experiment_id(client, self.setup.project)

    def open(self) -> None:
        """Import MLflow and open the store."""
        _ = self._mlflow

    def forget(self, names: Sequence[str]) -> None:
        """Delete the runs of these estimators that an attempt wrote and was killed before it could say so."""
        client, experiment = self._mlflow
        with self.setup.project.workspace.lock("mlflow"):
            for name in names:
                tracking.delete_runs(client, experiment, {"comparison_key": self.setup.key, "estimator": name})

    def record(self, finished: Finished) -> LeaderboardRow:
        """Keep a finished estimator; its row."""
        spec = finished.spec
        row = LeaderboardRow(spec.name, spec.label, finished.status, error=finished.error)
        if finished.status == "skipped":
            return row
        body = row.to_json()
        if finished.status == "done":
            body |= self._figures(finished)
            parents = (self.setup.dataset.id, self.setup.recipe.id)
            assert finished.model is not None
            body["model"] = artifacts.put_file(
                self.setup.project, "model", finished.model, suffix=".skops", parents=parents, meta={"of": spec.name}
            ).id
            body["oof"] = artifacts.put_table(
                self.setup.project, "oof", self._out_of_fold(finished), parents=parents, meta={"of": spec.name}
            ).id
        body["run_id"] = self._run(finished, body)
        return LeaderboardRow.from_json(body)

    def _figures(self, finished: Finished) -> dict[str, Any]:
        from statistics import stdev

        scores = [float(one.score) for one in finished.folds if one.score is not None]
        interval = corrected_interval(scores, self.test_share)
        scored = sum(len(fold.test) for fold in self.work.folds)
        count = len(finished.folds)
        return {
            "score_mean": interval.mean,
            "score_std": stdev(scores),
            "low": interval.low,
            "high": interval.high,
            "fold_scores": scores,
            "fit_seconds": fsum(one.fit_seconds for one in finished.folds) / count,
            "predict_ms_per_1000": 1e6 * fsum(one.predict_seconds for one in finished.folds) / scored,
            "metrics": {
                name: fsum(one.metrics[name] for one in finished.folds) / count for name in finished.folds[0].metrics
            },
        }

    def _out_of_fold(self, finished: Finished) -> pd.DataFrame:
        """One line per scored row and repeat: its position and key, the fold, the truth, what was predicted."""
        import numpy as np
        import pandas as pd

        classes = np.array(self.setup.dataset.classes, dtype=object)
        keys = self.setup.row_keys[self.work.frame.index.to_numpy()]
        parts = []
        for number, (fold, outcome) in enumerate(zip(self.work.folds, finished.folds, strict=True)):
            truth, predicted = self.work.y[fold.test], outcome.predictions
            labels = predicted.ndim == 2
            part = {
                "row": self.work.frame.index.to_numpy()[fold.test],
                "key": keys[fold.test],
                "repeat": fold.repeat,
                "fold": number,
                "y": classes[truth] if labels else truth,
                "prediction": classes[predicted.argmax(axis=1)] if labels else predicted,
            }
            if labels:
                part |= {f"probability_{label}": predicted[:, code] for code, label in enumerate(classes)}
            parts.append(pd.DataFrame(part))
        return pd.concat(parts, ignore_index=True)

    def _run(self, finished: Finished, body: dict[str, Any]) -> str:
        setup, spec = self.setup, finished.spec
        done = finished.status == "done"
        tags = {
            "estimator": spec.name,
            "comparison_key": setup.key,
            "dataset": setup.dataset.id,
            "recipe": setup.recipe.id,
            "holdout": setup.dataset.holdout or "none",
            "target": str(setup.dataset.target)[:250],
            "task": setup.task,
            "classes": ", ".join(setup.dataset.classes)[:250],
            **({"model": body["model"], "oof": body["oof"]} if done else {"error": str(finished.error)[:250]}),
        }
        params = {
            **{f"estimator.{name}": value for name, value in (finished.final.params if finished.final else {}).items()},
            "cv": setup.splitter.cv,
            "repeats": setup.splitter.repeats,
            "splitter": setup.splitter.words(),
            "scoring": setup.scoring,
            "seed": setup.seed,
            "training_rows": len(self.work.y),
            "unlabelled_rows": self.unlabelled,
        }
        names = ("score_std", "low", "high", "fit_seconds", "predict_ms_per_1000")
        metrics = {name: body[name] for name in names} | {f"{setup.scoring}_mean": body["score_mean"]} if done else {}
        metrics |= {f"{name}_mean": value for name, value in body["metrics"].items()}
        folds: dict[str, list[float]] = {setup.scoring: list(body["fold_scores"])} if done else {}
        for one in finished.folds:
            for name, value in one.metrics.items():
                if name != setup.scoring:
                    folds.setdefault(name, []).append(value)
        record = tracking.RunRecord(
            name=spec.name,
            tags=tags,
            params=params,
            metrics=metrics,
            fold_metrics=folds,
            model=artifacts.path(setup.project, body["model"]) if done else None,
            inputs=self.inputs_of(spec.name),
            task=setup.task,
            failed=not done,
        )
        client, experiment = self._mlflow
        with setup.project.workspace.lock("mlflow"):
            return tracking.write_run(client, experiment, record)
