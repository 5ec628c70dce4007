"""The tab "Findings": the check by one click, examples, a repair put on the list, a reason, own rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import get_dataset
from mlworkbench.profiling import profile
from mlworkbench.quality import check_quality, get_quality, get_rules, save_rules
from tests.pages.surface import said, sound, work

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "4_Profiling"


def opened(open_page: Open, *expanded: str) -> AppTest:
    app = open_page(PAGE, project="done")
    app.session_state["profile-tabs"] = "Findings"
    for name in expanded:
        app.session_state[name] = True
    return sound(app.run())


@pytest.fixture
def looked(finished: Project) -> Project:
    profile(finished)
    return finished


def test_the_table_is_checked_by_one_click(open_page: Open, looked: Project) -> None:
    app = opened(open_page)
    assert "Nothing was checked" in said(app)
    app.button(key="check-quality").click()
    app.run()
    assert work(looked.workspace).status == "done"
    assert get_quality(looked).sentence.split(" in ")[0] in said(opened(open_page))


def test_a_finding_shows_examples_and_puts_its_repair_on_the_list(open_page: Open, looked: Project) -> None:
    report = check_quality(looked)
    one = next(one for one in report.findings if one.repair)
    app = opened(open_page, f"finding-{one.code}")
    assert any(len(shown.value) == len(one.rows) for shown in app.dataframe)
    app.button(key=f"repair-{one.code}").click()
    app.run()
    assert dict(one.repair or {}) in app.session_state["repair-steps"]
    assert app.session_state["profile-tabs"] == "Repairs"
    assert len(get_quality(looked).findings) == len(report.findings)


def test_a_finding_is_acknowledged_with_a_reason_and_taken_back(open_page: Open, looked: Project) -> None:
    one = check_quality(looked).findings[0]
    app = opened(open_page, f"finding-{one.code}")
    app.button(key=f"acknowledge-{one.code}").click()
    assert "needs a reason" in said(sound(app.run()))
    app.text_input(key=f"reason-{one.code}").set_value("**known** to the owner")
    app.button(key=f"acknowledge-{one.code}").click()
    sound(app.run())
    assert next(each for each in get_quality(looked).findings if each.key == one.key).acknowledged is not None
    app.segmented_control(key="findings-show").set_value("Acknowledged")
    assert "known" in said(sound(app.run()))
    app.button(key=f"withdraw-{one.code}").click()
    sound(app.run())
    assert all(each.acknowledged is None for each in get_quality(looked).findings)


def test_findings_are_searched(open_page: Open, looked: Project) -> None:
    check_quality(looked)
    app = opened(open_page)
    app.text_input(key="findings-part").set_value("no column is called so")
    assert "No finding is like that" in said(sound(app.run()))


def test_rules_are_suggested_saved_and_checked(open_page: Open, looked: Project) -> None:
    app = opened(open_page, "quality-rules")
    app.button(key="suggest-rules").click()
    assert "suggested from the training rows" in said(sound(app.run()))
    app.button(key="save-rules").click()
    sound(app.run())
    rules = get_rules(looked)
    assert {one.column for one in rules} == set(get_dataset(looked).names)
    save_rules(looked, [*rules, {"kind": "condition", "expression": "tenure < 3", "why": "to see it break"}])
    check_quality(looked)
    app = opened(open_page, "quality-rules", "finding-rule_condition")
    labels = [box.label for box in app.expander]
    assert any("break the rule" in label for label in labels), labels
