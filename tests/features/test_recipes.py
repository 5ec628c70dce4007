"""Recipes in a project: suggested with reasons, saved, previewed on training rows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mlworkbench.artifacts import aliases, lineage, list_artifacts
from mlworkbench.data import get_dataset, ingest, load_holdout, load_table, load_training
from mlworkbench.errors import InvalidInput, NotApplicable, NotFound
from mlworkbench.features import (
    Recipe,
    Step,
    compile_recipe,
    feature_names,
    get_recipe,
    list_recipes,
    preview_recipe,
    save_recipe,
    suggest_steps,
)
from mlworkbench.projects import Project, create_project
from tests.features.tables import ingested, mixed


def test_suggested_steps_follow_the_types_and_say_why(project: Project, tmp_path: Path) -> None:
    dataset = ingested(project, tmp_path, mixed(), types={"town": "category"})
    suggested = suggest_steps(project)
    by_step = {(step.step, column): reason for step, reason in suggested for column in step.columns}
    assert "by heart" in by_step["drop", "code"]
    assert "same value" in by_step["drop", "always"]
    assert "category of its own" in by_step["impute", "colour"]
    assert {("one_hot", "colour"), ("one_hot", "member"), ("target_encode", "town"), ("date_parts", "since")} <= set(
        by_step
    )
    assert {("scale", "size"), ("scale", "count"), ("scale", "since"), ("scale", "town")} <= set(by_step)
    indicators = {column for step, _ in suggested if step.params.get("indicator") for column in step.columns}
    assert indicators == {"size"}
    assert all(len(reason.split()) >= 8 for _, reason in suggested)
    assert get_dataset(project).id == dataset.id


def test_dates_without_a_time_of_day_get_no_hour(project: Project, tmp_path: Path) -> None:
    frame = mixed()
    frame["since"] = frame["since"].str[:10]
    ingested(project, tmp_path, frame)
    dates = [step for step, _ in suggest_steps(project) if step.step == "date_parts"]
    assert [(step.columns, step.params) for step in dates] == [(("since",), {"hour": False})]


def test_a_saved_recipe_is_the_current_one_and_knows_its_dataset(project: Project, tmp_path: Path) -> None:
    dataset = ingested(project, tmp_path, mixed())
    saved = save_recipe(project, [step for step, _ in suggest_steps(project)])
    assert get_recipe(project) == saved == get_recipe(project, saved.id[:10])
    assert saved.target == "answer"
    assert all(step.params for step in saved.steps if step.step == "one_hot")  # settings are written out
    assert dataset.id in {artifact.id for artifact in lineage(project, saved.id)}
    other = save_recipe(project, [step.to_json() for step in saved.steps[:-1]])
    assert [recipe.number for recipe in list_recipes(project)] == [2, 1]
    assert aliases(project)["recipe"] == other.id


def test_a_wrong_recipe_writes_nothing(project: Project, tmp_path: Path) -> None:
    ingested(project, tmp_path, mixed())
    before = list_artifacts(project)
    with pytest.raises(InvalidInput):
        save_recipe(project, [Step("scale", ("colour",))])
    assert list_artifacts(project) == before
    with pytest.raises(NotFound):
        get_recipe(project)


def test_without_a_target_there_is_nothing_to_make_features_for(project: Project, tmp_path: Path) -> None:
    mixed().to_csv(tmp_path / "t.csv", index=False)
    ingest(project, source=str(tmp_path / "t.csv"))
    with pytest.raises(NotApplicable, match="target"):
        suggest_steps(project)


def test_a_preview_shows_training_rows_before_and_after(project: Project, tmp_path: Path) -> None:
    dataset = ingested(project, tmp_path, mixed(300))
    steps = [step for step, _ in suggest_steps(project)]
    seen = preview_recipe(project, steps, rows=50)
    assert set(seen.dropped) == {"code", "always"} | ({"town"} if dataset.column("town").type == "text" else set())
    assert not seen.after.isna().any().any()
    assert list(seen.after.index) == list(seen.before.index)
    held = load_holdout(project, dataset, why="test").index
    assert not set(seen.before.index) & set(held)
    assert seen.fitted_on == len(load_training(project, dataset))
    one = preview_recipe(project, steps, columns=["colour"], rows=5)
    assert list(one.before.columns) == ["colour"]
    assert tuple(one.after.columns) == one.created["colour"]
    assert one.after.shape == (5, 4)


def test_a_recipe_that_cannot_be_fitted_is_refused_in_the_preview(project: Project, tmp_path: Path) -> None:
    frame = mixed(60)
    ingested(project, tmp_path, frame, types={"town": "category"})
    steps = [
        Step("drop", ("code", "colour", "member", "since", "always")),
        Step("target_encode", ("town",), {"folds": 20}),
    ]
    ingested(project, tmp_path, frame.head(18), types={"town": "category"})
    with pytest.raises(InvalidInput, match="cannot be fitted"):
        preview_recipe(project, steps)


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=12)
numbers = st.lists(
    st.one_of(st.none(), st.floats(-1e6, 1e6).map(lambda value: round(value, 3))), min_size=24, max_size=24
)
words = st.lists(st.one_of(st.none(), st.sampled_from(["a", "b", "c=d", "é", "<b>", "1"])), min_size=24, max_size=24)
many = st.lists(st.integers(0, 10**6).map(lambda number: f"w{number}"), min_size=24, max_size=24)
dates = st.lists(st.one_of(st.none(), st.dates().filter(lambda day: day.year > 999)), min_size=24, max_size=24)


@settings(max_examples=15, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(columns=st.dictionaries(names, st.one_of(numbers, words, many, dates), min_size=2, max_size=6), strange=words)
def test_what_is_suggested_for_any_table_fits_and_leaves_nothing_missing(
    project: Project, tmp_path: Path, columns: dict[str, list[object]], strange: list[object]
) -> None:
    frame = pd.DataFrame(
        {f"f{place} {name}": cells for place, (name, cells) in enumerate(columns.items())}, dtype=object
    )
    frame["target"] = [0, 1] * 12
    path = tmp_path / f"{len(list(tmp_path.iterdir()))}.csv"
    own = create_project(project.workspace, path.name)
    frame.to_csv(path, index=False)
    dataset = ingest(own, source=str(path), target="target", types={"target": "binary"}, holdout={"method": "none"})
    suggested = tuple(step for step, _ in suggest_steps(own, dataset))
    recipe = Recipe("", 1, dataset.id, "target", suggested, "")
    if all(step.step == "drop" for step in suggested):
        with pytest.raises(InvalidInput, match="no column to learn from"):
            compile_recipe(recipe, dataset)
        return
    transformer = compile_recipe(recipe, dataset)
    training = load_training(own, dataset)
    features = transformer.fit_transform(training, [0, 1] * 12)
    assert np.isfinite(features).all()
    assert features.shape == (24, len(feature_names(transformer)))
    later = load_table(own, dataset)
    for place, name in enumerate(dataset.features):
        if later[name].dtype == object and place % 2:
            later[name] = pd.Series(strange, dtype=object)
        else:
            later[name] = later[name].mask(later[name].notna())
    assert np.isfinite(transformer.transform(later)).all()


@pytest.mark.realdata
@pytest.mark.parametrize(
    ("file", "target", "dropped", "made"),
    [
        ("titanic_train.csv", "Survived", {"PassengerId", "Name", "Ticket", "Cabin"}, {"Sex=female", "Age is missing"}),
        ("nyc_taxis.csv", "fare", set(), {"pickup.hour", "pickup_zone", "payment=cash"}),
        ("bike_sharing_hour_semicolon.csv", "cnt", {"instant"}, {"dteday.weekday", "dteday.days"}),
    ],
)
def test_real_tables_become_features(
    project: Project, shared_data: Path, file: str, target: str, dropped: set[str], made: set[str]
) -> None:
    ingest(project, source=str(shared_data / "data" / file), target=target)
    seen = preview_recipe(project, [step for step, _ in suggest_steps(project)])
    assert set(seen.dropped) == dropped
    assert made <= set(seen.after.columns)
    assert "dteday.hour" not in seen.after.columns
    assert np.isfinite(seen.after.to_numpy()).all()
