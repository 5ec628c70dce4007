"""Whether two groups of rows differ in a column: tests of `mlworkbench.data.shifts`, all columns in mind."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mlworkbench.data import Shift, adjusted, shift_of
from mlworkbench.quality.catalog import FAILURES

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.quality.scan import Scan

MOST_ROWS = 20_000  # of each group


@dataclass(frozen=True)
class Shifted:
    """A column whose two groups differ beyond chance and by more than the floor."""

    column: str
    shift: Shift

    @property
    def words(self) -> str:
        """The test, its effect and its adjusted p-value."""
        p_value = self.shift.q_value or 0.0
        adjusted_p = f"{p_value:.1g}" if p_value >= 1e-9 else "below 1e-9"
        return (
            f"{self.shift.test} effect {self.shift.effect or 0.0:.2f} (0 alike, 1 nothing in common; adjusted p "
            f"{adjusted_p})"
        )


def shifted(
    scan: Scan, names: Iterable[str], groups: tuple[np.ndarray, np.ndarray], *, floor: float, level: float
) -> list[Shifted]:
    """The columns in which two groups of rows (positions) differ, the largest effect first.

    Effects and tests are those of `mlworkbench.data.Shift`: Kolmogorov-Smirnov distance for numbers and dates,
    Jensen-Shannon distance for categories; p-values adjusted over all columns (Benjamini and Hochberg 1995).

    Parameters
    ----------
    floor : float
        The smallest effect that counts, 0 to 1.
    level : float
        The largest adjusted p-value that counts.
    """
    drawn = [_spaced(rows) for rows in groups]
    done: dict[str, Shift] = {}
    for name in names:
        try:
            done[name] = _shift(scan, name, drawn)
        except FAILURES as error:
            scan.leave_out(f"{type(error).__name__}: {error}"[:300], name)
    tested = dict(zip(done, adjusted(list(done.values())), strict=True))
    return sorted(_found(tested, floor, level), key=lambda one: -(one.shift.effect or 0.0))


def _found(tested: Mapping[str, Shift], floor: float, level: float) -> Iterable[Shifted]:
    for name, shift in tested.items():
        if shift.effect is not None and shift.q_value is not None and shift.effect >= floor and shift.q_value <= level:
            yield Shifted(name, shift)


def _shift(scan: Scan, name: str, groups: list[np.ndarray]) -> Shift:
    import pyarrow as pa

    kind = scan.types[name]
    cells = scan.raw(name)
    parts = [cells.take(pa.array(rows)) for rows in groups]
    coded = pa.chunked_array(parts).dictionary_encode().unify_dictionaries().chunks
    codes = [one.indices.fill_null(-1).to_numpy(zero_copy_only=False) for one in coded]
    return shift_of(parts[0], parts[1], kind, kind, (codes[0], codes[1]))


def _spaced(rows: np.ndarray) -> np.ndarray:
    """Up to 20,000 of the rows, evenly spaced."""
    import numpy as np

    if len(rows) <= MOST_ROWS:
        return rows
    return rows[np.linspace(0, len(rows) - 1, MOST_ROWS).astype(np.int64)]
