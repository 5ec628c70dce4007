"""The tab of repair on the Profiling page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.ui.frame import Page


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """Draw the tab."""
