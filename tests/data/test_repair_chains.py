"""Chains of repairs: as a script that gives the same table, on revised versions, appended rows and files to predict."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.artifacts import verify
from mlworkbench.data import (
    Dataset,
    append,
    chain_of,
    get_dataset,
    infer_promises,
    ingest,
    last_check,
    list_datasets,
    load_holdout,
    load_table,
    load_training,
    read_rows,
    repair,
    revise,
    save_promises,
    script_of,
)
from mlworkbench.errors import InvalidInput
from mlworkbench.features import save_recipe, suggest_steps
from mlworkbench.modeling import compare, promote
from mlworkbench.serving import predict_file
from tests.conftest import REPOSITORY

Step = dict[str, Any]


def people(rows: int = 200, seed: int = 1, prefix: str = "P") -> pd.DataFrame:
    """Incomes as text with a word in it, towns written in two ways, ages with gaps."""
    random = np.random.default_rng(seed)
    income = random.gamma(3, 900, rows).round(2)
    return pd.DataFrame(
        {
            "id": [f"{prefix}{number:04d}" for number in range(rows)],
            "income": [f"{value:.2f}" if place % 9 else "unknown" for place, value in enumerate(income)],
            "age": [None if place % 10 == 3 else int(age) for place, age in enumerate(random.integers(18, 90, rows))],
            "town": random.choice(["York", "york ", "Bath"], rows),
            "left": np.where(income + random.normal(0, 300, rows) > 2400, "yes", "no"),
        }
    )


def written(folder: Path, frame: pd.DataFrame, name: str = "people.csv") -> Path:
    frame.to_csv(folder / name, index=False)
    return folder / name


MEND: list[Step] = [
    {"step": "trim", "columns": ["town"], "case": "title"},
    {"step": "retype", "column": "income", "type": "number"},
    {"step": "fill", "columns": ["income", "age"], "how": "median"},
    {"step": "compute", "name": "rich", "expression": '"yes" if income > 3000 else "no"'},
    {"step": "rename", "names": {"age": "years"}},
    {"step": "drop_columns", "columns": ["id"]},
]


@pytest.fixture
def base(project: Project, tmp_path: Path) -> Dataset:
    source = written(tmp_path, people())
    return ingest(project, source=source, target="left", types={"town": "category"}, holdout={"method": "stratified"})


def rerun(project: Project, dataset: Dataset, folder: Path, *files: Path) -> subprocess.CompletedProcess[str]:
    """Run the exported script on a fresh workspace."""
    script = folder / "again.py"
    script.write_text(script_of(project, dataset), encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(script), *map(str, files)], capture_output=True, text=True, check=False, timeout=120,
        env=os.environ | {"MLWORKBENCH_HOME": str(folder / "fresh"), "PYTHONPATH": str(REPOSITORY)},
    )  # fmt: skip


# -- as a script --------------------------------------------------------------------------------------
def test_the_chain_on_a_real_table_runs_as_a_script_and_gives_the_same_hash(
    project: Project, shared_data: Path, tmp_path: Path
) -> None:
    source = shared_data / "data" / "telco_customer_churn.csv"
    first = ingest(project, source=source, target="Churn")
    assert first.schema["TotalCharges"] != "number" or first.column("TotalCharges").missing == 11
    services = {"No internet service": "No", "No phone service": "No"}
    steps: list[Step] = [
        {"step": "retype", "column": "TotalCharges", "type": "number"},
        {"step": "fill", "columns": ["TotalCharges"], "how": "median"},
        {"step": "map_categories", "column": "OnlineSecurity", "mapping": services},
        {"step": "map_categories", "column": "MultipleLines", "mapping": services},
        {"step": "compute", "name": "per_month", "expression": "TotalCharges / max(tenure, 1)"},
    ]
    second = repair(project, steps=steps, why="as the first look said")
    filled = second.column("TotalCharges")
    assert (filled.type, filled.missing) == ("number", 0)
    assert chain_of(project, second)[1]["learnt"]["TotalCharges"] == pytest.approx(
        pd.to_numeric(load_training(project, first)["TotalCharges"], errors="coerce").median()
    )
    third = repair(project, steps=[{"step": "filter", "expression": "tenure > 0"}])
    assert (second.rows, third.rows) == (7043, 7032)
    assert set(load_holdout(project, third, why="a test")["customerID"]) <= set(
        load_holdout(project, first, why="a test")["customerID"]
    )
    ran = rerun(project, third, tmp_path, source)
    assert (ran.returncode, ran.stdout.strip().splitlines()[-1:]) == (0, [third.table]), ran.stderr
    assert verify(project) == ()


def test_appended_and_joined_versions_are_in_the_script_with_all_their_files(
    project: Project, base: Dataset, tmp_path: Path
) -> None:
    towns = written(tmp_path, pd.DataFrame({"town": ["York", "Bath"], "area": [34, 11]}), "to'wns {x}.csv")
    other = ingest(project, source=towns)
    repair(project, steps=MEND[:3], dataset=base.id)
    more = written(tmp_path, people(40, 5, "Q"), "more.csv")
    append(project, source=more)
    last = repair(project, steps=[{"step": "join", "dataset": other.id, "on": ["town"]}, *MEND[3:]], target="rich")
    ran = rerun(project, last, tmp_path, tmp_path / "people.csv", more, towns)
    assert (ran.returncode, ran.stdout.strip().splitlines()[-1:]) == (0, [last.table]), ran.stderr
    assert str(tmp_path) not in script_of(project, last)


# -- on what comes later ------------------------------------------------------------------------------
def test_revising_a_repaired_version_repeats_its_repairs(project: Project, base: Dataset) -> None:
    made = repair(project, steps=MEND, why="mended")
    again = revise(project, types={"town": "text"}, why="towns are words")
    assert [one.number for one in list_datasets(project)] == [4, 3, 2, 1]
    assert [one["step"] for one in chain_of(project, again)] == [one["step"] for one in chain_of(project, made)]
    assert (again.schema["town"], again.target, again.holdout) == ("text", "left", base.holdout)
    assert again.schema["income"] == "number"
    assert load_table(project, again).equals(load_table(project, made))


def test_another_type_for_a_column_that_the_repairs_made_is_one_more_repair(project: Project, base: Dataset) -> None:
    made = repair(project, steps=MEND)
    again = revise(project, types={"rich": "text", "income": "integer"})
    assert (made.schema["rich"], again.schema["rich"], again.schema["income"]) == ("binary", "text", "integer")
    assert [one["step"] for one in chain_of(project, again)][-2:] == ["retype", "retype"]


def test_a_column_that_the_repairs_made_becomes_the_target(project: Project, base: Dataset) -> None:
    made = repair(project, steps=MEND)
    again = revise(project, target="rich")
    assert (again.target, again.task, again.classes) == ("rich", "binary", ("no", "yes"))
    assert again.holdout not in (None, made.holdout)
    assert (again.rows, again.names) == (made.rows, made.names)
    back = revise(project, positive="no")
    assert (back.target, back.classes, back.holdout) == ("rich", ("yes", "no"), again.holdout)
    other = revise(project, dataset=made.id, target="town")
    assert (other.target, other.task) == ("town", "binary")


def test_rows_appended_to_a_repaired_version_are_repaired_too(project: Project, base: Dataset, tmp_path: Path) -> None:
    made = repair(project, steps=[*MEND, {"step": "filter", "expression": "years > 30"}])
    held = load_holdout(project, base, why="a test")
    more = pd.concat([people(40, 5, "Q"), people().loc[held.index[:2]]])
    longer = append(project, source=written(tmp_path, more, "more.csv"))
    both = load_table(project, longer)
    pd.testing.assert_frame_equal(both.head(made.rows), load_table(project, made))
    learnt = next(one["learnt"] for one in chain_of(project, made) if one["step"] == "fill")
    expected = more.assign(years=more["age"].fillna(learnt["age"]))
    expected = expected[expected["years"] > 30]
    assert both["years"].tail(len(expected)).tolist() == expected["years"].tolist()
    assert both["town"].isin(["York", "Bath"]).all()
    assert longer.holdout == base.holdout
    known = int((expected["id"].isin(held["id"])).sum())
    assert longer.holdout_rows == made.holdout_rows + known
    assert any("appended rows dropped by these repairs" in one.message for one in longer.findings)
    again = revise(project, types={"town": "text"})
    assert (again.rows, again.schema["town"]) == (longer.rows, "text")


def test_appending_is_refused_where_a_repair_looked_at_all_rows(
    project: Project, base: Dataset, tmp_path: Path
) -> None:
    repair(
        project,
        steps=[{"step": "deduplicate", "columns": ["id"]}, {"step": "fill", "column": "age", "how": "previous"}],
    )
    with pytest.raises(InvalidInput, match=r"repaired by deduplicate, fill.*cannot be repeated on new rows") as caught:
        append(project, source=written(tmp_path, people(9, 2), "more.csv"))
    assert caught.value.field == "dataset"
    assert len(list_datasets(project)) == 2


def test_a_file_is_read_as_the_repaired_table_is_or_taken_as_repaired(
    project: Project, base: Dataset, tmp_path: Path
) -> None:
    made = repair(project, steps=[*MEND, {"step": "deduplicate"}])
    fresh = people(30, 7, "N")
    came = read_rows(project, written(tmp_path, fresh, "fresh.csv"), made.schema, like=made)
    learnt = next(one["learnt"] for one in chain_of(project, made) if one["step"] == "fill")
    assert tuple(came.frame) == made.names
    assert came.names == tuple(fresh)
    income = pd.to_numeric(fresh["income"], errors="coerce").fillna(learnt["income"])
    assert came.frame["income"].tolist() == income.tolist()
    assert came.frame["rich"].tolist() == ["yes" if value > 3000 else "no" for value in income]
    codes = {one.code: one for one in came.findings}
    assert codes["unreadable_as_type"].count == 4
    assert "left out, as they are about other rows or columns that it lacks: deduplicate" in codes["repaired"].message
    as_it_is = came.frame.assign(years=99.0)
    taken = read_rows(project, written(tmp_path, as_it_is, "repaired.csv"), made.schema, like=made)
    pd.testing.assert_frame_equal(taken.frame, as_it_is)
    few = read_rows(project, written(tmp_path, fresh[["age"]], "few.csv"), made.schema, like=made)
    assert list(few.frame) == ["years"]


def test_training_and_predicting_see_the_same_repairs(project: Project, base: Dataset, tmp_path: Path) -> None:
    made = repair(project, steps=MEND)
    save_recipe(project, [step for step, _ in suggest_steps(project, made)], dataset=made.id)
    compare(project, estimators=["linear"], cv=3, n_jobs=1)
    version = promote(project)
    assert {one.name for one in version.inputs} == {"income", "years", "town", "rich"}
    fresh = people(30, 7, "N").drop(columns="left")
    raw = predict_file(project, source=written(tmp_path, fresh, "fresh.csv"), out=str(tmp_path / "out.csv"))
    ready = read_rows(project, tmp_path / "fresh.csv", made.schema, like=made).frame
    predict_file(project, source=written(tmp_path, ready, "ready.csv"), out=str(tmp_path / "out2.csv"))
    one, other = pd.read_csv(tmp_path / "out.csv"), pd.read_csv(tmp_path / "out2.csv")
    np.testing.assert_allclose(one["probability_yes"], other["probability_yes"], rtol=1e-12)
    assert one["income"].tolist() == fresh["income"].tolist(), "the file's own cells come back as they were"
    assert any("repairs of version 2 were made on the file too" in warning for warning in raw.warnings)


def test_repaired_versions_are_checked_against_the_data_contract(project: Project, base: Dataset) -> None:
    promised = infer_promises(project)
    first = save_promises(project, contract=promised.as_dict() | {"enforce": "warn"}, based_on="")
    made = repair(project, steps=[{"step": "set_cells", "column": "town", "cells": [[4, "Rome"]]}])
    checked = last_check(project, made.table)
    assert checked is not None
    assert not checked.report.kept
    assert any(one.code == "breaks_data_contract" for one in made.findings)
    despite: dict[str, Any] = {"despite_data": True, "why": "Rome is a fault"}
    save_promises(project, contract=promised.as_dict() | {"enforce": "reject"}, based_on=first.id, **despite)
    with pytest.raises(InvalidInput, match="The table is rejected"):
        repair(project, steps=[{"step": "set_cells", "column": "town", "cells": [[5, "Oslo"]]}])
    assert get_dataset(project) == made
