"""The demo walks every stage; what was planted is found after its date, not before; one seed, one set of figures."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from mlworkbench.demo import CONCEPT_DRIFT, DATA_DRIFT, get_demo, month_start, run_demo, start_demo
from mlworkbench.errors import Conflict, NotFound
from mlworkbench.jobs import Progress
from mlworkbench.lifecycle import count_predictions, stage_states
from mlworkbench.modeling import list_comparisons

if TYPE_CHECKING:
    from mlworkbench import Workspace


SCHEMA = Path(__file__).parents[1] / "cli" / "schemas" / "demo.json"


class Stopped(Exception):
    """The demo was stopped."""


class Remembers(Progress):
    """Keeps finished parts; may stop after some of them, as a kill would."""

    def __init__(self, kept: dict[str, object], last: int | None = None) -> None:
        self.parts, self.last = kept, last

    def keep(self, key: str, value: object) -> None:
        self.parts[key] = value
        if self.last is not None and len(self.parts) >= self.last:
            raise Stopped

    def kept(self) -> dict[str, object]:
        return dict(self.parts)


@pytest.mark.timeout(600)
def test_every_stage_is_walked_and_what_was_planted_is_found(
    workspace: Workspace, run_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    done = run_cli("demo", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    project = workspace.project(document["project"])
    made = get_demo(project)
    figures = {name: value for name, value in asdict(made).items() if name != "id"}
    assert document == json.loads(json.dumps({"project": "Churn demo", "demo": made.id, **figures}))
    assert {state.stage.name: state.state for state in stage_states(project)} == dict.fromkeys(
        (state.stage.name for state in stage_states(project)), "done"
    )
    assert 0.72 < made.cv_score < 0.88
    data, concept = month_start(DATA_DRIFT)[:7], month_start(CONCEPT_DRIFT)[:7]
    *watched, after = made.months
    for one in watched:
        assert (one.verdict == "changed") == (one.month >= data), one
        assert ("channel" in one.drifted) == (one.month >= data), one
        assert one.concept_drift == (one.month >= concept), one
    assert made.verdict == "better"
    assert made.strategy in ("window", "recent_weighted")
    assert (after.verdict, after.concept_drift) == ("quiet", False)

    again = start_demo(workspace)
    assert again.name == "Churn demo 2"
    kept: dict[str, object] = {}
    for last in (9, 17):  # amid the comparison; after a month's predictions, before their labels
        with pytest.raises(Stopped):
            run_demo(again, progress=Remembers(kept, last=last))
    assert list(kept)[-1] == "month 06/batch"
    assert replace(run_demo(again, progress=Remembers(kept)), id="") == replace(made, id="")
    assert count_predictions(again) == count_predictions(project)
    assert len(list_comparisons(again)) == 1


def test_a_project_that_is_no_demo_says_so(workspace: Workspace) -> None:
    project = start_demo(workspace, name="mine")
    with pytest.raises(NotFound, match="no demo"):
        get_demo(project)
    with pytest.raises(Conflict):
        start_demo(workspace, name="mine")
