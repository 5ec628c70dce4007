"""Jobs: anything longer than a second runs in a child process of its own, known by a row in one table."""

from mlworkbench.jobs.model import ACTIVE, SILENT, Job, JobCancelled, JobFunction, Progress, job
from mlworkbench.jobs.queue import cancel_job, get_job, list_jobs, raise_for, read_log, resume_job, wait
from mlworkbench.jobs.run import ensure_worker, has_worker, run_to_end

__all__ = [
    "ACTIVE",
    "SILENT",
    "Job",
    "JobCancelled",
    "JobFunction",
    "Progress",
    "cancel_job",
    "ensure_worker",
    "get_job",
    "has_worker",
    "job",
    "list_jobs",
    "raise_for",
    "read_log",
    "resume_job",
    "run_to_end",
    "wait",
]
