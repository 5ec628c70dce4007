"""One row of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mlworkbench.data.keys import row_keys
from mlworkbench.data.repairs.spec import FIGURES, REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, kind_of, plural
from mlworkbench.data.results import Column

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_COUNTS = ("count", "distinct", "missing")
_OF_NUMBERS = ("sum", "mean", "median", "std")


def _check(given: Mapping[str, Any]) -> None:
    both = [name for name in given["figures"] if name in given["by"]]
    if both:
        raise wrong(f"{both[0]!r} is a column that the rows are grouped by. Give the figure another name.")


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np
    import pyarrow as pa

    by, figures = given["by"], given["figures"]
    work.need(by)
    work.need([column for column, _ in figures.values()])
    keys = row_keys(work.table, by)
    _, first, codes = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)  # groups in the order in which they appear
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    codes, first = place[codes.reshape(-1)], np.sort(first)
    table = work.table.select(by).take(pa.array(first))
    columns = [work.columns[name] for name in by]
    for name, (column, function) in figures.items():
        cells = _figure(work.cells(column), codes, len(first), function, column)
        known = work.columns[column]
        if function in ("min", "max", "first", "last"):
            columns.append(replace(known, name=name, evidence=f"{function} of {column}"))
        else:
            kind = "integer" if pa.types.is_integer(cells.type) else "number"
            columns.append(Column(name, kind, 0, 0, f"{function} of {column}"))
        table = table.append_column(name, cells)
    before = len(work)
    work.remake(table, columns)
    work.touched |= {name for name, (_, function) in figures.items() if function not in ("min", "max", "first", "last")}
    return Done(
        before - len(work),
        f"{plural(before, 'row')} made into {plural(len(work), 'row')}, one for each {', '.join(by)}",
    )


def _figure(cells: pa.Array, codes: np.ndarray, size: int, function: str, name: str) -> pa.Array:
    """A figure of each group, missing cells left out; std is the sample's (n − 1)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    number = pa.types.is_integer(cells.type) or pa.types.is_floating(cells.type)
    if function in _OF_NUMBERS and not number:
        raise wrong(f"The {function} is of numbers, and {name!r} holds {kind_of(cells.type)}. Choose another figure.")
    if function == "median":
        import pandas as pd

        middle = pd.Series(cells.to_numpy(zero_copy_only=False)).groupby(codes).median()
        return pa.array(middle.reindex(range(size)), pa.float64(), from_pandas=True)
    names = {"count": "count", "distinct": "count_distinct", "missing": "count", "std": "stddev"}
    options: Any = None
    if function in _COUNTS:
        options = pc.CountOptions(mode={"count": "all", "distinct": "only_valid", "missing": "only_null"}[function])
    elif function == "std":
        options = pc.VarianceOptions(ddof=1)
    grouped = pa.table({"group": codes, "cell": cells}).group_by("group", use_threads=False)
    done = grouped.aggregate([("cell", names.get(function, function), options)]).sort_by("group")
    found = done.column(next(one for one in done.column_names if one != "group")).combine_chunks()
    if function in ("mean", "std"):
        found = found.cast(pa.float64())
    return pa.concat_arrays(found.chunks) if isinstance(found, pa.ChunkedArray) else found


REPAIRS.register(
    RepairSpec(
        "aggregate",
        "Aggregate rows",
        "One row for each value of some columns, with figures of the others; rows and holdout are new ones.",
        (
            Setting("by", "columns", [], "One row for each", required=True),
            Setting(
                "figures",
                "figures",
                {},
                "Figures",
                "For each its name, a column, and what of it: " + ", ".join(FIGURES) + ".",
                required=True,
            ),
        ),
        "rows",
        _apply,
        again="refuse",
        check=_check,
    )
)
