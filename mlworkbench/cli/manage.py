"""Commands around the stages: the app, workers, projects, jobs, and the check of what is stored."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.cli.common import common, guarded, open_project, say

if TYPE_CHECKING:
    from mlworkbench.jobs import Job


@click.command()
@click.option("--port", type=click.IntRange(1, 65535), help="Default: MLWORKBENCH_PORT, else 8501 or the next free.")
@click.option("--no-browser", is_flag=True, help="Do not open a browser.")
@guarded
def app(port: int | None, no_browser: bool) -> None:
    """Start a worker and the app, and print where it is. Ctrl-C ends both."""
    from mlworkbench.ui.launch import launch

    sys.exit(launch(port=port, browser=not no_browser))


@click.command()
@guarded
def worker() -> None:
    """Run a worker for this workspace until Ctrl-C."""
    from mlworkbench.jobs.worker import serve
    from mlworkbench.workspace import Workspace

    sys.exit(serve(str(Workspace.open().root)))


# -- projects -----------------------------------------------------------------------------------------
@click.group()
def projects() -> None:
    """Create, list, rename and archive projects."""


@projects.command("create")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@guarded
def projects_create(name: str, as_json: bool) -> None:
    """Make an empty project."""
    from mlworkbench.projects import create_project
    from mlworkbench.workspace import Workspace

    project = create_project(Workspace.open(), name)
    say({"project": project.name, "id": project.id}, as_json, f"Created project {project.name!r}.")


@projects.command("list")
@click.option("--all", "everything", is_flag=True, help="Archived ones too.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@guarded
def projects_list(everything: bool, as_json: bool) -> None:
    """List the projects with the stage each has come to."""
    from mlworkbench.lifecycle import stage_states
    from mlworkbench.projects import list_projects
    from mlworkbench.workspace import Workspace

    rows: list[dict[str, Any]] = []
    lines = []
    for project in list_projects(Workspace.open(), archived=None if everything else False):
        stages = {state.stage.name: state.state for state in stage_states(project)}
        rows.append({"project": project.name, "archived": project.archived, "stages": stages})
        lines.append(f"{project.name}: {', '.join(name for name, state in stages.items() if state == 'done') or 'new'}")
    say(
        {"projects": rows}, as_json, "\n".join(lines) or "No projects yet. Create one: mlworkbench projects create NAME"
    )


@projects.command("rename")
@click.argument("name")
@click.argument("new")
@guarded
def projects_rename(name: str, new: str) -> None:
    """Give a project another name."""
    from mlworkbench.projects import rename_project

    click.echo(f"Renamed to {rename_project(open_project(name), new).name!r}.")


@projects.command("archive")
@click.argument("name")
@click.option("--restore", is_flag=True, help="Take it back instead.")
@guarded
def projects_archive(name: str, restore: bool) -> None:
    """Put a project away; nothing of it is deleted."""
    from mlworkbench.projects import archive_project

    project = archive_project(open_project(name), archived=not restore)
    click.echo(f"{project.name!r} is {'archived' if project.archived else 'back'}.")


# -- jobs ---------------------------------------------------------------------------------------------
@click.group()
def jobs() -> None:
    """Look at, cancel and resume jobs."""


def _job_document(job: Job) -> dict[str, Any]:
    names = ("id", "title", "status", "fraction", "message", "result", "error_message", "attempts", "created_at")
    return {name: getattr(job, name) for name in names}


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@guarded
def jobs_list(as_json: bool) -> None:
    """List the latest jobs of the workspace."""
    from mlworkbench.jobs import list_jobs
    from mlworkbench.workspace import Workspace

    found = list_jobs(Workspace.open())
    lines = [f"{job.id}  {job.status:<12} {job.fraction:4.0%}  {job.title}" for job in found]
    say({"jobs": [_job_document(job) for job in found]}, as_json, "\n".join(lines) or "No jobs yet.")


@jobs.command("show")
@click.argument("job_id")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout.")
@guarded
def jobs_show(job_id: str, as_json: bool) -> None:
    """Show one job with the parts it has finished."""
    from mlworkbench.jobs import get_job
    from mlworkbench.workspace import Workspace

    job = get_job(Workspace.open(), job_id)
    lines = [f"{job.title}: {job.status}, {job.fraction:.0%}. {job.message}", job.error_message or ""]
    text = "\n".join([*filter(None, lines), *(f"  finished: {key}" for key in job.parts)])
    say(_job_document(job) | {"parts": job.parts}, as_json, text)


@jobs.command("log")
@click.argument("job_id")
@guarded
def jobs_log(job_id: str) -> None:
    """Print the end of a job's log."""
    from mlworkbench.jobs import read_log
    from mlworkbench.workspace import Workspace

    click.echo(read_log(Workspace.open(), job_id), nl=False)


@jobs.command("cancel")
@click.argument("job_id")
@guarded
def jobs_cancel(job_id: str) -> None:
    """Ask a job to stop; it is ended within seconds."""
    from mlworkbench.jobs import cancel_job
    from mlworkbench.workspace import Workspace

    job = cancel_job(Workspace.open(), job_id)
    click.echo(f"{job.title}: {'stopping' if job.active else job.status}.")


@jobs.command("resume")
@click.argument("job_id")
@guarded
def jobs_resume(job_id: str) -> None:
    """Take up a job that stopped before its end, and wait for it; finished parts are not done again."""
    from mlworkbench.jobs import resume_job, run_to_end
    from mlworkbench.workspace import Workspace

    workspace = Workspace.open()
    resume_job(workspace, job_id)
    job = run_to_end(
        workspace, job_id, lambda now: click.echo(f"{now.title}: {now.fraction:4.0%} {now.message}", err=True)
    )
    click.echo(f"{job.title}: {job.status}.")


@click.command()
@common()
def verify(project_name: str, as_json: bool) -> None:
    """Check that every artifact of a project still has the content it is known by."""
    from mlworkbench.artifacts import list_artifacts
    from mlworkbench.artifacts import verify as check

    project = open_project(project_name)
    broken = check(project)
    count = len(list_artifacts(project))
    text = f"{count - len(broken)} of {count} artifacts are as they were made." + "".join(
        f"\n  broken: {b}" for b in broken
    )
    say({"artifacts": count, "broken": list(broken)}, as_json, text)
    if broken:
        sys.exit(1)
