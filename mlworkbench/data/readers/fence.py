"""Binary formats are read in a process of their own with a memory limit.

A few kilobytes can unpack to gigabytes, and native code that is fed a damaged file may die. Neither may take the
server along: the process is told what to read, and reports shares and the outcome as lines of JSON.
"""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlworkbench.data.readers import Raw, Tick
from mlworkbench.errors import InvalidInput

MEMORY = 1_400_000_000


def fenced(module: str, path: Path, options: Mapping[str, Any], scratch: Path, tick: Tick) -> Raw:
    """Call `read_file` of a module of this package in a process that may use 1.4 GB.

    Raises
    ------
    InvalidInput
        What the reader raised; or field="source" when it ran out of memory or died.
    """
    package = str(Path(importlib.import_module("mlworkbench").__file__ or "").parents[1])
    paths = [package, *filter(None, [os.environ.get("PYTHONPATH")])]
    process = subprocess.Popen(
        [sys.executable, "-m", __name__, module, str(path), str(scratch), json.dumps(dict(options)), str(MEMORY)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths), "ARROW_DEFAULT_MEMORY_POOL": "system"},
        encoding="utf-8",
    )
    last: dict[str, Any] = {}
    try:
        for line in process.stdout or ():
            last = json.loads(line)
            if "share" in last:
                tick(last["share"])
    finally:
        process.kill()
        process.wait()
        if process.stdout:
            process.stdout.close()
    if "error" in last:
        raise InvalidInput(last["error"], field=last["field"])
    if "raw" not in last:
        raise InvalidInput(
            f"The file is damaged, or too large when unpacked: reading it ended before its end, or needed more than "
            f"{MEMORY / 1e9:.1f} GB of memory. Send fewer rows, or the table as CSV.",
            field="source",
        )
    made = last["raw"]
    made["path"] = Path(made["path"])
    made["names"] = tuple(made["names"])
    made["notes"] = tuple((code, count, text) for code, count, text in made["notes"])
    return Raw(**made)


def _say(**told: Any) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def _main(module: str, path: str, scratch: str, options: str, memory: str) -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    read = importlib.import_module(f"mlworkbench.data.readers.{module}").read_file
    shown = [0.0]

    def tick(share: float) -> None:
        if share - shown[0] >= 0.01:
            shown[0] = share
            _say(share=share)

    try:
        raw = read(Path(path), json.loads(options), Path(scratch), tick)
    except MemoryError:
        sys.exit(1)  # no outcome: the message is that of `fenced`
    except InvalidInput as error:
        _say(error=error.message, field=error.field)
    else:
        made = {key: getattr(raw, key) for key in ("path", "names", "rows", "reading", "notes", "decimal")}
        _say(raw={**made, "path": str(raw.path)})


if __name__ == "__main__":
    _main(*sys.argv[1:])
