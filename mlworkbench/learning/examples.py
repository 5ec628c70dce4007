"""The example of each lesson, worked on the project's own artifacts; without them, the demo's stays."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from mlworkbench.artifacts import aliases
from mlworkbench.errors import listing
from mlworkbench.learning.lessons import LESSONS, Lesson

if TYPE_CHECKING:
    from mlworkbench.modeling import InputField, ModelVersion
    from mlworkbench.projects import Project


def lesson(stage: str, project: Project | None = None) -> Lesson:
    """The lesson of a stage, its example worked on the project where the project has what it takes.

    Parameters
    ----------
    stage : str
        A name of `lifecycle.STAGES`.

    Raises
    ------
    KeyError
        No such stage.
    """
    told = LESSONS[stage]
    needed, work = _WORKED[stage]
    if project is None or not set(needed) <= set(aliases(project)):
        return told
    example = work(project)
    return replace(told, example=example, own=True) if example else told


def _scoping(project: Project) -> str:
    from mlworkbench.scoping import get_contract

    contract = get_contract(project)
    wrong, missed = contract.cost_false_positive, contract.cost_false_negative
    if not wrong or not missed:
        return ""
    return (
        f"Your contract says that a false alarm costs {wrong:g} and a missed case {missed:g}. The cheapest rule is to "
        f"act from a probability of {wrong / (wrong + missed):.0%} on, and not from one half: "
        f"{wrong:g} / ({wrong:g} + {missed:g})."
    )


def _data(project: Project) -> str:
    from mlworkbench.data import get_dataset

    dataset = get_dataset(project)
    worst = sorted(dataset.findings, key=lambda one: ("problem", "warning", "info").index(one.severity))
    if not worst:
        return f"Nothing was found wrong with the {dataset.rows:,} rows of {dataset.name}. That too is worth knowing."
    rest = f" There are {len(worst) - 1} more findings." if len(worst) > 1 else ""
    return f"In your table: {worst[0].message}{rest}"


def _synthesis(project: Project) -> str:
    from mlworkbench.data import get_dataset

    dataset = get_dataset(project)
    held = f"; the {dataset.holdout_rows:,} rows of the holdout stay out of it" if dataset.holdout else ""
    return (
        f"Of your {dataset.rows:,} rows, {dataset.training_rows or dataset.rows:,} may be learnt from{held}. The new "
        f"rows have the same {len(dataset.columns)} columns, and none of them is a customer, patient or part of yours."
    )


def _profiling(project: Project) -> str:
    from mlworkbench.data import get_dataset

    dataset = get_dataset(project)
    gaps = sorted((column for column in dataset.columns if column.missing), key=lambda column: -column.missing)
    if not gaps:
        return f"No cell of your {dataset.rows:,} × {len(dataset.columns)} table is missing, which is rare: ask why."
    first = gaps[0]
    return (
        f"In your table {first.missing:,} of {dataset.rows:,} values of {first.name} are missing"
        f"{f', and {len(gaps) - 1} more columns have gaps' if len(gaps) > 1 else ''}. Whether those rows differ in the "
        "target tells if the gap itself is information."
    )


def _features(project: Project) -> str:
    from mlworkbench.data import get_dataset
    from mlworkbench.features import get_recipe

    dataset, recipe = get_dataset(project), get_recipe(project)
    return (
        f"Your recipe has {len(recipe.steps)} steps. In a comparison of 5 folds it is fitted 5 times, each time on "
        f"about {(dataset.training_rows or dataset.rows) * 4 // 5:,} rows, and never on those it is scored on."
    )


def _modeling(project: Project) -> str:
    from mlworkbench.modeling import get_comparison

    made = get_comparison(project)
    best = next((row for row in made.rows if row.score_mean is not None), None)
    if best is None or best.score_std is None or len(best.fold_scores) < 2:
        return ""
    low, high = min(best.fold_scores), max(best.fold_scores)
    tied = f"{len(made.tied)} models cannot be told apart" if len(made.tied) > 1 else "one model stands apart"
    return (
        f"In your comparison {best.label} scores between {abs(low):.4g} and {abs(high):.4g} on different folds of the "
        f"same rows. Measured pair by pair on the same folds, {tied}."
    )


def _serving(project: Project) -> str:
    version, moving = _typical(project)
    if moving is None:
        return ""
    return (
        f"Your model takes {len(version.inputs)} inputs. It has seen {moving.name} from {moving.low:,.6g} to "
        f"{moving.high:,.6g}: beyond that it still answers, but nothing it learned is about such a case."
    )


def _monitoring(project: Project) -> str:
    version, moving = _typical(project)
    if moving is None or not isinstance(moving.median, float | int):
        return ""
    assert isinstance(moving.high, float | int)
    target = moving.high if moving.high != moving.median else moving.low
    return (
        f"In the rows your champion learned from, the median of {moving.name} is {moving.median:,.6g}. Should a new "
        f"line of business bring cases around {target:,.6g}, that is data drift: seen at once in the inputs. Should "
        f"{version.target} come out differently at the same {moving.name}, that is concept drift: seen only when the "
        "truth arrives."
    )


def _retraining(project: Project) -> str:
    from mlworkbench.data import get_dataset

    version, _ = _typical(project)
    dataset = get_dataset(project, version.dataset)
    return (
        f"Your champion is a {version.label} of {dataset.training_rows:,} rows, registered on "
        f"{version.created_at[:10]}. A challenger is compared with it on the same {version.holdout_rows:,} rows of the "
        "holdout, which neither has seen."
    )


def _governance(project: Project) -> str:
    from mlworkbench.data import get_dataset, holdout_looks

    version, _ = _typical(project)
    looks = holdout_looks(project, get_dataset(project, version.dataset))
    if not looks:
        return ""
    why = listing((look.why for look in looks), 2)
    return f"Your holdout was looked at {len(looks)} times: {why}. The card says so, whoever asks."


def _typical(project: Project) -> tuple[ModelVersion, InputField | None]:
    """The champion and its first input that is a number with a range."""
    from mlworkbench.modeling import get_model_version

    version = get_model_version(project)
    numbers = (one for one in version.inputs if one.type in ("number", "integer") and isinstance(one.low, float | int))
    return version, next((one for one in numbers if isinstance(one.high, float | int) and one.high != one.low), None)


_WORKED: dict[str, tuple[tuple[str, ...], Callable[[Project], str]]] = {
    "scoping": (("contract",), _scoping),
    "data": (("dataset",), _data),
    "synthesis": (("dataset",), _synthesis),
    "profiling": (("dataset",), _profiling),
    "features": (("dataset", "recipe"), _features),
    "modeling": (("comparison",), _modeling),
    "serving": (("champion",), _serving),
    "monitoring": (("champion",), _monitoring),
    "retraining": (("champion",), _retraining),
    "governance": (("champion",), _governance),
}
