"""Every check: a table that shows its code and one that nearly does; none on clean tables; repairs that can be run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.data import ingest, preview_repair, repair
from mlworkbench.projects import create_project
from mlworkbench.quality import CHECKS
from mlworkbench.quality.checking import applies, run
from mlworkbench.quality.scan import Scan
from tests.quality.tables import CASES, Case, clean

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench import Project
    from mlworkbench.data import Dataset
    from mlworkbench.quality import QualityFinding


def stored(project: Project, folder: Path, frame: pd.DataFrame, **settings: Any) -> Dataset:
    frame.to_csv(folder / "table.csv", index=False)
    return ingest(project, source=str(folder / "table.csv"), **settings)


def found(project: Project, dataset: Dataset, *codes: str) -> list[QualityFinding]:
    """What the checks of these codes (none: all) say."""
    scan = Scan(project, dataset, sample_rows=5_000, seed=0)
    specs = [spec for spec in CHECKS if applies(spec, dataset) and (not codes or spec.name in codes)]
    return [one for spec in specs for one in run(spec, scan)]


def test_every_code_has_a_table_that_shows_it_and_one_that_nearly_does() -> None:
    assert set(CASES) == set(CHECKS.names())


@pytest.mark.parametrize("code", CASES)
def test_a_code_is_seen_where_it_is_and_not_where_it_nearly_is_and_its_repair_answers_it(
    project: Project, tmp_path: Path, code: str
) -> None:
    case: Case = CASES[code]
    other = create_project(project.workspace, "nearly")  # with a holdout of its own
    assert found(other, stored(other, tmp_path, case.nearly(), **case.settings), code) == []
    table = stored(project, tmp_path, case.shows(), **case.settings)
    seen = found(project, table, code)
    assert seen, f"{code} is not seen"
    one = next((one for one in seen if set(case.columns) <= set(one.columns)), None)
    assert one is not None, seen
    assert one.count > 0
    assert one.why
    assert all(len(cells) == len(one.shown) for cells in one.cells)
    assert len(one.rows) == len(one.cells)
    assert all(0 <= row < table.rows for row in one.rows)
    assert (one.repair is None) == (code in WITHOUT_REPAIR)
    if one.repair is not None:
        shown = preview_repair(project, steps=[dict(one.repair)], dataset=table.id)
        made = repair(project, steps=[dict(one.repair)], dataset=table.id, why=one.message[:100])
        assert shown.rows_after == made.rows
        assert one.key not in {each.key for each in found(project, made, code)}


WITHOUT_REPAIR = {
    "capped", "class_imbalance", "conflicting_labels", "excess_zeros", "far_dates", "high_cardinality",
    "holdout_shift", "long_cells", "mixed_types", "monotone", "multivariate_outliers", "non_stationary",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_found_in_a_clean_table(project: Project, tmp_path: Path, seed: int) -> None:
    table = stored(project, tmp_path, clean(seed), target="target")
    assert [(one.code, one.message) for one in found(project, table)] == []
