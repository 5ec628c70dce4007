"""Every awkward file of the suite is read right or refused in words; the page that says so is what happens."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from mlworkbench import Project
from scripts.any_table import DOCS, expectations, outcome, page


@pytest.mark.realdata
def test_every_file_is_read_right_or_refused_and_the_page_says_so(shared_data: Path, project: Project) -> None:
    folder = shared_data / "torture"
    outcomes = [outcome(project, folder, expected) for expected in expectations(folder)]
    wrong = {one.file: one.wrong for one in outcomes if one.kind == "wrong"}
    assert not wrong
    counts = Counter(one.kind for one in outcomes)
    assert counts["read"] >= 0.9 * (counts["read"] + counts["settings"])
    assert DOCS.read_text(encoding="utf-8") == page(outcomes), "run: python -m scripts.any_table FOLDER"
