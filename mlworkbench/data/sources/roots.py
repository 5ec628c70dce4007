"""The one folder of the server whose files may be asked for."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from mlworkbench.errors import InvalidInput, NotApplicable

ROOT = "MLWORKBENCH_DATA_ROOT"


def no_root() -> str:
    """Why no file of the server can be asked for, or ""."""
    if not os.environ.get(ROOT):
        return f"Files of the server are offered when {ROOT} names the folder that may be read. It is not set."
    return "" if Path(os.environ[ROOT]).is_dir() else f"{ROOT} names a folder that does not exist."


def inside_root(name: str, field: str = "path") -> Path:
    """The file of that name under the allowed folder, symbolic links followed.

    Raises
    ------
    NotApplicable
        When no folder is allowed.
    InvalidInput
        When the file is not there, is outside, or is no file.
    """
    why = no_root()
    if why:
        raise NotApplicable(why, field=field)
    root = Path(os.environ[ROOT]).resolve()
    outside = InvalidInput(
        f"A file under the folder of {ROOT} was expected, such as sales/2026.csv. Got {name[:120]!r}.", field=field
    )
    try:
        path = (root / name).resolve(strict=True)
        regular = stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError, RuntimeError):
        raise outside from None
    if not path.is_relative_to(root) or not regular:
        raise outside
    return path
