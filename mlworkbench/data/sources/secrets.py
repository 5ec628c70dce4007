"""Credentials: named in settings as ${NAME}, read from the environment at their use, redacted from messages."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import quote, quote_plus

from mlworkbench.errors import InvalidInput

DATABASE = "MLWORKBENCH_DB_PASSWORD_"
ADDRESS = "MLWORKBENCH_URL_SECRET_"
REFERENCE = re.compile(r"\$\{(\w+)\}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]+")


def is_reference(text: str) -> bool:
    """Whether a text is ${NAME} and nothing else."""
    return REFERENCE.fullmatch(text) is not None


def secret(reference: str, prefix: str) -> str:
    """The value that ${NAME} stands for: of the variable PREFIX_NAME, or in the file that PREFIX_NAME_FILE names.

    Only variables of that prefix are read, so that a setting cannot ask for the server's other secrets.

    Raises
    ------
    InvalidInput
        field="url": there is no such variable where this runs.
    """
    name = REFERENCE.sub(r"\1", reference)
    variable = name if name.startswith(prefix) else prefix + name
    value, file = os.environ.get(variable), os.environ.get(f"{variable}_FILE")
    if value is None and file:
        try:
            value = Path(file).read_text(encoding="utf-8").strip("\r\n")
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(
                f"The file that {variable}_FILE names cannot be read. Check the path and its rights.", field="url"
            ) from error
    if not value:
        raise InvalidInput(
            f"{reference} needs the environment variable {variable} (or {variable}_FILE, the path of a file that "
            "holds it) where mlworkbench and its worker run, and it is not set. Set it and start them again.",
            field="url",
        )
    return value


def redacted(message: object, *secrets: str | None) -> str:
    """A message of a driver or server as one plain line without these secrets."""
    text = str(message)
    for one in secrets:
        for form in {one, quote(one, safe=""), quote_plus(one), repr(one)[1:-1]} if one else ():
            text = text.replace(form, "***")
    text = _CONTROL.sub(" ", text).strip()
    return text if len(text) <= 400 else f"{text[:399]}…"
