"""The demo: one project walked through every stage, then months of traffic in which the world changes twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.demo.results import Demo, Month
from mlworkbench.demo.simulator import CONCEPT_DRIFT, DATA_DRIFT, MONTHS, TARGET, TRAINING_MONTHS, month_start, simulate
from mlworkbench.errors import Conflict, GateNotMet, NotFound
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.projects import Project, create_project

if TYPE_CHECKING:
    from mlworkbench.workspace import Workspace

NAME = "Churn demo"
ROWS, SYNTHETIC = 800, 500  # customers per month, synthetic ones
RULE = '"yes" if contract == "monthly" and calls >= 2 else "no"'
ESTIMATORS = None  # all
FOLDS = 3
BACK = MONTHS - 1  # the month that the retrained model meets


def start_demo(workspace: Workspace, *, name: str | None = None) -> Project:
    """Make the demo's empty project, numbered when its usual name is taken; `run_demo` fills it.

    Raises
    ------
    Conflict
        The name that was asked for is taken.
    """
    number = 1
    while True:
        try:
            return create_project(workspace, name or (NAME if number == 1 else f"{NAME} {number}"))
        except Conflict:
            if name is not None:
                raise
            number += 1


@job(lane="heavy", title="Running the demo")
def run_demo(project: Project, *, seed: int = 0, progress: Progress = SILENT) -> Demo:
    """Walk a simulated churn project through every stage, then replay nine months of traffic.

    What is through is kept, within a step too: after an interruption the work goes on where it was.

    Parameters
    ----------
    seed : int
        Of the simulator and of every stage: the same seed gives the same figures.
    """
    with project.workspace.scratch("demo") as folder:
        steps = _steps(project, Path(folder), seed)
        kept = progress.kept()
        for at, (name, words, step) in enumerate(steps):
            if name not in kept:
                part = _Part(progress, name, at / len(steps), (at + 1) / len(steps), words)
                part.update(0.0)
                kept[name] = step(part) or {}
                progress.keep(name, kept[name])
    return _conclude(project, kept, seed)


def get_demo(project: Project, ref: str | None = None) -> Demo:
    """The demo's findings; NotFound in a project that is none."""
    made = artifacts.list_artifacts(project, "demo")
    if ref is None and not made:
        raise NotFound("This project is no demo, or the demo is still running.", field="project")
    found = artifacts.find(project, ref or made[0].id, kind="demo")
    body = artifacts.read_json(project, found.id)
    months = tuple(Month(**{**one, "drifted": tuple(one["drifted"])}) for one in body["months"])
    return Demo(**{**body, "months": months}, id=found.id)


class _Part(Progress):
    """A stretch of the demo's progress, told in the demo's words; what a step finishes is kept under its name."""

    def __init__(self, whole: Progress, name: str, low: float, high: float, words: str) -> None:
        self._whole, self._prefix, self._low, self._high, self._words = whole, f"{name}/", low, high, words

    def update(self, fraction: float, message: str = "") -> None:
        self._whole.update(self._low + fraction * (self._high - self._low), self._words)

    def keep(self, key: str, value: Any) -> None:
        self._whole.keep(self._prefix + key, value)

    def kept(self) -> dict[str, Any]:
        return {
            key.removeprefix(self._prefix): value
            for key, value in self._whole.kept().items()
            if key.startswith(self._prefix)
        }

    def log(self, text: str) -> None:
        self._whole.log(text)


Step = Callable[[Progress], "dict[str, Any] | None"]


def _steps(project: Project, folder: Path, seed: int) -> list[tuple[str, str, Step]]:
    steps: list[tuple[str, str, Step]] = [
        ("scope", "Scoping: what is promised", lambda _: _scope(project)),
        ("data", "Data: half a year of customers", lambda part: _data(project, folder, seed, part)),
        ("profile", "Profiling: the first look", lambda part: _profile(project, seed, part)),
        ("recipe", "Features: a recipe from the types", lambda _: _recipe(project)),
        ("compare", "Comparing seven models and today's rule", lambda part: _compare(project, seed, part)),
        ("promote", "Registering the champion", lambda part: _promote(project, part)),
        ("synthesis", "Synthetic data: rows of nobody", lambda part: _synthesize(project, seed, part)),
    ]
    steps += [_traffic(project, folder, seed, month) for month in range(TRAINING_MONTHS, BACK)]
    steps += [
        ("retrain", "Retraining: three strategies", lambda part: _retrain(project, folder, seed, part)),
        ("decide", "Deciding who is champion", lambda _: _decide(project)),
        _traffic(project, folder, seed, BACK),
        ("card", "Governance: the model card", lambda part: _card(project, part)),
    ]
    return steps


def _scope(project: Project) -> None:
    from mlworkbench.scoping import save_scope

    contract = {
        "target": TARGET, "positive_class": "yes", "goal": 0.7, "heuristic": RULE, "time_column": "month",
        "cost_false_positive": 1, "cost_false_negative": 8,
    }  # fmt: skip
    save_scope(project, template="churn", contract=contract, why="the demo's promise")


def _data(project: Project, folder: Path, seed: int, progress: Progress) -> None:
    import pandas as pd

    from mlworkbench.data import ingest

    file = folder / "customers.csv"
    months = [simulate(month, rows=ROWS, seed=seed) for month in range(TRAINING_MONTHS)]
    pd.concat(months).to_csv(file, index=False)
    ingest(project, source=str(file), types={"paid": "number"}, target=TARGET, seed=seed, progress=progress)


def _profile(project: Project, seed: int, progress: Progress) -> None:
    from mlworkbench.profiling import profile

    profile(project, seed=seed, progress=progress)


def _recipe(project: Project) -> None:
    """The suggested recipe; the month says when, not who, and goes."""
    from mlworkbench.features import Step, save_recipe, suggest_steps

    steps = []
    for step, _ in suggest_steps(project):
        columns = tuple(name for name in step.columns if name != "month")
        if columns:
            steps.append(Step(step.step, columns, step.params))
    save_recipe(project, [*steps, Step("drop", ("month",), {})])


def _compare(project: Project, seed: int, progress: Progress) -> None:
    from mlworkbench.modeling import compare

    compare(project, estimators=ESTIMATORS, cv=FOLDS, seed=seed, progress=progress)


def _promote(project: Project, progress: Progress) -> dict[str, Any]:
    from mlworkbench.modeling import promote
    from mlworkbench.serving import predict_one, starting_row

    version = promote(project, reason="recommended by the comparison", progress=progress)
    predict_one(project, starting_row(version), source="whatif")
    return {"version": version.id}


def _synthesize(project: Project, seed: int, progress: Progress) -> dict[str, Any]:
    from mlworkbench.synthesis import synthesize

    made = synthesize(project, synthesizer="gaussian_copula", rows=SYNTHETIC, seed=seed, progress=progress)
    return {"quality": made.quality.overall}


def _traffic(project: Project, folder: Path, seed: int, month: int) -> tuple[str, str, Step]:
    start = month_start(month)
    return f"month {month:02d}", f"Traffic of {start[:7]}", lambda part: _watch(project, folder, seed, month, part)


def _watch(project: Project, folder: Path, seed: int, month: int, progress: Progress) -> dict[str, Any]:
    """A month is predicted, its truth arrives, and it is compared with what the champion learned from."""
    import pandas as pd

    from mlworkbench.monitoring import add_labels, monitor
    from mlworkbench.serving import predict_file

    start = month_start(month)
    rows = simulate(month, rows=ROWS, seed=seed)
    file = folder / f"customers-{start}.csv"
    rows.drop(columns=TARGET).to_csv(file, index=False)
    kept = progress.kept()
    if "batch" not in kept:
        batch = predict_file(project, source=str(file), at=f"{start}T06:00:00")
        kept["batch"] = {"log": batch.log}
        progress.keep("batch", kept["batch"])
    progress.update(0.4)
    if "labels" not in kept:
        truth = folder / f"outcomes-{start}.csv"
        labels = {"prediction_id": kept["batch"]["log"], "row": range(1, len(rows) + 1), TARGET: rows[TARGET]}
        pd.DataFrame(labels).to_csv(truth, index=False)
        add_labels(project, source=str(truth), at=f"{month_start(month + 1)}T06:00:00")
        progress.keep("labels", len(rows))
    progress.update(0.6)
    report = monitor(project, since=start, until=month_start(month + 1), seed=seed)
    told = report.realised
    return asdict(
        Month(
            month=start[:7],
            planted="concept drift" if month >= CONCEPT_DRIFT else "data drift" if month >= DATA_DRIFT else "",
            verdict=report.verdict,
            drifted=tuple(one.column for one in report.columns if one.drifted),
            concept_drift=bool(told and told.concept_drift),
            score=told.score if told else None,
            low=told.low if told else None,
            high=told.high if told else None,
            expected=told.expected if told else None,
        )
    )


def _retrain(project: Project, folder: Path, seed: int, progress: Progress) -> dict[str, Any]:
    """What came since the alarm is learned from, in three ways."""
    import pandas as pd

    from mlworkbench.retraining import compare_strategies

    file = folder / "since-the-alarm.csv"
    months = [simulate(month, rows=ROWS, seed=seed) for month in range(CONCEPT_DRIFT, BACK)]
    pd.concat(months).to_csv(file, index=False)
    made = compare_strategies(project, data=str(file), mode="append", cv=FOLDS, seed=seed, progress=progress)
    return {"retraining": made.id}


def _decide(project: Project) -> None:
    """The better one is promoted; where even that misses the contract's goal, the reason says so."""
    from mlworkbench.modeling import get_model_version
    from mlworkbench.retraining import decide, list_retrainings

    challenger = artifacts.aliases(project)["challenger"]
    if get_model_version(project).id == challenger:
        return  # decided by an earlier attempt
    made = next(one for one in list_retrainings(project) if one.challenger == challenger)
    best, reason = "promote" if made.verdict == "better" else "keep", made.sentence[:300]
    try:
        decide(project, made.id, choice=best, reason=reason)
    except GateNotMet as gate:
        decide(project, made.id, choice=best, reason=f"{gate.message} {reason}", despite_contract=True)


def _card(project: Project, progress: Progress) -> dict[str, Any]:
    from mlworkbench.governance import model_card

    return {"card": model_card(project, progress=progress).id}


def _conclude(project: Project, kept: Mapping[str, Any], seed: int) -> Demo:
    from mlworkbench.modeling import get_comparison, get_model_version
    from mlworkbench.retraining import get_retraining

    first = get_model_version(project, kept["promote"]["version"])
    made = get_retraining(project, kept["retrain"]["retraining"])
    demo = Demo(
        id="",
        seed=seed,
        recommended=get_comparison(project, first.comparison).recommended,
        cv_score=first.cv_score,
        holdout_score=first.holdout_score,
        synthetic_quality=kept["synthesis"].get("quality"),
        months=tuple(
            Month(**{**body, "drifted": tuple(body["drifted"])})
            for name, body in sorted(kept.items())
            if name.startswith("month ") and "/" not in name
        ),
        strategy=made.strategy,
        champion_score=made.champion_score,
        challenger_score=made.challenger_score,
        verdict=made.verdict,
    )
    body = {name: value for name, value in asdict(demo).items() if name != "id"}
    artifacts.put_json(project, "demo", body, parents=(first.id, made.id, kept["card"]["card"]))
    return get_demo(project)
