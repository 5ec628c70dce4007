"""All (estimator, fold) tasks and final fits of a comparison on one pool of processes, cheap estimators first."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlworkbench.errors import JobFailed
from mlworkbench.jobs import Progress
from mlworkbench.modeling.fitting import ONE_THREAD, Outcome, fit_all, fit_fold, warm_up
from mlworkbench.modeling.spec import EstimatorSpec

LOOK = 0.3  # seconds between looks at cancel and budget while nothing finishes
IDLE = 120  # seconds after which idle processes of the pool end


@dataclass(frozen=True)
class Finished:
    """An estimator that is through: its outcomes by fold, the final fit and its model file; or why not."""

    spec: EstimatorSpec
    status: str
    folds: tuple[Outcome, ...] = ()
    final: Outcome | None = None
    model: Path | None = None
    error: str | None = None
    warnings: tuple[str, ...] = ()


class Pool:
    """Processes with one thread each. They start at once, while the caller still prepares the work."""

    def __init__(self, processes: int) -> None:
        from joblib.externals.loky import get_reusable_executor

        self._executor: Any = get_reusable_executor(max_workers=processes, timeout=IDLE, env=ONE_THREAD)
        for _ in range(processes):
            self._executor.submit(warm_up)

    def submit(self, function: Any, *arguments: Any) -> Future[Outcome]:
        """Queue one task."""
        future: Future[Outcome] = self._executor.submit(function, *arguments)
        return future

    def kill(self) -> None:
        """End the processes now, whatever they are at.

        The pool finds them gone and clears up; its own way, `shutdown(kill_workers=True)`, trips over tasks that
        still wait and prints a traceback from its thread.
        """
        import psutil

        for pid in list(self._executor._processes):
            with contextlib.suppress(psutil.NoSuchProcess):
                psutil.Process(pid).kill()
        self._executor.shutdown(wait=True)


@dataclass(eq=False)
class _Waiting:
    spec: EstimatorSpec
    model: Path
    tasks: list[Future[Outcome]] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


class Schedule:
    """Every estimator on every fold and on all rows: queued when made, collected by `results`.

    Parameters
    ----------
    work : Path
        The file with the work; model files are written beside it.
    specs : sequence of EstimatorSpec
        In the order in which they are to be fitted.
    folds : int
        How many folds the work has.
    """

    def __init__(self, pool: Pool, work: Path, specs: Sequence[EstimatorSpec], folds: int) -> None:
        self._pool = pool
        self._begin = time.monotonic()
        self._tasks_each = folds + 1
        self._count = len(specs)
        self._waiting = [_Waiting(spec, work.with_name(f"{spec.name}.skops")) for spec in specs]
        self._by_future: dict[Future[Outcome], _Waiting] = {}
        self._spent = 0.0
        for one in self._waiting:
            # the final fit is the longest task: first, so that it is never the one that all others wait for
            one.tasks.append(pool.submit(fit_all, str(work), one.spec, str(one.model)))
            one.tasks += [pool.submit(fit_fold, str(work), one.spec, fold) for fold in range(folds)]
            self._by_future |= dict.fromkeys(one.tasks, one)

    def results(self, *, budget: float | None, progress: Progress, already: int = 0) -> Generator[Finished, None, None]:
        """Each estimator as soon as it is through.

        Parameters
        ----------
        budget : float, optional
            Seconds after which no estimator is started any more; those come back "skipped".
        already : int
            Estimators that an earlier attempt finished, for the words of the progress.

        Raises
        ------
        JobFailed
            When a process was killed from outside.
        JobCancelled
            When the job was asked to stop; the pool is ended then, as after any error.
        """
        total = self._tasks_each * sum(_weight(one.spec) for one in self._waiting)
        everybody = self._count + already
        try:
            while self._by_future:
                done, _ = wait(self._by_future, timeout=LOOK, return_when=FIRST_COMPLETED)
                for future in done:
                    one = self._by_future.pop(future)
                    self._spent += _weight(one.spec)
                    if one in self._waiting and self._completes(one, future.result()):
                        yield _through(one)
                if budget is not None and time.monotonic() - self._begin > budget:
                    for one in self._not_begun():
                        self._drop(one)
                        reason = f"the budget of {budget:g} s was spent before its turn"
                        yield Finished(one.spec, "skipped", error=reason)
                left = len(self._waiting)
                now = f", fitting {self._waiting[0].spec.label}" if left else ""
                progress.update(0.98 * self._spent / total, f"{everybody - left} of {everybody} models{now}")
        except BrokenProcessPool as error:
            self._pool.kill()
            raise JobFailed(
                "A fitting process was ended from outside, most likely because memory ran out. Finished models are "
                "kept: resume with fewer processes (n_jobs=1), or leave out the largest models."
            ) from error
        except BaseException:
            self._pool.kill()
            raise

    def _completes(self, one: _Waiting, outcome: Outcome) -> bool:
        one.outcomes.append(outcome)
        complete = outcome.error is not None or len(one.outcomes) == self._tasks_each
        if complete:
            self._drop(one)
        return complete

    def _not_begun(self) -> list[_Waiting]:
        """Those with no task begun; the first in line is never among them, so that something is compared."""
        return [one for one in self._waiting[1:] if not any(task.running() or task.done() for task in one.tasks)]

    def _drop(self, one: _Waiting) -> None:
        """Wait no more for an estimator, and cancel what it still has in the queue."""
        self._waiting.remove(one)
        for future in one.tasks:
            if future in self._by_future and future.cancel():
                del self._by_future[future]
                self._spent += _weight(one.spec)


def _through(one: _Waiting) -> Finished:
    warned = tuple(sorted({text for outcome in one.outcomes for text in outcome.warnings}))
    error = next((outcome.error for outcome in one.outcomes if outcome.error is not None), None)
    if error is not None:
        return Finished(one.spec, "failed", error=error, warnings=warned)
    ordered = sorted(one.outcomes, key=lambda outcome: outcome.fold)  # ALL_ROWS comes first
    return Finished(one.spec, "done", tuple(ordered[1:]), ordered[0], one.model, warnings=warned)


def _weight(spec: EstimatorSpec) -> float:
    """Rough share of the time, from the order of cost; it only shapes the progress bar."""
    return 0.02 + 0.03 * spec.cost**2
