"""The Retraining page: empty, after a comparison of strategies, the decision and its errors, the way back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench.modeling import get_model_version
from mlworkbench.retraining import compare_strategies, get_retraining, retrain
from tests.pages.surface import said, sound, work
from tests.retraining.conftest import champion_home, crowned, rows, same, turned  # noqa: F401

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "9_Retraining"


def test_without_a_champion_the_way_there_is_shown(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_a_file_is_brought_judged_promoted_and_taken_back(open_page: Open, crowned: Any) -> None:  # noqa: F811
    app = open_page(PAGE, project="champion")
    assert "No challenger yet" in said(sound(app))
    newer = rows(500, 1, turned=True, start="2024-06-01").to_csv(index=False).encode()
    app.file_uploader(key="newer-file").upload("newer.csv", newer)
    app.run()
    app.button(key="retrain").click()
    sound(app.run())
    assert work(crowned.workspace).status == "done"
    first = get_model_version(crowned)
    app = sound(open_page(PAGE, project="champion"))
    assert "is better than the champion on recent rows" in said(app)
    app.button(key="promote").click()
    assert "Say why" in said(app.run())
    app.text_input(key="decision-reason").set_value("better on recent rows")
    app.button(key="promote").click()
    sound(app.run())
    assert get_model_version(crowned).id == get_retraining(crowned).challenger or get_model_version(crowned) != first
    app = sound(open_page(PAGE, project="champion"))
    app.session_state["origin"] = True
    assert "is better than the champion on recent rows" in said(sound(app.run()))
    app.text_input(key="roll-back-reason").set_value("complaints")
    app.run()
    app.button(key="roll-back").click()
    sound(app.run())
    assert get_model_version(crowned).id == first.id


def test_wrong_data_is_said_beside_the_field(open_page: Open, crowned: Any) -> None:  # noqa: F811
    app = open_page(PAGE, project="champion")
    app.file_uploader(key="newer-file").upload("newer.csv", rows(50, 3).drop(columns="left").to_csv().encode())
    app.run()
    app.button(key="retrain").click()
    app.run()
    assert work(crowned.workspace).status == "failed"
    text = said(open_page(PAGE, project="champion"))
    assert "left" in text
    assert "nothing to learn" in text


def test_the_code_of_the_page_names_its_job(open_page: Open, crowned: Any, same: str) -> None:  # noqa: F811
    retrain.submit(crowned, data=same, strategy="window", settings={"window": 300.0})
    work(crowned.workspace)
    app = open_page(PAGE, project="champion")
    app.session_state["show-code"] = True
    scripts = [block.value for block in sound(app.run()).code if "Workspace.open()" in block.value]
    assert len(scripts) == 1
    assert "retrain(" in scripts[0]
    assert compare_strategies.path != retrain.path
