"""What a job is: a stage function that can run inline or in a child process, and its progress."""

from __future__ import annotations

import functools
import inspect
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Concatenate, Generic, Literal, ParamSpec, Protocol, TypeVar

from mlworkbench.errors import InvalidInput, WorkbenchError, listing
from mlworkbench.projects import Project

Lane = Literal["heavy", "light"]
Status = Literal["queued", "running", "done", "failed", "cancelled", "interrupted"]
ACTIVE: tuple[Status, ...] = ("queued", "running")


class JobCancelled(Exception):
    """Somebody asked this job to stop. Let it pass; catch it only to clean up."""


class Progress:
    """How a stage function tells how far it is. This base class tells nobody: inline use."""

    def update(self, fraction: float, message: str = "") -> None:
        """Say how far the work is, 0 to 1. Raises JobCancelled when the job was asked to stop: call it often."""

    def keep(self, key: str, value: Any) -> None:
        """Keep the (JSON) outcome of a finished part: it is shown while the job runs and survives a kill."""

    def kept(self) -> dict[str, Any]:
        """The parts that an earlier attempt finished, by key: do not do them again."""
        return {}

    def log(self, text: str) -> None:
        """Add a line to the job's log."""


SILENT = Progress()


class HasId(Protocol):
    """A result that is an artifact."""

    @property
    def id(self) -> str: ...


@dataclass(frozen=True)
class Job:
    """A row of the jobs table, as read at one moment. Times are ISO 8601, UTC."""

    id: str
    project_id: str
    function: str
    title: str
    lane: Lane
    params: dict[str, Any]
    status: Status
    fraction: float
    message: str
    result: dict[str, Any] | None
    error_kind: str | None
    error_message: str | None
    error_field: str | None
    attempts: int
    cancel_requested: bool
    created_at: str
    created_by: str
    started_at: str | None
    finished_at: str | None
    eta_seconds: float | None
    parts: dict[str, Any] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        """Whether it waits or runs."""
        return self.status in ACTIVE

    @property
    def resumable(self) -> bool:
        """Whether `resume_job` can take it up where it stopped."""
        return self.status in ("interrupted", "failed", "cancelled")


P = ParamSpec("P")
Check = Callable[..., None]
R = TypeVar("R", bound=HasId, covariant=True)


class JobFunction(Generic[P, R]):
    """A stage function: call it to run it here, `.submit(project, **settings)` to run it as a job."""

    def __init__(
        self, function: Callable[Concatenate[Project, P], R], lane: Lane, title: str, check: Check | None = None
    ) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.lane = lane
        self.title = title
        self.check = check
        self.path = f"{function.__module__}:{function.__qualname__}"

    def __call__(self, project: Project, *args: P.args, **kwargs: P.kwargs) -> R:
        return self.function(project, *args, **kwargs)

    def submit(self, project: Project, **settings: Any) -> str:
        """Queue the function with these JSON-able settings and return the job's id.

        The same function with the same settings, still waiting or running, is not queued twice: its id
        comes back.

        Raises
        ------
        InvalidInput
            When a setting is not one of the function's, or cannot be written as JSON.
        WorkbenchError
            What the function's `check` finds wrong with the settings; nothing is queued then.
        """
        from mlworkbench.jobs.queue import enqueue

        known = self.checked(settings)
        if self.check is not None:
            self.check(project, **{**self._defaults, **known})
        return enqueue(project, self.path, self.title, self.lane, known)

    @functools.cached_property
    def _defaults(self) -> dict[str, Any]:
        """What each setting is when it is not given; settings without a default are not in it."""
        settings = inspect.signature(self.function).parameters.values()
        return {one.name: one.default for one in settings if one.default not in (one.empty, SILENT)}

    def checked(self, settings: dict[str, Any]) -> dict[str, Any]:
        """The settings as JSON will give them back to the child."""
        known = [name for name in inspect.signature(self.function).parameters if name not in ("project", "progress")]
        for name in settings:
            if name not in known:
                raise InvalidInput(f"{self.title} has no setting {name!r}. Available: {listing(known)}.", field=name)
        try:
            text = json.dumps(settings, allow_nan=False)
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                f"The settings of a job must be plain values (text, numbers, lists): {error}."
            ) from error
        return dict(json.loads(text))


def job(
    *, lane: Lane, title: str, check: Check | None = None
) -> Callable[[Callable[Concatenate[Project, P], R]], JobFunction[P, R]]:
    """Make a stage function `f(project, *, …, progress=SILENT) -> result with an id` submittable.

    Parameters
    ----------
    lane : "heavy" or "light"
        Heavy jobs use all cores and run one at a time on a small machine; light ones pass them.
    title : str
        What it is called while it runs: "Comparing models".
    check : callable, optional
        `check(project, **settings)` raises the error of settings that can be seen to be wrong in milliseconds and
        without writing anything; `submit` calls it, so that nobody waits for a process to hear of a misspelt name.
        It gets every setting that is given or has a default. The function itself checks again: it is also called
        directly, and the project may have changed while the job waited.
    """

    def decorate(function: Callable[Concatenate[Project, P], R]) -> JobFunction[P, R]:
        return JobFunction(function, lane, title, check)

    return decorate


def load_function(path: str) -> JobFunction[Any, Any]:
    """The job function at "module:name"; only functions of this package that were made with `job`."""
    import importlib

    module_name, _, name = path.partition(":")
    if not module_name.startswith("mlworkbench."):
        raise WorkbenchError(f"{path!r} is not a job of this package.")
    found = getattr(importlib.import_module(module_name), name, None)
    if not isinstance(found, JobFunction):
        raise WorkbenchError(f"{path!r} is not a job of this version. Queue the work again.")
    return found
