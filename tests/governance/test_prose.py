"""People's texts stand apart from the figures: revisioned, never overwritten by one who had not seen the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mlworkbench.errors import Conflict, InvalidInput
from mlworkbench.governance import audit_log, card_html, card_markdown, get_card, get_prose, save_prose

if TYPE_CHECKING:
    from mlworkbench import Project


def test_a_text_is_in_both_exports_and_not_in_the_computed_card(governed: Project) -> None:
    before = get_card(governed).id
    save_prose(governed, "owner", "Team Retention, room 12")
    assert "Team Retention, room 12" in card_html(governed)
    assert "> Team Retention, room 12" in card_markdown(governed)
    assert get_card(governed).id == before


def test_each_save_is_a_revision_that_can_be_read_again(project: Project) -> None:
    first = save_prose(project, "owner", "A")
    second = save_prose(project, "caveats", "B", first.id)
    third = save_prose(project, "owner", "", second.id)
    assert [first.number, second.number, third.number] == [1, 2, 3]
    assert get_prose(project, first.id).texts == {"owner": "A"}
    assert get_prose(project, second.id).texts == {"owner": "A", "caveats": "B"}
    assert get_prose(project).texts == {"caveats": "B"}
    assert list(audit_log(project, actions=["card text saved"])["action"]) == ["card text saved"] * 3


def test_going_back_to_an_older_text_is_a_new_revision(project: Project) -> None:
    first = save_prose(project, "owner", "A")
    second = save_prose(project, "owner", "B", first.id)
    third = save_prose(project, "owner", "A", second.id)
    assert third.number == 3
    assert third.id != first.id


def test_the_second_of_two_editors_is_told_and_overwrites_nothing(project: Project) -> None:
    seen = save_prose(project, "owner", "A")
    save_prose(project, "owner", "mine", seen.id)
    with pytest.raises(Conflict, match="Nothing was overwritten") as raised:
        save_prose(project, "owner", "theirs", seen.id)
    assert raised.value.field == "owner"
    assert get_prose(project).texts["owner"] == "mine"
    with pytest.raises(Conflict):
        save_prose(project, "owner", "as if there were none yet", None)


def test_the_same_text_again_is_no_revision(project: Project) -> None:
    seen = save_prose(project, "owner", "A")
    assert save_prose(project, "owner", " A \n", seen.id) == seen


@pytest.mark.parametrize(("section", "text"), [("nobody", "x"), ("owner", "x" * 10_001)])
def test_a_wrong_section_and_a_text_too_long_are_refused(project: Project, section: str, text: str) -> None:
    with pytest.raises(InvalidInput):
        save_prose(project, section, text)
    assert get_prose(project).id is None
