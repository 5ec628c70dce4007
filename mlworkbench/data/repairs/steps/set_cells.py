"""Correct particular cells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting, wrong
from mlworkbench.data.repairs.work import Work, cell, plural


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import numpy as np
    import pyarrow as pa

    name = given["column"]
    cells = work.cells(name)
    if work.remade:
        raise wrong("The rows were made anew in an earlier step: correct cells before it, or in the version it makes.")
    values = {row: cell(new, cells.type, name) for row, new in given["cells"]}
    wanted = np.array(list(values), dtype=np.int64)
    places = np.flatnonzero(np.isin(work.rows, wanted))
    gone = len(wanted) - len(np.unique(work.rows[places]))
    new = [values[int(row)] for row in work.rows[places]]
    plain = pa.array([one.as_py() if isinstance(one, pa.Scalar) else one for one in new], cells.type)
    at = np.arange(len(cells))
    at[places] = len(cells) + np.arange(len(places))
    count = work.put(name, pa.concat_arrays([cells, plain]).take(pa.array(at)))
    same = len(places) - count
    said = f"; {plural(same, 'cell')} said so already" if same else ""
    lost = f"; {plural(gone, 'row')} of those given {'is' if gone == 1 else 'are'} not in the table" if gone else ""
    return Done(count, f"{plural(count, 'cell')} of {name} corrected{said}{lost}")


REPAIRS.register(
    RepairSpec(
        "set_cells",
        "Correct cells",
        "Put values into particular rows of a column: corrections by hand, labels, suspected label errors accepted.",
        (
            Setting("column", "column", label="Column", required=True),
            Setting(
                "cells",
                "cells",
                [],
                "Cells",
                "Rows are places in the version that is repaired, whatever steps stand before.",
                required=True,
            ),
        ),
        "rows",
        _apply,
        again="skip",
    )
)
