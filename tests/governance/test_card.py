"""The model card: every figure from the artifacts, what was not done is said, text from data is never markup."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import TYPE_CHECKING

import numpy as np
import pytest

from mlworkbench import artifacts
from mlworkbench.data import get_dataset, holdout_looks
from mlworkbench.errors import NotFound
from mlworkbench.governance import card_html, card_markdown, get_card, model_card, save_prose, why_stale
from mlworkbench.governance.evidence import gather, out_of_fold
from mlworkbench.governance.measuring import calibration, calibration_error
from mlworkbench.governance.plain import escaped
from mlworkbench.lifecycle import stage_states
from mlworkbench.modeling import get_model_version, promote
from mlworkbench.scoping import save_scope
from tests.governance.conftest import BAD

if TYPE_CHECKING:
    from mlworkbench import Project

ORDER = (
    "model_details", "intended_use", "factors", "metrics", "evaluation_data", "training_data", "quantitative", "ethics",
    "caveats", "promises", "monitoring", "retraining", "lineage", "environment",
)  # fmt: skip


class Elements(HTMLParser):
    """Which elements and attributes a document has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {name for name, _ in attrs}


def facts(project: Project, section: str) -> dict[str, str]:
    return {fact.label: fact.value for fact in get_card(project).section(section).facts}


def test_the_sections_are_those_of_a_model_card(seen: Project) -> None:
    assert tuple(section.name for section in get_card(seen).sections) == ORDER


def test_figures_are_those_of_the_model_version(seen: Project) -> None:
    version, said = get_model_version(seen), facts(seen, "quantitative")
    assert f"{version.cv_score:.3f}" in said["ROC AUC in the folds"]
    assert f"{version.holdout_score:.3f}" in said["ROC AUC on the holdout"]
    assert f"{version.holdout_rows} rows" in said["ROC AUC on the holdout"]
    assert version.model in facts(seen, "model_details")["Model file"]
    assert facts(seen, "model_details")["Reason given"] == "the only one better than guessing"


def test_every_look_at_the_holdout_is_in_it_and_making_it_is_none(seen: Project) -> None:
    looks = holdout_looks(seen, get_dataset(seen))
    section = get_card(seen).section("evaluation_data")
    assert len(looks) == 1
    assert "looked at once" in section.sentence
    assert section.grids[0].rows[0][2] == looks[0].why


def test_its_parents_are_all_it_was_computed_from(seen: Project) -> None:
    version = get_model_version(seen)
    parents = artifacts.find(seen, get_card(seen).id).parents
    known = artifacts.aliases(seen)
    wanted = {version.id, version.dataset, version.recipe, version.comparison, known["contract"]}
    assert wanted <= set(parents)
    assert get_dataset(seen).holdout in parents


def test_groups_have_rates_that_a_count_by_hand_gives(seen: Project) -> None:
    evidence = gather(seen)
    oof = out_of_fold(evidence)
    from mlworkbench.data import load_training

    region = load_training(seen, evidence.dataset, ["region"]).reindex(oof["row"].to_numpy())["region"].to_numpy()
    inside = region == "north"
    truth, answer = (oof[name].to_numpy()[inside] for name in ("y", "prediction"))
    found = {one.name: one for one in get_card(seen).slices if (one.column, one.group) == ("region", "north")}
    assert found["accuracy"].metric == pytest.approx((truth == answer).mean())
    assert found["predicted positive"].metric == pytest.approx((answer == "yes").mean())
    assert found["found, of the positives"].metric == pytest.approx((answer == "yes")[truth == "yes"].mean())
    assert found["false alarms, of the negatives"].metric == pytest.approx((answer == "yes")[truth == "no"].mean())
    assert all((one.low or 0) <= (one.metric or 0) <= (one.high or 0) for one in found.values())


def test_a_small_group_is_called_so_and_breaks_no_promise(seen: Project) -> None:
    card = get_card(seen)
    west = [one for one in card.slices if one.group == "west"]
    assert west
    assert all(one.small for one in west)
    assert not any(one.small for one in card.slices if one.group in ("north", "south") and one.name == "accuracy")
    fairness = next(one for one in card.promises if one.name == "fairness")
    assert "west" not in fairness.found
    assert fairness.kept is True


def test_promises_are_kept_or_cannot_be_told(seen: Project) -> None:
    kept = {one.name: one.kept for one in get_card(seen).promises}
    assert kept == {"goal": True, "latency": None, "fairness": True, "retraining": True}


def test_a_goal_out_of_reach_is_not_kept_and_one_inside_the_interval_cannot_be_told(governed: Project) -> None:
    version = get_model_version(governed)
    for goal, wanted in ((min(0.999, version.cv_high + 0.01), False), (version.cv_score, None)):
        save_scope(governed, contract={"goal": goal})
        found = {one.name: one for one in model_card(governed).promises}
        assert found["goal"].kept is wanted


def test_what_moves_the_answers_is_what_decides(seen: Project) -> None:
    movers = get_card(seen).movers
    assert movers[0].column == "tenure"
    assert movers[0].change > 5 * movers[1].change
    assert {one.column for one in movers} == {"tenure", "region", BAD}


def test_calibration_rests_on_every_row_once(seen: Project) -> None:
    oof = out_of_fold(gather(seen))
    groups = calibration(oof, "yes")
    assert sum(one.rows for one in groups) == len(oof)
    mean = np.average([one.observed for one in groups], weights=[one.rows for one in groups])
    assert mean == pytest.approx((oof["y"] == "yes").mean())
    assert calibration_error(groups) < 0.1


def test_the_same_evidence_gives_the_same_card(governed: Project) -> None:
    assert model_card(governed).id == get_card(governed).id


def test_what_was_not_done_is_said(finished: Project) -> None:
    card = model_card(finished)
    for name in ("intended_use", "promises", "monitoring", "retraining"):
        section = card.section(name)
        assert not section.done
        assert section.sentence.startswith("Not done")
    assert card.promises == ()
    assert "promise" not in card.sentence


def test_another_champion_makes_it_stale(governed: Project) -> None:
    card = get_card(governed)
    assert why_stale(governed, card) == ""
    promote(governed, run="dummy", reason="to see", despite_contract=True)
    assert "champion changed" in why_stale(governed, card)
    assert "Out of date" in card_html(governed)
    assert "Out of date" in card_markdown(governed)
    state = next(one for one in stage_states(governed) if one.stage.name == "governance")
    assert state.state == "stale"
    assert why_stale(governed, model_card(governed)) == ""


def test_a_card_of_an_older_version_does_not_become_the_current_one(governed: Project) -> None:
    older = get_model_version(governed)
    promote(governed, run="dummy", reason="to see", despite_contract=True)
    current = model_card(governed)
    assert model_card(governed, version=older.id).model_version == older.id
    assert get_card(governed).id == current.id


def test_no_card_and_no_model_are_said_in_words(project: Project) -> None:
    with pytest.raises(NotFound, match="no model card yet"):
        get_card(project)
    with pytest.raises(NotFound, match="no champion yet"):
        model_card(project)


def test_html_holds_no_markup_from_outside_and_fetches_nothing(governed: Project) -> None:
    save_prose(governed, "caveats", f"{BAD}\n<img src=http://127.0.0.1:9/x onerror=alert(1)>")
    text = card_html(governed)
    made = Elements(text)
    assert BAD not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not made.tags & {"script", "img", "iframe", "link", "object", "form", "a"}
    assert not any(name.startswith("on") or name in ("src", "href") for name in made.attributes)
    assert "default-src 'none'" in text


def test_markdown_holds_no_markup_from_outside(governed: Project) -> None:
    save_prose(governed, "caveats", f"# no heading\n{BAD} ![x](http://127.0.0.1:9/p.png)\n| a | b |")
    text = card_markdown(governed)
    assert BAD not in text
    assert "![x]" not in text
    assert "\n# no heading" not in text
    assert r"> \# no heading" in text


@pytest.mark.parametrize(
    "text", ["**b**", "[l](javascript:x)", "<b>", "`c`", "a|b", "# h", "- item", "1. item", "~~s~~", "$x$", "&lt;"]
)
def test_a_text_is_shown_as_itself_by_a_markdown_reader(text: str) -> None:
    from markdown_it import MarkdownIt

    made = MarkdownIt().enable("strikethrough").render(escaped(text))
    from html import unescape

    assert made.startswith("<p>")
    assert unescape(made.removeprefix("<p>").removesuffix("</p>\n")).replace("\u200b", "") == text
