"""A file or a JSON API by its http(s) address; pages of an API are put together to one file of records."""

from __future__ import annotations

import json
import re
import time
import uuid
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, unquote, urlencode, urljoin, urlsplit, urlunsplit

from mlworkbench.catalog import Param
from mlworkbench.data.readers import suffix_of
from mlworkbench.data.sources import SOURCES, Fetched, Settings, SourceSpec, Tick
from mlworkbench.data.sources.heads import MOST_BYTES, head_of
from mlworkbench.data.sources.net import Budget, check_url, get
from mlworkbench.data.sources.secrets import ADDRESS, REFERENCE, is_reference, secret
from mlworkbench.errors import InvalidInput

if TYPE_CHECKING:
    import pyarrow as pa

_SECRET_KEY = re.compile(
    r"(?i)pass(word|wd|phrase)?$|pwd$|secret|token|api[-_]?key|access[-_]?key|^key$|^auth(orization)?$|sig(nature)?$"
)
_KINDS = {
    "text/csv": ".csv", "text/tab-separated-values": ".tsv", "application/json": ".json",
    "application/x-ndjson": ".ndjson", "application/vnd.apache.parquet": ".parquet", "text/plain": ".csv",
    "application/vnd.ms-excel": ".xls",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
}  # fmt: skip
_PAGE = 64 << 20  # bytes of one page of an API, which is parsed in memory
_PREVIEW = 10.0  # seconds, as somebody waits


def _check(settings: Settings, remote: bool) -> dict[str, Any]:
    url = settings["url"].strip()
    check_url(url)
    parts = urlsplit(url)
    if REFERENCE.search(parts.netloc + parts.path):
        raise InvalidInput("${NAME} may stand in the query of the URL only.", field="url")
    for key, value in parse_qsl(parts.query, keep_blank_values=True):
        if _SECRET_KEY.search(key) and value and not is_reference(value):
            raise InvalidInput(
                f"{key[:40]!r} in the URL looks like a credential, and settings are stored. Set the environment "
                f"variable {ADDRESS}NAME to it where mlworkbench and its worker run, and write {key[:40]}=${{NAME}}.",
                field="url",
            )
    if settings["token"] and not is_reference(settings["token"]):
        raise InvalidInput(
            f"The token is given as ${{NAME}}, the environment variable {ADDRESS}NAME; settings are stored.",
            field="token",
        )
    return {**settings, "url": urlunsplit(parts._replace(fragment=""))}


def _budget(settings: Settings, most: int, seconds: float) -> Budget:
    size = min(most, settings["max_mb"] * 1_000_000)
    return Budget(time.monotonic() + min(seconds, settings["timeout"]), size, settings["redirects"])


def _headers(settings: Settings, budget: Budget) -> dict[str, str]:
    if not settings["token"]:
        return {}
    value = secret(settings["token"], ADDRESS)
    budget.secrets.append(value)
    return {"Authorization": f"Bearer {value}"}


def _fetch(settings: Settings, folder: Path, tick: Tick, *, budget: Budget | None = None, pages: int = 0) -> Fetched:
    budget = budget or _budget(settings, 1 << 60, float("inf"))
    parts = urlsplit(settings["url"])
    origin: dict[str, Any] = {"url": urlunsplit(parts._replace(fragment=""))}
    stem = PurePosixPath(unquote(parts.path)).name or parts.hostname or "table"
    target = folder / "answer"

    def said(words: str = "") -> None:
        tick(min(0.99, budget.spent / budget.most), f"{budget.spent / 1e6:,.1f} MB came{words}")

    if settings["paging"] == "none" and not settings["records"]:
        with get(settings["url"], budget, _headers(settings, budget)) as answer, target.open("xb") as whole:
            for block in answer.blocks:
                whole.write(block)
                said()
        return Fetched(target, _named(stem, answer.headers), origin)
    mark, count, number = uuid.uuid4().hex, 0, 0
    with target.open("x", encoding="utf-8", newline="") as file:
        for number, records in enumerate(_pages(settings, budget, mark, pages), start=1):
            for record in records:
                file.write(_exact(record, mark) + "\n")
            count += len(records)
            said(f", {count:,} records of {number:,} pages")
    return Fetched(target, f"{(suffix_of(stem) and stem.rpartition('.')[0]) or stem}.ndjson",
                   {**origin, "rows": count, "pages": number})  # fmt: skip


def _named(stem: str, headers: Any) -> str:
    """A file name whose suffix tells the reader: of the answer's headers, of the path, or of the content's type."""
    for name in (headers.get_filename() or "", stem):
        if suffix_of(name):
            return str(name)
    return stem + _KINDS.get(headers.get_content_type(), "")


def _pages(settings: Settings, budget: Budget, mark: str, most: int) -> Iterator[list[dict[str, Any]]]:
    """The records of each page, until there are no more."""
    link, page, offset, before = settings["url"], settings["first_page"], 0, ""
    paging, origin, seen = settings["paging"], check_url(settings["url"]), set()
    limit = most or settings["max_pages"]
    for turn in range(limit):
        asked = link
        if paging in ("page", "offset"):
            asked = _with(link, settings["page_param"] or paging, page if paging == "page" else offset)
        headers = _headers(settings, budget) if check_url(asked) == origin else {}
        ours = paging != "link" or not turn  # what the server sent is not filled with secrets
        document, text, sent = _document(asked, budget, headers, mark, fill=ours)
        if turn and text == before and paging in ("page", "offset"):
            raise InvalidInput(
                f"Two pages are the same: the API does not look at {settings['page_param'] or paging!r}.",
                field="page_param",
            )
        records = _records(document, settings["records"])
        yield records
        before, page, offset = text, page + 1, offset + len(records)
        seen.add(asked)
        if paging == "none" or (paging != "link" and not records):
            return
        if paging == "link":
            following = _next(document, settings["next_path"], sent)
            if following is None:
                return
            link = urljoin(asked, following)
            if link in seen:
                raise InvalidInput("The API's link to the next page leads back to one that came.", field="next_path")
    if not most:
        raise InvalidInput(
            f"The API has more than {limit:,} pages (max_pages). Raise the limit; nothing was cut and stored.",
            field="max_pages",
        )


def _with(url: str, key: str, value: int) -> str:
    parts = urlsplit(url)
    kept = [one for one in parts.query.split("&") if one and one.partition("=")[0] != key]
    return urlunsplit(parts._replace(query="&".join([*kept, urlencode({key: value})])))


def _document(url: str, budget: Budget, headers: dict[str, str], mark: str, *, fill: bool) -> tuple[Any, str, Any]:
    """The page as JSON, its text and its headers; numbers with a point are kept as they are written."""
    with get(url, budget, {**headers, "Accept": "application/json"}, fill=fill) as answer:
        content = bytearray()
        for block in answer.blocks:
            content += block
            if len(content) > _PAGE:
                raise InvalidInput("A page of the API is larger than 64 MB. Ask for smaller pages.", field="url")
        sent = answer.headers
    try:
        text = content.decode("utf-8-sig")
        return json.loads(text, parse_float=lambda number: f"{mark}{number}", parse_constant=_no_number), text, sent
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"JSON was expected, and the answer is none: {error}.", field="url") from error


def _no_number(word: str) -> Any:
    raise ValueError(f"{word} is no JSON")


def _exact(record: dict[str, Any], mark: str) -> str:
    """A record as one line, its numbers as the API wrote them."""
    return re.sub(f'"{mark}([^"]*)"', r"\1", json.dumps(record, ensure_ascii=False))


def _at(document: Any, path: str) -> Any:
    for step in path.split(".") if path else ():
        document = document.get(step) if isinstance(document, dict) else None
    return document


def _records(document: Any, path: str) -> list[dict[str, Any]]:
    found = _at(document, path)
    if not path and isinstance(document, dict):
        lists = [value for value in document.values() if isinstance(value, list)]
        found = lists[0] if len(lists) == 1 else None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        keys = ", ".join(str(key)[:40] for key in document)[:200] if isinstance(document, dict) else "none"
        raise InvalidInput(
            f"A list of records was expected at {path or 'the top'!r}. Say where it is, such as data.items. "
            f"Keys at the top: {keys}.",
            field="records",
        )
    return found


def _next(document: Any, path: str, headers: Any) -> str | None:
    found = _at(document, path)
    if isinstance(found, str) and found:
        return found
    for link in re.findall(r"<([^>]*)>([^<]*)", ",".join(headers.get_all("Link") or ())):
        if re.search(r'rel="?next\b', link[1]):
            return str(link[0])
    return None


def _preview(settings: Settings, rows: int, folder: Path) -> pa.Table:
    budget = _budget(settings, MOST_BYTES, _PREVIEW)
    fetched = _fetch(settings, folder, lambda share, words: None, budget=budget, pages=1)
    return head_of(fetched.path, fetched.name, rows, folder)


SOURCES.register(
    SourceSpec(
        "http",
        "Web address",
        "A file or a JSON API. Addresses of private networks are refused.",
        (
            Param("url", "text", "", "Address", f"A key in its query is written as ${{NAME}}: the environment variable "
                  f"{ADDRESS}NAME."),
            Param("records", "text", "", "Where the records are", "In JSON, such as data.items. Empty: a whole file or "
                  "the only list."),
            Param("paging", "choice", "none", "Pages", "link: by a link to the next page; page, offset: by a number in "
                  "the address.", choices=("none", "link", "page", "offset")),
            Param("next_path", "text", "next", "Where the next link is", "In JSON; else the header Link."),
            Param("page_param", "text", "", "Name of the number", "Default: page or offset."),
            Param("first_page", "int", 1, "First page", low=0, high=1),
            Param("token", "text", "", "Bearer token", f"As ${{NAME}}: the environment variable {ADDRESS}NAME."),
            Param("max_pages", "int", 1000, "Most pages", low=1, high=1_000_000),
            Param("max_mb", "int", 2000, "Most MB", low=1, high=100_000),
            Param("timeout", "int", 900, "Most seconds", low=1, high=86_400),
            Param("redirects", "int", 5, "Most redirects", low=0, high=20),
        ),
        ("url", "records", "paging"),
        _fetch,
        _preview,
        _check,
    )
)  # fmt: skip
