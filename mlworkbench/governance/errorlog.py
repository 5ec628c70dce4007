"""The application's error log: one JSON document per line, only ever added to."""

from __future__ import annotations

import json
import os
import re
import traceback
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench.governance.results import AppError
from mlworkbench.records import now

if TYPE_CHECKING:
    from mlworkbench.workspace import Workspace

FILE = "app-errors.log"
_TAIL = 2_000_000  # bytes of the end of the file that are read
_RAISED = re.compile(r"[A-Za-z_][\w.]*: ")
_OLD = re.compile(r"(\d{4}-\d\d-\d\dT\S+) error ([0-9a-f]{8})")


def log_error(workspace: Workspace, error: BaseException, *, page: str = "", project: str = "") -> AppError:
    """Add an error nobody foresaw to `logs/app-errors.log`; one write of one line, so lines never mix.

    Parameters
    ----------
    page, project : str
        Where it happened; empty when not known.
    """
    lines = "".join(traceback.format_exception(error))
    made = AppError(
        uuid.uuid4().hex[:8], now(), page, type(error).__name__, str(error)[:2000], lines[-20_000:], project
    )
    body = {name: getattr(made, name) for name in ("id", "at", "page", "kind", "message", "traceback", "project")}
    line = (json.dumps(body, ensure_ascii=False) + "\n").encode("utf-8", "backslashreplace")
    handle = os.open(workspace.logs / FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        os.write(handle, line)
    finally:
        os.close(handle)
    return made


def error_log(workspace: Workspace, limit: int = 100) -> tuple[AppError, ...]:
    """The newest application errors, newest first; lines of the older text format are read too.

    Parameters
    ----------
    limit : int
        Most errors.
    """
    found: list[AppError] = []
    old: list[str] = []
    for line in _lines(workspace.logs / FILE):
        known = _read(line)
        if known is not None:
            found += [*_older(old), known]
            old = []
        else:
            old.append(line)
    found += _older(old)
    return tuple(reversed(found))[: max(0, limit)]


def _lines(path: Path) -> list[str]:
    try:
        with open(path, "rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _TAIL))
            lines = stream.read().decode("utf-8", "replace").split("\n")
    except FileNotFoundError:
        return []
    return lines[1:] if size > _TAIL else lines


def _read(line: str) -> AppError | None:
    if not line.startswith("{"):
        return None
    try:
        body = json.loads(line)
        return AppError(**{name: str(body.get(name, "")) for name in AppError.__dataclass_fields__})
    except (ValueError, AttributeError):
        return None  # a line of a traceback, or one that was cut


def _older(lines: list[str]) -> list[AppError]:
    """Errors of the text format: a head line with time and number, then the traceback."""
    heads = [place for place, line in enumerate(lines) if _OLD.fullmatch(line)]
    found = []
    for place, end in zip(heads, [*heads, len(lines)][1:], strict=False):
        head = _OLD.fullmatch(lines[place])
        assert head is not None
        text = "\n".join(lines[place + 1 : end]).strip()
        raised = [line for line in text.split("\n") if _RAISED.match(line)]
        kind, _, message = raised[-1].partition(": ") if raised else ("", "", "")
        found.append(AppError(head[2], head[1], "", kind, message, text, ""))
    return found
