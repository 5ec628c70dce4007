"""Checking a table: every check of the catalog, what reading found, the project's own rules, in one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import FINDINGS, Dataset, Finding, get_dataset
from mlworkbench.errors import InvalidInput, NotFound, WorkbenchError
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.profiling import alerts_of
from mlworkbench.quality import steps
from mlworkbench.quality.acknowledging import acknowledgements
from mlworkbench.quality.catalog import CHECKS, FAILURES, NUMBERS, CheckSpec, Suspect
from mlworkbench.quality.keeping import get_rules
from mlworkbench.quality.results import ORDER, QualityFinding, QualityReport
from mlworkbench.quality.rules import RuleResult, judge
from mlworkbench.quality.scan import EXAMPLES, SHOWN, Scan

if TYPE_CHECKING:
    from mlworkbench.projects import Project

KIND = "quality"
SAMPLE = 5_000
_STATUS = {"warning": "warning", "error": "problem"}


def _check(project: Project, **settings: Any) -> None:
    rows = settings.get("sample_rows", SAMPLE)
    if isinstance(rows, bool) or not isinstance(rows, int) or not 100 <= rows <= 1_000_000:
        raise InvalidInput(f"sample_rows is a whole number from 100 to 1,000,000. Got {rows!r}.", field="sample_rows")
    if not isinstance(settings.get("holdout", False), bool):
        raise InvalidInput(f"holdout is true or false. Got {settings['holdout']!r}.", field="holdout")
    get_dataset(project, settings.get("dataset"))


@job(lane="light", title="Checking the table", check=_check)
def check_quality(
    project: Project,
    *,
    dataset: str | None = None,
    sample_rows: int = SAMPLE,
    seed: int = 0,
    holdout: bool = False,
    progress: Progress = SILENT,
) -> QualityReport:
    """Look for what is wrong with a table.

    Counts are exact, over all rows; of the target only training rows are looked at. Checks that compare many columns
    or fit something draw up to `sample_rows` rows and say so. A column that a check fails on is listed as not done.

    Parameters
    ----------
    dataset : str, optional
        By default the current one.
    sample_rows : int
        Rows that pairwise, multivariate and model-based checks draw, by `seed`.
    holdout : bool
        Compare training rows with the holdout, too. It counts as a look at the holdout, once per version: later
        checks of the version keep what it found.

    Raises
    ------
    NotFound
        There is no such dataset.
    InvalidInput
        field="sample_rows" or "holdout".
    """
    _check(project, dataset=dataset, sample_rows=sample_rows, holdout=holdout)
    table = get_dataset(project, dataset)
    before = next((one for one in reports(project, table.id) if one.looked_at_holdout), None)
    scan = Scan(project, table, sample_rows=sample_rows, seed=seed)
    found: list[QualityFinding] = []
    specs = [spec for spec in CHECKS if applies(spec, table)]
    looked = before is not None
    for place, spec in enumerate(specs):
        progress.update(0.9 * place / len(specs), spec.name.replace("_", " ").capitalize())
        if "holdout" in spec.needs:
            if before is not None:
                found += [one for one in before.findings if one.code == spec.name]
                continue
            if not holdout:
                scan.code = spec.name
                scan.leave_out("not asked for: it counts as a look at the holdout")
                continue
            looked = True
        found += run(spec, scan)
    progress.update(0.9, "The project's own rules")
    rules = tuple(_judged(project, scan))
    found += [_of_rule(scan, one) for one in rules if one.status != "ok"]
    found += _of_reading(table, found)
    found.sort(key=lambda one: ORDER[one.severity])
    made = QualityReport(
        id="",
        number=0,
        dataset=table.id,
        rows=table.rows,
        columns=len(table.columns),
        findings=tuple(found),
        not_done=tuple(dict.fromkeys(scan.left_out)),
        rules=rules,
        sample_rows=sample_rows,
        seed=seed,
        looked_at_holdout=looked,
    )
    kept = artifacts.put_json(
        project, KIND, made.to_json(), parents=(table.id,), meta={"figure": made.sentence, "dataset": table.id}
    )
    artifacts.set_alias(project, KIND, kept.id)
    progress.update(1.0, made.sentence)
    return get_quality(project, kept.id)


def applies(spec: CheckSpec, table: Dataset) -> bool:
    """Whether the table has what a check needs."""
    has = {"target": table.target is not None, "holdout": table.holdout is not None and table.holdout_rows > 0}
    return all(has[need] for need in spec.needs)


def run(spec: CheckSpec, scan: Scan) -> list[QualityFinding]:
    """The findings of one check; where it fails as a whole, it is noted as not done."""
    import numpy as np

    scan.code = spec.name
    found: list[QualityFinding] = []
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # values at the end of what a float holds
        try:
            found.extend(_finding(spec, scan, one) for one in spec.check(scan))
        except WorkbenchError as error:
            scan.leave_out(error.message)
        except FAILURES as error:
            scan.leave_out(f"{type(error).__name__}: {error}"[:300])
    return found


def _finding(spec: CheckSpec, scan: Scan, one: Suspect) -> QualityFinding:
    target = scan.dataset.target
    names = one.shown or one.columns or tuple(name for name in scan.dataset.names if name != target)
    rows = one.rows[:EXAMPLES]
    return QualityFinding(
        spec.name,
        spec.severity,
        one.columns,
        one.count,
        one.share,
        one.message,
        spec.why,
        rows,
        scan.texts(names[:SHOWN], rows),
        one.repair,
        score=one.score,
        shown=names[:SHOWN] if rows else (),
    )


def _judged(project: Project, scan: Scan) -> Iterator[RuleResult]:
    for rule in get_rules(project):
        scan.code = f"rule_{rule.kind}"
        try:
            yield judge(scan, rule)
        except WorkbenchError as error:
            scan.leave_out(error.message, *rule.columns)
        except FAILURES as error:
            scan.leave_out(f"{rule.words}: {error}"[:300], *rule.columns)


def _of_rule(scan: Scan, one: RuleResult) -> QualityFinding:
    columns = one.rule.columns
    return QualityFinding(
        f"rule_{one.rule.kind}",
        _STATUS[one.status],
        columns,
        one.count,
        one.share,
        f"{one.count:,} of {scan.rows:,} rows ({one.share:.2%}) break the rule: {one.rule.words}. It allows "
        f"{one.rule.warning:.2%}, and is an error above {one.rule.error:.2%}.",
        one.rule.why or "A quality rule of this project.",
        one.rows,
        scan.texts(columns[:SHOWN], one.rows),
        source="rule",
        shown=columns[:SHOWN],
    )


def _of_reading(table: Dataset, found: Iterable[QualityFinding]) -> list[QualityFinding]:
    """What reading found and no check says about the same columns."""
    covered: dict[str, set[str]] = {}
    for one in found:
        if one.source == "check":
            for code in (one.code, *CHECKS.get(one.code).instead_of):
                covered.setdefault(code, set()).update(one.columns)
    kept = [one for one in table.findings if one.code not in covered or not set(one.columns) <= covered[one.code]]
    return [_read(table, one) for one in kept]


def _read(table: Dataset, one: Finding) -> QualityFinding:
    why = FINDINGS.get(one.code).why if one.code in FINDINGS else ""
    share = one.count / (table.rows * len(one.columns)) if one.columns and table.rows else None
    return QualityFinding(
        one.code,
        one.severity,
        one.columns,
        one.count,
        share if share is not None and share <= 1 else None,
        one.message,
        why,
        repair=_answer(table, one),
        source="reading",
    )


def _answer(table: Dataset, one: Finding) -> steps.Step | None:
    """The repair of what reading found, where there is one."""
    if one.code == "all_missing":
        return steps.drop_columns(*one.columns)
    if one.code == "missing":
        columns = [name for name in one.columns if name in table.names and name != table.target]
        numbers = [name for name in columns if table.schema[name] in NUMBERS]
        return steps.fill("median", *numbers) if numbers else steps.fill("mode", *columns) if columns else None
    return None


def reports(project: Project, dataset: str) -> Iterator[QualityReport]:
    """The reports about a dataset, the newest first."""
    for one in artifacts.list_artifacts(project, KIND):
        if one.parents[:1] == (dataset,):
            yield _load(project, one)


def find_quality(project: Project, dataset: str | None = None) -> QualityReport | None:
    """The newest report about a dataset (default: the current one), None when it was not checked yet."""
    report = next(reports(project, get_dataset(project, dataset).id), None)
    return _complete(project, report) if report else None


def get_quality(project: Project, ref: str | None = None, *, dataset: str | None = None) -> QualityReport:
    """A report by id or unique prefix; by default the newest about a dataset (default: the current one).

    Raises
    ------
    NotFound
        The dataset was not checked yet, or there is no such report.
    """
    if ref is not None:
        return _complete(project, _load(project, artifacts.find(project, ref, kind=KIND)))
    found = find_quality(project, dataset)
    if found is None:
        raise NotFound("This table was not checked yet. Check it first: mlworkbench findings", field=KIND)
    return found


def _complete(project: Project, report: QualityReport) -> QualityReport:
    """A stored report with what came later: alerts of ydata reports, and what people acknowledged."""
    covered = {(one.code, name) for one in report.findings for name in one.columns or ("",)}
    warned = [
        QualityFinding(
            one.code,
            one.severity,
            one.columns,
            max(1, len(one.columns)),
            None,
            one.message,
            "The ydata report of this version warns of it.",
            source="ydata",
        )
        for one in alerts_of(project, report.dataset)
        if not {(one.code, name) for name in one.columns or ("",)} <= covered
    ]
    together = sorted((*report.findings, *warned), key=lambda one: ORDER[one.severity])
    return replace(report, findings=tuple(together)).with_acknowledged(acknowledgements(project))


def _load(project: Project, one: artifacts.Artifact) -> QualityReport:
    body = artifacts.read_json(project, one.id)
    return QualityReport.from_json(body, id=one.id, number=one.number, created_at=one.created_at)
