"""Every check: a table that shows its code and one that nearly does; none on clean tables; repairs that can be run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.data import ingest
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
def test_a_code_is_seen_where_it_is_and_not_where_it_nearly_is(project: Project, tmp_path: Path, code: str) -> None:
    case: Case = CASES[code]
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
    again = stored(project, tmp_path, case.nearly(), **case.settings)
    assert found(project, again, code) == []


@pytest.mark.parametrize("code", CASES)
def test_the_repair_that_is_offered_can_be_run_and_answers_the_finding(
    project: Project, tmp_path: Path, code: str
) -> None:
    from mlworkbench.data import preview_repair, repair

    case = CASES[code]
    table = stored(project, tmp_path, case.shows(), **case.settings)
    one = next(one for one in found(project, table, code) if set(case.columns) <= set(one.columns))
    if one.repair is None:
        assert code in WITHOUT_REPAIR
        return
    shown = preview_repair(project, steps=[dict(one.repair)], dataset=table.id)
    made = repair(project, steps=[dict(one.repair)], dataset=table.id, why=one.message[:100])
    assert shown.rows_after == made.rows
    kept = {one.key for one in found(project, made, code)}
    assert one.key not in kept


WITHOUT_REPAIR = {
    "capped", "class_imbalance", "conflicting_labels", "excess_zeros", "far_dates", "high_cardinality",
    "holdout_shift", "long_cells", "mixed_types", "monotone", "multivariate_outliers", "non_stationary",
}  # fmt: skip


@pytest.mark.parametrize("seed", range(20))
def test_nothing_is_found_in_a_clean_table(project: Project, tmp_path: Path, seed: int) -> None:
    table = stored(project, tmp_path, clean(seed), target="target")
    assert [(one.code, one.message) for one in found(project, table)] == []
