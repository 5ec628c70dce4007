"""`mlworkbench profile`: a glance without a job, notes pinned and printed, wrong input refused before anything."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import TYPE_CHECKING

import jsonschema
import numpy as np
import pandas as pd

from mlworkbench.jobs import list_jobs
from mlworkbench.profiling import notes_of

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.profiling.conftest import Store

Run = Callable[..., CompletedProcess[str]]
SCHEMA = Path(__file__).parents[1] / "cli" / "schemas" / "profile.json"


def test_a_glance_prints_one_document_with_the_notes_and_makes_no_job(
    store: Store, project: Project, run_cli: Run
) -> None:
    random = np.random.default_rng(0)
    store(pd.DataFrame({"size": random.normal(size=12_000), "plan": random.choice(["a", "b"], 12_000)}))
    wrong = run_cli("profile", "--project", "test", "--glance", "--pin", "nothing=text", "--json")
    assert wrong.returncode == 2
    assert "nothing" in wrong.stderr
    assert run_cli("profile", "--project", "test", "--pin", "size", "--glance").returncode == 2
    assert not notes_of(project)
    done = run_cli("profile", "--project", "test", "--glance", "--pin", "size=in kB = 1,000 B", "--notes", "--json")
    assert done.returncode == 0, done.stderr
    document = json.loads(done.stdout)
    jsonschema.validate(document, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert (document["profile"], document["estimated"], document["looked_rows"]) == (None, True, 10_000)
    assert [(one["column"], one["text"]) for one in document["notes"]] == [("size", "in kB = 1,000 B")]
    assert not list_jobs(project.workspace)
