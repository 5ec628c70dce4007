"""Model files: skops archives with bytes that depend on the model alone, read through an allow-list of ours.

What a file may make is fixed by our code (the estimators' and steps' specs), never by the file. skops checks
types, not contents: a file that was tampered with could still hold tree nodes that crash the process, which is
why `modeling.load_model` also compares the file with its sha256.
"""

from __future__ import annotations

import contextlib
import io
import re
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any, cast

from mlworkbench.errors import InvalidInput
from mlworkbench.modeling.spec import ESTIMATORS, RULES

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

_NEVER = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip entry can carry
_SCHEMA = "schema.json"
# Both patterns begin at a bare quote: inside a JSON string it would be escaped, so no text of a model matches.
_NAMES = re.compile(rb'"__id__": (\d+)|"file": "([0-9a-f-]+)(\.[a-z]{3})"')
# skops imports all of scikit-learn to list its estimators, and with it torch, dask and pytest where they are there.
_UNUSED = ("pytest", *(f"sklearn.externals.array_api_compat.{name}" for name in ("torch", "dask", "cupy")))


def allowed_types() -> tuple[str, ...]:
    """Full names of the types that a model file may hold beyond those skops trusts by itself."""
    from mlworkbench.features import trusted_types

    ours = {"numpy.dtype", *RULES, *trusted_types()}
    return tuple(sorted(ours.union(*(spec.trusted for spec in ESTIMATORS))))


def write_model(model: Any, target: Path) -> None:
    """Write a fitted pipeline; equal models give equal bytes, in any process.

    skops names objects by their addresses in memory; they are renamed here by order of appearance.
    """
    buffer = io.BytesIO()
    _skops().dump(model, buffer)
    objects: dict[bytes, bytes] = {}
    files: dict[str, str] = {}

    def rename(found: re.Match[bytes]) -> bytes:
        if found[1]:
            return objects.setdefault(found[1], b'"__id__": %d' % (len(objects) + 1))
        suffix = found[3].decode()
        return b'"file": "%s"' % files.setdefault(found[2].decode() + suffix, f"{len(files) + 1}{suffix}").encode()

    with zipfile.ZipFile(buffer) as loose, zipfile.ZipFile(target, "w") as firm:
        _add(firm, _SCHEMA, _NAMES.sub(rename, loose.read(_SCHEMA)))
        for old, new in files.items():
            _add(firm, new, loose.read(old))


def _add(archive: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _NEVER)
    archive.writestr(entry, content, compress_type=zipfile.ZIP_DEFLATED, compresslevel=1)


def read_model(source: Path) -> Pipeline:
    """Read a model file, making objects of the allowed types only.

    Raises
    ------
    InvalidInput
        When the file is no model file or names any other type; nothing of it was made then.
    """
    skops = _skops()
    from skops.io.exceptions import UntrustedTypesFoundException

    try:
        return cast("Pipeline", skops.load(source, trusted=list(allowed_types())))
    except UntrustedTypesFoundException as error:
        raise InvalidInput(
            "A model file may hold only the types of the models and steps registered here. This one holds others and "
            f"was not loaded: {_first_line(error)}. Make the model again by a comparison.",
            field="model",
        ) from error
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError) as error:
        raise InvalidInput(
            f"This is not a model file of ours: {_first_line(error)}. Make the model again by a comparison.",
            field="model",
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]


def _skops() -> ModuleType:
    """`skops.io`, imported without the libraries it would drag in (2 s and 200 MB less)."""
    if "skops.io" not in sys.modules:
        with _hidden(_UNUSED):
            import skops.io  # noqa: F401
    return sys.modules["skops.io"]


@contextlib.contextmanager
def _hidden(names: tuple[str, ...]) -> Iterator[None]:
    absent = [name for name in names if name not in sys.modules]
    blocked = cast("dict[str, Any]", sys.modules)
    for name in absent:
        blocked[name] = None
    try:
        yield
    finally:
        for name in absent:
            if sys.modules.get(name, name) is None:
                del blocked[name]
