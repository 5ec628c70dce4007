"""The data contract on the Data page: inferred, edited as a table, checked, exported."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import (
    ENFORCE,
    TYPES,
    adopt_promises,
    changed_between,
    check_version,
    get_promises,
    last_check,
    list_promises,
    save_promises,
    to_python,
    to_yaml,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import count, moment, safe

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data import DataContract, Dataset
    from mlworkbench.projects import Project
    from mlworkbench.ui.frame import Page

_WORDS = {"warn": "is said", "reject": "stops it: nothing is stored or predicted"}
_TEXTS = ("minimum", "maximum", "values", "pattern", "max_length", "most_missing")
_WHY = (
    "What every table of this project satisfies. New versions, files and requests to predict are checked against it, "
    "each violation with its row."
)
_TALL = 420


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """The contract with its table, or the way to a first one."""
    project = page.project
    assert project is not None  # the frame's guard saw to it
    job = jobs.latest(project, adopt_promises, save_promises, check_version)
    working = jobs.panel(project, job) or busy
    contract = get_promises(project)
    if contract is None:
        st.caption(f"{_WHY} There is none yet: it is inferred from the rows to learn from, and edited here.")
        if st.button("Infer from this version", key="infer-contract", icon=":material/contract:", disabled=working):
            with acting(project.workspace):
                jobs.submit(project, adopt_promises, dataset=dataset.id, based_on="")
        beside("based_on", "dataset", "data_contract")
        return
    st.caption(_WHY)
    st.caption(safe(_revision(contract)))
    _replaced(project, contract)
    body = _form(contract)
    _save(project, contract, body, working)
    _actions(project, contract, dataset, working)
    _report(project, dataset)
    _history(project)


def _revision(contract: DataContract) -> str:
    made = moment(contract.created_at, st.context.timezone)
    return f"Revision {contract.number}, {contract.who}, {made}: {contract.why or 'no reason given'}"


def _replaced(project: Project, contract: DataContract) -> None:
    """Said once when another revision than the one last seen here counts: edits of that one are not in it."""
    seen = st.session_state.get("contract-seen")
    st.session_state["contract-seen"] = contract.id
    if seen and seen != contract.id and any(one.id == seen for one in list_promises(project)):
        changed = changed_between(get_promises(project, seen), contract)
        said = f"Revision {contract.number} by {contract.who} counts now; it changes: {changed}. "
        st.info(safe(said + "What was edited before and not saved is not in it."), icon=":material/contract:")


def _form(contract: DataContract) -> dict[str, Any]:
    """The tables of columns and rules as they are edited now."""
    base = f"contract-{contract.id[:12]}"
    config: dict[str, Any] = {
        "name": st.column_config.TextColumn("Column", pinned=True),
        "type": st.column_config.SelectboxColumn("Type", options=list(TYPES), required=True),
        "required": st.column_config.CheckboxColumn("Must be there"),
        "nullable": st.column_config.CheckboxColumn("May be missing"),
        "unique": st.column_config.CheckboxColumn("All differ"),
        "minimum": st.column_config.TextColumn("At least", help="A number, or a date such as 2024-01-31"),
        "maximum": st.column_config.TextColumn("At most"),
        "values": st.column_config.TextColumn("One of", help='A list such as ["no", "yes"]', width="medium"),
        "pattern": st.column_config.TextColumn("All of it matches", help="A regular expression"),
        "max_length": st.column_config.TextColumn("Characters at most"),
        "most_missing": st.column_config.TextColumn("Missing at most", help="A share of the rows, from 0 to 1"),
        "why": st.column_config.TextColumn("Evidence", width="large", disabled=True),
    }
    shown = promise_table(contract)
    height: Any = _TALL if len(shown) > 10 else "content"
    columns = st.data_editor(
        shown, hide_index=True, column_config=config, num_rows="dynamic", height=height, key=f"{base}-columns"
    )
    beside("promises")
    st.caption("Rules that hold in every row: conditions such as: missing(end) or end >= start")
    rule_config = {
        "name": st.column_config.TextColumn("Rule"),
        "condition": st.column_config.TextColumn("Condition", width="large"),
        "limit": st.column_config.TextColumn("Share of rows that may break it"),
    }
    rules = st.data_editor(
        rule_table(contract), hide_index=True, column_config=rule_config, num_rows="dynamic", key=f"{base}-rules"
    )
    beside("rules")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "A violation", ENFORCE, ENFORCE.index(contract.enforce), _WORDS.__getitem__, key=f"{base}-enforce"
        )
        strict = st.checkbox("Other columns are a violation", contract.strict, key=f"{base}-strict")
    beside("enforce", "strict")
    return terms_of(columns, rules) | {"enforce": chosen, "strict": strict, "dataset": contract.dataset}


def _save(project: Project, contract: DataContract, body: dict[str, Any], busy: bool) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        why = st.text_input("Why it changes", key=f"contract-{contract.id[:12]}-why", max_chars=500)
        despite = st.checkbox("Although the data breaks it", key=f"contract-{contract.id[:12]}-despite")
        if st.button("Save the contract", key=f"save-contract-{contract.id[:12]}", disabled=busy):
            with acting(project.workspace):
                settings = {"why": why, "based_on": contract.id, "despite_data": despite}
                jobs.submit(project, save_promises, contract=body, **settings)
    beside("why", "despite_data", "based_on", "data_contract")


def _actions(project: Project, contract: DataContract, dataset: Dataset, busy: bool) -> None:
    with st.container(horizontal=True):
        if st.button("Check this version", key="check-contract", icon=":material/rule:", disabled=busy):
            with acting(project.workspace):
                jobs.submit(project, check_version, dataset=dataset.id)
        if st.button("Infer anew from this version", key="infer-contract", disabled=busy):
            with acting(project.workspace):
                jobs.submit(project, adopt_promises, dataset=dataset.id, based_on=contract.id)
        st.download_button("YAML", to_yaml(contract), "contract.yaml", "application/yaml", key="contract-yaml")
        st.download_button(
            "Python (pandera)", lambda: to_python(contract), "contract.py", "text/x-python", key="contract-python"
        )


def _report(project: Project, dataset: Dataset) -> None:
    """What is known of this version under this contract."""
    checked = last_check(project, dataset.table)
    if checked is None:
        st.caption(f"Version {dataset.number} was not checked against this revision.")
        return
    report = checked.report
    (st.success if report.kept else st.warning)(safe(report.sentence), icon=":material/rule:")
    if not report.kept:
        shown = [vars(one) for one in report.violations]
        st.dataframe(shown, hide_index=True, height="content" if len(shown) <= 10 else _TALL, key="violations",
                     alt="Violations of the data contract by row")  # fmt: skip
        if report.not_shown:
            st.caption(f"{count(report.not_shown, 'violation')} more are counted and not listed.")


def _history(project: Project) -> None:
    known = list_promises(project)
    if len(known) > 1:
        with st.expander("Revisions", key="contract-history"):
            st.dataframe(
                [{"revision": one.number, "who": one.who, "made": moment(one.created_at, st.context.timezone),
                  "why": one.why, "columns": len(one.columns), "rules": len(one.rules)} for one in known],
                hide_index=True, key="contract-revisions", alt="Revisions of the data contract",
            )  # fmt: skip


# -- between the contract and the tables that are edited -----------------------------------------------
def promise_table(contract: DataContract) -> pd.DataFrame:
    """One row per column, its terms as text, "" where nothing is promised."""
    import pandas as pd

    rows = [{**vars(one), **{key: _text(getattr(one, key)) for key in _TEXTS}} for one in contract.columns]
    names = ("name", "type", "required", "nullable", "unique", *_TEXTS, "why")
    return pd.DataFrame(rows, columns=list(names))


def rule_table(contract: DataContract) -> pd.DataFrame:
    """One row per rule."""
    import pandas as pd

    rows = [{"name": one.name, "condition": one.condition, "limit": _text(one.limit)} for one in contract.rules]
    return pd.DataFrame(rows, columns=["name", "condition", "limit"], dtype=object)


def terms_of(columns: pd.DataFrame, rules: pd.DataFrame) -> dict[str, Any]:
    """The terms that the edited tables say; what is no number stays as it was typed, for the core to refuse."""
    promised = []
    for row in columns.to_dict("records"):
        words = {str(key): value for key, value in row.items() if isinstance(value, str) and value != ""}
        flags = {key: row[key] is True for key in ("nullable", "unique")} | {"required": row["required"] is not False}
        kind = row["type"]
        read = {key: _read(key, words[key], kind) for key in _TEXTS if key in words}
        promised.append({"name": _name(row["name"]), "type": kind, **flags, **read, "why": words.get("why", "")})
    said = [
        {"name": _name(row["name"]), "condition": _name(row["condition"]), "limit": _read("limit", row["limit"] or "0")}
        for row in rules.to_dict("records")
    ]
    return {"columns": promised, "rules": said}


def _name(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else str(value)


def _read(key: str, text: Any, kind: str = "") -> Any:
    if key == "pattern" or not isinstance(text, str) or (key in ("minimum", "maximum") and kind == "datetime"):
        return text
    try:
        value = json.loads(text)
    except ValueError:
        return [part.strip() for part in text.split(",")] if key == "values" else text
    return [text] if key == "values" and not isinstance(value, list) else value
