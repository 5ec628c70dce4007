"""Figures of versions: hostile names stay text, the chosen one is marked, long lineages say what they leave out."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.data import Lineage, Node, compare_versions, ingest
from mlworkbench.figures import lineage_figure, shift_figure


def test_a_lineage_marks_the_chosen_one_and_escapes_names() -> None:
    nodes = tuple(Node(f"{n:064x}", "dataset", n, "<b>a</b> $x$.csv", "2026-01-01T00:00:00", n) for n in (1, 2, 3))
    drawn = lineage_figure(Lineage(nodes, ((nodes[0].id, nodes[1].id), (nodes[1].id, nodes[2].id)), nodes[1].id))
    assert drawn.data[1].marker.symbol == ("circle", "diamond", "circle")
    assert all("&lt;b&gt;" in note.text for note in drawn.layout.annotations)
    assert drawn.layout.annotations[1].text.startswith("<b>data v2")


def test_a_long_lineage_keeps_the_newest_and_the_chosen_one() -> None:
    nodes = tuple(Node(f"{n:064x}", "upload", n, "", "2026-01-01T00:00:00", 0) for n in range(100))
    drawn = lineage_figure(Lineage(nodes, (), nodes[0].id))
    assert len(drawn.data[1].y) == 61
    assert drawn.data[1].marker.symbol[0] == "diamond"
    assert drawn.layout.annotations[-1].text == "39 older ones are not drawn"


def test_shifts_are_drawn_largest_first_and_found_ones_apart(project: Project, tmp_path: Path) -> None:
    ids = []
    for add in (0, 60):
        frame = pd.DataFrame({"same": [n % 9 + 0.5 for n in range(200)], "<i>moved</i>": [n + add for n in range(200)]})
        frame.to_csv(tmp_path / "t.csv", index=False)
        ingested = ingest(project, source=tmp_path / "t.csv", types={"<i>moved</i>": "number"})
        ids.append(ingested.id)
    drawn = shift_figure(compare_versions(project, *ids))
    assert drawn is not None
    assert drawn.layout.yaxis.ticktext == ("&lt;i&gt;moved&lt;/i&gt;", "same")
    assert drawn.data[0].marker.symbol == ("diamond", "circle")
    assert drawn.data[0].x == pytest.approx((0.3, 0.0))
