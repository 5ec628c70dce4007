"""Values that stand for "nothing is known": -999, "?", 9999-12-31, zeros where there can be none."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mlworkbench.quality import steps
from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, listed, of, per_column
from mlworkbench.quality.shapes import MOSTLY, NOTHING, NUMBER, kinds

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.data import Column
    from mlworkbench.quality.scan import Scan

TAGS = (-1.0, *(sign * (10.0**digits - 1) for digits in range(1, 10) for sign in (1, -1)), -88.0, -888.0, 888.0, 8888.0,
        -8888.0)  # fmt: skip
LEAST, LEAST_SHARE = 3, 0.002  # cells with the value
APART = 3.0  # inter-quartile ranges between the value and the nearest other one
STEPS = 5.0  # zero is so many usual steps below the smallest other value
MOST_ZEROS = 0.6  # with more zeros, zero is what the column usually says
DATES = {"9999-12-31": 253402214400, "1900-01-01": -2208988800, "1970-01-01": 0, "1899-12-30": -2209161600,
         "2999-12-31": 32503593600, "1753-01-01": -6847804800}  # fmt: skip


def _words(scan: Scan, column: Column) -> Iterable[Suspect]:
    values, counts = scan.values(column.name)
    found = kinds(values)
    nothing = found.kind == NOTHING
    solid = ~nothing
    number = int(counts[found.kind == NUMBER].sum())
    if not nothing.any() or number >= MOSTLY * counts.sum() or column.name == scan.dataset.target:
        return  # numbers with a few odd cells: numbers_as_text names them
    if not solid.any() or all(len(one) == 1 and not one.isalnum() for one in values.filter(solid).to_pylist()[:50]):
        return  # signs among signs
    words = values.filter(nothing).to_pylist()
    yield _found(scan, column, words, int(counts[nothing].sum()), listed(repr(one) for one in words))


def _numbers(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    values, counts = scan.values(column.name)
    if len(values) < 10 or column.name == scan.dataset.target:
        return
    numbers = np.asarray(values.to_numpy(zero_copy_only=False), dtype=np.float64)
    order = np.argsort(numbers)
    numbers, counts = numbers[order], counts[order]
    tags = [edge for edge in (0, len(numbers) - 1) if _is_tag(numbers, counts, edge)]
    if impossible_zeros(numbers, counts):
        tags.append(int(np.searchsorted(numbers, 0.0)))
    if tags:
        shown = " and ".join(f"{numbers[place]:g}" for place in tags)
        cells = int(counts[tags].sum())
        kept = [int(numbers[place]) if column.type == "integer" else float(numbers[place]) for place in tags]
        yield _found(scan, column, kept, cells, shown, ", far from all other values")


def _is_tag(numbers: np.ndarray, counts: np.ndarray, place: int) -> bool:
    """A value such as -999 at the end of the column, repeated, far from its neighbour.

    -1 needs no distance where it is the only negative value of ten or more and more frequent than 0.
    """
    import numpy as np

    value, size = numbers[place], counts[place]
    if value not in TAGS or size < max(LEAST, LEAST_SHARE * counts.sum()):
        return False
    rest, weights = np.delete(numbers, place), np.delete(counts, place)
    if value == -1:
        return bool(rest[0] >= 0 and size > 2 * weights[:5].max() and np.all(rest == np.floor(rest)))
    low, high = _quantile(rest, weights, 0.25), _quantile(rest, weights, 0.75)
    gap = rest[0] - value if place == 0 else value - rest[-1]
    return bool(gap > APART * (high - low) and gap > 0.5 * (rest[-1] - rest[0]))


def impossible_zeros(numbers: np.ndarray, counts: np.ndarray) -> bool:
    """Zero below an otherwise positive column, farther off than its lowest values are from each other."""
    import numpy as np

    if len(numbers) < 15 or numbers[0] != 0 or counts[0] < max(LEAST, LEAST_SHARE * counts.sum()):
        return False
    usual = float(np.median(np.diff(numbers[1:12])))
    far = numbers[1] > STEPS * usual and numbers[1] > 0.1 * _quantile(numbers[1:], counts[1:], 0.5)
    return bool(far and counts[0] <= MOST_ZEROS * counts.sum() and counts[0] > 2 * np.median(counts[1:12]))


def _quantile(numbers: np.ndarray, counts: np.ndarray, share: float) -> float:
    import numpy as np

    return float(numbers[np.searchsorted(np.cumsum(counts), share * counts.sum())])


def _dates(scan: Scan, column: Column) -> Iterable[Suspect]:
    import numpy as np

    seconds = scan.numbers(column.name)[:] / 1e6
    there = seconds[~np.isnan(seconds)]
    words, total = [], 0
    for word, second in DATES.items():
        cells = int((there == second).sum())
        rest = there[there != second]
        if not cells or len(rest) < 10:
            continue
        spread = np.subtract(*np.quantile(rest, (0.9, 0.1)))
        gap = float(np.min(np.abs(rest - second)))
        if gap > spread and (cells >= LEAST or word == "9999-12-31"):
            words.append(word)
            total += cells
    if words:
        stamps = [np.datetime64(word, "us") for word in words]
        yield _found(scan, column, words, total, listed(words), ", far from all other dates", stamps)


def _found(
    scan: Scan, column: Column, values: list[Any], cells: int, shown: str, where: str = "", stored: Any = None
) -> Suspect:
    return Suspect(
        (column.name,),
        cells,
        f"{of(cells, 'cell', 'cells')} of {column.name} {'says' if cells == 1 else 'say'} {shown}{where}: "
        "perhaps a word for missing.",
        cells / scan.rows,
        rows=scan.where(column.name, stored if stored is not None else values),
        repair=steps.make_missing(column.name, values),
    )


def _look(scan: Scan, column: Column) -> Iterable[Suspect]:
    kind = _dates if column.type == "datetime" else _numbers if column.type in ("integer", "number") else _words
    return kind(scan, column)


CHECKS.register(
    CheckSpec(
        "disguised_missing",
        "warning",
        "Taken for a value, it pulls means and models towards something that was never measured.",
        per_column(_look, "integer", "number", "datetime", "category", "text", "binary"),
        instead_of=("kept_null_words",),
    )
)
