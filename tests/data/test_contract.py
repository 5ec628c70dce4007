"""The contract settles what nobody chose; a choice wins; a contradiction is told before anything is stored."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mlworkbench.artifacts import list_artifacts
from mlworkbench.data import get_dataset, get_holdout, ingest, list_datasets, revise
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import list_jobs
from mlworkbench.scoping import Contract, save_scope

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.data import Dataset


@pytest.fixture
def table(tmp_path: Path) -> str:
    file = tmp_path / "table.csv"
    lines = [f"2025-{1 + n % 12:02}-{1 + n % 28:02},{n % 40},{'abc'[n % 3]},{'ny'[n * 7 % 5 > 2]}" for n in range(200)]
    file.write_text("\n".join(["day,tenure,plan,churned", *lines]))
    return str(file)


def promise(project: Project, **contract: Any) -> None:
    save_scope(project, contract=Contract(**contract), why="as agreed")


def differences(dataset: Dataset) -> list[str]:
    return [one.message for one in dataset.findings if one.code == "contract"]


def test_what_nobody_chose_follows_from_the_contract(project: Project, table: str) -> None:
    policy = {"method": "time", "size": 0.25}
    promise(project, target="churned", task="binary", positive_class="n", holdout=policy, time_column="day")
    made = ingest(project, source=table)
    assert (made.target, made.task, made.classes, made.positive) == ("churned", "binary", ("y", "n"), "n")
    holdout = get_holdout(project, made)
    assert holdout is not None
    assert (holdout.policy["method"], holdout.policy["column"], holdout.policy["size"]) == ("time", "day", 0.25)
    assert differences(made) == []


def test_a_choice_wins_and_the_difference_is_a_finding(project: Project, table: str) -> None:
    promise(project, target="churned", positive_class="n")
    assert differences(ingest(project, source=table, positive="y")) == [
        "The contract's positive class is n; y was chosen here."
    ]
    other = ingest(project, source=table, target="plan")
    assert (other.target, other.task, other.classes) == ("plan", "multiclass", ("a", "b", "c"))
    assert "plan was chosen here" in differences(other)[0]


def test_a_revised_contract_counts_at_the_next_version_and_choices_stay(project: Project, table: str) -> None:
    promise(project, target="churned")
    assert ingest(project, source=table).positive == "y"
    promise(project, target="churned", positive_class="n")
    assert revise(project, types={"tenure": "category"}).positive == "n"
    assert revise(project, positive="y").positive == "y"
    assert revise(project, types={"tenure": "number"}).positive == "y", "what a person chose stays"
    assert revise(project, target="plan").classes == ("a", "b", "c")


@pytest.mark.parametrize(
    ("contract", "field", "words"),
    [
        ({"target": "gone"}, "target", "gone"),
        ({"target": "churned", "positive_class": "maybe"}, "positive", "'n', 'y'"),
        ({"target": "churned", "task": "regression"}, "task", "numeric"),
        ({"target": "plan", "task": "binary"}, "task", "needs 2 classes"),
        ({"target": "churned", "holdout": {"method": "group", "column": "house"}}, "holdout", "house"),
    ],
)
def test_a_contract_that_the_table_contradicts_is_refused_and_nothing_is_stored(
    project: Project, table: str, contract: dict[str, Any], field: str, words: str
) -> None:
    promise(project, **contract)
    before = list_artifacts(project)
    with pytest.raises(InvalidInput, match=words) as wrong:
        ingest(project, source=table)
    assert wrong.value.field == field
    assert "contract" in wrong.value.message
    assert list_artifacts(project) == before


def test_what_the_contract_says_of_other_columns_is_a_finding_when_it_is_not_so(project: Project, table: str) -> None:
    promise(project, target="churned", fairness_columns=("gender",), heuristic="age < 30")
    told = " ".join(differences(ingest(project, source=table)))
    assert "gender" in told
    assert "age" in told


def test_a_holdout_that_was_cut_stays_whatever_the_contract_says_later(project: Project, table: str) -> None:
    first = ingest(project, source=table, target="churned")
    promise(project, target="churned", holdout={"method": "random", "size": 0.4})
    second = revise(project, types={"tenure": "category"})
    assert second.holdout == first.holdout
    assert any("cut before" in one for one in differences(second))


def test_the_holdout_is_the_same_whichever_class_is_positive(project: Project, table: str) -> None:
    first = ingest(project, source=table, target="churned", positive="n")
    assert first.classes == ("y", "n")
    second = ingest(project, source=table, target="churned", positive="y")
    assert (second.classes, second.holdout) == (("n", "y"), first.holdout)


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"target": "churned", "positive": "maybe"}, "positive"),
        ({"target": "plan", "positive": "a"}, "positive"),
        ({"target": "tenure", "positive": "1"}, "positive"),
        ({"positive": "y"}, "target"),
    ],
)
def test_a_positive_class_that_is_none_is_refused(
    project: Project, table: str, settings: dict[str, Any], field: str
) -> None:
    with pytest.raises(InvalidInput) as wrong:
        ingest(project, source=table, **settings)
    assert wrong.value.field == field
    assert list_datasets(project) == ()


def test_misspelt_settings_are_told_before_anything_is_queued(project: Project, table: str) -> None:
    for settings, field in (
        ({"source": "nowhere.csv"}, "source"),
        ({"source": table, "types": {"plan": "colour"}}, "types"),
        ({"source": table, "task": "guessing"}, "task"),
        ({"source": table, "holdout": {"method": "magic"}}, "holdout"),
        ({"source": table, "reading": {"colour": "red"}}, "reading"),
    ):
        with pytest.raises(InvalidInput) as wrong:
            ingest.submit(project, **settings)
        assert wrong.value.field == field
    ingest(project, source=table)
    for settings, field in (({"target": "gone"}, "target"), ({"types": {"gone": "number"}}, "types")):
        with pytest.raises(InvalidInput) as wrong:
            revise.submit(project, **settings)
        assert wrong.value.field == field
    assert list_jobs(project.workspace) == ()
    assert get_dataset(project).number == 1
