"""Labels find their predictions or are refused all together; then the score is what it really was."""

from __future__ import annotations

from collections.abc import Callable

import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from mlworkbench import Project
from mlworkbench.artifacts import list_artifacts
from mlworkbench.errors import InvalidInput
from mlworkbench.jobs import run_to_end
from mlworkbench.monitoring import add_labels, get_labels, list_label_batches, monitor
from mlworkbench.serving import get_batch, predict_file, prediction_log
from tests.monitoring.conftest import File, customers

Own = Callable[..., Project]


@pytest.fixture
def predicted(own: Own, file: File) -> tuple[Project, pd.DataFrame, str]:
    """A project, new rows with their truth, and the id of the request that predicted them."""
    project, rows = own(), customers(200, 41)
    batch = predict_file(project, source=str(file(rows.drop(columns="left"), "new.csv")))
    return project, rows, get_batch(project, batch.id).log


Predicted = tuple[Project, pd.DataFrame, str]


def test_labels_by_prediction_id_and_row(predicted: Predicted, file: File) -> None:
    project, rows, request = predicted
    labels = pd.DataFrame({"prediction_id": request, "row": range(1, 201), "left": rows["left"]})
    batch = add_labels(project, source=str(file(labels.sample(frac=1, random_state=0))))
    assert (batch.labels, batch.matched_by) == (200, "prediction id")
    known = get_labels(project).sort_values("row")
    assert list(known["value"]) == list(rows["left"])
    assert set(known["prediction_id"]) == {request}
    report = monitor(project)
    assert report.realised is not None
    log = prediction_log(project, ["batch"], 200).sort_values("row")
    expected = roc_auc_score(rows["left"] == "yes", log["probability_yes"])
    assert report.realised.score == pytest.approx(expected)
    assert report.realised.low < expected < report.realised.high  # type: ignore[operator]
    assert not report.realised.concept_drift
    assert report.windows[0].labelled == 200


def test_labels_in_the_order_of_the_file_need_no_row(predicted: Predicted, file: File) -> None:
    project, rows, request = predicted
    add_labels(project, source=str(file(pd.DataFrame({"prediction_id": request, "left": rows["left"]}))))
    assert list(get_labels(project)["value"]) == list(rows["left"])


def test_labels_by_an_identifier_that_only_the_predicted_file_has(predicted: Predicted, file: File) -> None:
    project, rows, _ = predicted
    some = rows[["customer", "left"]].iloc[50:80].sample(frac=1, random_state=0)
    batch = add_labels(project, source=str(file(some)))
    assert (batch.labels, batch.matched_by) == (30, "customer")
    known = get_labels(project).sort_values("row")
    assert list(known["row"]) == list(range(51, 81))
    assert list(known["value"]) == list(rows["left"].iloc[50:80])


def test_labels_by_the_inputs_of_the_model(predicted: Predicted, file: File) -> None:
    project, rows, _ = predicted
    batch = add_labels(project, source=str(file(rows.drop(columns="customer"))))
    assert batch.labels == 200
    assert list(get_labels(project).sort_values("row")["value"]) == list(rows["left"])


def test_all_that_is_wrong_is_listed_and_no_label_is_added(predicted: Predicted, file: File) -> None:
    project, rows, request = predicted
    labels = rows[["customer", "left"]].copy()
    labels.loc[3, "left"] = "maybe"
    labels.loc[5, "customer"] = "C999-00000"
    labels.loc[7, "customer"] = labels.loc[8, "customer"]
    with pytest.raises(InvalidInput) as refused:
        add_labels(project, source=str(file(labels)))
    assert refused.value.field == "source"
    for words in (
        "No label was added", "maybe", "none of the classes no, yes", "row 6 (customer C999-00000)",
        "2 rows give a label twice: row 8 (customer C041-00008), row 9",
    ):  # fmt: skip
        assert words in refused.value.message
    wrong = pd.DataFrame({"prediction_id": [request, request, "nobody"], "row": [1, 201, 1], "left": "yes"})
    with pytest.raises(InvalidInput, match=r"2 rows without a prediction: row 2 \(.*, row 201\), row 3 \(nobody\)"):
        add_labels(project, source=str(file(wrong)))
    assert get_labels(project).empty
    assert not list_artifacts(project, "labels")
    skipped = add_labels(project, source=str(file(wrong)), skip_unknown=True)
    assert (skipped.labels, skipped.unknown) == (1, 2)


def test_a_label_is_given_once(predicted: Predicted, file: File) -> None:
    project, rows, _ = predicted
    source = str(file(rows[["customer", "left"]]))
    add_labels(project, source=source)
    with pytest.raises(InvalidInput, match="200 predictions have a label already"):
        add_labels(project, source=source)
    assert len(get_labels(project)) == 200


def test_rows_that_were_predicted_twice_have_to_be_told_apart(predicted: Predicted, file: File) -> None:
    project, rows, _ = predicted
    predict_file(project, source=str(file(rows.drop(columns="left"), "new.csv")), at="2024-01-31")
    with pytest.raises(InvalidInput, match="fit more than one prediction"):
        add_labels(project, source=str(file(rows[["customer", "left"]])))
    batch = add_labels(project, source=str(file(rows[["customer", "left"]])), until="2024-02-01", at="2024-02-15")
    assert batch.labels == 200
    assert set(get_labels(project)["at"]) == {"2024-02-15T00:00:00.000000+00:00"}


def test_a_file_that_says_too_little_is_refused_in_words(predicted: Predicted, file: File) -> None:
    project, rows, request = predicted
    cases = [
        (pd.DataFrame({"x": [1.5], "left": ["yes"]}), {}, "keys", "does not say whose labels"),
        (rows[["customer", "tenure"]], {}, "target", "no column left"),
        (rows[["customer", "left"]], {"keys": ["nothing"]}, "keys", "no column nothing"),
        (rows[["customer", "left"]].assign(left=None), {}, "source", "nothing to add"),
        (pd.DataFrame({"prediction_id": [request], "left": ["yes"]}), {}, "source", "'row' must say"),
        (rows[["customer", "left"]], {"at": "2999-01-01"}, "at", "future"),
    ]
    for frame, settings, field, words in cases:
        with pytest.raises(InvalidInput, match=words) as refused:
            add_labels(project, source=str(file(frame)), **settings)  # type: ignore[arg-type]
        assert refused.value.field == field
    assert get_labels(project).empty


def test_rows_without_a_label_yet_are_counted(predicted: Predicted, file: File) -> None:
    project, rows, _ = predicted
    rows.loc[rows.index >= 150, "left"] = None
    batch = add_labels(project, source=str(file(rows[["customer", "left"]])))
    assert (batch.labels, batch.without_label) == (150, 50)
    assert list_label_batches(project) == (batch,)


def test_a_world_that_changed_its_rule_is_concept_drift_without_drift_of_inputs(
    predicted: Predicted, file: File
) -> None:
    project, rows, _ = predicted
    turned = rows[["customer", "left"]].assign(left=rows["left"].map({"yes": "no", "no": "yes"}))
    run_to_end(project.workspace, add_labels.submit(project, source=str(file(turned))))
    report = monitor(project)
    assert not report.drifted_columns
    assert report.drifted
    assert report.realised is not None
    assert report.realised.concept_drift
    assert "roc_auc fell to" in report.sentence
    assert report.windows[0].drifted


def test_values_are_labels_too(own: Own, file: File) -> None:
    project = own("value")
    rows = customers(120, 44).drop(columns=["customer", "left"])
    batch = predict_file(project, source=str(file(rows, "new.csv")))
    labels = pd.DataFrame(
        {"prediction_id": batch.log, "row": range(1, 121), "spent": 3.0 * rows["tenure"] + rows.index % 7}
    )
    odd = labels.assign(spent=labels["spent"].astype(str).where(labels.index != 4, "a lot"))
    with pytest.raises(InvalidInput, match="a lot"):
        add_labels(project, source=str(file(odd)))
    add_labels(project, source=str(file(labels)))
    found = monitor(project).realised
    assert found is not None
    assert found.scoring == "neg_root_mean_squared_error"
    assert found.score == pytest.approx(-2.0, abs=0.5)
