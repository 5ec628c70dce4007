"""What all commands share: options, the way errors end, waiting for a job."""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.errors import InvalidInput, WorkbenchError

if TYPE_CHECKING:
    from mlworkbench.jobs import Job, JobFunction
    from mlworkbench.projects import Project

Command = Callable[..., Any]


def guarded(function: Command) -> Command:
    """Turn our own errors into a sentence on stderr and the exit code they carry."""

    @functools.wraps(function)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except WorkbenchError as error:
            click.echo(f"Error: {error.message}", err=True)
            sys.exit(error.exit_code)
        except (OSError, ValueError, TypeError, LookupError, RuntimeError) as error:
            if os.environ.get("MLWORKBENCH_DEBUG"):
                raise
            click.echo(
                f"Error: we failed here ({type(error).__name__}: {error}). "
                "Set MLWORKBENCH_DEBUG=1 to see where, and report it.",
                err=True,
            )
            sys.exit(1)

    return wrapped


def common(*, seed: bool = False, job: bool = False) -> Callable[[Command], Command]:
    options = [
        click.option("--project", "project_name", required=True, metavar="NAME", help="The project to work in."),
        click.option("--json", "as_json", is_flag=True, help="Print one JSON document on stdout and nothing else."),
    ]
    if seed:
        options.append(click.option("--seed", default=0, show_default=True, help="The same seed, the same numbers."))
    if job:
        options.append(click.option("--detach", is_flag=True, help="Print the job's id and do not wait for it."))

    def decorate(function: Command) -> Command:
        decorated = guarded(function)
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def open_project(name: str) -> Project:
    from mlworkbench.workspace import Workspace

    return Workspace.open().project(name)


def say(document: dict[str, Any], as_json: bool, text: str) -> None:
    click.echo(json.dumps(document, ensure_ascii=False, allow_nan=False) if as_json else text)


def run_job(
    function: JobFunction[..., Any], project: Project, settings: dict[str, Any], *, detach: bool, as_json: bool
) -> str | None:
    """Submit the job and wait for it; the id of the artifact it made, or None when detached."""
    from mlworkbench.jobs import ensure_worker, run_to_end

    job_id = function.submit(project, **settings)
    if detach:
        ensure_worker(project.workspace)
        say({"job": job_id}, as_json, f"Job {job_id} is queued. Follow it with: mlworkbench jobs show {job_id}")
        return None

    def show(job: Job) -> None:
        click.echo(f"{job.title}: {job.fraction:4.0%} {job.message}", err=True)

    job = run_to_end(project.workspace, job_id, show)
    return str((job.result or {})["artifact"])


def pairs(values: tuple[str, ...], field: str) -> dict[str, str]:
    found = {}
    for value in values:
        name, equals, content = value.rpartition("=")
        if not equals or not name or not content:
            raise InvalidInput(f"--{field} is given as COL=TYPE. Got {value!r}.", field=field)
        found[name] = content
    return found


def json_option(text: str, field: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise InvalidInput(f"--{field} must be a JSON object. Got {text!r}: {error}.", field=field) from error
    if not isinstance(value, dict):
        raise InvalidInput(
            f'--{field} must be a JSON object such as {{"method": "random"}}. Got {text!r}.', field=field
        )
    return value
