"""findings: what is wrong with the table, what of it is acknowledged, and the project's own quality rules."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput, NotFound, listing

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.quality import QualityFinding, QualityReport

_SHOWN = 5  # findings of one code, in words


@click.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--sample-rows", default=5000, show_default=True, help="Rows that pairwise and fitted checks draw.")
@click.option("--holdout", is_flag=True, help="Compare with the holdout, too: a look at it, once per version.")
@click.option("--acknowledge", metavar="CODE[:COLUMN]", help="Say that findings are known and may stay; with --reason.")
@click.option("--withdraw", metavar="CODE[:COLUMN]", help="Take an acknowledgement back.")
@click.option("--reason", default="", help="Why they may stay.")
@click.option("--rules", type=click.Path(path_type=Path, exists=True, dir_okay=False), metavar="FILE",
              help="A JSON list of quality rules: they become the project's, and are checked.")  # fmt: skip
@click.option("--suggest-rules", "suggest", is_flag=True, help="Print rules that the data keeps; nothing is saved.")
@common(seed=True, job=True)
def findings(
    dataset: str | None,
    sample_rows: int,
    holdout: bool,
    acknowledge: str | None,
    withdraw: str | None,
    reason: str,
    rules: Path | None,
    suggest: bool,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Look for what is wrong with the table: one code per kind of fault, with examples and the repair."""
    from mlworkbench import quality

    if sum(map(bool, (acknowledge, withdraw, rules, suggest))) > 1:
        raise InvalidInput(
            "--acknowledge, --withdraw, --rules and --suggest-rules are given one at a time.", field="acknowledge"
        )
    if reason and not acknowledge:
        raise InvalidInput("--reason belongs to --acknowledge CODE[:COLUMN].", field="reason")
    project = open_project(project_name)
    if suggest:
        found = [one.as_dict() for one in quality.suggest_rules(project, dataset)]
        say({"rules": found}, as_json, json.dumps(found, ensure_ascii=False, indent=1))
        return
    if acknowledge or withdraw:
        for one in _named(project, dataset, str(acknowledge or withdraw)):
            if acknowledge:
                quality.acknowledge(project, one, reason)
            else:
                quality.withdraw(project, one)
        _say(quality.get_quality(project, dataset=dataset), as_json)
        return
    if rules is not None:
        quality.save_rules(project, quality.read_rules(_body(rules)))
    settings: dict[str, Any] = {"dataset": dataset, "sample_rows": sample_rows, "seed": seed,
                                "holdout": holdout}  # fmt: skip
    made = run_job(quality.check_quality, project, settings, detach=detach, as_json=as_json)
    if made is not None:
        _say(quality.get_quality(project, made), as_json)


def _body(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise InvalidInput(f"The rules in {file.name!r} cannot be read as JSON: {error}.", field="rules") from error


def _named(project: Project, dataset: str | None, what: str) -> list[QualityFinding]:
    """The findings of CODE, or of CODE:COLUMN."""
    from mlworkbench.quality import get_quality

    code, colon, column = what.partition(":")
    report = get_quality(project, dataset=dataset)
    found = [one for one in report.findings if one.code == code and (not colon or column in one.columns)]
    if not found:
        known = dict.fromkeys(f"{one.code}:{name}" for one in report.findings for name in one.columns or ("",))
        raise NotFound(
            f"No finding is {what!r}. There are: {listing(name.rstrip(':') for name in known)}.", field="acknowledge"
        )
    return found


def _say(report: QualityReport, as_json: bool) -> None:
    document = {
        "report": report.id,
        "dataset": report.dataset,
        "rows": report.rows,
        "columns": report.columns,
        "sentence": report.sentence,
        "open": report.tally(),
        "findings": [asdict(one) for one in report.findings],
        "not_done": [asdict(one) for one in report.not_done],
        "rules": [{**asdict(one), "rule": one.rule.as_dict()} for one in report.rules],
        "sample_rows": report.sample_rows,
        "seed": report.seed,
        "looked_at_holdout": report.looked_at_holdout,
    }
    lines = [report.sentence]
    for (severity, code), group in report.groups().items():
        for one in group[:_SHOWN]:
            known = f" [acknowledged: {one.acknowledged.reason}]" if one.acknowledged else ""
            lines.append(f"  {severity:8} {code}: {one.message}{known}")
        if len(group) > _SHOWN:
            lines.append(f"  {severity:8} {code}: {len(group) - _SHOWN:,} more findings")
    lines += [f"  not done {one.code}: {one.reason} {', '.join(one.columns)}".rstrip() for one in report.not_done]
    say(document, as_json, "\n".join(lines))
