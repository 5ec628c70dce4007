"""The catalog of checks: one file per code. Each looks at a `Scan` of the table and yields what it suspects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mlworkbench.catalog import Catalog

if TYPE_CHECKING:
    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

NUMBERS = ("integer", "number")
WORDS = ("binary", "category", "text")
FAILURES = (ValueError, TypeError, ArithmeticError, LookupError, RuntimeError, MemoryError)  # what odd cells may cause


@dataclass(frozen=True)
class Suspect:
    """One occurrence; the spec adds code, severity and why.

    Parameters
    ----------
    count : int
        How many, as the message says.
    share : float, optional
        Of what was looked at; None where that means nothing.
    rows : tuple of int
        Positions of example rows; the first few are shown.
    shown : tuple of str
        The columns whose cells are shown; default: `columns`.
    repair : Mapping, optional
        A step of `mlworkbench.data.repairs` that answers it.
    score : float, optional
        How strong it is, 0 to 1.
    """

    columns: tuple[str, ...]
    count: int
    message: str
    share: float | None = None
    rows: tuple[int, ...] = ()
    shown: tuple[str, ...] = ()
    repair: Mapping[str, Any] | None = None
    score: float | None = None


@dataclass(frozen=True)
class CheckSpec:
    """A kind of finding: its stable code, how grave it is, why it matters, how it is seen, and what it needs.

    Parameters
    ----------
    needs : tuple of {"target", "holdout"}
        Without these the check does not apply, which is no omission.
    instead_of : tuple of str
        Codes of reading that say the same; where this check speaks of the columns, they are not listed.
    """

    name: str
    severity: Literal["info", "warning", "problem"]
    why: str
    check: Callable[[Scan], Iterable[Suspect]]
    needs: tuple[Literal["target", "holdout"], ...] = ()
    instead_of: tuple[str, ...] = ()


CHECKS: Catalog[CheckSpec] = Catalog("check", "mlworkbench.quality.checks")


def per_column(look: Callable[[Scan, Column], Iterable[Suspect]], *types: str) -> Callable[[Scan], Iterator[Suspect]]:
    """A check that looks at each column of these types alone; one that fails is noted and stops no other."""

    def check(scan: Scan) -> Iterator[Suspect]:
        for column in scan.columns(*types):
            try:
                yield from look(scan, column)
            except FAILURES as error:
                scan.leave_out(f"{type(error).__name__}: {error}"[:300], column.name)

    return check


def listed(names: Iterable[str], most: int = 8) -> str:
    """Names as a line of a message, cut after `most` with the count of the rest."""
    known = [name if len(name) <= 60 else f"{name[:59]}…" for name in names]
    more = f" and {len(known) - most:,} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def of(count: int, one: str, several: str) -> str:
    """ "1 cell is" or "2,000 cells are"."""
    return f"{count:,} {one if count == 1 else several}"
