"""How a file is read, as options of `ingest`: what is left out is detected."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from mlworkbench.errors import InvalidInput

_TAB = {"tab": "\t", "\\t": "\t", "space": " ", "none": ""}


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as one mapping, `reading`, without those left out."""
    options = [
        click.option("--delimiter", metavar="CHAR", help="What divides the cells; also the words tab and space."),
        click.option("--encoding", metavar="NAME", help="Such as utf-8, cp1252 or shift_jis."),
        click.option("--quote", metavar="CHAR", help="What stands around cells: a quote, an apostrophe, or none."),
        click.option("--escape", metavar="CHAR", help="What stands before a quote within quotes, or none."),
        click.option("--header", metavar="N|yes|no", help="Rows that name the columns; no: all rows are data."),
        click.option("--skip-rows", type=click.IntRange(0), metavar="N", help="Lines above the table to leave out."),
        click.option("--decimal", type=click.Choice([".", ","]), help="The decimal mark."),
        click.option("--thousands", metavar="CHAR", help="The thousands mark: . , ' or space, or none."),
        click.option("--null", "null_words", multiple=True, metavar="WORD", help="Means missing; may be repeated."),
        click.option("--day-first/--month-first", "day_first", default=None, help="What 3/4/2024 means."),
        click.option("--sheet", metavar="NAME", help="The sheet of a workbook."),
        click.option("--flatten/--no-flatten", "flatten", default=None, help="Nested values become columns."),
        click.option("--member", metavar="NAME", help="The file in a zip archive."),
        click.option("--name", "names", multiple=True, metavar="NAME", help="A column's name; give one for each."),
    ]

    @functools.wraps(command)
    def wrapped(*args: Any, **given: Any) -> Any:
        keys = ("delimiter", "encoding", "quote", "escape", "header", "skip_rows", "decimal", "thousands",
                "null_words", "day_first", "sheet", "flatten", "member", "names")  # fmt: skip
        reading = {key: _value(key, given.pop(key)) for key in keys}
        return command(*args, reading={key: value for key, value in reading.items() if value is not None}, **given)

    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def _value(key: str, value: Any) -> Any:
    if value is None or value == ():
        return None
    if key in ("delimiter", "quote", "escape", "thousands"):
        return _TAB.get(value, value)
    if key in ("null_words", "names"):
        return list(value)
    return _header(value) if key == "header" else value


def _header(value: str) -> bool | int:
    if value in ("yes", "no"):
        return value == "yes"
    if value.isdecimal():
        return int(value) if int(value) > 1 else bool(int(value))
    raise InvalidInput(f"--header is yes, no or a number of rows. Got {value!r}.", field="header")
