"""One command per stage: ingest, recipe, compare, promote, predict."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mlworkbench.cli.common import common, json_option, open_project, pairs, run_job, say
from mlworkbench.cli.reading import reading_options
from mlworkbench.cli.sources import SOURCE, asked, source_options
from mlworkbench.errors import InvalidInput


@click.command()
@click.argument("file", metavar="SOURCE", type=SOURCE)
@click.option("--target", metavar="COL", help="The column to predict; the holdout is cut when it is chosen.")
@click.option("--task", type=click.Choice(["binary", "multiclass", "regression"]), help="Default: from the target.")
@click.option("--positive", metavar="CLASS", help="The class of two that is looked for. Default: the contract's.")
@click.option(
    "--type",
    "types",
    multiple=True,
    metavar="COL=TYPE[:MEANING]",
    help="Read a column as this type, such as price=number:money; may be repeated.",
)
@click.option("--holdout", metavar="JSON", help='Such as {"method": "time", "column": "date", "size": 0.2}.')
@click.option("--recipe", "recipe_name", metavar="NAME", help="A reading recipe that was kept; options given here win.")
@click.option("--keep-as", metavar="NAME", help="Keep how this file was read as a recipe for files named like it.")
@click.option("--why", default="", metavar="TEXT", help="The reason, kept with the version.")
@common(seed=True, job=True)
@source_options
@reading_options
def ingest(
    file: Path | str,
    target: str | None,
    task: str | None,
    positive: str | None,
    types: tuple[str, ...],
    holdout: str | None,
    recipe_name: str | None,
    keep_as: str | None,
    why: str,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
    where: dict[str, str],
    reading: dict[str, Any],
) -> None:
    """Read a table into a new version of the project's data.

    SOURCE is a file (CSV, Excel, Parquet, JSON and more), an http(s):// address, or the URL of a database, such as
    'postgresql://me:${NAME}@host/db', whose password is the environment variable MLWORKBENCH_DB_PASSWORD_NAME.
    """
    from mlworkbench.data import get_dataset, get_reading, keep_reading

    project = open_project(project_name)
    kept = get_reading(project, recipe_name) if recipe_name else None
    chosen = {**(kept.types if kept else {}), **pairs(types, "type")}
    settings: dict[str, Any] = {"types": chosen or None, "target": target, "task": task, "seed": seed}
    settings |= {"positive": positive, "why": why}
    settings["reading"] = {**(kept.reading if kept else {}), **reading} or None
    if holdout is not None:
        settings["holdout"] = json_option(holdout, "holdout")
    function, settings = asked(file, where, settings)
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    dataset = get_dataset(project, made)
    if keep_as is not None:
        keep_reading(project, keep_as, dataset=dataset.id)
    document = {
        "dataset": dataset.id,
        "rows": dataset.rows,
        "columns": len(dataset.columns),
        "rejected_rows": dataset.rejected_rows,
        "read_as": dataset.settings.get("read_as"),
        "schema": [
            {"name": column.name, "type": column.type, "meaning": column.meaning} for column in dataset.columns
        ],
        "target": dataset.target,
        "task": dataset.task,
        "classes": list(dataset.classes),
        "findings": [
            {"code": one.code, "severity": one.severity, "columns": list(one.columns), "count": one.count,
             "message": one.message}
            for one in dataset.findings
        ],
    }  # fmt: skip
    lines = [f"Version {dataset.number}: {dataset.rows:,} rows, {len(dataset.columns)} columns ({dataset.id[:12]})"]
    lines += [f"  {one.severity}: {one.message}" for one in dataset.findings]
    say(document, as_json, "\n".join(lines))


@click.command()
@click.option("--suggest", is_flag=True, help="Save the recipe that follows from the column types.")
@click.option("--file", "file", type=click.Path(path_type=Path), help="Save the steps of this JSON or YAML file.")
@common()
def recipe(suggest: bool, file: Path | None, project_name: str, as_json: bool) -> None:
    """Suggest, save or show the recipe: what is done to the columns before the model sees them."""
    from mlworkbench.features import Step, get_recipe, save_recipe, suggest_steps

    if suggest and file is not None:
        raise InvalidInput("Give --suggest or --file, not both.", field="file")
    project = open_project(project_name)
    reasons: list[str] = []
    if suggest:
        suggestion = suggest_steps(project)
        saved = save_recipe(project, [step for step, _ in suggestion])
        reasons = [reason for _, reason in suggestion]
    elif file is not None:
        saved = save_recipe(project, [Step.from_json(step) for step in _steps_of(file)])
    else:
        saved = get_recipe(project)
    document = {"recipe": saved.id, "steps": [step.to_json() for step in saved.steps]}
    lines = [f"Recipe {saved.number} ({saved.id[:12]})"]
    for position, step in enumerate(saved.steps):
        why = f": {reasons[position]}" if reasons else ""
        lines.append(f"  {position + 1}. {step.step} on {len(step.columns)} columns{why}")
    say(document, as_json, "\n".join(lines))


@click.command()
@click.option("--estimators", metavar="A,B", help="Default: all for the task.")
@click.option("--cv", default=5, show_default=True, help="Number of folds.")
@click.option("--repeats", default=1, show_default=True, help="How often the folds are drawn anew.")
@click.option("--splitter", help="Default: by task and contract.")
@click.option("--scoring", help="A scikit-learn scorer. Default: the contract's metric, else by task.")
@click.option("--budget", type=click.FloatRange(min=0.0), metavar="SECONDS", help="Start no estimator after this long.")
@click.option("--n-jobs", "n_jobs", default=2, show_default=True, help="Processes over folds, one thread each.")
@common(seed=True, job=True)
def compare(
    estimators: str | None,
    cv: int,
    repeats: int,
    splitter: str | None,
    scoring: str | None,
    budget: float | None,
    n_jobs: int,
    project_name: str,
    as_json: bool,
    seed: int,
    detach: bool,
) -> None:
    """Compare estimators on the same folds of the training rows, every run tracked in MLflow."""
    from mlworkbench.modeling import compare as function
    from mlworkbench.modeling import get_comparison

    project = open_project(project_name)
    settings: dict[str, Any] = {"cv": cv, "repeats": repeats, "splitter": splitter, "scoring": scoring}
    settings |= {"budget": budget, "n_jobs": n_jobs, "seed": seed}
    if estimators is not None:
        settings["estimators"] = [name.strip() for name in estimators.split(",") if name.strip()]
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    comparison = get_comparison(project, made)
    rows = [row.to_json() for row in comparison.rows]
    best = next((row for row in comparison.rows if row.estimator == comparison.recommended), None)
    document = {
        "comparison": comparison.id,
        "scoring": comparison.scoring,
        "leaderboard": rows,
        "recommended": {
            "estimator": comparison.recommended,
            "run_id": best.run_id if best else None,
            "tied": list(comparison.tied),
        },
        "sentence": comparison.sentence,
        "goal": comparison.goal,
        "goal_met": comparison.goal_met,
    }
    lines = [comparison.sentence]
    for row in comparison.rows:
        score = f"{row.score_mean:.4f} ± {row.score_std:.4f}" if row.score_mean is not None else row.error or ""
        lines.append(f"  {row.label:<24} {row.status:<8} {score}")
    say(document, as_json, "\n".join(lines))


@click.command()
@click.option("--run", "run", default="recommended", show_default=True, help="A run id, an estimator, or recommended.")
@click.option("--alias", default="champion", show_default=True, help="The name that serving follows.")
@click.option("--reason", default="", help="Why, for the audit log.")
@click.option("--despite-contract", is_flag=True, help="Although the contract's goal is not reached; needs --reason.")
@common()
def promote(run: str, alias: str, reason: str, despite_contract: bool, project_name: str, as_json: bool) -> None:
    """Register a run as a model version and point an alias at it; scores the holdout once, and counts it."""
    from mlworkbench.modeling import promote as function

    project = open_project(project_name)
    version = function(project, run=run, alias=alias, reason=reason, despite_contract=despite_contract)
    document = {
        "model_version": version.id,
        "alias": version.alias,
        "estimator": version.estimator,
        "run_id": version.run_id,
        "cv_score": version.cv_score,
        "holdout_score": version.holdout_score,
    }
    say(document, as_json, f"{version.estimator} is now {version.alias} (version {version.number}).")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False, resolve_path=True))
@click.option("--out", type=click.Path(path_type=Path), help="Default: NAME_predictions.csv in this folder.")
@click.option("--alias", default="champion", show_default=True, help="Which model version answers.")
@common(job=True)
def predict(file: Path, out: Path | None, alias: str, project_name: str, as_json: bool, detach: bool) -> None:
    """Predict every row of a file; adds the columns prediction and, for classes, probability_<class>."""
    from mlworkbench.serving import get_batch
    from mlworkbench.serving import predict_file as function

    project = open_project(project_name)
    target = (out or Path(f"{file.stem}_predictions.csv")).expanduser().resolve()
    settings = {"source": str(file), "out": str(target), "alias": alias}
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    batch = get_batch(project, made)
    document = {"model_version": batch.model_version, "rows": batch.rows, "out": str(out or target.name)}
    document["warnings"] = list(batch.warnings)
    say(document, as_json, f"{batch.rows:,} rows predicted, written to {out or target.name}.")


def _steps_of(file: Path) -> list[Any]:
    import yaml

    try:
        document = yaml.safe_load(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InvalidInput(f"There is no file {str(file)!r}. Give the path of a recipe file.", field="file") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InvalidInput(f"The recipe file cannot be read as JSON or YAML: {error}.", field="file") from error
    steps = document.get("steps") if isinstance(document, dict) else document
    if not isinstance(steps, list):
        raise InvalidInput("A recipe file holds a list of steps, or an object with the key 'steps'.", field="file")
    return steps
