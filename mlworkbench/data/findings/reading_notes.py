"""What a reader noted about the file itself: other sheets, a guessed encoding, no header, blank rows."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _note(code: str, severity: str, why: str) -> None:
    def check(facts: TableFacts) -> Iterable[Found]:
        return [Found((), count, text) for noted, count, text in facts.raw.notes if noted == code]

    FINDINGS.register(FindingSpec(code, severity, why, check))  # type: ignore[arg-type]


_note("other_sheets", "info", "Their rows are not in the table.")
_note("encoding_guessed", "warning", "A wrong guess turns letters into others.")
_note("no_header", "warning", "If the first row does name the columns, it was read as data.")
_note("joined_lines", "info", "The file has more lines than the table has rows.")
_note("blank_rows", "info", "They hold nothing.")
_note("joined_header", "info", "The table's head has several rows; the names are theirs, joined.")
_note("skipped_lines", "info", "Titles above a table are no rows of it.")
_note("short_rows", "warning", "A row cut short may be a damaged one, or cells may have moved.")
_note("trailing_fields", "info", "Every row ends with a delimiter, or more fields than names.")
_note("mixed_kinds", "warning", "A column of numbers with a few words in it is text until they are gone.")
_note("nested_columns", "warning", "A model cannot use a list or an object as it is.")
_note("error_cells", "warning", "A formula failed there; the value is not known.")
_note("merged_cells", "warning", "What the block says may hold for all of its rows.")
_note("records_path", "info", "A document may hold more than one table.")
_note("unrepresentable_times", "warning", "A time that cannot be stored would become another one.")
_note("cut_nanoseconds", "info", "Times are stored in microseconds.")
_note("bytes_as_text", "warning", "The bytes may be no text at all.")
_note("undeclared_values", "warning", "Misspelt values look like this.")
_note("nominal_digits", "info", "Labels that are digits would be read as numbers.")
