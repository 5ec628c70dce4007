"""The presentation: true at every stage, one file that needs nothing, its what-if neither asks nor logs anything."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from mlworkbench.governance import presentation, presentation_html, save_prose
from mlworkbench.lifecycle import count_predictions
from mlworkbench.modeling import get_model_version
from mlworkbench.serving import starting_row, sweep
from tests.governance.conftest import BAD
from tests.governance.test_card import Elements

if TYPE_CHECKING:
    from mlworkbench import Project


def test_a_project_without_anything_says_what_is_missing(project: Project) -> None:
    made = presentation(project)
    for said in (made.problem, made.data, made.result, made.promises_sentence, made.monitoring):
        assert "Not done" in said
    assert made.value == ""
    assert "Not done" in presentation_html(project)


def test_its_figures_are_those_of_the_champion(seen: Project) -> None:
    made, version = presentation(seen), get_model_version(seen)
    assert made.value == f"{version.holdout_score:.3f}"
    assert f"{version.holdout_low:.3f}" in made.interval
    assert made.problem.startswith("For account managers who need to know whom to call")
    assert [one.label for one in made.contenders if one.chosen] == [version.label]
    assert {one.name for one in made.promises} == {"goal", "latency", "fairness", "retraining"}


def test_the_what_if_is_what_the_model_says_of_the_typical_case(seen: Project) -> None:
    made = presentation(seen)
    first = made.sweeps[0]
    assert first.column == "tenure"
    moved = sweep(seen, starting_row(get_model_version(seen)), "tenure")
    assert list(first.answers) == pytest.approx(moved["probability_yes"].tolist())
    assert first.places[first.typical] == pytest.approx(float(starting_row(get_model_version(seen))["tenure"]), abs=2)


def test_looking_at_it_writes_nothing(governed: Project) -> None:
    from mlworkbench.artifacts import list_artifacts
    from mlworkbench.data import get_dataset, holdout_looks
    from mlworkbench.governance import audit_log

    def state() -> tuple[int, ...]:
        looks = holdout_looks(governed, get_dataset(governed))
        return count_predictions(governed), len(list_artifacts(governed)), len(audit_log(governed)), len(looks)

    before = state()
    presentation_html(governed)
    assert state() == before


def test_the_file_holds_no_markup_from_outside_and_fetches_nothing(seen: Project) -> None:
    text = presentation_html(seen)
    made = Elements(text)
    assert BAD not in text
    assert not made.tags & {"img", "iframe", "link", "object", "form", "a", "base"}
    assert not any(name.startswith("on") or name in ("src", "href", "action") for name in made.attributes)
    assert not re.findall(r"url\(|@import|fetch\(|XMLHttp|WebSocket", text)
    assert "http" not in text.replace("http-equiv", "")
    assert "default-src 'none'" in text


def test_its_data_is_json_that_closes_no_script(seen: Project) -> None:
    inside = re.search(r'<script type="application/json" id="curves">(.*?)</script>', presentation_html(seen), re.S)
    assert inside is not None
    curves = json.loads(inside[1])
    assert len(curves) == len(presentation(seen).sweeps)
    for one in curves:
        assert len(one["x"]) == len(one["y"]) == len(one["label"]) == len(one["said"])


def test_the_file_of_hostile_columns_shows_them_as_text(finished: Project) -> None:
    save_prose(finished, "owner", BAD)
    text = presentation_html(finished)
    assert "<img" not in text
    assert "&lt;img src=x onerror=alert(1)&gt;" in text


def test_an_error_is_shown_without_its_sign(workspace: object, tmp_path: object) -> None:
    from mlworkbench.governance.words import between, metric_name, score

    assert metric_name("neg_root_mean_squared_error") == "RMSE"
    assert score("neg_root_mean_squared_error", -12.5) == "12.5"
    assert between("neg_root_mean_squared_error", -20.0, 1.0) == "0 to 20.0"
    assert between("roc_auc", 0.9, 1.04) == "0.900 to 1.00"
