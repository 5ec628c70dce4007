"""labelling: targets made, rows labelled, label errors suspected and corrected, baselines scored."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import click

from mlworkbench.cli.common import common, open_project, run_job, say
from mlworkbench.errors import InvalidInput

SHOWN = 10


@click.group()
def labelling() -> None:
    """Make a target, label rows, look for label errors, score what needs no model."""


@labelling.command()
@click.option("--how", type=click.Choice(["column", "threshold", "expression", "window"]), required=True)
@click.option("--name", default="", help="Of the new column.")
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--column", default="", metavar="COL", help="The column itself, or the one of the threshold.")
@click.option("--above", type=float, help="Yes where the column is above this.")
@click.option("--expression", default="", metavar="RULE", help="A condition, a number or a text of each row.")
@click.option("--time", default="", metavar="COL", help="The moment of each row, for a window.")
@click.option("--days", type=float, help="How long after it the event counts.")
@click.option("--event", default="", metavar="COL|RULE", help="Its date, or a condition true of rows that are events.")
@click.option("--entity", default="", metavar="COL", help="Whose events count.")
@click.option("--positive", help="The class that is looked for.")
@click.option("--why", default="", help="A reason, shown with the version.")
@click.option("--preview", is_flag=True, help="Say what it would do, and make nothing.")
@common(job=True)
def target(preview: bool, project_name: str, as_json: bool, detach: bool, **settings: Any) -> None:
    """Make a column and choose it as the target: a new version."""
    from mlworkbench.labelling import make_target, plan_target

    project = open_project(project_name)
    asked = {name: value for name, value in settings.items() if name not in ("positive", "why")}
    planned = plan_target(project, **asked)
    made = None
    if not preview:
        made = run_job(make_target, project, settings, detach=detach, as_json=as_json)
        if made is None:
            return
    document = {
        "dataset": made,
        "target": planned.target,
        "steps": [one["step"] for one in planned.steps],
        "counts": dict(planned.counts),
        "unknown": planned.unknown,
        "reads": list(planned.reads),
        "notes": list(planned.notes),
        "sentence": planned.sentence,
    }
    say(document, as_json, "\n".join([planned.sentence, *(f"  {note}" for note in planned.notes)]))


@labelling.command()
@click.argument("name")
@click.option("--class", "classes", multiple=True, metavar="LABEL", help="What a label can be; give each.")
@click.option("--column", metavar="COL", help="What the labels are for. Default: the target.")
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--where", default="", metavar="RULE", help="A condition that rows must fulfil.")
@click.option("--only", type=click.Choice(["unlabelled", "labelled", "all"]), default="unlabelled", show_default=True)
@click.option("--order", type=click.Choice(["table", "random", "uncertain"]), default="table", show_default=True)
@click.option("--limit", default=1000, show_default=True, help="Rows at most.")
@click.option("--per-row", default=1, show_default=True, help="People asked for each row.")
@click.option("--price-per-hour", default=0.0, show_default=True, help="What an hour costs.")
@common(seed=True)
def start(name: str, classes: tuple[str, ...], project_name: str, as_json: bool, **settings: Any) -> None:
    """Choose the rows that people label under NAME; no row of the holdout is among them."""
    from mlworkbench.labelling import start_labelling

    made = start_labelling(open_project(project_name), name=name, classes=list(classes) or None, **settings)
    document = {
        "labelling": made.id,
        "name": made.name,
        "dataset": made.dataset,
        "column": made.column,
        "classes": list(made.classes),
        "rows": len(made.rows),
        "left_out": made.left_out,
        "per_row": made.per_row,
    }
    more = f"; {made.left_out:,} more would fit" if made.left_out else ""
    say(document, as_json, f"{made.name}: {len(made.rows):,} rows to label as {', '.join(made.classes)}{more}")


@labelling.command()
@click.argument("name")
@click.option("--row", type=int, help="Its place in the table, 0 for the first. Default: the labeller's next row.")
@click.option("--label", help="One of the classes; left out, the row is skipped.")
@click.option("--labeller", required=True, metavar="WHO")
@click.option("--seconds", type=float, help="How long it took.")
@click.option("--settle", "decides", is_flag=True, help="Decide which label counts, whatever labellers said.")
@common()
def put(
    name: str,
    row: int | None,
    label: str | None,
    labeller: str,
    seconds: float | None,
    decides: bool,
    project_name: str,
    as_json: bool,
) -> None:
    """Keep what a labeller says of a row of NAME."""
    from mlworkbench.labelling import next_row, put_label, settle

    project = open_project(project_name)
    if row is None:
        turn = None if decides else next_row(project, name, labeller)
        if turn is None:
            raise InvalidInput("There is no next row for this labeller. Name a row.", field="row")
        row = turn.row
    if decides:
        if label is None:
            raise InvalidInput("Which label counts? Give --label.", field="label")
        settle(project, name, row, label, labeller)
    else:
        put_label(project, name, row, label, labeller, seconds)
    document = {"name": name, "row": row, "label": label, "labeller": labeller, "settled": decides}
    say(document, as_json, f"Row {row}: {label if label is not None else 'skipped'} ({labeller})")


@labelling.command()
@click.argument("name")
@common()
def status(name: str, project_name: str, as_json: bool) -> None:
    """How far NAME is, what it cost, how far labellers agree, and on which rows they do not."""
    from mlworkbench.labelling import agreement, labelling_status

    project = open_project(project_name)
    found, agreed = labelling_status(project, name), agreement(project, name)
    document = {
        "name": name,
        "rows": found.rows,
        "done": found.done,
        "labels": found.labels,
        "counts": dict(found.counts),
        "labellers": [asdict(one) for one in found.labellers],
        "seconds": found.seconds,
        "cost": found.cost,
        "seconds_left": found.seconds_left,
        "cost_left": found.cost_left,
        "agreement": {
            "rows": agreed.rows,
            "alpha": agreed.alpha,
            "low": agreed.low,
            "high": agreed.high,
            "pairs": [asdict(one) for one in agreed.pairs],
        },
        "disagreements": [asdict(one) for one in agreed.disagreements],
        "sentence": found.sentence,
    }
    lines = [found.sentence, agreed.sentence]
    lines += [f"  row {one.row}: {dict(one.labels)}" for one in agreed.disagreements[:SHOWN] if not one.settled]
    say(document, as_json, "\n".join(lines))


@labelling.command()
@click.argument("name")
@click.option("--dataset", metavar="ID", help="The version to put them in. Default: the current one.")
@click.option("--target/--no-target", "as_target", default=True, help="Choose the column as the target.")
@click.option("--why", default="", help="A reason, shown with the version.")
@common(job=True)
def use(
    name: str, dataset: str | None, as_target: bool, why: str, project_name: str, as_json: bool, detach: bool
) -> None:
    """Put the final labels of NAME into the table: a new version."""
    from mlworkbench.labelling import use_labels

    settings = {"name": name, "dataset": dataset, "target": as_target, "why": why}
    _version(use_labels, settings, project_name, as_json, detach)


@labelling.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--recipe", metavar="ID", help="Default: the current one if it fits, else the suggested one.")
@click.option("--estimators", metavar="A,B", default="linear,random_forest", show_default=True)
@click.option("--cv", default=5, show_default=True, help="Folds.")
@click.option("--prune", type=click.Choice(["noise_rate", "class", "both"]), default="noise_rate", show_default=True)
@common(seed=True, job=True)
def errors(estimators: str, project_name: str, as_json: bool, detach: bool, **settings: Any) -> None:
    """Look for label errors in the training rows by confident learning; the most doubted come first."""
    from mlworkbench.labelling import find_label_errors, get_label_errors

    project = open_project(project_name)
    settings["estimators"] = [one.strip() for one in estimators.split(",") if one.strip()]
    made = run_job(find_label_errors, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_label_errors(project, made)
    document = {
        "errors": found.id,
        "dataset": found.dataset,
        "target": found.target,
        "judged": found.judged,
        "suspected": found.suspected,
        "noise": found.noise,
        "low": found.low,
        "high": found.high,
        "classes": list(found.classes),
        "joint": [list(row) for row in found.joint],
        "suspects": [asdict(one) for one in found.suspects],
        "notes": list(found.notes),
        "sentence": found.sentence,
    }
    lines = [found.sentence, *(f"  {note}" for note in found.notes)]
    lines += [
        f"  row {one.row}: {one.given} → {one.suggested} ({one.score:.2f}) {one.decision}".rstrip()
        for one in found.suspects[:SHOWN]
    ]
    say(document, as_json, "\n".join(lines))


@labelling.command()
@click.argument("rows", nargs=-1, type=int, required=True)
@click.option("--accept/--reject", "accept", required=True, help="The label is wrong; the label is right.")
@click.option("--errors", "ref", metavar="ID", help="The search. Default: the last one.")
@click.option("--who", default="", help="Who decides.")
@common()
def decide(rows: tuple[int, ...], accept: bool, ref: str | None, who: str, project_name: str, as_json: bool) -> None:
    """Accept or reject the suspicions about ROWS; rejected ones stay listed and rejected."""
    from mlworkbench.labelling import decide_many, get_label_errors

    project = open_project(project_name)
    found = get_label_errors(project, ref)
    decide_many(project, found, list(rows), accept, who)
    decided = [one.decision for one in get_label_errors(project, found.id).suspects]
    document = {
        "errors": found.id,
        "rows": list(rows),
        "accepted": decided.count("accepted"),
        "rejected": decided.count("rejected"),
        "open": decided.count(""),
    }
    said = f"{document['accepted']} accepted, {document['rejected']} rejected, {document['open']} open"
    say(document, as_json, said)


@labelling.command()
@click.option("--errors", metavar="ID", help="The search. Default: the last one.")
@click.option("--how", type=click.Choice(["set", "clear"]), default="set", show_default=True)
@click.option("--dataset", metavar="ID", help="The version to correct. Default: the current one.")
@click.option("--why", default="", help="A reason, shown with the version.")
@common(job=True)
def correct(project_name: str, as_json: bool, detach: bool, **settings: Any) -> None:
    """Put the suggested labels (or none) into the rows whose suspicion was accepted: a new version."""
    from mlworkbench.labelling import correct_labels

    _version(correct_labels, settings, project_name, as_json, detach)


@labelling.command()
@click.option("--dataset", metavar="ID", help="Default: the current one.")
@click.option("--cv", default=5, show_default=True, help="Folds.")
@common(seed=True, job=True)
def baselines(project_name: str, as_json: bool, detach: bool, **settings: Any) -> None:
    """Score what needs no model: guessing, the best single column, the contract's heuristic, people."""
    from mlworkbench.labelling import baselines as function
    from mlworkbench.labelling import get_baselines

    project = open_project(project_name)
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    found = get_baselines(project, made)
    document = {
        "baselines": found.id,
        "dataset": found.dataset,
        "target": found.target,
        "scoring": found.scoring,
        "cv": found.cv,
        "splitter": found.splitter,
        "training_rows": found.training_rows,
        "rows": [asdict(one) for one in found.rows],
        "features": [{"column": name, "score": score} for name, score in found.features],
        "notes": list(found.notes),
        "sentence": found.sentence,
    }
    lines = [found.sentence]
    for one in found.rows:
        figure = f"{one.score:.3f} ({one.low:.3f} to {one.high:.3f})" if one.score is not None and one.low else "–"
        lines.append(f"  {one.label}: {figure} {one.note}".rstrip())
    say(document, as_json, "\n".join(lines))


def _version(function: Any, settings: dict[str, Any], project_name: str, as_json: bool, detach: bool) -> None:
    """Run a job that makes a version, and say which."""
    from mlworkbench.data import get_dataset

    project = open_project(project_name)
    made = run_job(function, project, settings, detach=detach, as_json=as_json)
    if made is None:
        return
    table = get_dataset(project, made)
    document = {
        "dataset": table.id,
        "number": table.number,
        "rows": table.rows,
        "target": table.target,
        "classes": list(table.classes),
        "unlabelled_rows": table.unlabelled_rows,
        "findings": [asdict(one) for one in table.findings],
    }
    say(document, as_json, f"Version {table.number}: {table.rows:,} rows, target {table.target} ({table.id[:12]})")
