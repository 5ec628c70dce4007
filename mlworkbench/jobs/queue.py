"""The jobs table: the only truth about jobs. Every change is one transaction."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from mlworkbench.errors import ERRORS, Conflict, JobFailed, NotFound
from mlworkbench.jobs.model import ACTIVE, Job, Status
from mlworkbench.jobs.process import is_alive, sweep
from mlworkbench.projects import Project
from mlworkbench.records import job_parts, jobs, now, workers
from mlworkbench.workspace import Workspace

POLL = 0.2  # seconds between looks at the table
LOG_TAIL = 64_000  # bytes


def enqueue(project: Project, function: str, title: str, lane: str, params: Mapping[str, Any]) -> str:
    """Add a job, or return the id of the same one that is still waiting or running."""
    values = {"project_id": project.id, "function": function, "params": dict(params)}
    with project.workspace.write() as connection:
        same = select(jobs.c.id, jobs.c.params).where(
            jobs.c.project_id == project.id, jobs.c.function == function, jobs.c.status.in_(ACTIVE)
        )
        for row in connection.execute(same):
            if row.params == values["params"]:
                return str(row.id)
        job_id = uuid.uuid4().hex
        connection.execute(
            insert(jobs).values(
                id=job_id,
                title=title,
                lane=lane,
                status="queued",
                message="Waiting for its turn",
                created_at=now(),
                created_by=project.workspace.user,
                **values,
            )
        )
    return job_id


def get_job(workspace: Workspace, job_id: str) -> Job:
    """The job with its finished parts; a job whose process is gone is seen as interrupted."""
    with workspace.read() as connection:
        row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
        parts = connection.execute(
            select(job_parts.c.key, job_parts.c.value).where(job_parts.c.job_id == job_id).order_by(job_parts.c.seq)
        ).all()
    if row is None:
        raise NotFound(f"There is no job {job_id!r}. List them with: mlworkbench jobs list", field="job")
    if row.status == "running" and reap(workspace, only=job_id):
        return get_job(workspace, job_id)
    return _job(row, {part.key: part.value for part in parts})


def list_jobs(
    workspace: Workspace, project: Project | None = None, active: bool | None = None, limit: int = 50
) -> tuple[Job, ...]:
    """Jobs, newest first, without their parts; of one project or all, only active or only ended ones."""
    query = select(jobs).order_by(jobs.c.seq.desc()).limit(limit)
    if project is not None:
        query = query.where(jobs.c.project_id == project.id)
    if active is not None:
        query = query.where(jobs.c.status.in_(ACTIVE) if active else jobs.c.status.not_in(ACTIVE))
    with workspace.read() as connection:
        rows = connection.execute(query).all()
    if any(row.status == "running" for row in rows) and reap(workspace):
        return list_jobs(workspace, project, active, limit)
    return tuple(_job(row, {}) for row in rows)


def cancel_job(workspace: Workspace, job_id: str) -> Job:
    """Ask a job to stop: one that waits or was interrupted ends at once, a running one within seconds."""
    get_job(workspace, job_id)
    with workspace.write() as connection:
        waiting = (jobs.c.id == job_id) & jobs.c.status.in_(("queued", "interrupted"))
        ended = {"status": "cancelled", "message": "Cancelled", "cancel_requested_at": now(), "finished_at": now()}
        if not connection.execute(update(jobs).where(waiting).values(ended)).rowcount:
            running = (jobs.c.id == job_id) & (jobs.c.status == "running") & jobs.c.cancel_requested_at.is_(None)
            connection.execute(update(jobs).where(running).values(cancel_requested_at=now(), message="Stopping…"))
    return get_job(workspace, job_id)


def resume_job(workspace: Workspace, job_id: str) -> Job:
    """Queue a job again that stopped before its end; what it finished is kept and not done again."""
    job = get_job(workspace, job_id)
    if not job.resumable:
        raise Conflict(f"Only a job that stopped before its end can be resumed; this one is {job.status}.")
    with workspace.write() as connection:
        connection.execute(
            update(jobs)
            .where(jobs.c.id == job_id, jobs.c.status == job.status)
            .values(
                status="queued",
                message="Waiting for its turn",
                cancel_requested_at=None,
                finished_at=None,
                error_kind=None,
                error_message=None,
                error_field=None,
            )
        )
    return get_job(workspace, job_id)


def wait(
    workspace: Workspace, job_id: str, on_change: Callable[[Job], None] | None = None, timeout: float | None = None
) -> Job:
    """Block until the job has ended; `on_change` is called when its progress or parts have changed."""
    deadline = None if timeout is None else time.monotonic() + timeout
    seen: object = None
    while True:
        job = get_job(workspace, job_id)
        state = (job.status, job.fraction, job.message, len(job.parts))
        if on_change is not None and state != seen:
            on_change(job)
        seen = state
        if not job.active:
            return job
        if deadline is not None and time.monotonic() > deadline:
            raise JobFailed(f"{job.title} did not end within {timeout:.0f} s. It goes on; look at its progress later.")
        time.sleep(POLL)


def raise_for(job: Job) -> Job:
    """The job if it is done; else its own error, as it was raised in the child."""
    if job.status == "done":
        return job
    if job.status == "failed":
        kind = ERRORS.get(job.error_kind or "", JobFailed)
        raise kind(job.error_message or f"{job.title} failed.", field=job.error_field)
    raise JobFailed(f"{job.title} was {job.status} before its end. Resume it with: mlworkbench jobs resume {job.id}")


def read_log(workspace: Workspace, job_id: str) -> str:
    """The last lines of a job's log."""
    source = workspace.logs / f"job-{get_job(workspace, job_id).id}.log"
    if not source.exists():
        return ""
    with open(source, "rb") as stream:
        stream.seek(max(0, source.stat().st_size - LOG_TAIL))
        return stream.read().decode("utf-8", errors="replace")


# -- what workers and children call ---------------------------------------------------------------
def claim(workspace: Workspace, worker: str, host: str, *, only: str | None = None) -> Row[Any] | None:
    """Take the oldest waiting job that fits, in one transaction; None when there is none.

    Heavy jobs: one per two cores over all workers (each uses two processes); light jobs: one per core.
    """
    room = {"heavy": max(1, workspace.cores // 2), "light": max(1, workspace.cores)}
    waiting = select(jobs).where(jobs.c.status == "queued").order_by(jobs.c.seq)
    if only is not None:
        waiting = waiting.where(jobs.c.id == only)
    with workspace.read() as connection:
        if connection.execute(waiting.limit(1)).first() is None:
            return None
    with workspace.write() as connection:
        running = select(jobs.c.lane, func.count()).where(jobs.c.status == "running").group_by(jobs.c.lane)
        taken = {row[0]: row[1] for row in connection.execute(running)}
        for row in connection.execute(waiting).all():
            if taken.get(row.lane, 0) >= room.get(row.lane, 1):
                continue
            connection.execute(
                update(jobs)
                .where(jobs.c.id == row.id)
                .values(
                    status="running",
                    attempts=row.attempts + 1,
                    worker=worker,
                    host=host,
                    started_at=now(),
                    heartbeat_at=now(),
                    message="Starting",
                    child_pid=None,
                    child_started=None,
                )
            )
            return connection.execute(select(jobs).where(jobs.c.id == row.id)).first()
    return None


def finish(workspace: Workspace, job_id: str, attempt: int, status: Status, **values: Any) -> bool:
    """End the given attempt of a job; False when it is no longer that attempt's to end."""
    mine = (jobs.c.id == job_id) & (jobs.c.attempts == attempt) & (jobs.c.status == "running")
    with workspace.write() as connection:
        ended = update(jobs).where(mine).values(status=status, finished_at=now(), **values)
        return bool(connection.execute(ended).rowcount)


def reap(workspace: Workspace, *, only: str | None = None) -> int:
    """Mark running jobs whose worker and child are gone as interrupted (or cancelled, if asked); how many."""
    import platform

    query = select(jobs, workers.c.pid.label("worker_pid"), workers.c.started.label("worker_started")).join(
        workers, workers.c.id == jobs.c.worker, isouter=True
    )
    query = query.where(jobs.c.status == "running", jobs.c.host == platform.node())
    if only is not None:
        query = query.where(jobs.c.id == only)
    with workspace.read() as connection:
        rows = connection.execute(query).all()
    lost = 0
    for row in rows:
        if is_alive(row.worker_pid, row.worker_started) or is_alive(row.child_pid, row.child_started):
            continue
        sweep(row.id)
        status: Status = "cancelled" if row.cancel_requested_at else "interrupted"
        message = "Cancelled" if row.cancel_requested_at else "Its process ended unexpectedly"
        lost += finish(workspace, row.id, row.attempts, status, message=message)
    return lost


def live_workers(connection: Connection) -> list[str]:
    """Ids of workers of this machine that serve the queue and live; the dead are forgotten unless a job names them."""
    import platform

    rows = connection.execute(select(workers).where(workers.c.host == platform.node())).all()
    return [row.id for row in rows if row.serves_queue and is_alive(row.pid, row.started)]


def forget_worker(workspace: Workspace, worker: str) -> None:
    """Remove a worker that ended in good order."""
    with workspace.write() as connection:
        connection.execute(delete(workers).where(workers.c.id == worker))


def _job(row: Row[Any], parts: dict[str, Any]) -> Job:
    names = Job.__dataclass_fields__.keys() - {"parts", "eta_seconds", "cancel_requested"}
    values = {name: getattr(row, name) for name in names}
    eta = None
    if row.status == "running" and row.started_at and row.fraction > 0.02:
        elapsed = (datetime.now(UTC) - datetime.fromisoformat(row.started_at)).total_seconds()
        eta = max(0.0, elapsed * (1 - row.fraction) / row.fraction)
    return Job(**values, parts=parts, eta_seconds=eta, cancel_requested=row.cancel_requested_at is not None)
