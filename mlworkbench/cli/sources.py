"""Where `ingest` takes a table from: a file, an http(s):// address, the URL of a database, or a sample."""

from __future__ import annotations

import functools
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlworkbench.errors import InvalidInput, listing

if TYPE_CHECKING:
    from mlworkbench.jobs import JobFunction

_SHORT = ("table", "select", "records", "paging")


class SourceType(click.Path):
    """A file that exists, as its whole path; or an address, as it is."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path or the address."""
        return value if isinstance(value, str) and "://" in value else super().convert(value, param, ctx)


SOURCE = SourceType(path_type=Path, exists=True, dir_okay=False, resolve_path=True)


def source_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options; the command gets them as one mapping, `where`, without those left out."""
    options = [
        click.option("--table", metavar="NAME", help="Of a database: the table to read."),
        click.option("--select", metavar="SQL", help="Of a database: the one SELECT whose rows are read."),
        click.option("--records", metavar="PATH", help="Of a JSON API: where the list of records is, as data.items."),
        click.option("--paging", metavar="none|link|page|offset", help="Of a JSON API: how its pages follow."),
        click.option("--setting", "more", multiple=True, metavar="KEY=VALUE",
                     help="Another setting of the source, such as statement_timeout=60; may be repeated."),
    ]  # fmt: skip

    @functools.wraps(command)
    def wrapped(*args: Any, **given: Any) -> Any:
        where = {key: given.pop(key) for key in _SHORT}
        for one in given.pop("more"):
            key, equals, value = one.partition("=")
            if not equals or not key:
                raise InvalidInput(f"--setting is given as KEY=VALUE. Got {key!r}.", field="setting")
            where[key] = value
        return command(*args, where={key: value for key, value in where.items() if value is not None}, **given)

    for option in reversed(options):
        wrapped = option(wrapped)
    return wrapped


def asked(
    source: Path | str, where: dict[str, str], settings: dict[str, Any]
) -> tuple[JobFunction[..., Any], dict[str, Any]]:
    """The job that reads this source, and its settings.

    Raises
    ------
    InvalidInput
        Options of a source with a file, or settings that the source does not know.
    """
    from mlworkbench.data import check_source, ingest, ingest_from

    if isinstance(source, Path):
        if where:
            raise InvalidInput(
                f"{listing(f'--{key}' for key in where)} belong to a database or a web address, and {source.name!r} is "
                "a file. A SQLite file is given as sqlite:///shop.db, one of DuckDB as duckdb:///shop.duckdb.",
                field=next(iter(where)),
            )
        return ingest, {"source": str(source), **settings}
    scheme, _, rest = source.partition("://")
    if scheme == "sample":
        name, given = "sample", {"sample": rest}
    else:
        name, given = "http" if scheme in ("http", "https") else "database", {"url": source}
    return ingest_from, {"source": name, "settings": check_source(name, {**given, **_typed(name, where)}), **settings}


def _typed(name: str, where: dict[str, str]) -> dict[str, Any]:
    """Numbers of the command line as numbers, for the settings that are such."""
    from mlworkbench.data import SOURCES

    kinds = {param.name: param.kind for param in SOURCES.get(name).params}
    return {key: int(value) if kinds.get(key) == "int" and value.isdecimal() else value for key, value in where.items()}
