"""How ready a project is to be relied on: four bars of checks, each computed with its evidence.

In the spirit of E. Breck et al., "The ML Test Score: A Rubric for ML Production Readiness and Technical Debt
Reduction", IEEE Big Data 2017: what can be checked by a machine is checked, what cannot be told is said to be so.
A check that cannot be told does not count as holding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, get_holdout
from mlworkbench.governance.card import get_card, why_stale
from mlworkbench.governance.evidence import (
    count_labels,
    current,
    current_scope,
    gather,
    latencies,
    predictions_by_source,
)
from mlworkbench.governance.promises import promises_of
from mlworkbench.governance.prose import PROSE, get_prose
from mlworkbench.governance.results import Bar, Card, Check, Readiness
from mlworkbench.governance.words import between, count, score
from mlworkbench.modeling import list_model_versions

if TYPE_CHECKING:
    from mlworkbench.governance.evidence import Evidence
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Scope

SCOPE, DATA, PROFILE = "pages/1_Scoping.py", "pages/2_Data.py", "pages/4_Profiling.py"
COMPARE, LIVE, MONITOR = "pages/6_Model_Comparison.py", "pages/7_Live_Prediction.py", "pages/8_Monitoring.py"
RETRAIN, GOVERN = "pages/9_Retraining.py", "pages/10_Governance.py"
NOTHING = "there is no table yet"
NO_MODEL = "there is no champion yet"


def readiness(project: Project) -> Readiness:
    """Check a project as it is now; nothing is written, the holdout is not read."""
    known = artifacts.aliases(project)
    dataset = get_dataset(project) if "dataset" in known else None
    scope = current_scope(project)
    evidence = gather(project) if "champion" in known else None
    card = get_card(project) if "card" in known else None
    bars = (
        Bar("data", "Data", _data(project, dataset, scope)),
        Bar("model", "Model", _model(evidence, card)),
        Bar("operation", "Operation", _operation(project, evidence, scope)),
        Bar("documentation", "Documentation", _documentation(project, evidence, scope, card)),
    )
    return Readiness(bars, _sentence(bars))


def _sentence(bars: tuple[Bar, ...]) -> str:
    checks = [check for bar in bars for check in bar.checks]
    held = sum(check.holds is True for check in checks)
    unknown = sum(check.holds is None for check in checks)
    failed = len(checks) - held - unknown
    words = f"{held} of {len(checks)} checks hold"
    words += f", {failed} do not" if failed else ""
    words += f", {unknown} cannot be told yet" if unknown else ""
    if held == len(checks):
        return f"{words}: nothing that can be checked speaks against relying on it."
    weakest = min(bars, key=lambda bar: bar.held / len(bar.checks))
    return f"{words}. Weakest is {weakest.label.lower()}: {weakest.held} of {len(weakest.checks)}."


def _data(project: Project, dataset: Dataset | None, scope: Scope | None) -> tuple[Check, ...]:
    names = ("target", "problems", "holdout", "profile", "identifiers", "contract")
    asks = (
        "The target is chosen",
        "No finding is called a problem",
        "Rows are put aside for the final check",
        "The current table was profiled",
        "No identifier is a feature",
        "The contract fits the table",
    )
    pages = (DATA, DATA, DATA, PROFILE, "pages/5_Feature_Engineering.py", SCOPE)
    if dataset is None:
        return tuple(Check(name, ask, None, NOTHING, page) for name, ask, page in zip(names, asks, pages, strict=True))
    grave = [one for one in dataset.findings if one.severity == "problem"]
    holdout = get_holdout(project, dataset)
    profile = current(project, "profile")
    profiled = profile is not None and dataset.id in profile.artifact.parents
    contradicting = _contradictions(dataset, scope)
    found = (
        (bool(dataset.target), f"target {dataset.target}" if dataset.target else "none is chosen"),
        (not grave, f"{count(len(grave), 'problem')} among {count(len(dataset.findings), 'finding')}"),
        (holdout is not None, f"{holdout.rows:,} rows" if holdout else "no holdout"),
        (profiled, "made for this version" if profiled else "of an older version" if profile else "not done"),
        _identifiers(project, dataset),
        (
            None if contradicting is None else not contradicting,
            "there is no contract" if contradicting is None else "; ".join(contradicting) or "no contradiction",
        ),
    )
    return tuple(
        Check(name, ask, holds, said, page)
        for name, ask, (holds, said), page in zip(names, asks, found, pages, strict=True)
    )


def _contradictions(dataset: Dataset, scope: Scope | None) -> tuple[str, ...] | None:
    if scope is None:
        return None
    from mlworkbench.scoping import contradictions

    return contradictions(scope.contract, dataset.schema, classes=dataset.classes, task=dataset.task)


def _identifiers(project: Project, dataset: Dataset) -> tuple[bool | None, str]:
    from mlworkbench.features import get_recipe, input_columns

    if artifacts.get_alias(project, "recipe") is None:
        return None, "there is no recipe yet"
    recipe = get_recipe(project)
    if recipe.dataset != dataset.id:
        return None, "the recipe is of another version of the table"
    used = [name for name in input_columns(recipe, dataset) if dataset.column(name).type == "identifier"]
    return not used, f"used: {', '.join(used)}" if used else "none is used"


def _model(evidence: Evidence | None, card: Card | None) -> tuple[Check, ...]:
    asks = {
        "baseline": ("Compared with a baseline", COMPARE),
        "beats": ("Better than the baseline beyond chance", COMPARE),
        "simple": ("A simpler model was tried", COMPARE),
        "choice": ("Recommended, or tied with the best", COMPARE),
        "agrees": ("The holdout agrees with the folds", COMPARE),
        "looks": ("The holdout was looked at to register and to challenge only", COMPARE),
        "goal": ("The goal of the contract is reached", COMPARE),
        "groups": ("Groups were compared", GOVERN),
        "file": ("The model file is the one that was registered", COMPARE),
    }
    if evidence is None:
        return tuple(Check(name, ask, None, NO_MODEL, page) for name, (ask, page) in asks.items())
    version, comparison, row = evidence.version, evidence.comparison, evidence.row
    scoring = version.scoring
    floor = comparison.row("heuristic") or comparison.row("dummy")
    has_floor = floor is not None and floor.score_mean is not None
    simple = [one for one in ("linear",) if (tried := comparison.row(one)) is not None and tried.status == "done"]
    low, high = version.holdout_low, version.holdout_high
    versions = len(list_model_versions(evidence.project))
    goal = next((one for one in promises_of(evidence, ()) if one.name == "goal"), None)
    broken = artifacts.verify(evidence.project, [version.model])
    agrees: bool | None = None
    said = "there is no holdout score"
    if low is not None and high is not None:
        agrees = high >= version.cv_low and low <= version.cv_high
        folds = between(scoring, version.cv_low, version.cv_high)
        said = f"{between(scoring, low, high)} on the holdout, {folds} in the folds"
    beaten: bool | None = None
    beat = "no baseline was compared"
    if floor is not None and floor.score_mean is not None:
        beaten = version.cv_low > floor.score_mean and not floor.tied
        beat = f"{score(scoring, version.cv_score)} against {score(scoring, floor.score_mean)} of {floor.label}"
    found: dict[str, tuple[bool | None, str]] = {
        "baseline": (has_floor, floor.label if floor and has_floor else "no baseline in its comparison"),
        "beats": (beaten, beat),
        "simple": (bool(simple), "linear" if simple else "no linear model in its comparison"),
        "choice": (
            version.estimator == comparison.recommended or bool(row and row.tied),
            f"{comparison.recommended} was recommended",
        ),
        "agrees": (agrees, said),
        "looks": (
            len(evidence.looks) <= versions + len(evidence.retrainings) if evidence.dataset.holdout else None,
            f"{count(len(evidence.looks), 'look')}; {count(versions, 'version')} registered, "
            f"{count(len(evidence.retrainings), 'challenger')} tried"
            if evidence.dataset.holdout
            else "there is no holdout",
        ),
        "goal": (goal.kept, goal.found) if goal else (None, "the contract sets no goal"),
        "groups": _groups(evidence, card),
        "file": (not broken, "its sha256 is right" if not broken else "the file is missing or was changed"),
    }
    return tuple(Check(name, ask, *found[name], page) for name, (ask, page) in asks.items())


def _groups(evidence: Evidence, card: Card | None) -> tuple[bool | None, str]:
    wanted = tuple(evidence.contract.fairness_columns or ()) if evidence.contract else ()
    if not wanted:
        return None, "the contract names no columns to compare by"
    if card is None or card.model_version != evidence.version.id:
        return False, "the model card of this champion compares them; it is not made yet"
    done = sorted({one.column for one in card.slices})
    return set(done) == set(wanted), f"compared by {', '.join(done) or 'none'} of {', '.join(wanted)}"


def _operation(project: Project, evidence: Evidence | None, scope: Scope | None) -> tuple[Check, ...]:
    asks = {
        "used": ("It answers real requests", LIVE),
        "latency": ("It answers within the latency budget", LIVE),
        "watched": ("Its inputs and answers are watched", MONITOR),
        "quiet": ("The last report found no drift", MONITOR),
        "truth": ("The truth comes back", MONITOR),
        "challenged": ("It was challenged by a newer model", RETRAIN),
        "back": ("There is a version to go back to", COMPARE),
    }
    if evidence is None:
        return tuple(Check(name, ask, None, NO_MODEL, page) for name, (ask, page) in asks.items())
    used = predictions_by_source(project)
    real = used.get("api", 0) + used.get("batch", 0)
    report = evidence.report
    watched = report is not None and evidence.version.id in report.artifact.parents
    labels = count_labels(project)
    latency = next((one for one in promises_of(evidence, ()) if one.name == "latency"), None)
    timed = count(len(latencies(project, evidence.version.id)), "single prediction")
    versions = list_model_versions(project)
    drifted = report.drifted if report is not None and watched else None
    found: dict[str, tuple[bool | None, str]] = {
        "used": (real > 0, f"{real:,} rows predicted by file or by other programs"),
        "latency": (latency.kept, latency.found) if latency else (None, f"no budget is promised; {timed} logged"),
        "watched": (watched, "this version is" if watched else "of another version" if report else "no report yet"),
        "quiet": (
            None if drifted is None else not drifted,
            "no report of this version" if report is None or not watched else str(report.body.get("sentence") or ""),
        ),
        "truth": (labels > 0, count(labels, "outcome")),
        "challenged": (bool(evidence.retrainings), count(len(evidence.retrainings), "challenger")),
        "back": (len(versions) > 1, count(len(versions), "registered version")),
    }
    return tuple(Check(name, ask, *found[name], page) for name, (ask, page) in asks.items())


def _documentation(
    project: Project, evidence: Evidence | None, scope: Scope | None, card: Card | None
) -> tuple[Check, ...]:
    filled = sum(bool(text) for text in scope.canvas.values()) if scope else 0
    promised = bool(scope and scope.contract.metric and scope.contract.goal is not None)
    texts = get_prose(project).texts
    missing = [text.label for text in PROSE.values() if text.name not in texts]
    stale = why_stale(project, card) if card else ""
    return (
        Check(
            "scope", "The scope is written down", filled > 0, f"{count(filled, 'box', 'boxes')} of the canvas", SCOPE
        ),
        Check(
            "promise", "A metric and a goal are promised", promised, "in the contract" if promised else "not yet", SCOPE
        ),
        Check("card", "There is a model card", card is not None, f"card {card.number}" if card else "not made", GOVERN),
        Check(
            "current",
            "The card tells the present",
            None if card is None else not stale,
            "there is no card" if card is None else stale or "up to date",
            GOVERN,
        ),
        Check(
            "prose",
            "Owner, use, limits and harm are written",
            not missing,
            f"missing: {', '.join(missing)}" if missing else "all are",
            GOVERN,
        ),
        Check(
            "reason",
            "The reason for the champion is recorded",
            None if evidence is None else bool(evidence.version.reason),
            NO_MODEL if evidence is None else evidence.version.reason or "none was given",
            COMPARE,
        ),
    )
