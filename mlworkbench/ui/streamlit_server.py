"""Streamlit's own command, with what every page needs imported first: the first visitor does not wait for it.

`python -m mlworkbench.ui.streamlit_server run Home.py …` takes the arguments of `streamlit`. What only some pages
need is imported a little later, one library after the other, while nobody waits for it.
"""

from __future__ import annotations

import importlib
import sys
import threading
import time

LATER = ("pandas", "pyarrow", "plotly.graph_objects", "plotly.io", "sklearn.pipeline", "sklearn.compose", "skops.io")
DELAY = 4.0  # seconds after the start, when the first page has been drawn
PAUSE = 0.5  # seconds between two libraries, for a click that came meanwhile


def main() -> None:
    """Import the frame of the pages, then serve."""
    from streamlit.web.cli import main as streamlit

    import mlworkbench.ui.frame  # noqa: F401

    sys.argv[0] = "streamlit"
    threading.Thread(target=_warm_up, daemon=True).start()
    streamlit()


def _warm_up() -> None:
    time.sleep(DELAY)
    for name in LATER:
        importlib.import_module(name)
        time.sleep(PAUSE)


if __name__ == "__main__":
    main()
