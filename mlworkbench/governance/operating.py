"""The sections of a card about limits, promises, operation, lineage and environment."""

from __future__ import annotations

import platform
from collections.abc import Mapping, Sequence
from importlib import metadata

from mlworkbench import artifacts
from mlworkbench.governance.evidence import Evidence
from mlworkbench.governance.promises import tally
from mlworkbench.governance.results import Fact, Grid, Promise, Section
from mlworkbench.governance.trail import audit_log
from mlworkbench.governance.words import (
    NOT_DONE,
    between,
    count,
    day,
    metric_name,
    moment,
    number,
    percent,
    score,
)
from mlworkbench.modeling import InputField, list_model_versions

PACKAGES = ("mlworkbench", "scikit-learn", "xgboost", "lightgbm", "pandas", "numpy", "scipy", "skops", "fairlearn")
KEPT = {True: "kept", False: "not kept", None: "cannot be told"}
DECISIONS = ("model promoted", "challenger promoted", "champion kept", "champion rolled back")
_MOST_ROWS = 40
_SOURCES = {"api": "by other programs", "batch": "in files", "whatif": "tried by hand"}


def ethics() -> Section:
    """Only people can write this one."""
    sentence = "Judgement, not figures: who may be harmed, and what is done about it."
    return Section("ethics", "Ethical considerations", True, sentence, prose=("ethical_considerations",))


def caveats(evidence: Evidence, rare: Mapping[str, int]) -> Section:
    """What the model has rarely or never seen."""
    inputs = evidence.version.inputs
    gaps = sorted((one for one in inputs if one.missing_share), key=lambda one: (-one.missing_share, one.name))
    rows = tuple((one.name, one.type, _seen(one), percent(one.missing_share), str(rare.get(one.name, 0)))
                 for one in inputs[:_MOST_ROWS])  # fmt: skip
    note = "Beyond these ranges and categories the model still answers, but nothing it learned is about such a case."
    if len(inputs) > _MOST_ROWS:
        note += f" {len(inputs) - _MOST_ROWS} more columns are not listed."
    grid = Grid("What it has seen", ("column", "type", "seen in training", "missing", "rare categories"), rows, note)
    facts = [Fact("Columns with missing values", f"{len(gaps)} of {len(inputs)}")]
    if gaps:
        facts.append(Fact("Most often missing", f"{gaps[0].name}, {percent(gaps[0].missing_share)} of the rows"))
    if rare:
        facts.append(Fact("Categories in fewer than 20 training rows", f"{sum(rare.values())} in {len(rare)} columns"))
    needed = [one.name for one in inputs if one.required]
    if needed:
        facts.append(Fact("Cannot answer without", ", ".join(needed[:12])))
    sentence = "A prediction is an association found in these rows, not a cause; outside what was seen it is a guess."
    return Section("caveats", "Caveats and recommendations", True, sentence, tuple(facts), (grid,), ("caveats",))


def _seen(one: InputField) -> str:
    if one.categories and one.low is None:
        rest = len(one.categories) - 8
        return ", ".join(one.categories[:8]) + (f" and {rest} more" if rest > 0 else "")
    if one.low is None:
        return "free text"
    if isinstance(one.low, str) or isinstance(one.high, str):
        return f"{one.low} to {one.high}"
    return f"{number(float(one.low), 4)} to {number(float(one.high or 0.0), 4)}"


def promises(found: Sequence[Promise], evidence: Evidence) -> Section:
    """The contract's promises, each with what was found."""
    title = "Promises of the contract"
    if evidence.contract is None:
        return Section("promises", title, False, f"{NOT_DONE}: there is no contract, so nothing was promised.")
    if not found:
        return Section(
            "promises", title, False, f"{NOT_DONE}: the contract sets no value that could be kept or broken."
        )
    rows = tuple((KEPT[one.kept], one.promised, one.found) for one in found)
    grid = Grid("", ("", "promised", "found"), rows)
    return Section("promises", title, True, f"{tally(found)}.", grids=(grid,))


def monitoring(evidence: Evidence) -> Section:
    """What is known of the model in use."""
    used = ", ".join(f"{rows:,} {_SOURCES.get(source, source)}" for source, rows in evidence.predictions.items())
    facts = [
        Fact("Predictions of this version", used or "none yet"),
        Fact("Truth received", count(evidence.labels, "outcome") if evidence.labels else "none yet"),
    ]
    report = evidence.report
    if report is None:
        sentence = f"{NOT_DONE}: its predictions have not been compared with what it learned from."
        return Section("monitoring", "Monitoring", False, sentence, tuple(facts))
    facts += [
        Fact("Last report", f"number {report.artifact.number}, {moment(report.artifact.created_at)}"),
        Fact("Drift", {True: "yes", False: "no", None: "too few rows to tell"}[report.drifted]),
    ]
    sentence = str(report.body.get("sentence") or report.summary or "A report was made.")
    if evidence.version.id not in report.artifact.parents:
        sentence = f"The last report is about another model version. It said: {sentence}"
    return Section("monitoring", "Monitoring", True, sentence, tuple(facts))


def retraining(evidence: Evidence) -> Section:
    """Every version there was, and the decisions on challengers."""
    versions = list_model_versions(evidence.project)
    rows = tuple(
        (f"v{one.number}" + (" (this)" if one.id == evidence.version.id else ""), one.label, day(one.created_at),
         score(one.scoring, one.cv_score), between(one.scoring, one.cv_low, one.cv_high), one.alias, one.reason or "–")
        for one in versions[:_MOST_ROWS]
    )  # fmt: skip
    metric = metric_name(evidence.version.scoring)
    header = ("version", "model", "made", f"{metric}, folds", "95 % interval", "made as", "reason")
    grids = [Grid("Model versions", header, rows)]
    tried = tuple(
        (f"{one.artifact.number}", day(one.artifact.created_at), str(one.body.get("strategy", "–")),
         str(one.body.get("sentence") or one.body.get("verdict") or one.summary))
        for one in evidence.retrainings
    )  # fmt: skip
    if tried:
        grids.append(Grid("Challengers", ("", "when", "strategy", "finding"), tried))
    log = audit_log(evidence.project, 40, DECISIONS)
    lines = zip(log["at"], log["who"], log["action"], strict=True)
    acts = tuple((moment(str(at)), str(who), str(action)) for at, who, action in lines)
    if acts:
        grids.append(Grid("Decisions", ("when", "who", "what"), acts))
    if not tried:
        sentence = f"{NOT_DONE}: no challenger was trained against this model."
    else:
        sentence = f"{count(len(tried), 'challenger')} trained; the last: {tried[0][3]}"
    return Section("retraining", "Retraining history", bool(tried), sentence, (), tuple(grids))


def lineage(evidence: Evidence) -> Section:
    """Every artifact this model was made from."""
    chain = artifacts.lineage(evidence.project, evidence.version.id)
    hidden = {"model", "oof"}  # of the models that were compared with it
    shown = [one for one in chain if one.kind not in hidden or one.id == evidence.version.model]
    rows = tuple((one.kind.replace("_", " "), f"v{one.number}", one.id, moment(one.created_at), one.created_by)
                 for one in shown[:_MOST_ROWS])  # fmt: skip
    grid = Grid("", ("artifact", "version", "sha256", "made", "by"), rows)
    sentence = f"{count(len(shown), 'artifact')} from the raw file to this version, each known by its content."
    return Section("lineage", "Lineage", True, sentence, grids=(grid,))


def environment() -> Section:
    """Versions of the packages that made this card and answer with this model."""
    facts = [Fact("Python", platform.python_version())]
    facts += [Fact(name, metadata.version(name)) for name in PACKAGES]
    return Section("environment", "Environment", True, "Packages at the time of this card.", tuple(facts))


def headline(evidence: Evidence, found: Sequence[Promise]) -> str:
    """The card in one sentence."""
    version = evidence.version
    folds = f"{score(version.scoring, version.cv_score)} in the folds"
    low, high = version.cv_low, version.cv_high
    if version.holdout_score is not None and version.holdout_low is not None and version.holdout_high is not None:
        folds = f"{score(version.scoring, version.holdout_score)} on {version.holdout_rows:,} rows put aside"
        low, high = version.holdout_low, version.holdout_high
    words = (
        f"{version.label} (version {version.number}) predicts {version.target} with {metric_name(version.scoring)} "
        f"{folds}, 95 % interval {between(version.scoring, low, high)}"
    )
    return f"{words}; {tally(found)}." if found else f"{words}."
