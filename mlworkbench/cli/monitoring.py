"""monitor and labels: is the world still the one the model learned, and what really happened."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, json_option, open_project, run_job, say


@click.command()
@click.option(
    "--current", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True), metavar="FILE",
    help="Rows to compare. Default: the predictions that were logged.",
)  # fmt: skip
@click.option(
    "--sources", metavar="A,B", default="batch,api", show_default=True, help="Of the log: batch, api, whatif."
)
@click.option("--since", metavar="TIME", help="Of the log: ISO 8601, UTC without a zone.")
@click.option("--until", metavar="TIME", help="Of the log: ISO 8601, not included.")
@click.option("--alias", default="champion", show_default=True, help="Whose training rows and predictions.")
@click.option("--alpha", default=0.05, show_default=True, help="False discovery rate over all tests together.")
@click.option("--floors", metavar="JSON", help='Least effects worth an alarm, such as {"wasserstein": 0.2}.')
@click.option("--freq", default="month", show_default=True, help="Windows of the log: day, week, month, quarter.")
@click.option("--checks-per-month", default=4.0, show_default=True, help="Says the expected false alarms.")
@common(seed=True, job=True)
def monitor(
    current: Path | None,
    sources: str,
    since: str | None,
    until: str | None,
    alias: str,
    alpha: float,
    floors: str | None,
    freq: str,
    checks_per_month: float,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Compare a file, or the logged predictions, with what the champion learnt from. Drift is no error: exit 0."""
    from mlworkbench.monitoring import get_report
    from mlworkbench.monitoring import monitor as function

    project = open_project(project_name)
    settings: dict[str, Any] = {
        "current": str(current) if current is not None else None,
        "sources": [one.strip() for one in sources.split(",") if one.strip()],
        "since": since,
        "until": until,
        "alias": alias,
        "alpha": alpha,
        "freq": freq,
        "checks_per_month": checks_per_month,
        "seed": seed,
    }
    if floors is not None:
        settings["floors"] = json_option(floors, "floors")
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    report = get_report(project, made)
    document = {
        "report": report.id,
        "drift": report.drifted,
        "verdict": report.verdict,
        "sentence": report.sentence,
        "rows": report.current.rows,
        "columns": [_column(one) for one in report.columns],
        "prediction": _column(report.prediction) if report.prediction else None,
        "realised": _realised(report.realised),
        "expected_false_alarms_per_month": report.expected_false_alarms,
        "notes": list(report.notes),
    }
    lines = [report.sentence, *(f"  {note}" for note in report.notes)]
    lines += [f"  {one.column}: {one.sentence}" for one in report.columns if one.drifted]
    say(document, as_json, "\n".join(lines))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True))
@click.option("--target", metavar="COL", help="The column with the truth. Default: what the champion predicts.")
@click.option("--id-column", metavar="COL", help="The prediction's id. Default: prediction_id, where the file has it.")
@click.option("--row-column", metavar="COL", help="The row within a predicted file. Default: row.")
@click.option("--keys", metavar="A,B", help="Columns that identify a prediction, instead of its id.")
@click.option("--since", metavar="TIME", help="Predictions meant by keys: ISO 8601, UTC without a zone.")
@click.option("--until", metavar="TIME", help="Predictions meant by keys: ISO 8601, not included.")
@click.option("--alias", help="Predictions meant by keys: of this model version. Default: all.")
@click.option(
    "--skip-unknown", is_flag=True, help="Leave rows without a prediction aside instead of refusing the file."
)
@click.option("--at", metavar="TIME", help="Since when the truth was known. Default: now.")
@common(job=True)
def labels(
    file: Path,
    target: str | None,
    id_column: str | None,
    row_column: str | None,
    keys: str | None,
    since: str | None,
    until: str | None,
    alias: str | None,
    skip_unknown: bool,
    at: str | None,
    project_name: str,
    as_json: bool,
    detach: bool,
) -> None:
    """Attach what really happened to logged predictions: all labels of the file, or none."""
    from mlworkbench.monitoring import add_labels, list_label_batches

    project = open_project(project_name)
    settings: dict[str, Any] = {"source": str(file), "target": target, "id_column": id_column, "row_column": row_column}
    settings |= {"since": since, "until": until, "alias": alias, "skip_unknown": skip_unknown, "at": at}
    if keys is not None:
        settings["keys"] = [name.strip() for name in keys.split(",") if name.strip()]
    made = run_job(add_labels, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    batch = next(one for one in list_label_batches(project) if one.id == made)
    document = {
        "labels": batch.id,
        "added": batch.labels,
        "without_label": batch.without_label,
        "unknown": batch.unknown,
        "matched_by": batch.matched_by,
    }
    say(document, as_json, f"{batch.labels:,} labels added, matched by {batch.matched_by}.")


def _column(one: Any) -> dict[str, Any]:
    return {
        "column": one.column,
        "test": one.test,
        "statistic": one.statistic,
        "p_value": one.p_value,
        "q_value": one.q_value,
        "effect_test": one.effect_test,
        "effect": one.effect,
        "threshold": one.threshold,
        "missing_reference": one.missing_reference,
        "missing_current": one.missing_current,
        "drifted": one.drifted,
        "reasons": list(one.reasons),
        "sentence": one.sentence,
    }


def _realised(one: Any) -> dict[str, Any] | None:
    if one is None:
        return None
    names = ("scoring", "rows", "score", "low", "high", "expected", "expected_low", "expected_high", "concept_drift")
    return {name: getattr(one, name) for name in names}
