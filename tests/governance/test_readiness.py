"""Readiness: every check is computed with its evidence; what cannot be told does not count as holding."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench import artifacts
from mlworkbench.governance import readiness, save_prose
from mlworkbench.governance.prose import PROSE
from mlworkbench.lifecycle import STAGES

if TYPE_CHECKING:
    from mlworkbench import Project


def held(project: Project) -> dict[str, bool | None]:
    return {check.name: check.holds for check in readiness(project).checks}


def test_a_new_project_claims_nothing(project: Project) -> None:
    ready = readiness(project)
    assert not any(check.holds for check in ready.checks)
    assert ready.sentence.startswith(f"0 of {len(ready.checks)} checks hold")


def test_four_bars_whose_checks_lead_to_pages_that_exist(project: Project) -> None:
    ready = readiness(project)
    assert [bar.name for bar in ready.bars] == ["data", "model", "operation", "documentation"]
    assert {check.page for check in ready.checks} <= {stage.page for stage in STAGES}
    names = [check.name for check in ready.checks]
    assert len(names) == len(set(names))


def test_what_was_done_holds_and_what_was_not_does_not(seen: Project) -> None:
    found = held(seen)
    for name in ("target", "holdout", "contract", "baseline", "beats", "choice", "looks", "file", "groups", "used",
                 "scope", "promise", "card", "current", "reason", "goal"):  # fmt: skip
        assert found[name] is True, name
    for name in ("profile", "watched", "truth", "challenged", "back", "prose"):
        assert found[name] is False, name
    for name in ("latency", "quiet"):
        assert found[name] is None, name


def test_the_sentence_counts_what_the_bars_show(seen: Project) -> None:
    ready = readiness(seen)
    count = sum(bar.held for bar in ready.bars)
    assert ready.sentence.startswith(f"{count} of {len(ready.checks)} checks hold")
    assert sum(bar.failed for bar in ready.bars) == sum(check.holds is False for check in ready.checks)


def test_writing_every_text_makes_its_check_hold(governed: Project) -> None:
    based_on = None
    for name in PROSE:
        assert held(governed)["prose"] is False
        based_on = save_prose(governed, name, "said", based_on).id
    assert held(governed)["prose"] is True


def test_a_model_file_that_was_changed_is_noticed(governed: Project) -> None:
    from mlworkbench.modeling import get_model_version

    place = artifacts.path(governed, get_model_version(governed).model)
    place.chmod(0o644)
    place.write_bytes(place.read_bytes() + b"x")
    assert held(governed)["file"] is False
