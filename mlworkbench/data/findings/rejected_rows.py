"""Rows of the file that do not fit the header and were left out."""

from __future__ import annotations

from collections.abc import Iterable

from mlworkbench.data.findings import FINDINGS, FindingSpec, Found, TableFacts


def _check(facts: TableFacts) -> Iterable[Found]:
    raw = facts.raw
    if raw.rejected_rows:
        shown = "; ".join(f"row {one.row}: {one.reason}" for one in raw.rejected[:5])
        more = f" and {raw.rejected_rows - 5:,} more" if raw.rejected_rows > 5 else ""
        message = (
            f"{raw.rejected_rows:,} of {raw.rows + raw.rejected_rows:,} rows were left out ({shown}{more}). "
            "Rows are counted from the top of the file, blank lines not."
        )
        yield Found((), raw.rejected_rows, message, tuple(f"{one.row}: {one.text[:80]}" for one in raw.rejected[:5]))


FINDINGS.register(FindingSpec("rejected_rows", "problem", "These rows are in the file and not in the table.", _check))
