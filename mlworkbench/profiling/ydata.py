"""The one module that knows the ydata library (fg-data-profiling): its settings, its steps, where it tells them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlworkbench.jobs import SILENT, JobCancelled, Progress

if TYPE_CHECKING:
    import pandas as pd

SHARES = {  # of the work: describing the columns, drawing them, writing the page; measured, see docs/ydata-report.md
    "minimal": (0.10, 0.85, 0.05),
    "full": (0.72, 0.25, 0.03),
    "comparison": (0.40, 0.56, 0.04),
    "timeseries": (0.40, 0.56, 0.04),
}
MOST_POINTS = 300  # of a pair drawn as points; more are counted in hexagons (1,000 points made pages of 0.14 MB a pair)
_SAYS = {  # how the library's words for its steps begin → ours
    "Describe variable": "Counting column {done} of {columns}",
    "Calculate": "Computing correlations",
    "scatter": "Drawing pairs of columns",
    "Missing": "Drawing what is missing",
    "Detecting": "Looking for repeated rows",
}


class Stopped(Exception):
    """The library failed: at which column, when it was at one, and at what."""

    def __init__(self, column: str | None, error: Exception) -> None:
        self.column = column
        lines = str(error).strip().splitlines() or ["no message"]
        super().__init__(f"{type(error).__name__}: {lines[0][:200]}")


@dataclass
class Steps:
    """The library's steps as one progress from `low` to `high`; once cancelled, every further step says so at once."""

    progress: Progress
    mode: str
    columns: int
    tables: int
    pairs: int
    low: float = 0.08
    high: float = 0.96
    done: list[int] = field(default_factory=lambda: [0, 0, 0])
    stopped: Exception | None = None
    failed: str | None = None

    def say(self, phase: int, message: str) -> None:
        """A step begins: phase 0 describes, 1 draws, 2 writes."""
        if self.stopped is not None:
            raise self.stopped
        expected = (self.tables * (self.columns + 10) + self.pairs, self.columns, self.columns)
        shares = SHARES[self.mode]
        passed = sum(shares[:phase]) + shares[phase] * min(1.0, self.done[phase] / max(1, expected[phase]))
        try:
            self.progress.update(self.low + (self.high - self.low) * passed, message)
        except Exception as stop:
            self.stopped = stop
            raise

    def at(self, column: Any, work: Callable[..., Any], *given: Any) -> Any:
        """Do the work of one column; where it fails is kept, and nothing else is begun."""
        try:
            return work(*given)
        except Exception as error:
            self.stopped, self.failed = error, str(column)
            raise

    def describing(self, words: str) -> None:
        """A step of describing begins; the library says which."""
        said = next((ours for theirs, ours in _SAYS.items() if words.startswith(theirs)), "Counting")
        self.say(0, said.format(done=self.done[0] % (self.columns + 10) + 1, columns=self.columns))


def make(
    frames: Sequence[pd.DataFrame],
    titles: Sequence[str],
    *,
    mode: str,
    time: str | None = None,
    progress: Progress = SILENT,
) -> tuple[str, Any]:
    """The page about one frame, or two compared, and the library's description of the first.

    Parameters
    ----------
    frames : sequence of DataFrame
        As `harmless` makes them; for a comparison two with the same columns of the same dtypes.
    time : str, optional
        The column that orders a time series.

    Raises
    ------
    Stopped
        The library cannot do it.
    JobCancelled
        What `progress` raised.
    """
    os.environ["YDATA_PROFILING_NO_ANALYTICS"] = "True"  # before the import: it must not tell anybody that it is used
    os.environ.setdefault("MPLBACKEND", "Agg")
    os.environ.setdefault("YDATA_SUPPRESS_BANNER", "1")
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from ydata_profiling import ProfileReport

        columns = len(frames[0].columns)
        numbers = len(frames[0].select_dtypes("number").columns)
        steps = Steps(progress, mode, columns, len(frames), numbers**2 if mode == "full" else 0)
        with _told(steps), _reasoned(steps):
            made = [
                ProfileReport(frame, title=title, progress_bar=False, pool_size=1, **_settings(mode, time))
                for frame, title in zip(frames, titles, strict=True)
            ]
            described = made[0].get_description()
            report = made[0].compare(made[1]) if mode == "comparison" else made[0]
            return str(report.to_html()), described


def _settings(mode: str, time: str | None) -> dict[str, Any]:
    """Types are ours: the library is not to guess them again (it takes leading zeros for numbers)."""
    if mode == "minimal":
        return {"minimal": True, "infer_dtypes": False}
    if mode == "full":
        return {"infer_dtypes": False, "plot": {"scatter_threshold": MOST_POINTS}}
    plain = {"infer_dtypes": False, "interactions": {"continuous": False}}
    return plain | {"tsmode": True, "sortby": time} if mode == "timeseries" else plain


@contextlib.contextmanager
def _reasoned(steps: Steps) -> Iterator[None]:
    try:
        yield
    except (JobCancelled, MemoryError):
        raise
    except Exception as error:  # another library's code on any table: whatever it is, a person must read it
        raise Stopped(steps.failed, error) from error


@contextlib.contextmanager
def _told(steps: Steps) -> Iterator[None]:
    """While the block runs, the library's progress bars and drawing functions tell `steps`.

    It has no hook for a caller, only bars on stderr and none while it draws, which is most of the time.
    """
    from data_profiling.model import describe
    from data_profiling.model.pandas import summary_pandas
    from data_profiling.report.presentation.flavours.html import variable
    from data_profiling.report.structure import report

    class Bar(_Bar):
        def update(self, step: int = 1) -> None:
            steps.done[0] += step

        def set_postfix_str(self, words: str) -> None:
            steps.describing(words)

    drawers, render, describe_1d = (
        report.get_render_map,
        variable.HTMLVariable.render,
        summary_pandas.pandas_describe_1d,
    )

    def draw(function: Callable[..., Any]) -> Callable[..., Any]:
        def drawn(*given: Any) -> Any:
            steps.say(1, f"Drawing column {min(steps.done[1] + 1, steps.columns)} of {steps.columns}")
            made = steps.at(given[1]["varname"], function, *given)
            steps.done[1] += 1
            return made

        return drawn

    def describe_one(config: Any, series: Any, *given: Any) -> Any:
        return steps.at(series.name, describe_1d, config, series, *given)

    def write(self: Any) -> Any:
        steps.say(2, "Writing the page")
        steps.done[2] += 1
        return render(self)

    places = (
        (describe, "tqdm", Bar),
        (summary_pandas, "tqdm", _Bar),
        (summary_pandas, "pandas_describe_1d", describe_one),
        (report, "get_render_map", lambda: {name: draw(one) for name, one in drawers().items()}),
        (variable.HTMLVariable, "render", write),
    )
    before = [(place, name, getattr(place, name)) for place, name, _ in places]
    for place, name, ours in places:
        setattr(place, name, ours)
    try:
        yield
    finally:
        for place, name, theirs in before:
            setattr(place, name, theirs)


class _Bar:
    """What the library takes for a bar of tqdm; this one shows nothing."""

    def __init__(self, iterable: Any = (), total: int = 0, **_: Any) -> None:
        self.iterable, self.total = iterable, total

    def __iter__(self) -> Iterator[Any]:
        return iter(self.iterable)

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        pass
