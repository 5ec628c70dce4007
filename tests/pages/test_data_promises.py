"""The tab "Data contract": inferred by a job, edited as tables, refused with words beside it, checked, exported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from mlworkbench.data import (
    adopt_promises,
    check_version,
    get_promises,
    infer_promises,
    ingest,
    read_contract,
    save_promises,
)
from mlworkbench.ui.promises_views import promise_table, rule_table, terms_of
from tests.pages.surface import HOSTILE, hostile_csv, said, sound, work

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

    from mlworkbench import Project
    from tests.pages.conftest import Open


@pytest.fixture
def table(project: Project, tmp_path: Path) -> Project:
    file = tmp_path / "table.csv"
    file.write_bytes(hostile_csv())
    ingest(project, source=str(file), target="target")
    return project


def at_tab(open_page: Open) -> AppTest:
    app = open_page("2_Data", project="test")
    app.session_state["data-tabs"] = "Data contract"
    return sound(app.run())


def test_the_first_contract_is_inferred_from_the_version_by_a_job(open_page: Open, table: Project) -> None:
    app = at_tab(open_page)
    assert "There is none yet" in said(app)
    app.button(key="infer-contract").click().run()
    work(table.workspace)
    sound(app.run())
    made = get_promises(table)
    assert made is not None
    assert made.names[0] == HOSTILE[0]
    assert "Revision 1" in said(app)
    assert "was not checked" in said(app)
    check_version(table)
    sound(app.run())
    assert "kept the data contract" in said(app) or "of the data contract" in said(app)


def test_what_the_data_breaks_is_said_beside_the_form_and_saved_with_a_reason_only(
    open_page: Open, table: Project
) -> None:
    body = {"columns": [{"name": "tenure", "type": "integer", "maximum": 3}]}
    first = save_promises(table, contract=body, why="planned", despite_data=True)
    app = at_tab(open_page)
    app.selectbox(key=f"contract-{first.id[:12]}-enforce").set_value("reject").run()
    app.button(key=f"save-contract-{first.id[:12]}").click().run()
    work(table.workspace)
    sound(app.run())
    assert "breaks this contract" in said(app)
    assert get_promises(table) == first
    app.text_input(key=f"contract-{first.id[:12]}-why").input("from next month on").run()
    app.checkbox(key=f"contract-{first.id[:12]}-despite").check().run()
    app.button(key=f"save-contract-{first.id[:12]}").click().run()
    work(table.workspace)
    sound(app.run())
    second = get_promises(table)
    assert second is not None
    assert (second.enforce, second.columns, second.why) == ("reject", first.columns, "from next month on")


def test_a_save_that_is_wrong_says_so_and_changes_nothing(open_page: Open, table: Project) -> None:
    first = adopt_promises(table)
    app = at_tab(open_page)
    app.checkbox(key=f"contract-{first.id[:12]}-despite").check().run()
    app.button(key=f"save-contract-{first.id[:12]}").click().run()
    sound(app)
    assert "Say why the contract holds" in said(app)
    assert get_promises(table) == first
    app.text_input(key=f"contract-{first.id[:12]}-why").input("as agreed").run()
    app.checkbox(key=f"contract-{first.id[:12]}-strict").check().run()
    app.button(key=f"save-contract-{first.id[:12]}").click().run()
    work(table.workspace)
    sound(app.run())
    second = get_promises(table)
    assert second is not None
    assert (second.number, second.strict, second.why) == (2, True, "as agreed")
    assert "Revision 2" in said(app)


def test_a_revision_saved_elsewhere_is_said_and_not_overwritten(open_page: Open, table: Project) -> None:
    first = adopt_promises(table)
    app = at_tab(open_page)
    app.selectbox(key=f"contract-{first.id[:12]}-enforce").set_value("reject").run()
    save_promises(table, contract=first.as_dict() | {"strict": True}, why="elsewhere", despite_data=True)
    app.button(key=f"save-contract-{first.id[:12]}").click().run()
    second = get_promises(table)
    assert second is not None
    assert (second.number, second.strict, second.enforce) == (2, True, "warn")
    text = said(sound(app)).replace("\u200b", "")
    assert "Revision 2 by" in text
    assert "it changes: strict" in text


def test_the_tables_that_are_edited_say_the_contract_they_were_made_from(table: Project) -> None:
    made = infer_promises(table)
    body = made.as_dict() | {"rules": [{"name": "r", "condition": "tenure >= 0", "limit": 0.05}]}
    made = read_contract(body)
    again = terms_of(promise_table(made), rule_table(made)) | {"dataset": made.dataset}
    assert read_contract(again) == made


@pytest.mark.parametrize(
    ("column", "typed", "kind", "read"),
    [
        ("values", "a, b", "text", ["a", "b"]), ("values", '["a, b"]', "text", ["a, b"]),
        ("values", "5", "text", ["5"]),
        ("minimum", "5", "number", 5), ("minimum", "much", "number", "much"),
        ("minimum", "2024-01-31", "datetime", "2024-01-31"), ("pattern", "[0-9]", "text", "[0-9]"),
    ],
)  # fmt: skip
def test_a_term_is_read_as_it_is_typed(column: str, typed: str, kind: str, read: Any) -> None:
    empty = dict.fromkeys(("minimum", "maximum", "values", "pattern", "max_length", "most_missing", "why"), "")
    flags = {"required": True, "nullable": None, "unique": False}
    rows = pd.DataFrame([{"name": "x", "type": kind, **flags, **empty, column: typed}])
    (made,) = terms_of(rows, pd.DataFrame(columns=["name", "condition", "limit"]))["columns"]
    assert made[column] == read
    assert made["nullable"] is False
