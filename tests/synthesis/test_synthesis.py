"""Synthetic rows: the table's shape and types, the same for the same seed, learned from no holdout, judged honestly."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy.stats import ks_2samp

from mlworkbench.artifacts import aliases, verify
from mlworkbench.data import get_dataset, holdout_looks, ingest, load_table, load_training, revise
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.jobs import JobCancelled, Progress
from mlworkbench.scoping import save_scope
from mlworkbench.synthesis import export_synthetic, get_synthetic, list_synthetic, synthesize

if TYPE_CHECKING:
    from mlworkbench import Project


def table(rows: int = 240) -> pd.DataFrame:
    random = np.random.default_rng(5)
    size = random.gamma(2.0, 10.0, rows).round(2)
    return pd.DataFrame(
        {
            "id": [f"row-{number:04d}" for number in range(rows)],
            "size": size,
            "count": random.poisson(3, rows),
            "gaps": np.where(random.random(rows) < 0.3, np.nan, size * 2),
            "plan": random.choice(["basic", "=plus", "pro"], rows, p=[0.5, 0.3, 0.2]),
            "day": pd.date_range("2024-01-01", periods=rows, freq="D").strftime("%Y-%m-%d"),
            "empty": [None] * rows,
            "same": ["one"] * rows,
            "left": np.where(size + random.normal(0, 5, rows) > 20, "yes", "no"),
        }
    )


@pytest.fixture
def stocked(project: Project, tmp_path: Path) -> Project:
    table().to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"), target="left")
    return project


def test_the_rows_have_the_tables_names_types_and_bounds(stocked: Project) -> None:
    before = aliases(stocked)["dataset"]
    made = synthesize(stocked, rows=150)
    real, drawn = get_dataset(stocked), get_dataset(stocked, made.dataset)
    assert (drawn.rows, drawn.names) == (150, real.names)
    assert {name: drawn.schema[name] for name in ("size", "count", "gaps", "day")} == {
        name: real.schema[name] for name in ("size", "count", "gaps", "day")
    }
    rows, known = load_table(stocked, drawn), load_training(stocked, real)
    assert rows["size"].between(known["size"].min(), known["size"].max()).all()
    assert (rows["count"] % 1 == 0).all()
    assert 0.1 < rows["gaps"].isna().mean() < 0.5
    assert set(rows["plan"]) <= {"basic", "=plus", "pro"}
    assert rows["day"].min() >= known["day"].min()
    assert rows["empty"].isna().all()
    assert rows["id"].is_unique
    assert not set(rows["id"]) & set(table()["id"])
    assert any("id" in note for note in made.notes)
    assert {"id", "empty"} <= set(made.left_out)
    assert aliases(stocked)["dataset"] == before


def test_synthetic_rows_are_marked_and_never_meet_a_holdout(stocked: Project) -> None:
    save_scope(stocked, contract={"target": "left"})
    made = synthesize(stocked, rows=60)
    drawn = get_dataset(stocked, made.dataset)
    assert drawn.synthetic
    assert (drawn.holdout, drawn.target) == (None, None)
    assert not get_dataset(stocked).synthetic
    assert made.learned_rows == get_dataset(stocked).training_rows
    assert holdout_looks(stocked) == ()
    assert verify(stocked) == ()
    with pytest.raises(NotApplicable, match="never becomes the current table"):
        revise(stocked, dataset=made.dataset, target="left")
    assert get_dataset(stocked).id != made.dataset
    with pytest.raises(NotApplicable, match="synthetic itself"):
        synthesize.submit(stocked, rows=10, dataset=made.dataset)


def test_the_same_seed_gives_the_same_rows_in_another_process(stocked: Project) -> None:
    first = synthesize(stocked, rows=50, seed=3)
    code = (
        "from mlworkbench import Workspace\nfrom mlworkbench.synthesis import synthesize\n"
        f"print(synthesize(Workspace.open({str(stocked.workspace.root)!r}).project('test'), rows=50, seed=3).dataset)"
    )
    again = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=200)
    assert again.stdout.split()[-1] == first.dataset
    assert synthesize(stocked, rows=50, seed=4).dataset != first.dataset


def test_quality_is_that_of_the_rows_that_are_kept(stocked: Project) -> None:
    made = synthesize(stocked, rows=240)
    real, drawn = load_training(stocked), load_table(stocked, made.dataset)
    for name in ("size", "count"):  # whole numbers are judged as whole numbers
        assert made.quality.columns[name] == pytest.approx(1 - ks_2samp(real[name], drawn[name]).statistic)


def test_quality_stands_beside_its_anchor_and_copies_are_counted(stocked: Project) -> None:
    quality = synthesize(stocked, rows=240).quality
    assert 0.5 < quality.overall < quality.anchor + 0.1 <= 1.1
    assert set(quality.columns) == {"size", "count", "gaps", "plan", "day", "same", "left"}
    assert quality.copies == 0.0


def test_one_column_is_held_fast(stocked: Project) -> None:
    made = synthesize(stocked, rows=40, condition={"plan": "pro"})
    assert set(load_table(stocked, made.dataset)["plan"]) == {"pro"}
    with pytest.raises(InvalidInput, match="never is 'gold'") as caught:
        synthesize(stocked, rows=40, condition={"plan": "gold"})
    assert caught.value.field == "condition"


def test_tvae_tells_its_epochs_and_stops_when_asked(stocked: Project) -> None:
    class Impatient(Progress):
        said: list[str]

        def __init__(self, patience: int) -> None:
            self.said, self.patience = [], patience

        def update(self, fraction: float, message: str = "") -> None:
            self.said.append(message)
            if sum("Epoch" in one for one in self.said) > self.patience:
                raise JobCancelled

    watch = Impatient(9)
    made = synthesize(stocked, rows=20, synthesizer="tvae", params={"epochs": 2}, progress=watch)
    assert made.rows == 20
    assert "Epoch 2 of 2" in watch.said
    with pytest.raises(JobCancelled):
        synthesize(stocked, rows=20, synthesizer="tvae", params={"epochs": 500}, progress=Impatient(1))
    assert len(list_synthetic(stocked)) == 1


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"rows": 0}, "rows"),
        ({"rows": 10**8}, "rows"),
        ({"rows": 5, "params": {"epochs": 3}}, "epochs"),
        ({"rows": 5, "synthesizer": "tvae", "params": {"epochs": 0}}, "epochs"),
        ({"rows": 5, "condition": {"nothing": "x"}}, "condition"),
        ({"rows": 5, "condition": {"size": "3"}}, "condition"),
        ({"rows": 5, "condition": {"plan": "pro", "left": "yes"}}, "condition"),
    ],
)
def test_wrong_settings_are_refused_before_anything_is_queued(
    stocked: Project, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        synthesize.submit(stocked, **settings)
    assert caught.value.field == field


def test_without_data_or_with_an_unknown_synthesizer_it_is_not_found(project: Project, stocked: Project) -> None:
    with pytest.raises(NotFound):
        synthesize.submit(stocked, rows=5, synthesizer="magic")
    with pytest.raises(NotFound):
        get_synthetic(stocked)


def test_formulas_are_made_plain_when_exported(stocked: Project) -> None:
    made = synthesize(stocked, rows=60)
    text = export_synthetic(stocked, made.id).decode()
    assert "'=plus" in text
    assert ",=plus" not in text
    assert len(pd.read_csv(io.StringIO(text))) == 60
