"""What the tests of pages share: a hostile table, the work of a worker, all text that a page sends."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import TYPE_CHECKING

from mlworkbench.errors import WorkbenchError
from mlworkbench.jobs import get_job, list_jobs, run_to_end

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

    from mlworkbench import Workspace
    from mlworkbench.jobs import Job

IMAGE = "![x](http://127.0.0.1:9/pixel.png)"
HOSTILE = (IMAGE, "<img src=x onerror=alert(1)>", "**bold** :red[red] $x^2$", "[link](javascript:alert(1))")


def hostile_csv(rows: int = 120) -> bytes:
    """A table whose column names and cells are markdown, HTML and formulas; the target follows the first column."""
    names = [*HOSTILE, "tenure", "target"]
    lines = [",".join(f'"{name}"' for name in names)]
    for row in range(rows):
        number, word = (row * 37) % 100, ("<b>a</b>", "*b*", "=1+1")[row % 3]
        cells = [str(number), word, f"`{row % 4}`", "" if row % 10 == 0 else word, str(row % 24)]
        lines.append(",".join(f'"{cell}"' for cell in [*cells, "yes" if number + row % 24 > 60 else "no"]))
    return "\n".join(lines).encode()


def finish(home: Path, name: str) -> Path:
    """Make a workspace whose project went from a hostile table to a champion."""
    from mlworkbench import Workspace
    from mlworkbench.data import ingest
    from mlworkbench.features import save_recipe, suggest_steps
    from mlworkbench.modeling import compare, promote
    from mlworkbench.projects import create_project

    project = create_project(Workspace.open(home), name)
    table = home.parent / "table.csv"
    table.write_bytes(hostile_csv())
    dataset = ingest(project, source=str(table), target="target")
    save_recipe(project, [step for step, _ in suggest_steps(project, dataset)], dataset=dataset.id)
    compare(project, estimators=["dummy", "linear"], cv=2, n_jobs=1)
    promote(project)
    return home


def work(workspace: Workspace) -> Job:
    """Run the newest job to its end, as a worker would; returns it as it ended."""
    newest = list_jobs(workspace)[0]
    with contextlib.suppress(WorkbenchError):  # the page has to say so: that is what is tested
        run_to_end(workspace, newest.id)
    return get_job(workspace, newest.id)


def said(app: AppTest) -> str:
    """All text that goes through markdown on the page, as it is sent."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "error", "success", "metric", "button")
    found = []
    for kind in kinds:
        for one in app.get(kind):
            found += [str(getattr(one, "value", "")), str(getattr(one, "label", "")), str(getattr(one, "body", ""))]
    return "\n".join(found)


def sound(app: AppTest) -> AppTest:
    """The app, once it is sure that no exception, raw or caught, is on the page and nothing hostile slipped through."""
    assert not app.exception, app.exception
    text = said(app)
    assert "went wrong on our side" not in text, text
    for name in HOSTILE:
        assert name not in text, f"unescaped: {name}"
    return app
