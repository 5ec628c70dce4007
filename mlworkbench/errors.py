"""The one small tree of errors. A message says what was expected, what came, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable


class WorkbenchError(Exception):
    """Base of every error that a person should read.

    Parameters
    ----------
    message : str
        What was expected, what came, what to do next; plain text, never markup.
    field : str, optional
        The setting that is wrong, so that a page can show the message beside it.
    """

    exit_code = 1

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidInput(WorkbenchError):
    """A file, setting or value that cannot be used as it is."""

    exit_code = 2


class NotFound(WorkbenchError):
    """A name or id that does not exist; the message lists what does."""

    exit_code = 2


class Conflict(WorkbenchError):
    """Somebody else changed it first, or the name is taken."""

    exit_code = 2


class NotApplicable(WorkbenchError):
    """A sensible request that this data or this state does not allow."""

    exit_code = 2


class GateNotMet(WorkbenchError):
    """A promise of the project's contract does not hold, so that the next step is not taken."""

    exit_code = 3


class JobFailed(WorkbenchError):
    """A job ended without a result, by our fault or by being stopped."""


ERRORS: dict[str, type[WorkbenchError]] = {
    kind.__name__: kind
    for kind in (WorkbenchError, InvalidInput, NotFound, Conflict, NotApplicable, GateNotMet, JobFailed)
}


def listing(names: Iterable[object], limit: int = 12) -> str:
    """Names as one readable line, cut after `limit` of them with the count of the rest."""
    shown = [str(name) if len(str(name)) <= 80 else f"{str(name)[:77]}…" for name in names]
    if not shown:
        return "none yet"
    rest = len(shown) - limit
    return ", ".join(shown[:limit]) + (f" and {rest} more" if rest > 0 else "")
