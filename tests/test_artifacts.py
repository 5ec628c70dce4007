"""Artifacts are known by their content, never change, know their parents, and are whole or absent."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.artifacts import (
    aliases,
    find,
    get_alias,
    lineage,
    list_artifacts,
    path,
    put_file,
    put_json,
    put_table,
    read_json,
    read_table,
    set_alias,
    set_aliases,
    verify,
)
from mlworkbench.errors import InvalidInput, NotFound, WorkbenchError
from mlworkbench.projects import create_project


def test_the_same_content_is_one_artifact_whatever_the_order_of_its_keys(project: Project) -> None:
    first = put_json(project, "recipe", {"a": 1, "b": [1.5, None, "é"]})
    again = put_json(project, "recipe", {"b": [1.5, None, "é"], "a": 1})
    assert first == again
    assert len(list_artifacts(project)) == 1
    assert read_json(project, first.id) == {"a": 1, "b": [1.5, None, "é"]}


def test_the_same_file_in_two_projects_is_stored_once_and_recorded_in_both(project: Project) -> None:
    other = create_project(project.workspace, "other")
    one, two = (put_json(where, "recipe", {"x": 1}) for where in (project, other))
    assert one.id == two.id
    assert path(project, one.id) == path(other, two.id)
    assert len(list_artifacts(other)) == 1


def test_an_id_is_the_same_in_another_process(project: Project) -> None:
    body = {"x": 0.1, "names": ["b", "a"]}
    code = (
        "import sys, json; from mlworkbench import Workspace; from mlworkbench.artifacts import put_json\n"
        "from mlworkbench.projects import create_project\n"
        "print(put_json(create_project(Workspace.open(sys.argv[1]), 'p'), 'recipe', json.loads(sys.argv[2])).id)"
    )
    elsewhere = str(project.workspace.root / "elsewhere")
    out = subprocess.run(
        [sys.executable, "-c", code, elsewhere, json.dumps(body)], capture_output=True, text=True, check=True
    )
    assert out.stdout.strip() == put_json(project, "recipe", body).id


def test_numbers_count_per_kind_and_aliases_follow_the_last_word(project: Project) -> None:
    first, second = (put_json(project, "recipe", {"x": x}) for x in (1, 2))
    table = put_json(project, "other", {"x": 1})
    assert [first.number, second.number, table.number] == [1, 2, 1]
    set_alias(project, "recipe", first.id)
    set_aliases(project, {"recipe": second.id, "other": table.id})
    current = get_alias(project, "recipe")
    assert current is not None
    assert current.id == second.id
    assert aliases(project) == {"other": table.id, "recipe": second.id}
    assert get_alias(project, "champion") is None
    assert find(project, "recipe").id == find(project, second.id[:10]).id == second.id


def test_an_alias_to_nothing_moves_none_of_those_set_with_it(project: Project) -> None:
    first = put_json(project, "recipe", {"x": 1})
    with pytest.raises(NotFound):
        set_aliases(project, {"recipe": first.id, "champion": "f" * 64})
    assert aliases(project) == {}


def test_lineage_goes_to_the_root_and_a_parent_must_exist(project: Project) -> None:
    root = put_json(project, "upload", {"x": 1})
    left = put_json(project, "table", {"x": 1}, parents=[root.id])
    leaf = put_json(project, "dataset", {"x": 1}, parents=[left.id, root.id])
    assert [artifact.kind for artifact in lineage(project, leaf.id)] == ["dataset", "table", "upload"]
    with pytest.raises(NotFound, match="parent"):
        put_json(project, "dataset", {"x": 2}, parents=["0" * 64])


def test_a_table_comes_back_equal_and_by_column(project: Project) -> None:
    frame = pd.DataFrame({"n": [1.5, None, 3.0], "t": ["a", None, "ü"], "i": pd.array([1, None, 2**60], dtype="Int64")})
    artifact = put_table(project, "table", frame)
    assert put_table(project, "table", frame).id == artifact.id
    back = read_table(project, artifact.id)
    assert back["n"].tolist()[::2] == [1.5, 3.0]
    assert back["t"].tolist() == ["a", None, "ü"]
    assert list(read_table(project, artifact.id, ["t"]).columns) == ["t"]


def test_a_change_on_disk_is_found(project: Project) -> None:
    kept, changed, lost = (put_json(project, "recipe", {"x": x}) for x in range(3))
    place = path(project, changed.id)
    place.chmod(0o644)
    place.write_bytes(place.read_bytes() + b" ")
    path(project, lost.id).unlink()
    assert set(verify(project)) == {changed.id, lost.id}
    assert verify(project, [kept.id]) == ()
    with pytest.raises(WorkbenchError, match="missing from the artifact folder"):
        path(project, lost.id)


def test_a_suffix_from_outside_never_makes_a_path(project: Project, tmp_path: Path) -> None:
    source = project.workspace.spool / "x"
    source.write_bytes(b"x")
    for suffix in ("", ".", "csv", ".c/../../x", ".CSV", ".a.b.c", ".csv\x00"):
        with pytest.raises(InvalidInput):
            put_file(project, "upload", source, suffix=suffix)
    assert list_artifacts(project) == ()


def test_a_number_that_json_has_no_word_for_is_refused_and_leaves_nothing(project: Project) -> None:
    with pytest.raises(ValueError, match="JSON"):
        put_json(project, "recipe", {"x": float("nan")})
    assert list(project.workspace.spool.iterdir()) == []
    assert list_artifacts(project) == ()


def test_an_unknown_reference_lists_what_there_is(project: Project) -> None:
    known = put_json(project, "recipe", {"x": 1})
    with pytest.raises(NotFound, match=known.id[:12]):
        find(project, "nothing", kind="recipe")
    with pytest.raises(NotFound):
        find(project, known.id, kind="dataset")


def test_many_writers_at_once_lose_nothing(project: Project) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda x: put_json(project, "recipe", {"x": x % 20}), range(60)))
    assert len({artifact.id for artifact in made}) == 20
    assert sorted(artifact.number for artifact in list_artifacts(project)) == list(range(1, 21))
