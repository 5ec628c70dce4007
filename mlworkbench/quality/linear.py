"""Exact linear relations among columns of numbers: found on a sample, true of every row or not said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

ZERO = 1e-8  # of a column's spread: what the others leave unexplained is rounding
MOST_TERMS = 12
MOST_MISSING = 0.3  # of the cells of a column that is looked at with others
SAMPLE = 2_000


@dataclass(frozen=True)
class Relation:
    """`column` = sum of factor × other column + `constant`, in all `rows` rows that have all of them."""

    column: str
    terms: tuple[tuple[str, float], ...]
    constant: float
    rows: int

    @property
    def names(self) -> tuple[str, ...]:
        """All columns of the relation, the one that follows from the others first."""
        return (self.column, *(name for name, _ in self.terms))

    @property
    def words(self) -> str:
        """ "cnt = casual + registered"."""
        said = ""
        for name, factor in self.terms:
            sign = " − " if factor < 0 else " + " if said else ""
            size = "" if abs(abs(factor) - 1) < 1e-9 else f"{abs(factor):.6g} · "
            said += f"{sign}{size}{name}" if said or factor > 0 else f"−{size}{name}"
        rest = f" {'−' if self.constant < 0 else '+'} {abs(self.constant):.6g}" if abs(self.constant) > 1e-9 else ""
        return f"{self.column} = {said}{rest}"


def relations(scan: Scan, names: Sequence[str], rows: np.ndarray) -> tuple[Relation, ...]:
    """Columns that follow exactly from earlier ones, in the order of `names`.

    One after the other the columns are made orthogonal to those before (modified Gram-Schmidt, twice; Björck 1967);
    one of which nothing is left follows from them. Each relation is then looked at in every row of `rows`.
    """
    import numpy as np

    raw = {name: scan.numbers(name)[rows] for name in names}
    usable = [
        name for name in names if np.isnan(raw[name]).mean() <= MOST_MISSING and 0 < np.nanstd(raw[name]) < np.inf
    ]
    table = np.column_stack([raw[name] for name in usable]) if usable else np.empty((len(rows), 0))
    whole = np.flatnonzero(~np.isnan(table).any(axis=1))
    if len(usable) < 2 or len(whole) < len(usable) + 10:
        if len(usable) > 1:
            scan.leave_out(f"only {len(whole):,} rows have a value in all {len(usable):,} columns of numbers")
        return ()
    drawn = table[scan.sample(whole, max(SAMPLE, 5 * len(usable)))]
    middle, spread = drawn.mean(axis=0), drawn.std(axis=0)
    varied = [place for place in range(len(usable)) if spread[place] > 0]
    scaled = (drawn[:, varied] - middle[varied]) / spread[varied]
    usable, table = [usable[place] for place in varied], table[:, varied]
    basis: list[int] = []
    directions = np.empty((len(drawn), 0))
    found = []
    for place in range(len(usable)):
        left = scaled[:, place].copy()
        for _ in range(2):
            left -= directions @ (directions.T @ left)
        if np.linalg.norm(left) > ZERO * np.sqrt(len(drawn)):
            basis.append(place)
            directions = np.column_stack([directions, left / np.linalg.norm(left)])
            continue
        relation = _relation(table, scaled, usable, basis, place)
        if relation is not None:
            found.append(relation)
    return tuple(found)


def _relation(
    table: np.ndarray, scaled: np.ndarray, names: Sequence[str], basis: Sequence[int], place: int
) -> Relation | None:
    """The factors of a column that follows from those of the basis, where it does so in all rows."""
    import numpy as np

    factors = np.linalg.lstsq(scaled[:, basis], scaled[:, place], rcond=None)[0]
    used = [one for one, factor in zip(basis, factors, strict=True) if abs(factor) > 1e-6]
    if not 0 < len(used) <= MOST_TERMS:
        return None
    whole = ~np.isnan(table[:, [*used, place]]).any(axis=1)
    wanted, others = table[whole, place], np.column_stack([table[np.ix_(whole, used)], np.ones(whole.sum())])
    exact = np.linalg.lstsq(others, wanted, rcond=None)[0]
    near = (np.abs(exact - np.round(exact)) < 1e-6) & ((np.round(exact) != 0) | (np.arange(len(exact)) == len(used)))
    rounded = np.where(near, np.round(exact), exact)
    for factor in (rounded, exact):
        if np.abs(wanted - others @ factor).max() <= 1e-6 * wanted.std():
            terms = tuple((names[one], float(value)) for one, value in zip(used, factor, strict=False))
            return Relation(names[place], terms, float(factor[-1]), int(whole.sum()))
    return None


def nearly_sum(scan: Scan, target: str, names: Sequence[str], rows: np.ndarray) -> tuple[Relation, float] | None:
    """The target as a sum or difference of columns, each counted once, but for a little; with the share explained.

    Least squares on training rows; columns that say next to nothing are left out. The others count when their factor
    is within 20 % of 1 or −1 and together they explain 98 % of the target's variance.
    """
    import numpy as np

    wanted = scan.numbers(target)[rows]
    table = np.column_stack([scan.numbers(name)[rows] for name in names]) if names else np.empty((len(rows), 0))
    kept = [place for place in range(len(names)) if np.isnan(table[:, place]).mean() <= MOST_MISSING]
    for _ in range(3):
        whole = ~np.isnan(table[:, kept]).any(axis=1) & ~np.isnan(wanted)
        if len(kept) < 2 or whole.sum() < 10 * len(kept) or wanted[whole].std() == 0:
            return None
        others = np.column_stack([table[np.ix_(whole, kept)], np.ones(whole.sum())])
        factors = np.linalg.lstsq(others, wanted[whole], rcond=None)[0]
        share = 1 - float(np.var(wanted[whole] - others @ factors) / np.var(wanted[whole]))
        says = np.abs(factors[:-1]) * table[np.ix_(whole, kept)].std(axis=0) / wanted[whole].std()
        telling = [place for place, size in zip(kept, says, strict=True) if size >= 0.05]
        if len(telling) == len(kept):
            break
        kept = telling
    if share < 0.98 or len(kept) < 2 or np.any(np.abs(np.abs(factors[:-1]) - 1) > 0.2):
        return None
    terms = tuple((names[place], float(np.sign(factor))) for place, factor in zip(kept, factors, strict=False))
    return Relation(target, terms, 0.0, int(whole.sum())), share
