"""Scopes: revisions with who and why, no save over somebody else's, templates, documents."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from mlworkbench.artifacts import find, get_alias, verify
from mlworkbench.errors import Conflict, InvalidInput, NotFound
from mlworkbench.lifecycle import stage_states
from mlworkbench.scoping import (
    BOXES,
    CANVAS,
    LAYOUT,
    SECTIONS,
    TEMPLATES,
    Contract,
    compare_scopes,
    export_scope,
    get_contract,
    get_scope,
    list_scopes,
    promises,
    save_scope,
    value_sentence,
)

if TYPE_CHECKING:
    from mlworkbench import Project

EVIL = '<script>alert(1)</script> ![x](http://127.0.0.1:9/p.png) **b** | `c`\n\n# head\n1. one\n- two\n&amp; "q"'


def test_without_a_save_the_scope_is_empty(project: Project) -> None:
    scope = get_scope(project)
    assert (scope.id, scope.number, scope.canvas, scope.contract) == ("", 0, {}, Contract())
    assert get_contract(project) == Contract()
    assert list_scopes(project) == ()


def test_each_save_is_a_revision_that_merges_what_is_given(project: Project) -> None:
    first = save_scope(project, canvas={"goals": "less waste"}, contract={"goal": 0.7}, why="first talk")
    second = save_scope(project, canvas={"need": "time"}, contract={"target": "y"}, why="second")
    assert (second.number, second.why, second.who) == (2, "second", project.workspace.user)
    assert second.canvas == {"need": "time", "goals": "less waste"}
    assert (second.contract.goal, second.contract.target) == (0.7, "y")
    assert [one.why for one in list_scopes(project)] == ["second", "first talk"]
    assert get_scope(project, "1") == first == get_scope(project, first.id[:10])
    assert find(project, second.id).parents == (first.id,)
    assert verify(project) == ()


def test_a_box_is_emptied_and_a_promise_taken_back(project: Project) -> None:
    save_scope(project, canvas={"goals": "a"}, contract={"goal": 0.7, "fairness_columns": ["g"]})
    scope = save_scope(project, canvas={"goals": "  "}, contract={"goal": None, "fairness_columns": []})
    assert (scope.canvas, scope.contract) == ({}, Contract())
    assert {(one.field, one.before, one.after) for one in compare_scopes(project, "1", "2")} == {
        ("goals", "a", ""), ("goal", "0.7", ""), ("fairness_columns", "g", ""),
    }  # fmt: skip


def test_saving_the_same_again_makes_no_revision(project: Project) -> None:
    first = save_scope(project, contract={"goal": 0.7})
    assert save_scope(project, contract={"goal": 0.7}, why="again").id == first.id
    save_scope(project, contract={"goal": 0.8})
    assert save_scope(project, contract={"goal": 0.7}).number == 3, "going back is a revision of its own"


def test_a_wrong_value_writes_nothing(project: Project) -> None:
    save_scope(project, contract={"goal": 0.7})
    for wrong in ({"contract": {"goal": "x"}}, {"canvas": {"nobox": "x"}}, {"canvas": {"goals": 3}},
                  {"canvas": {"goals": "x" * 5001}}, {"canvas": {"goals": "a\x00b"}}, {"why": "x" * 501}):  # fmt: skip
        with pytest.raises(InvalidInput):
            save_scope(project, **{"canvas": {"need": "z"}, **wrong})  # type: ignore[arg-type]
    with pytest.raises(NotFound, match="churn"):
        save_scope(project, template="astrology")
    assert len(list_scopes(project)) == 1


def test_a_save_on_an_older_revision_is_told_what_changed(project: Project) -> None:
    first = save_scope(project, contract={"goal": 0.7})
    save_scope(project, contract={"goal": 0.9}, canvas={"need": "z"}, why="the board")
    with pytest.raises(Conflict) as refused:
        save_scope(project, contract={"goal": 0.6}, based_on=first.id)
    assert "revision 2" in refused.value.message
    assert "the board" in refused.value.message
    assert "Need, Value to reach" in refused.value.message
    with pytest.raises(Conflict):
        save_scope(project, contract={"goal": 0.6}, based_on="")
    assert get_contract(project).goal == 0.9


def test_of_saves_at_once_on_one_revision_only_one_is_kept(project: Project) -> None:
    base = save_scope(project, contract={"goal": 0.5}).id

    def attempt(number: int) -> bool:
        try:
            save_scope(project, contract={"latency_ms": number}, based_on=base)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(1, 5))) == 1
    assert len(list_scopes(project)) == 2


def test_the_map_shows_the_goal(project: Project) -> None:
    save_scope(project, template="demand")
    state = stage_states(project)[0]
    assert (state.state, state.figure) == ("done", "v1 · mean absolute error at most 10")
    assert "12 of" not in state.remark
    alias = get_alias(project, "contract")
    assert alias is not None
    assert alias.kind == "contract"


def test_the_canvas_has_its_ten_boxes_each_in_one_place() -> None:
    places = [section for column in LAYOUT for section in column]
    assert sorted([*places, "monitoring", "around"]) == sorted(SECTIONS)
    assert len(places) + 1 == 10
    assert {box.section for box in CANVAS} == set(SECTIONS)
    assert len(BOXES) == len(CANVAS)


def test_the_value_proposition_is_a_sentence_of_its_parts() -> None:
    parts = {"customer": "nurses", "need": "to see who is at risk.", "product": "ward map", "category": "early warning",
             "benefit": "comes in time"}  # fmt: skip
    assert value_sentence(parts) == (
        "For nurses who need to see who is at risk, our ward map is an early warning that comes in time."
    )
    assert "<benefit>" in value_sentence({"customer": "nurses"})
    assert value_sentence({"goals": "x"}) == ""


def test_the_templates_are_whole_and_can_be_saved(project: Project) -> None:
    assert set(TEMPLATES.names()) == {"churn", "fraud", "demand", "quality"}
    for template in TEMPLATES:
        assert set(template.canvas) == set(BOXES), template.name
        scope = save_scope(project, template=template.name)
        assert scope.template == template.name
        assert len(promises(scope.contract)) >= 6
        assert scope.contract.goal is not None


def test_a_template_gives_way_to_what_is_said_beside_it(project: Project) -> None:
    scope = save_scope(project, template="churn", contract={"target": "left", "goal": 0.9}, canvas={"goals": "mine"})
    assert (scope.contract.target, scope.contract.goal, scope.canvas["goals"]) == ("left", 0.9, "mine")
    assert scope.contract.positive_class == "yes"


def test_documents_hold_the_text_and_none_of_its_markup(project: Project) -> None:
    save_scope(project, canvas={"goals": EVIL, "customer": EVIL}, contract={"target": EVIL}, why=EVIL)
    html = export_scope(project, "html")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html
    assert "prefers-color-scheme: dark" not in html
    assert "size: A4" in html
    assert not any(word in html for word in ("src=", "href=", "@import", "url("))
    text = export_scope(project, "markdown")
    assert "![x]" not in text
    assert "<script>" not in text
    assert not any(line.startswith(("# head", "1. one", "- two")) for line in text.splitlines())
    for label in SECTIONS.values():
        assert label in html
        assert label in text or label == "Value proposition"
    with pytest.raises(InvalidInput):
        export_scope(project, "pdf")  # type: ignore[arg-type]


def test_scoping_needs_no_table_library() -> None:
    script = (
        "import sys, mlworkbench.scoping as s; list(s.TEMPLATES); s.contradictions(s.Contract(), {});"
        "assert not {'pandas', 'numpy', 'sklearn', 'mlflow'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
