"""The Monitoring page: an empty state, a verdict first, a file, the log over time, labels, errors at their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.modeling import get_model_version
from mlworkbench.monitoring import get_labels, get_report, monitor
from mlworkbench.serving import predict_file
from tests.pages.surface import hostile_csv, said, sound, work

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open

PAGE = "8_Monitoring"


def rows(count: int = 60, *, tenure: int | None = None) -> bytes:
    """The hostile table again, its last input held at one value where it is given."""
    lines = hostile_csv(count).decode().splitlines()
    if tenure is not None:
        cells = [line.rsplit(",", 2) for line in lines[1:]]
        lines[1:] = [f'{cell[0]},"{tenure}",{cell[2]}' for cell in cells]
    return "\n".join(lines).encode()


def logged(project: Project, folder: Path, name: str, **settings: str) -> None:
    (folder / name).write_bytes(rows(80))
    predict_file(project, source=str(folder / name), **settings)


def tab(app: AppTest, name: str) -> AppTest:
    app.session_state["monitor-tabs"] = name
    return sound(app.run())


def test_without_a_champion_the_page_says_so(open_page: Open, project: Project) -> None:
    assert "No data yet" in said(sound(open_page(PAGE, project="test")))


def test_before_any_prediction_only_a_file_can_be_compared(open_page: Open, finished: Project) -> None:
    app = sound(open_page(PAGE, project="done"))
    assert "Nothing compared yet" in said(app)
    assert app.button(key="first").disabled
    app.file_uploader[0].upload("rows.csv", rows(tenure=90))
    sound(app.run())
    assert work(finished.workspace).status == "done"
    sound(app.run())
    report = get_report(finished)
    assert report.drifted_columns == ("tenure",)
    assert "tenure is higher" in said(app)
    assert "false alarms per month" in said(app)
    assert app.button(key="onward")


def test_the_log_is_compared_and_every_tab_opens(open_page: Open, finished: Project, tmp_path: Path) -> None:
    logged(finished, tmp_path, "one.csv", at="2024-01-10")
    logged(finished, tmp_path, "two.csv", at="2024-02-10")
    app = sound(open_page(PAGE, project="done"))
    app.button(key="first").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    sound(app.run())
    assert "look as they did in training" in said(app)
    assert app.button(key="check")
    assert len(get_report(finished).windows) == 2
    for name in ("One column", "Over time", "Truth", "Traffic", "Inputs"):
        tab(app, name)
    tab(app, "One column")
    for place in range(len(get_model_version(finished).inputs) + 1):
        app.selectbox(key="detail").set_value(app.selectbox(key="detail").options[place])
        sound(app.run())


def test_labels_come_in_and_make_a_realised_score(open_page: Open, finished: Project, tmp_path: Path) -> None:
    logged(finished, tmp_path, "one.csv")
    monitor(finished)
    app = sound(open_page(PAGE, project="done"))
    tab(app, "Truth")
    app.file_uploader[0].upload("truth.csv", b"prediction_id,row,target\nnobody,1,yes\nnobody,2,no\n")
    sound(app.run())
    assert work(finished.workspace).status == "failed"
    sound(app.run())
    assert "2 rows without a prediction" in said(app)
    assert get_labels(finished).empty
    app.file_uploader[0].upload("truth.csv", rows(80))
    sound(app.run())
    ended = work(finished.workspace)
    assert ended.status == "done", ended.error_message
    sound(app.run())
    assert "The labels were added" in said(app)
    app.button(key="check").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    tab(app, "Truth")
    assert "labelled predictions" in said(app)


def test_a_file_that_cannot_be_compared_is_refused_at_its_uploader(open_page: Open, finished: Project) -> None:
    app = sound(open_page(PAGE, project="done"))
    for content, words in ((rows(0) + b"\n", "no rows"), (b"a,b\n1,2\n3,4\n", "Is this the right file")):
        app.file_uploader[0].upload("rows.csv", content)
        sound(app.run())
        assert work(finished.workspace).status == "failed"
        sound(app.run())
        assert words in app.error[0].value
        assert "Nothing compared yet" in said(app)


def test_settings_of_another_comparison_are_kept_in_bounds(open_page: Open, finished: Project, tmp_path: Path) -> None:
    logged(finished, tmp_path, "one.csv", at="2024-01-10")
    monitor(finished)
    app = open_page(PAGE, project="done")
    app.session_state["again"] = True
    sound(app.run())
    app.selectbox(key="rhythm").set_value("daily")
    app.date_input(key="since").set_value("2024-02-01")
    app.button(key="again-log").click()
    sound(app.run())
    assert "No predictions by champion v1" in said(app)
    app.date_input(key="since").set_value("2024-01-01")
    app.button(key="again-log").click()
    sound(app.run())
    assert work(finished.workspace).status == "done"
    assert get_report(finished).expected_false_alarms == 0.05 * 30
