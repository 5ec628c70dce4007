"""The lifecycle map tells what is done, what is stale, and what comes next; it never fakes a stage."""

from __future__ import annotations

from pathlib import Path

from mlworkbench import Project
from mlworkbench.artifacts import put_json, set_alias
from mlworkbench.lifecycle import STAGES, next_stage, stage_states

REPOSITORY = Path(__file__).parents[1]


def states(project: Project) -> dict[str, str]:
    return {state.stage.name: state.state for state in stage_states(project)}


def make(project: Project, kind: str, alias: str, *parents: str, **body: object) -> str:
    artifact = put_json(project, kind, body, parents=parents, meta={"figure": f"the {kind}"})
    set_alias(project, alias, artifact.id)
    return artifact.id


def test_a_new_project_begins_with_data_and_claims_nothing_else(project: Project) -> None:
    found = states(project)
    assert found.pop("data") == "next"
    assert set(found.values()) == {"later"}
    upcoming = next_stage(stage_states(project))
    assert upcoming is not None
    assert upcoming.stage.name == "data"


def test_each_stage_opens_the_next(project: Project) -> None:
    dataset = make(project, "dataset", "dataset")
    assert states(project)["features"] == "next"
    recipe = make(project, "recipe", "recipe", dataset)
    assert states(project)["modeling"] == "next"
    comparison = make(project, "comparison", "comparison", dataset, recipe)
    assert states(project)["serving"] == "next"
    make(project, "model_version", "champion", comparison)
    found = states(project)
    assert {found[name] for name in ("data", "features", "modeling", "serving")} == {"done"}
    by_name = {state.stage.name: state for state in stage_states(project)}
    assert by_name["data"].figure == "v1 · the dataset"


def test_a_newer_version_makes_stale_what_was_made_from_the_older_one_and_all_after_it(project: Project) -> None:
    dataset = make(project, "dataset", "dataset")
    recipe = make(project, "recipe", "recipe", dataset)
    comparison = make(project, "comparison", "comparison", dataset, recipe)
    make(project, "model_version", "champion", comparison)
    make(project, "dataset", "dataset", version=2)
    found = states(project)
    assert found["data"] == "done"
    assert [found[name] for name in ("features", "modeling", "serving")] == ["stale"] * 3
    upcoming = next_stage(stage_states(project))
    assert upcoming is not None
    assert upcoming.stage.name == "features"
    assert "v2" in upcoming.remark


def test_a_table_without_a_target_is_still_the_next_thing_to_do(project: Project) -> None:
    artifact = put_json(project, "dataset", {}, meta={"figure": "3 × 2", "unfinished": True})
    set_alias(project, "dataset", artifact.id)
    found = {state.stage.name: state for state in stage_states(project)}
    assert (found["data"].state, found["data"].figure) == ("next", "v1 · 3 × 2")
    assert (found["features"].state, found["features"].remark) == ("later", "needs data")


def test_every_stage_has_its_page_and_pages_no_more() -> None:
    on_disk = {f"pages/{file.name}" for file in (REPOSITORY / "pages").glob("*.py")}
    assert {stage.page for stage in STAGES} == on_disk
