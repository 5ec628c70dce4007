"""Files and rows to predict against the data contract: said by row, or refused; the model's inputs only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from mlworkbench import Project, artifacts
from mlworkbench.data import adopt_promises, get_check, get_promises, save_promises
from mlworkbench.errors import InvalidInput
from mlworkbench.modeling import get_model_version
from mlworkbench.serving import WrongRows, count_predictions, predict_file, predict_one, predict_rows, starting_row
from tests.features.tables import mixed


@pytest.fixture
def promised(served: Callable[[str], Project]) -> Iterator[Project]:
    """A project with a champion and an inferred contract, which is taken away again."""
    project = served("binary")
    adopt_promises(project)
    yield project
    _forget(project)


def _forget(project: Project) -> None:
    from sqlalchemy import delete

    from mlworkbench import records

    with project.workspace.write() as connection:
        mine = (records.aliases.c.project_id == project.id) & (records.aliases.c.alias == "data_contract")
        connection.execute(delete(records.aliases).where(mine))


def rejecting(project: Project) -> None:
    made = get_promises(project)
    assert made is not None
    save_promises(project, contract=made.as_dict() | {"enforce": "reject"}, why="strict", despite_data=True)


def bad_row(project: Project) -> dict[str, object]:
    return starting_row(get_model_version(project)) | {"size": 1e9}


def test_without_a_contract_nothing_is_said_of_one(served: Callable[[str], Project]) -> None:
    project = served("binary")
    assert get_promises(project) is None
    answer = predict_one(project, bad_row(project))
    assert not [one for one in answer.warnings if "contract" in one.lower()]


def test_a_row_that_breaks_the_contract_is_answered_with_warnings(promised: Project) -> None:
    answer = predict_one(promised, bad_row(promised))
    assert any("Data contract: size: expected at most" in one for one in answer.warnings), answer.warnings
    fine = starting_row(get_model_version(promised))
    answers = predict_rows(promised, [fine, bad_row(promised)])
    assert any(one.startswith("Data contract: row 2, size: expected at most") for one in answers.warnings)
    assert not [one for one in predict_rows(promised, [fine]).warnings if "contract" in one.lower()]
    assert not any("answer" in one for one in answers.warnings), "the target is not asked of rows to predict"


def test_a_contract_that_rejects_refuses_the_request_with_the_list_and_logs_nothing(promised: Project) -> None:
    rejecting(promised)
    before = count_predictions(promised)
    with pytest.raises(InvalidInput) as caught:
        predict_one(promised, bad_row(promised))
    assert caught.value.field == "size"
    with pytest.raises(WrongRows) as wrong:
        predict_rows(promised, [starting_row(get_model_version(promised)), bad_row(promised)])
    assert [(one.row, one.field) for one in wrong.value.problems] == [(2, "size")]
    assert count_predictions(promised) == before


def test_a_file_is_checked_by_row_and_cells_that_cannot_be_read_are_violations(
    promised: Project, file: Callable[..., Path], tmp_path: Path
) -> None:
    frame = mixed(200, seed=5).drop(columns=["answer"]).head(40).astype(object).reset_index(drop=True)
    frame.loc[4, "size"] = "huge"
    frame.loc[7, "size"] = 1e9
    batch = predict_file(promised, source=str(file(frame)))
    assert any("of the data contract in 40 rows" in one for one in batch.warnings), batch.warnings
    assert batch.check is not None
    found = {(one.row, one.column, one.rule, one.value) for one in get_check(promised, batch.check).report.violations}
    assert (5, "size", "type", "huge") in found
    assert (8, "size", "maximum", "1000000000") in found
    assert not [one for one in found if one[1] == "answer"]
    rejecting(promised)
    before = {one.id for one in artifacts.list_artifacts(promised, "predictions")}
    with pytest.raises(InvalidInput, match="rejected"):
        predict_file(promised, source=str(file(frame)), out=str(tmp_path / "out.csv"))
    assert not (tmp_path / "out.csv").exists()
    assert {one.id for one in artifacts.list_artifacts(promised, "predictions")} == before
