"""Registration: the holdout is looked at once, the evidence is kept, the alias moves."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench import artifacts
from mlworkbench.data import Dataset, get_dataset, holdout_looks, load_holdout, load_training
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.features import Step, save_recipe
from mlworkbench.modeling import (
    Comparison,
    compare,
    encode_target,
    get_model_version,
    list_model_versions,
    load_model,
    promote,
)
from mlworkbench.modeling.scoring import score_of
from mlworkbench.modeling.tracking import client_for, registered_name

if TYPE_CHECKING:
    from mlworkbench import Project

    Compared = Callable[[str], tuple[Project, Comparison]]
    Put = Callable[..., Dataset]


@pytest.mark.parametrize("task", ["binary", "multiclass", "regression"])
def test_the_recommended_model_is_registered_with_its_holdout_score_in_one_counted_look(
    task: str, compared: Compared
) -> None:
    project, comparison = compared(task)
    dataset = get_dataset(project)
    before = len(holdout_looks(project, dataset))
    made = promote(project, reason="first")
    looks = holdout_looks(project, dataset)
    assert len(looks) == before + 1
    assert made.estimator == comparison.recommended
    assert made.estimator in looks[0].why + looks[-1].why
    row = comparison.row(made.estimator)
    assert (made.cv_score, made.cv_low, made.cv_high) == (row.score_mean, row.low, row.high)
    assert made.holdout_low <= made.holdout_score <= made.holdout_high
    assert made.holdout_rows == dataset.holdout_rows

    frame = load_holdout(project, dataset, why="a test looks")
    y, _ = encode_target(frame, dataset)
    model = load_model(project, made)
    answers = model.predict(frame) if task == "regression" else model.predict_proba(frame)
    assert score_of(made.scoring, y, answers) == made.holdout_score
    assert get_model_version(project) == made == get_model_version(project, made.id)
    assert made in list_model_versions(project)
    assert comparison.id in artifacts.find(project, made.id).parents


def test_mlflows_registry_has_the_version_under_the_alias(compared: Compared) -> None:
    project, comparison = compared("multiclass")
    made = promote(project, run="lightgbm", alias="challenger")
    client = client_for(project)
    version = client.get_model_version_by_alias(registered_name(project), "challenger")
    assert (str(version.version), version.run_id) == (made.mlflow_version, made.run_id)
    assert version.source.endswith("artifacts")
    assert promote(project, run=comparison.row("linear").run_id, alias="challenger").estimator == "linear"
    moved = client.get_model_version_by_alias(registered_name(project), "challenger")
    assert int(moved.version) == int(made.mlflow_version) + 1


def test_inputs_are_the_raw_columns_in_their_own_units(compared: Compared) -> None:
    project, _ = compared("binary")
    made = promote(project, run="linear", alias="described")
    training = load_training(project, get_dataset(project))
    fields = {one.name: one for one in made.inputs}
    assert set(fields) == {"radius", "texture", "smoothness", "worst radius", "worst texture", "site"}
    texture = fields["texture"]
    assert texture.type == "number"
    assert texture.median == pytest.approx(training["texture"].median())
    assert training["texture"].min() <= texture.low < texture.median < texture.high <= training["texture"].max()
    assert texture.missing_share == pytest.approx(training["texture"].isna().mean())
    assert texture.step == pytest.approx(0.1)
    assert fields["site"].categories == ("both", "left", "right")
    assert fields["site"].median in fields["site"].categories
    assert not any(one.required for one in made.inputs)
    start = pd.DataFrame([{name: one.median for name, one in fields.items()}])
    assert np.isfinite(load_model(project, made).predict_proba(start)).all()


def test_an_input_that_the_model_cannot_do_without_is_required(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    dataset = put(project, tables["regression"], "target")
    save_recipe(project, [Step("impute", ("bmi",)), Step("drop", ("s1", "s2"))], dataset=dataset)
    compare(project, estimators=["linear", "hist_gradient_boosting"], cv=3)
    strict = {one.name: one.required for one in promote(project, run="linear").inputs}
    assert "s1" not in strict
    assert not strict["bmi"]
    assert strict["age"]
    assert not any(one.required for one in promote(project, run="hist_gradient_boosting").inputs)


def test_what_cannot_be_promoted_is_said(project: Project, tables: dict[str, pd.DataFrame], put: Put) -> None:
    with pytest.raises(NotFound, match="no champion yet"):
        get_model_version(project)
    dataset = put(project, tables["binary"], "finding")
    save_recipe(project, [Step("drop", ("site",))], dataset=dataset)
    compare(project, estimators=["dummy", "linear"], cv=3)
    looks = holdout_looks(project, dataset)
    with pytest.raises(NotFound, match=r"no run 'xgboost'. There are: recommended, dummy") as caught:
        promote(project, run="xgboost")
    assert caught.value.field == "run"
    with pytest.raises(NotApplicable, match=r"failed.*NaN.*Choose another run"):
        promote(project, run="linear")
    for alias in ("Champion", "../x", "v3", "latest", "dataset", "comparison", ""):
        with pytest.raises(InvalidInput) as wrong:
            promote(project, run="dummy", alias=alias)
        assert wrong.value.field == "alias"
    assert holdout_looks(project, dataset) == looks
    assert list_model_versions(project) == ()


def test_without_a_holdout_the_version_says_that_it_has_none(
    project: Project, tables: dict[str, pd.DataFrame], put: Put
) -> None:
    put(project, tables["regression"], "target", holdout={"method": "none"})
    compare(project, estimators=["linear"], cv=3)
    made = promote(project)
    assert (made.holdout_score, made.holdout_low, made.holdout_rows) == (None, None, 0)
