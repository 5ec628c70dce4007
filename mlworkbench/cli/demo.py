"""demo: a simulated project through every stage."""

from __future__ import annotations

from dataclasses import asdict

import click

from mlworkbench.cli.common import guarded, run_job, say


@click.command()
@click.option("--name", help='Default: "Churn demo", numbered when taken.')
@click.option("--seed", default=0, show_default=True, help="The same seed, the same figures.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout and nothing else.")
@guarded
def demo(name: str | None, seed: int, as_json: bool) -> None:
    """Walk a simulated churn project through every stage, then replay months in which the world changes twice."""
    from mlworkbench.demo import get_demo, run_demo, start_demo
    from mlworkbench.workspace import Workspace

    project = start_demo(Workspace.open(), name=name)
    made = run_job(run_demo, project, {"seed": seed}, detach=False, as_json=as_json)
    found = get_demo(project, made)
    document = {"project": project.name, "demo": found.id} | {k: v for k, v in asdict(found).items() if k != "id"}
    lines = [f"Project {project.name!r} is ready: {found.recommended}, ROC AUC {found.cv_score:.3f} in the folds."]
    lines += [f"  {line}" for line in found.story]
    say(document, as_json, "\n".join(lines))
