"""retrain and rollback: a challenger from newer data, and the way back."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput


@click.command()
@click.option(
    "--data", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True),
    metavar="FILE", help="Newer rows, with their outcomes.",
)  # fmt: skip
@click.option("--strategy", default="all", show_default=True, help="all, recent_weighted, window.")
@click.option("--compare", "every", is_flag=True, help="Try every strategy and keep the best as the challenger.")
@click.option("--mode", help="append the rows to the champion's table, or replace it. Default: by the rows they share.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="A setting of the strategy; repeatable.")
@click.option("--cv", default=5, show_default=True, help="Folds for the challenger's own score.")
@click.option("--promote-if-better", is_flag=True, help="Make the challenger the champion when it is better.")
@click.option("--reason", default="", help="Why, for the audit log; needed to promote.")
@common(seed=True, job=True)
def retrain(
    data: Path,
    strategy: str,
    every: bool,
    mode: str | None,
    settings: tuple[str, ...],
    cv: int,
    promote_if_better: bool,
    reason: str,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Fit the champion anew on newer rows and judge both, in pairs, on rows that neither has seen."""
    from mlworkbench.retraining import compare_strategies, decide, get_retraining
    from mlworkbench.retraining import retrain as function

    if promote_if_better and (not reason.strip() or detach):
        raise InvalidInput("--promote-if-better needs --reason TEXT, and cannot be detached.", field="reason")
    project = open_project(project_name)
    asked: dict[str, Any] = {"data": str(data), "mode": mode, "cv": cv, "seed": seed}
    if every:
        if settings:
            raise InvalidInput("--set goes with one --strategy; --compare takes each as it is.", field="set")
        made = run_job(compare_strategies, project, asked, detach=detach, as_json=as_json)
    else:
        asked |= {"strategy": strategy, "settings": _numbers(settings)}
        made = run_job(function, project, asked, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_retraining(project, made)
    promoted = promote_if_better and found.verdict == "better"
    if promoted:
        decide(project, found.id, choice="promote", reason=reason)
    document = {
        "retraining": found.id,
        "model_version": found.challenger,
        "alias": "champion" if promoted else "challenger",
        "strategy": found.strategy,
        "champion_score": found.champion_score,
        "challenger_score": found.challenger_score,
        "verdict": found.verdict,
        "sentence": found.sentence,
        "judged": [asdict(one) for one in found.judged],
        "mode": found.mode,
        "learned_rows": found.learned_rows,
        "new_rows": found.new_rows,
        "duplicate_rows": found.duplicate_rows,
        "notes": list(found.notes),
    }
    say(document, as_json, found.sentence + (" It is the champion now." if promoted else ""))


@click.command()
@click.option("--reason", required=True, help="Why, for the audit log.")
@common()
def rollback(reason: str, project_name: str, as_json: bool) -> None:
    """Return to the champion before this one."""
    from mlworkbench.retraining import roll_back

    version = roll_back(open_project(project_name), reason=reason)
    say({"model_version": version.id, "alias": "champion"}, as_json, f"Version {version.number} is the champion again.")


def _numbers(values: tuple[str, ...]) -> dict[str, float]:
    found = {}
    for value in values:
        name, _, content = value.partition("=")
        try:
            found[name] = float(content)
        except ValueError as error:
            raise InvalidInput(f"--set is given as NAME=NUMBER. Got {value!r}.", field="set") from error
    return found
