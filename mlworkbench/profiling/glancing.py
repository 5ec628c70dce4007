"""A glance: what a sample tells at once, with its errors, until the exact figures of all rows take its place."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data import Dataset, draw_rows, get_dataset, learning_frame
from mlworkbench.profiling.results import ColumnProfile, Profile

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

CELLS = 600_000
ROWS = (300, 10_000)  # fewest and most
MOST_LINKED = 600  # columns; with more, links to the target would take longer than a glance may


def glance(project: Project, dataset: Dataset | str | None = None, *, seed: int = 0) -> Profile:
    """The first look from a sample of rows, in less than a second; no job, kept in memory by the dataset's id.

    Missing and different values are those counted when the table was read. Everything else is estimated: counts are
    scaled up to the table, and each column's `errors` say how far they may be off. A table no larger than the sample
    is looked at whole, and `estimated` is false. With more than 600 columns links to the target are left to `profile`.

    Raises
    ------
    NotFound
        There is no such dataset.
    """
    from mlworkbench.profiling.sampling import remembered

    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    return remembered(project, ("glance", table.id, seed), lambda: _glance(project, table, seed))


def _glance(project: Project, table: Dataset, seed: int) -> Profile:
    from mlworkbench.profiling.columns import profile_column
    from mlworkbench.profiling.looking import SAMPLE, assembled, look_together, repeated_rows
    from mlworkbench.profiling.sampling import coded, looked_at_together

    rows = min(ROWS[1], max(ROWS[0], CELLS // max(1, len(table.columns))))
    drawn = draw_rows(project, table, rows, seed=seed)
    looked = len(drawn.positions)
    estimated = looked < table.rows
    columns = []
    for one in table.columns:
        cells = drawn.table[one.name]
        found = profile_column(one.name, one.type, cells)
        columns.append(
            _scaled(found, one.missing, one.distinct, table.rows, cells, drawn.places) if estimated else found
        )
    wanted = [*looked_at_together(table), *([table.target] if table.target else [])]
    wanted = wanted if len(wanted) <= MOST_LINKED else []
    training = drawn.training.nonzero()[0][:SAMPLE]
    frame = learning_frame(drawn.table.select(wanted).take(training)) if wanted else None
    pairs, links, sampled = look_together(table, coded(frame, table)) if frame is not None else ((), (), 0)
    patterns, many, together = _gaps(drawn.table, columns, table.rows)
    return assembled(
        table, columns, patterns=(patterns, many), together=together, duplicates=repeated_rows(table), pairs=pairs,
        links=links, sampled=sampled, looked=looked, seed=seed, estimated=estimated,
    )  # fmt: skip


def _scaled(
    found: ColumnProfile, missing: int, distinct: int, rows: int, cells: Any, places: np.ndarray | None
) -> ColumnProfile:
    """The figures of a sample as estimates of the table's: counts scaled, errors added, what is not known left out."""
    there = len(cells) - found.missing
    factor = (rows - missing) / there if there else 0.0

    def up(count: int | None) -> int | None:
        return None if count is None else round(count * factor)

    return replace(
        found,
        missing=missing,
        distinct=distinct,
        zeros=up(found.zeros),
        negatives=up(found.negatives),
        infinite=up(found.infinite),
        outliers=up(found.outliers),
        histogram=tuple((low, high, round(count * factor)) for low, high, count in found.histogram),
        top=tuple((value, round(count * factor)) for value, count in found.top),
        days=None,
        longest_gap=None,
        longest_gap_days=None,
        errors=_errors(found, cells, rows, places) if there > 1 else {},
    )


def _errors(found: ColumnProfile, cells: Any, rows: int, places: np.ndarray | None) -> dict[str, float]:
    """Standard errors of a mean or of the share of the most frequent value, and the error of any quantile's rank.

    The last is the bound of A. Dvoretzky, J. Kiefer and J. Wolfowitz (1956) with P. Massart's constant (1990), for as
    many rows as, drawn one by one, would tell as much.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    valid = cells.is_valid().to_numpy()
    where = places[valid] if places is not None else None
    if found.top:
        plain = cells.cast(pa.string())
        hits = pc.equal(pc.utf8_slice_codeunits(plain, 0, 80), found.top[0][0]).to_numpy()[valid]
        return {"share": standard_error(hits.astype(np.float64), where, rows)}
    if not found.quantiles:
        return {}
    values = cells.drop_null().to_numpy().astype(np.float64)
    finite = np.isfinite(values)
    values, where = values[finite], where[finite] if where is not None else None
    if len(values) < 2:
        return {}
    ranks = np.argsort(np.argsort(values)) / len(values)
    plain_error = float(ranks.std(ddof=1)) / math.sqrt(len(values))
    alike = max(1.0, (standard_error(ranks, where, math.inf) / plain_error) ** 2)
    errors = {"rank": min(1.0, math.sqrt(math.log(2 / 0.05) * alike / (2 * len(values))))}
    if found.mean is not None and math.isfinite(error := standard_error(values, where, rows)):
        errors["mean"] = error
    return errors


def standard_error(values: np.ndarray, places: np.ndarray | None, total: float) -> float:
    """The standard error of a mean of sampled values.

    Rows drawn one by one: s/√n with the finite population correction; rows drawn from some parts of a file: that of
    a ratio estimate over the parts (W. Cochran, Sampling Techniques, 1977, sections 2.6 and 9A.2).
    """
    import numpy as np

    count = len(values)
    if places is None:
        return float(values.std(ddof=1)) / math.sqrt(count) * math.sqrt(max(0.0, 1 - count / total))
    parts = int(places.max()) + 1
    sizes = np.bincount(places, minlength=parts)
    off = np.bincount(places, weights=values, minlength=parts) - sizes * values.mean()
    used = int((sizes > 0).sum())
    return math.sqrt(used / max(1, used - 1) * float((off**2).sum())) / count


def _gaps(cells: Any, columns: list[ColumnProfile], rows: int) -> tuple[Any, int, Any]:
    """Patterns of gaps in a sample, their counts scaled up."""
    import numpy as np

    from mlworkbench.profiling.results import Pattern
    from mlworkbench.profiling.storage import GAP_COLUMNS, patterns_of

    known = sorted((one for one in columns if one.missing), key=lambda one: (-one.missing, one.name))[:GAP_COLUMNS]
    names = [one.name for one in known]
    if not names or not len(cells):
        return (), 0, ()
    keys = np.zeros(len(cells), dtype=np.uint64)
    for at, name in enumerate(names):
        keys |= cells[name].is_null().to_numpy().astype(np.uint64) << np.uint64(at)
    patterns, many, pairs = patterns_of(keys, names)
    factor = rows / len(cells)
    scaled = tuple(Pattern(one.columns, round(one.rows * factor)) for one in patterns)
    return scaled, many, tuple((left, right, round(both * factor)) for left, right, both in pairs)
