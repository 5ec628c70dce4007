"""JSON text to Python values: exact numbers, no key lost, an array element by element, the records in a document."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator
from typing import IO, Any, NoReturn

_BLOCK = 1 << 20
_SPACE = re.compile(r"[ \t\r\n]+")


class Broken(ValueError):
    """JSON that cannot be read; the message says why and where."""


class Number(str):
    """A number as it is written."""

    __slots__ = ()


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise Broken(f"the key {twice[:80]!r} occurs twice in an object")
    return made


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Number, parse_int=Number, parse_constant=Number)


def parse(text: str) -> Any:
    """One JSON value and nothing after it; `Broken` otherwise."""
    try:
        return _DECODER.decode(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        reason = "text after the JSON value" if error.msg == "Extra data" else error.msg
        raise Broken(f"{reason} at line {error.lineno}, character {error.colno}") from error
    except RecursionError as error:
        raise Broken("nested too deep") from error


def top_level(lines: list[str]) -> str:
    """What a document is by its first lines with text: "array", "lines" (an object each) or "document"."""
    first = lines[0].removeprefix("\ufeff")
    if first.startswith("["):
        return "array"
    if len(lines) < 2 or not first.startswith("{"):
        return "document"
    try:
        parse(first)
    except Broken:
        return "document"
    return "lines"


def elements(stream: IO[bytes], encoding: str, longest: int) -> Iterator[Any]:
    """The elements of a top-level array, one after the other, without holding the document.

    Raises
    ------
    Broken
        For malformed JSON, text after the array, or an element longer than `longest`.
    """
    text = _Text(stream, encoding)
    text.expect("[")
    if text.peek() == "]":
        text.expect("]")
    else:
        number = 0
        while True:
            number += 1
            yield text.value(number, longest)
            if text.peek() == "]":
                text.expect("]")
                break
            text.expect(",")
    if text.peek():
        raise Broken(f"there is text after the array: {text.rest()[:40]!r}")


class _Text:
    """A window on the document's text that moves on."""

    def __init__(self, stream: IO[bytes], encoding: str) -> None:
        self.stream, self.decoder = stream, codecs.getincrementaldecoder(encoding)()
        self.text, self.place, self.ended = "", 0, False
        self._more(_BLOCK)
        self.text = self.text.removeprefix("\ufeff")

    def _more(self, size: int) -> None:
        block = self.stream.read(size)
        self.ended = not block
        self.text, self.place = self.text[self.place :] + self.decoder.decode(block, final=self.ended), 0

    def peek(self) -> str:
        """The next character that is no white space, "" at the end."""
        while True:
            if space := _SPACE.match(self.text, self.place):
                self.place = space.end()
            if self.place < len(self.text) or self.ended:
                return self.text[self.place : self.place + 1]
            self._more(_BLOCK)

    def expect(self, mark: str) -> None:
        if (found := self.peek()) != mark:
            raise Broken(f"{mark!r} was expected, {f'got {self.rest()[:40]!r}' if found else 'the file ends'}")
        self.place += 1

    def rest(self) -> str:
        return self.text[self.place :]

    def value(self, number: int, longest: int) -> Any:
        """The next value; more text is read while it is not whole."""
        self.peek()
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.place)
                if end < len(self.text) or self.ended:
                    self.place = end
                    return value
            except json.JSONDecodeError as error:
                whole = error.pos < len(self.text) - 16 and not error.msg.startswith("Unterminated")
                if self.ended or whole:
                    raise Broken(f"{error.msg} in element {number:,}: {self.rest()[:40]!r}") from error
            except RecursionError as error:
                raise Broken(f"element {number:,} is nested too deep") from error
            if len(self.text) - self.place > longest:
                raise Broken(f"element {number:,} is longer than {longest / 1e6:.0f} MB")
            self._more(max(_BLOCK, len(self.text) - self.place))


def find_records(document: Any, path: str | None) -> tuple[list[Any], str]:
    """The list of records in a document, and what to tell of it ("" when the document is the list or one record).

    Parameters
    ----------
    path : str, optional
        The keys that lead to it, joined by dots. None: the document, or the only list of objects in it, or columns
        of equal length.

    Raises
    ------
    Broken
        When the path leads to no list.
    """
    if path:
        for key in path.split("."):
            if not isinstance(document, dict) or key not in document:
                _no_path(path, key, document)
            document = document[key]
        if not isinstance(document, list):
            raise Broken(f"records={path!r} leads to no list")
        return document, f"The records at {path!r} were read; the rest of the document was not."
    if isinstance(document, list):
        return document, ""
    if not isinstance(document, dict):
        raise Broken("the document is one value and no object")
    lists = [key for key, value in document.items() if _are_objects(value)]
    if len(lists) == 1:
        others = len(document) - 1
        more = f"; {others} other keys of the document were not" if others else ""
        return document[lists[0]], f"The records at {lists[0]!r} were read{more}."
    return _columns(document)


def _are_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _columns(document: dict[str, Any]) -> tuple[list[Any], str]:
    """A document of columns, as lists or as objects of row label → cell; otherwise it is one record."""
    columns = list(document.values())
    words = "The document lists column by column; its rows were put together."
    if columns and all(isinstance(one, list) and len(one) == len(columns[0]) for one in columns) and columns[0]:
        return [dict(zip(document, row, strict=True)) for row in zip(*columns, strict=True)], words
    labelled = columns and all(isinstance(one, dict) and one and one.keys() == columns[0].keys() for one in columns)
    if labelled and all(key == str(place) for place, key in enumerate(columns[0])):
        rows = zip(*(one.values() for one in columns), strict=True)
        return [dict(zip(document, row, strict=True)) for row in rows], words
    return [document], ""


def _no_path(path: str, key: str, document: Any) -> NoReturn:
    known = ", ".join(list(document)[:12]) if isinstance(document, dict) else "no keys"
    raise Broken(f"records={path!r}: there is no key {key!r}; there are: {known[:300]}")
