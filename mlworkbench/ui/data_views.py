"""The parts of the Data page: findings with their fixes, columns with their types, target and holdout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.artifacts import path as artifact_path
from mlworkbench.data import MEANINGS, TASKS, TYPES, Dataset
from mlworkbench.ui.errors import beside
from mlworkbench.ui.text import count, safe

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

SIGNS: dict[str, tuple[str, Any, str]] = {
    "problem": ("problem", "red", ":material/error:"),
    "warning": ("warning", "orange", ":material/warning:"),
    "info": ("note", "gray", ":material/info:"),
}
HOLDOUTS: dict[Any, str] = {
    None: "as fits the task",
    "random": "at random",
    "stratified": "at random, class shares kept",
    "group": "by group: a group is on one side only",
    "time": "by time: the newest rows",
    "none": "no holdout: no final check either",
}
TASK_WORDS: dict[Any, str] = {
    None: "found from the values",
    "binary": "yes or no",
    "multiclass": "one of several",
    "regression": "a number",
}
TWO_LABELS = ("binary", "category", "text", "identifier", "integer")
_TALL = 420


def verdict(dataset: Dataset) -> str:
    """The state of the table in one sentence."""
    grave = [sum(finding.severity == kind for finding in dataset.findings) for kind in ("problem", "warning", "info")]
    said = [count(number, word) for number, word in zip(grave, ("problem", "warning", "note"), strict=True) if number]
    rejected = f", {count(dataset.rejected_rows, 'row')} left out" if dataset.rejected_rows else ""
    found = ", ".join(said) or "nothing to remark"
    return f"{count(dataset.rows, 'row')} and {count(len(dataset.columns), 'column')} were read{rejected}: {found}."


def findings(project: Project, dataset: Dataset, staged: dict[str, str]) -> None:
    """What should be known about the table, the gravest first, each with its fix where there is one."""
    if not dataset.findings:
        st.caption("Nothing to remark: no gaps, no repeats, no numbers stored as text.")
        return
    many = len(dataset.findings) > 8
    with st.container(border=True, gap="small", height=_TALL if many else "content", key="findings"):
        for place, finding in enumerate(dataset.findings):
            word, colour, icon = SIGNS[finding.severity]
            with st.container(horizontal=True, wrap=False, vertical_alignment="top", gap="small"):
                st.badge(word, icon=icon, color=colour, width=96)
                st.markdown(safe(finding.message), width="stretch")
                if finding.code == "rejected_rows" and dataset.rejected:
                    lost = artifact_path(project, dataset.rejected)
                    st.download_button(
                        "Download them",
                        lost.read_bytes,
                        "rejected rows.csv",
                        "text/csv",
                        key="rejected",
                        on_click="ignore",
                    )
                if finding.code == "numbers_as_text" and not set(finding.columns) & set(staged):
                    name = finding.columns[0]
                    if st.button("Read as number", key=f"fix-{place}", help=safe(f"Set the type of {name} to number")):
                        staged[name] = "number"
                        st.rerun()


def columns(dataset: Dataset, staged: dict[str, str]) -> None:
    """All columns with type, gaps and evidence, and a row that changes types; changes wait in `staged`."""
    shown = column_table(dataset, staged)
    config = {
        "missing": st.column_config.ProgressColumn("Missing", format="percent", min_value=0, max_value=1, width=110),
        "distinct": st.column_config.NumberColumn("Distinct", format="localized", width=80),
        "column": st.column_config.TextColumn("Column", width="medium", pinned=True),
        "type": st.column_config.TextColumn("Type", width=130),
        "why": st.column_config.TextColumn("Why this type", width="large"),
        "examples": st.column_config.TextColumn("Examples", width="medium"),
    }
    height: Any = _TALL if len(shown) > 10 else "content"
    st.dataframe(shown, hide_index=True, column_config=config, height=height, key="columns", alt="Columns and types")
    with st.container(horizontal=True, vertical_alignment="bottom", key="retype"):
        names = st.multiselect("Change the type of", dataset.names, key="retype-columns", placeholder="columns")
        kind = st.selectbox("Read as", TYPES, TYPES.index("number"), key="retype-type", width=150)
        words = "What the values are, such as money or a postcode. The type says how they are stored and learnt from."
        means = st.selectbox(
            "Meaning", (None, *MEANINGS), key="retype-meaning", width=150, format_func=_meaning, help=words
        )
        if st.button("Change", key="retype-add", disabled=not names):
            for name in names:
                same = dataset.column(name).type == kind
                if means is not None:
                    staged[name] = f":{means}" if same else f"{kind}:{means}"
                elif not same:
                    staged[name] = kind
            st.rerun()
    beside("types")
    if staged:
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            for name, kind in staged.items():
                st.badge(f"{safe(name, 40)} → {_choice(kind)}", color="blue")
            if st.button("Undo", key="retype-undo", type="tertiary"):
                staged.clear()
                st.rerun()


def _choice(kind: str) -> str:
    """A chosen type and meaning in words."""
    return kind.strip(":").replace(":", ", ")


def _meaning(one: str | None) -> str:
    return "as found" if one is None else one


def column_table(dataset: Dataset, staged: Mapping[str, str]) -> pd.DataFrame:
    """The columns as a table of figures and words."""
    import pandas as pd

    return pd.DataFrame(
        {
            "column": [column.name for column in dataset.columns],
            "type": [
                f"{column.type} → {_choice(staged[column.name])}" if column.name in staged
                else column.type + (" (chosen)" if column.overridden else "")
                + (f", {column.meaning}" if column.meaning else "")
                for column in dataset.columns
            ],
            "missing": [column.missing / max(1, dataset.rows) for column in dataset.columns],
            "distinct": [column.distinct for column in dataset.columns],
            "examples": [" · ".join(column.examples[:4]) for column in dataset.columns],
            "why": [column.evidence for column in dataset.columns],
        }
    )  # fmt: skip


def target_form(dataset: Dataset) -> dict[str, Any]:
    """Target, task and holdout as chosen now; equal to the dataset's own settings while nothing is changed."""
    base = f"target-{dataset.id[:8]}"
    names = list(dataset.names)
    known = names.index(dataset.target) if dataset.target in names else None
    target = st.selectbox("Target: the column to predict", names, known, key=base, placeholder="choose a column")
    beside("target")
    tasks: list[Any] = [None, *TASKS]
    chosen = dataset.settings.get("task")
    task = st.selectbox(
        "What kind of answer", tasks, tasks.index(chosen), key=f"{base}-task", format_func=lambda kind: TASK_WORDS[kind]
    )
    beside("task")
    positive = _positive_form(dataset, target, base) if task in (None, "binary") else None
    with st.expander("Holdout", key=f"{base}-holdout", icon=":material/lock:"):
        holdout = _holdout_form(dataset, base)
    beside("holdout")
    return {"target": target, "task": task, "positive": positive, "holdout": holdout}


def _positive_form(dataset: Dataset, target: str | None, base: str) -> str | None:
    """The class of a two-class target that is looked for; None where there is nothing to choose."""
    labels = dataset.classes if target == dataset.target else ()
    if target is not None and target != dataset.target:
        column = dataset.column(target)
        labels = tuple(sorted(column.examples)) if column.distinct == 2 and column.type in TWO_LABELS else ()
    if len(labels) != 2:
        return None
    words = "Probabilities, costs and curves are about this one; the holdout is the same either way."
    chosen = st.selectbox("Positive class: the one looked for", labels, 1, key=f"{base}-positive-{target}", help=words)
    beside("positive")
    return str(chosen)


def _holdout_form(dataset: Dataset, base: str) -> dict[str, Any] | None:
    """The policy as chosen; None leaves it to the core."""
    st.caption(
        "Rows put aside once, before anything learns. Only the final check of a registered model looks at them, "
        "and every look is counted."
    )
    known = dict(dataset.settings.get("holdout") or {})
    methods = list(HOLDOUTS)
    at = methods.index(known.get("method"))
    method = st.selectbox("Choose its rows", methods, at, key=f"{base}-method", format_func=lambda kind: HOLDOUTS[kind])
    if method == "none":
        return {"method": "none"}
    share = st.slider("Share of the rows, %", 5, 50, round(100 * known.get("size", 0.2)), 5, key=f"{base}-size")
    policy: dict[str, Any] = {"method": method} if method else {}
    if share != 20 or "size" in known:
        policy["size"] = share / 100
    if method in ("group", "time"):
        fit = [c.name for c in dataset.columns if method == "group" or c.type in ("datetime", "integer", "number")]
        at_column = fit.index(known["column"]) if known.get("column") in fit else None
        policy["column"] = st.selectbox(f"Column of the {method}", fit, at_column, key=f"{base}-column")
    if method == "time":
        words = "Rows this long before the holdout are used by neither side. Days for dates, else the column's unit."
        gap = st.number_input("Gap before it", 0.0, None, float(known.get("gap", 0)), key=f"{base}-gap", help=words)
        policy.update({"gap": gap} if gap else {})
    return policy or None
