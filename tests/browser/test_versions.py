"""The tab "Versions" in a browser: no part of it is wider than a telephone, figures with hostile names included."""

from __future__ import annotations

from mlworkbench import Workspace
from mlworkbench.data import compare_versions, ingest, revise
from mlworkbench.projects import create_project
from tests.pages.surface import hostile_csv


def test_every_part_of_the_tab_fits_a_telephone(app, server, tmp_path) -> None:
    project = create_project(Workspace.open(server.home), "versions")
    for place, rows in enumerate((120, 150)):
        file = tmp_path / f"table-{place}.csv"
        file.write_bytes(hostile_csv(rows))
        made = ingest(project, source=str(file), target="target", why=f"week {place}")
    revise(project, types={"tenure": "category"})
    compare_versions(project, made.id, revise(project, types={"tenure": "category"}).id)
    app.page.set_viewport_size({"width": 400, "height": 900})
    app.open("Data", project="versions")
    app.page.get_by_role("tab", name="Versions").click()
    app.idle()
    for doing in ("Compare", "Append", "Tag or restore", "Download", "Lineage"):
        app.page.get_by_text(doing, exact=True).first.click()
        app.idle()
        app.no_exception()
        app.no_sideways_scroll()
