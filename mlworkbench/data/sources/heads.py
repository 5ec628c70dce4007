"""The first rows of a file that is not stored yet, as its reader reads them."""

from __future__ import annotations

import codecs
from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench.data.dialect import whole_rows
from mlworkbench.data.encodings import SAMPLE, open_bytes
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import reader_for, suffix_of
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

MOST_BYTES = 20 << 20  # of a file that is no text: it is read whole or not at all


def head_of(path: Path, name: str, rows: int, folder: Path) -> pa.Table:
    """The first rows of a file as raw cells; of text only the first megabyte is read."""
    import pyarrow as pa

    suffix = suffix_of(name) or Path(name).suffix
    spec = reader_for(suffix)
    link = folder / f"source{suffix}"
    link.symlink_to(path.absolute())
    path = link
    if spec.name == "csv":
        with open_bytes(path) as stream:
            head = stream.read(SAMPLE)
        if len(head) == SAMPLE:
            wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            kind = "utf-16" if wide else "latin-1"  # every byte is a letter in latin-1: nothing is changed by it
            head = whole_rows(head.decode(kind, "ignore")).encode(kind)
        path = folder / "head.csv"
        path.write_bytes(head)
    elif path.stat().st_size > MOST_BYTES:
        raise InvalidInput("The file is too large for a preview; it is read as a whole.", field="source")
    raw = spec.read(path, {}, folder, lambda share: None)
    first = next(raw_cells(raw.path).batches(rows), None)
    columns = first.columns if first is not None else [pa.nulls(0) for _ in raw.names]
    return pa.Table.from_arrays(columns, names=list(raw.names))
