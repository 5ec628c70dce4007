"""Suspected label errors: found by a job from what models say of rows they had not learned from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import get_dataset, load_table
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.labelling import confident
from mlworkbench.labelling.deciding import KIND, get_label_errors
from mlworkbench.labelling.results import LabelErrors

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.data import Dataset
    from mlworkbench.features import Recipe
    from mlworkbench.modeling import TrainingFolds
    from mlworkbench.projects import Project

TWO = ("linear", "random_forest")  # unlike each other: what both doubt is seldom one model's whim


def _check(project: Project, **given: Any) -> None:
    from mlworkbench.modeling import ESTIMATORS

    table = get_dataset(project, given.get("dataset"))
    if table.target is None or table.task is None:
        raise NotApplicable("This dataset has no target yet, so no label can be doubted. Choose one.", field="target")
    cv, seed, names = given.get("cv", 5), given.get("seed", 0), given.get("estimators", TWO)
    if isinstance(cv, bool) or not isinstance(cv, int) or not 2 <= cv <= 20:
        raise InvalidInput(f"cv is a whole number from 2 to 20. Got {cv!r}.", field="cv")
    if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
        raise InvalidInput(f"seed is a whole number, 0 or more. Got {seed!r}.", field="seed")
    if given.get("prune", "noise_rate") not in confident.PRUNES:
        raise InvalidInput(f"prune is one of: {listing(confident.PRUNES)}. Got {given['prune']!r}.", field="prune")
    fitting = [one.name for one in ESTIMATORS if table.task in one.tasks and one.name != "dummy"]
    if isinstance(names, str) or not names or [name for name in names if name not in fitting]:
        raise InvalidInput(f"estimators is a list of some of: {listing(fitting)}. Got {names!r}.", field="estimators")


@job(lane="heavy", title="Looking for label errors", check=_check)
def find_label_errors(
    project: Project,
    *,
    dataset: str | None = None,
    recipe: str | None = None,
    estimators: Sequence[str] = TWO,
    cv: int = 5,
    prune: str = "noise_rate",
    seed: int = 0,
    progress: Progress = SILENT,
) -> LabelErrors:
    """Ask models that did not learn from a row what its label should be, and list the labels that they doubt.

    Only training rows take part: no row of the holdout is read or listed. The answers of the estimators are averaged.
    Classes: confident learning (see `confident`). Numbers: residuals beyond 3.5 robust standard deviations. Rows
    without a label are judged by the folds' models too, so that the least certain can be labelled first.

    Parameters
    ----------
    recipe : str, optional
        By default the current one if it fits this version, else the suggested one.
    estimators : sequence of str
        Names of the catalog; their answers are averaged.
    prune : {"noise_rate", "class", "both"}
        How many rows of which kind are suspected.

    Raises
    ------
    InvalidInput
        With `field` naming the setting.
    NotApplicable
        The dataset has no target.
    """
    import numpy as np

    from mlworkbench.features import build_pipeline
    from mlworkbench.modeling import ESTIMATORS, bootstrap_interval, cross_predict, training_folds

    _check(project, dataset=dataset, estimators=estimators, cv=cv, prune=prune, seed=seed)
    table = get_dataset(project, dataset)
    cut = training_folds(project, table, cv=cv, seed=seed, every_row=True, rare_aside=True)
    used, notes = recipe_for(project, table, recipe)
    notes += [f"{count:,} rows of class {label} are left out: too few for {cv} folds" for label, count
              in cut.aside.items()]  # fmt: skip
    newer = _unlabelled(project, table)
    said: Any = 0.0
    of_newer: Any = 0.0
    for place, name in enumerate(estimators):

        def told(fold: int, place: int = place, name: str = name) -> None:
            progress.update(0.95 * (place + (fold + 1) / cv) / len(estimators), f"Fitting {name}")

        def make(name: str = name) -> Any:
            task: Any = cut.dataset.task
            return build_pipeline(used, cut.dataset, ESTIMATORS.get(name).make(task, seed))

        answer, newer_answer = cross_predict(cut, make, newer=newer, told=told)
        said = said + answer / len(estimators)
        of_newer = of_newer + newer_answer / len(estimators) if newer_answer is not None else None
    frame, measure = _judged(cut, said, prune)
    strata = cut.y if cut.dataset.classes else None
    noise = measure(np.arange(len(cut.y)))
    low, high = bootstrap_interval(measure, len(cut.y), seed, strata)
    classes = cut.dataset.classes
    kept = _keep_table(project, table, frame, newer, of_newer, classes)
    suspected = int(frame["suspected"].sum())
    made = LabelErrors(
        id="", number=0, dataset=table.id, target=str(table.target), task=str(table.task), classes=classes,
        judged=len(cut.y), suspected=suspected, noise=noise, low=min(low, noise), high=max(high, noise),
        joint=tuple(tuple(float(x) for x in row) for row in confident.joint(cut.y, said)) if classes else (),
        estimators=tuple(estimators), recipe=used.id, prune=prune, cv=cv, splitter=cut.words, seed=seed, table=kept,
        notes=tuple(notes), sentence=_sentence(table, len(cut.y), suspected, noise, low, high),
    )  # fmt: skip
    parents = [table.id, kept, *([used.id] if used.id else [])]
    meta = {"figure": f"{suspected:,} of {len(cut.y):,} labels", "remark": f"{noise:.1%} estimated to be wrong"}
    artifact = artifacts.put_json(project, KIND, made.to_json(), parents=parents, meta=meta)
    artifacts.set_alias(project, KIND, artifact.id)
    return get_label_errors(project, artifact.id)


def load_margins(project: Project, table: Dataset) -> dict[int, float]:
    """Row → margin between the two most probable classes, from the last search in this version, unlabelled rows too.

    Raises
    ------
    NotApplicable
        field="order": nothing was searched in this version, or its target has no classes.
    """
    import numpy as np

    try:
        found = get_label_errors(project, dataset=table.id)
    except NotFound as error:
        raise NotApplicable(
            "Which rows are uncertain is known after a search for label errors in this version. Look for them first.",
            field="order",
        ) from error
    if not found.classes:
        raise NotApplicable("A target of numbers has no classes to be uncertain between.", field="order")
    frame = artifacts.read_table(project, found.table)
    said = np.sort(frame[[f"p{code}" for code in range(len(found.classes))]].to_numpy(), axis=1)
    return dict(zip(frame["row"].tolist(), (said[:, -1] - said[:, -2]).tolist(), strict=True))


def recipe_for(project: Project, table: Dataset, ref: str | None) -> tuple[Recipe, list[str]]:
    """The recipe asked for, the current one if it fits the version, else the suggested one; with what is to be said."""
    from mlworkbench.features import Recipe, check_steps, get_recipe, suggest_steps

    if ref is not None or artifacts.get_alias(project, "recipe") is not None:
        found = get_recipe(project, ref)
        try:
            check_steps(found.steps, table)
            return found, []
        except InvalidInput:
            if ref is not None:
                raise
    steps = tuple(step for step, _ in suggest_steps(project, table))
    return Recipe("", 0, table.id, str(table.target), steps, ""), ["the suggested recipe was used"]


def _unlabelled(project: Project, table: Dataset) -> pd.DataFrame | None:
    if not table.unlabelled_rows:
        return None
    frame = load_table(project, table)
    return frame[frame[str(table.target)].isna()][list(table.features)]


def _judged(cut: TrainingFolds, said: np.ndarray, prune: Any) -> tuple[pd.DataFrame, Callable[[np.ndarray], float]]:
    """One line per row, and the function that estimates the noise of some of them."""
    import numpy as np
    import pandas as pd

    y, rows = cut.y, {"row": cut.rows, "key": cut.keys}
    if cut.dataset.classes:
        margin, other = confident.margins(y, said)
        labels = np.array(cut.dataset.classes, dtype=object)
        frame = pd.DataFrame(
            rows | {
                "given": labels[y], "suggested": labels[other], "score": margin,
                "confidence": said[np.arange(len(y)), y], "suspected": confident.prune(y, said, prune),
            }
            | {f"p{code}": said[:, code] for code in range(said.shape[1])}
        )  # fmt: skip
        return frame, lambda some: confident.noise_rate(y[some], said[some])
    residuals = y - said
    scores = np.abs(confident.robust_scores(residuals))
    frame = pd.DataFrame(rows | {"given": y, "suggested": said, "score": scores, "suspected": scores > confident.ODD})
    return frame, lambda some: confident.odd_share(residuals[some])


def _keep_table(
    project: Project, table: Dataset, frame: pd.DataFrame, newer: pd.DataFrame | None, said: Any, classes: Sequence[str]
) -> str:
    import pandas as pd

    if newer is not None and said is not None and classes:
        more = pd.DataFrame({"row": newer.index} | {f"p{code}": said[:, code] for code in range(len(classes))})
        frame = pd.concat([frame, more.assign(suspected=False)], ignore_index=True)
        frame["key"] = frame["key"].astype("UInt64")
    return artifacts.put_table(project, "label_doubts", frame, parents=(table.id,)).id


def _sentence(table: Dataset, judged: int, suspected: int, noise: float, low: float, high: float) -> str:
    if table.task == "regression":
        return (
            f"{suspected:,} of {judged:,} values of {table.target} are further from what the models expect than 3.5 "
            f"robust standard deviations; {noise:.1%} more than chance (95% interval {low:.1%} to {high:.1%})."
        )
    return (
        f"{suspected:,} of {judged:,} labels are doubted. The estimated share of wrong labels is {noise:.1%} "
        f"(95% interval {low:.1%} to {high:.1%}); where classes overlap, part of it is not error but chance."
    )
