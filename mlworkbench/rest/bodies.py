"""What comes in, before anything is believed: its type, its size, its shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from fastapi import Request

    from mlworkbench.serving import Problem

JSON_TYPE = "application/json"
MOST_BYTES = 5_000_000
DRAINED = 20 * MOST_BYTES  # of a body that is too large, so much is read: its sender then hears why
MOST_ROWS = 1_000
MOST_EXPLAINED = 10
FIELDS = ("rows", "explain")


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.status = status
        errors = [{"row": one.row, "field": one.field, "message": one.message} for one in problems]
        self.body: dict[str, Any] = {"message": message, "errors": errors}


def refuse(status: int, message: str) -> Refused:
    """An error answer without problems of rows."""
    return Refused(status, message)


async def read_body(request: Request) -> bytes:
    """The body, as far as it is allowed to go; Refused with 413 or 415."""
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given != JSON_TYPE:  # a web page elsewhere can send other types unasked, never this one
        raise Refused(415, f"The body is {JSON_TYPE}. Got {given[:80] or 'no content-type'}.")
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size <= MOST_BYTES:
            parts.append(part)
        elif size > DRAINED:
            break
    if size > MOST_BYTES:
        raise Refused(413, f"A body has up to {MOST_BYTES:,} bytes. Send fewer rows at once, or predict a file.")
    return b"".join(parts)


def ask_of(body: bytes) -> tuple[list[Any], bool]:
    """The rows of a request and whether they are to be explained; Refused with 400, 413 or 422."""
    try:
        read = json.loads(body, parse_constant=_constant, object_pairs_hook=_once)
    except RecursionError as error:
        raise Refused(400, "The body is nested too deeply. Rows are values by column name.") from error
    except ValueError as error:
        raise Refused(400, f"The body is not JSON that can be read: {str(error)[:200]}.") from error
    if not isinstance(read, dict) or "rows" not in read:
        raise Refused(422, 'The body is an object such as {"rows": [{"column": value}]}.')
    unknown = [name for name in read if name not in FIELDS]
    if unknown:
        raise Refused(422, f"The body has no field {unknown[0][:80]!r}. It has: {', '.join(FIELDS)}.")
    rows, explain = read["rows"], read.get("explain", False)
    if not isinstance(explain, bool):
        raise Refused(422, "explain is true or false.")
    if not isinstance(rows, list):
        raise Refused(422, 'rows is a list of rows, each an object such as {"column": value}.')
    most = MOST_EXPLAINED if explain else MOST_ROWS
    if len(rows) > most:
        what = "A request to explain" if explain else "A request"
        raise Refused(413, f"{what} has up to {most:,} rows. Got {len(rows):,}. Send fewer at once.")
    return rows, explain


def _constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON; a missing value is null")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("an object names a key twice")
    return found
