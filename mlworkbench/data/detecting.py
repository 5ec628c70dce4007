"""How a file would be read, from its beginning only: what was detected, how sure, and the first lines as they are."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.artifacts import find
from mlworkbench.data.dialect import detect, whole_rows
from mlworkbench.data.encodings import SAMPLE, open_bytes
from mlworkbench.data.inference import study
from mlworkbench.data.plan import Plan, convert
from mlworkbench.data.rawcells import raw_cells
from mlworkbench.data.readers import Raw, check_options, reader_for
from mlworkbench.data.typed import named_columns
from mlworkbench.data.uploads import known_upload, scratch
from mlworkbench.errors import InvalidInput
from mlworkbench.projects import Project

if TYPE_CHECKING:
    import pandas as pd

MOST_BYTES = 20 << 20  # of a file that is no text: it is read whole or not at all
_LINES = 14
_LONG = 400


@dataclass(frozen=True)
class Detected:
    """How the beginning of a file is read.

    Parameters
    ----------
    reader : str
        The name of the reader.
    reading : Mapping
        The settings it was read with, those given and those detected.
    sure : float, optional
        Share of the rows that have the table's number of fields, 0 to 1; None for formats that say so themselves.
    encodings : tuple of (str, str)
        The encodings that fit, the likeliest first, with the first odd lines in each; empty when there is no doubt.
    lines : tuple of str
        The first lines of a text file, as they are.
    types : Mapping
        Column name → type as far as the beginning shows.
    frame : pandas.DataFrame or None
        The first rows as they would be stored; None when the file cannot be read so.
    notes : tuple of str
        What a person should know, in words.
    problem : str
        Why it cannot be read so; "" when it can.
    whole : bool
        Whether all of the file was looked at.
    """

    reader: str
    reading: Mapping[str, Any]
    sure: float | None
    encodings: tuple[tuple[str, str], ...]
    lines: tuple[str, ...]
    types: Mapping[str, str]
    frame: pd.DataFrame | None
    notes: tuple[str, ...]
    problem: str
    whole: bool


def detect_reading(
    project: Project, upload: str, reading: Mapping[str, Any] | None = None, *, rows: int = 50
) -> Detected:
    """Read the first megabyte of an upload as it would be read, without storing anything.

    Parameters
    ----------
    upload : str
        The id of an upload (see `receive`).
    reading : mapping, optional
        What a person says; the rest is detected.
    rows : int
        Rows of the preview.

    Raises
    ------
    InvalidInput
        field="reading": an option that the reader does not know. What the file itself does wrong is in `problem`.
    NotFound
        No such upload.
    """
    file = known_upload(project, find(project, upload, kind="upload"))
    spec = reader_for(file.suffix)
    given = {key: value for key, value in (reading or {}).items() if value is not None}
    check_options(spec, given)
    text = spec.name == "csv"
    with scratch(project.workspace) as folder:
        lines: tuple[str, ...] = ()
        sure: float | None = None
        encodings: tuple[tuple[str, str], ...] = ()
        whole = True
        try:
            if text:
                path, whole = _head(file.path, folder)
                lines = _lines(path, given.get("encoding"))
                dialect = detect(path, given, _silent)
                sure, encodings = dialect.sure, dialect.encoding.guesses
                lines = _lines(path, dialect.encoding.name)
            else:
                path = file.path
                if path.stat().st_size > MOST_BYTES:
                    raise InvalidInput("The file is too large for a preview; it is read as a whole.", field="source")
            raw = spec.read(path, given, folder, _silent)
            plans, frame = _typed(raw, given, rows)
        except InvalidInput as error:
            return Detected(spec.name, given, sure, encodings, lines, {}, None, (), error.message, whole)
    types = {plan.name: plan.type for plan in plans}
    settled = {**(raw.reading or {}), **given}
    notes = tuple(said for _, _, said in raw.notes)
    return Detected(spec.name, settled, sure, encodings, lines, types, frame, notes, "", whole)


def _silent(share: float) -> None:
    """Too short to report."""


def _head(path: Path, folder: Path) -> tuple[Path, bool]:
    """The first megabyte, unpacked, cut at the end of a line; and whether that is all."""
    with open_bytes(path) as stream:
        head = stream.read(SAMPLE)
        whole = len(head) < SAMPLE
    if not whole:
        wide = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        name = "utf-16" if wide else "latin-1"  # every byte is a letter in latin-1, so nothing is changed by it
        head = whole_rows(head.decode(name, "ignore")).encode(name)
    part = folder / "head.csv"
    part.write_bytes(head)
    return part, whole


def _lines(path: Path, encoding: str | None) -> tuple[str, ...]:
    try:
        text = path.read_bytes()[: 1 << 16].decode(encoding or "utf-8", "replace")
    except LookupError:
        text = path.read_bytes()[: 1 << 16].decode("utf-8", "replace")
    return tuple(line[:_LONG] for line in text.splitlines()[:_LINES])


def _typed(raw: Raw, given: Mapping[str, Any], rows: int) -> tuple[list[Plan], pd.DataFrame]:
    import pandas as pd
    import pyarrow as pa

    table = raw_cells(raw.path).table()
    names, _ = named_columns(raw.names, given.get("names"))
    said = {key: given.get(key) for key in ("decimal", "thousands")} | {"hint": raw.decimal}
    plans, columns = [], {}
    for place, name in enumerate(names):
        plan = study(
            name, table.column(place), null_words=given.get("null_words"), day_first=given.get("day_first"), said=said
        )
        plans.append(plan)
        columns[name] = convert(table.column(place).slice(0, rows).combine_chunks(), plan)
    shown = pa.table(columns).to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get)
    return plans, shown
