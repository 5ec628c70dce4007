"""Every check: a table that shows its code and one that nearly does; none on clean tables; repairs that can be run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from mlworkbench.data import ingest, preview_repair, repair
from mlworkbench.projects import create_project
from mlworkbench.quality import CHECKS
from mlworkbench.quality.checking import applies, run
from mlworkbench.quality.scan import Scan
from tests.quality.tables import CASES, ROWS, Case, card_numbers, clean, dates, with_column, words

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


def whole(low: int, high: int) -> np.ndarray:
    return np.random.default_rng(0).integers(low, high, ROWS)


def mixed_in(cells: Any, *others: Any, every: int = 20) -> list[Any]:
    """The cells, every twentieth of them replaced by one of the others in turn."""
    found = list(cells)
    for turn, place in enumerate(range(0, len(found), every)):
        found[place] = others[turn % len(others)]
    return found


VARIANTS: dict[str, tuple[str, Any, bool]] = {
    "-1 among counts": ("disguised_missing", mixed_in(whole(5, 60), -1, every=8), True),
    "-1, 0 and 1 are scores": ("disguised_missing", whole(-1, 2), False),
    "999 among ages": ("disguised_missing", mixed_in(whole(18, 80), 999), True),
    "999 in a column to 1,100": ("disguised_missing", mixed_in(whole(0, 1100), 999), False),
    "a sign among words": ("disguised_missing", mixed_in(words("north", "south", "west"), "?"), True),
    "9999-12-31": ("disguised_missing", mixed_in(dates("%Y-%m-%d"), "9999-12-31"), True),
    "zeros in pulses": ("disguised_missing", mixed_in(whole(50, 110), 0), True),
    "zeros in counts": ("disguised_missing", whole(0, 40), False),
    "signs among signs": ("disguised_missing", words("+", "-", "*"), False),
    "day first and month first": ("mixed_dates", [*dates("%d/%m/%Y", 200), *["12/25/2021", "11/30/2020"] * 20], True),
    "day first": ("mixed_dates", [*dates("%d/%m/%Y", 239), "soon"], False),
    "telephones": ("pii", [f"+41 79 {n:03d} 12 3{n % 10}" for n in range(ROWS)], True),
    "addresses of machines": ("pii", [f"10.0.{n % 7}.{n % 250}" for n in range(ROWS)], True),
    "versions": ("pii", [f"1.{n % 9}.{n % 7}" for n in range(ROWS)], False),
    "cards": ("pii", [f"{one[:4]} {one[4:8]} {one[8:12]} {one[12:]}" for one in card_numbers(True)], True),
    "long numbers": ("pii", [f"{one[:4]} {one[4:8]} {one[8:12]} {one[12:]}" for one in card_numbers(False)], False),
    "letters, accents and case": ("inconsistent_categories", words("Zürich", "zurich", "Genf"), True),
    "grades": ("inconsistent_categories", words("A+", "A-", "A", "B+"), False),
    "falls all the way": ("monotone", np.arange(ROWS)[::-1] * 1.5, True),
}


@pytest.mark.parametrize("name", VARIANTS)
def test_the_ways_in_which_a_fault_is_written(project: Project, tmp_path: Path, name: str) -> None:
    code, cells, seen = VARIANTS[name]
    table = stored(project, tmp_path, with_column("answer", cells))
    assert [one.columns for one in found(project, table, code)] == [("answer",)] * seen


def test_an_e_mail_in_a_column_of_prose_is_seen(project: Project, tmp_path: Path) -> None:
    prose = mixed_in([f"call me about order {n}" for n in range(ROWS)], "or write to a.b@example.org", "c@example.org")
    one = found(project, stored(project, tmp_path, with_column("note", prose)), "pii")[0]
    assert (one.columns, one.count) == (("note",), 12)


def test_a_person_is_told_by_the_name_of_a_column_and_what_is_in_it(project: Project, tmp_path: Path) -> None:
    people = [
        f"{first}, Mr. {last}" for first in ("Braun", "Allen", "Moran") for last in ("Owen", "Lily", "Otto", "Ann")
    ]
    cars = [f"ford pinto {n}" for n in range(12)]
    frame = with_column("full_name", people * 20).assign(car_name=cars * 20)
    assert [one.columns for one in found(project, stored(project, tmp_path, frame), "pii")] == [("full_name",)]
