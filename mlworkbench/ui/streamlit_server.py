"""Streamlit's own command, with what the first page needs imported first: the first visitor does not wait for it.

`python -m mlworkbench.ui.streamlit_server run Home.py …` takes the arguments of `streamlit`. What only some pages need
is imported by the first visit of such a page, in its own thread: an import beside it could meet a half-made module.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Import the frame of the pages, then serve."""
    from streamlit.web.cli import main as streamlit

    import mlworkbench.demo
    import mlworkbench.figures
    import mlworkbench.ui.frame  # noqa: F401
    from mlworkbench.ui.sent_files import keep_on_disk

    keep_on_disk(Path(os.environ.get("MLWORKBENCH_HOME") or "workspace").expanduser().resolve() / "spool")

    sys.argv[0] = "streamlit"
    streamlit()


if __name__ == "__main__":
    main()
