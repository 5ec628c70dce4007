"""Streamlit's own command, with what the first page needs imported first: the first visitor does not wait for it.

`python -m mlworkbench.ui.streamlit_server run Home.py …` takes the arguments of `streamlit`. What only some pages need
is imported by the first visit of such a page, in its own thread: an import beside it could meet a half-made module.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Import the frame of the pages, then serve."""
    from streamlit.web.cli import main as streamlit

    import mlworkbench.demo
    import mlworkbench.figures
    import mlworkbench.ui.frame  # noqa: F401

    sys.argv[0] = "streamlit"
    streamlit()


if __name__ == "__main__":
    main()
