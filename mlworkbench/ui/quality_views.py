"""The tab "Findings" of the Profiling page: what is wrong, examples, the repair, what is acknowledged, own rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.data import DIRECT_ROWS
from mlworkbench.quality import (
    RULES,
    acknowledge,
    as_rows,
    check_quality,
    find_proposal,
    find_quality,
    from_rows,
    get_rules,
    propose_rules,
    save_rules,
    withdraw,
)
from mlworkbench.ui import jobs
from mlworkbench.ui.errors import acting, beside
from mlworkbench.ui.text import count, moment, percent, safe

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project
    from mlworkbench.quality import QualityFinding, QualityReport
    from mlworkbench.ui.frame import Page

SEVERITIES = {"problem": "Problems", "warning": "Warnings", "info": "Notes"}
ICONS = {"problem": ":material/error:", "warning": ":material/warning:", "info": ":material/info:"}
SHOWN = ("Open", "Acknowledged", "All")
WHY = (
    "Nothing was checked in this version yet. The check looks for {kinds} kinds of faults in every row (missing values "
    "in disguise, several spellings of one thing, leaks of the target…) and offers a repair for each."
)


def tab(page: Page, dataset: Dataset, busy: bool) -> None:
    """What is wrong with the table, the gravest first."""
    project = page.project
    assert project is not None
    report = find_quality(project, dataset.id)
    if report is None:
        st.caption(_why())
    else:
        answer = st.success if not report.open else st.info
        answer(safe(report.sentence), icon=":material/fact_check:")
    label = "Check the table" if report is None else "Check again"
    looked = report is not None and report.looked_at_holdout
    with st.container(horizontal=True, vertical_alignment="center"):
        asked = st.button(label, key="check-quality", icon=":material/rule:", disabled=busy)
        holdout = dataset.holdout is not None and not looked and st.toggle(
            "Compare with the holdout, too", key="quality-holdout",
            help="Whether columns are spread otherwise there. It counts as a look at the holdout, once per version.",
        )  # fmt: skip
    beside("sample_rows", "holdout")
    if asked:
        with acting(page.workspace):
            jobs.submit(project, check_quality, dataset=dataset.id, holdout=holdout)
    if report is not None:
        _list(page, project, report)
    _rules(page, project, dataset, report, busy)


def _why() -> str:
    from mlworkbench.quality import CHECKS

    return WHY.format(kinds=len(CHECKS))


def _list(page: Page, project: Project, report: QualityReport) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        which = st.segmented_control("Show", SHOWN, default=SHOWN[0], key="findings-show", required=True)
        severity = st.pills("Severity", list(SEVERITIES), key="findings-severity", selection_mode="multi",
                            format_func=SEVERITIES.__getitem__)  # fmt: skip
        part = st.text_input("Column or code", key="findings-part", placeholder="part of a name", width=220)
    groups = report.groups(str(which).lower(), tuple(severity), part)
    if not groups:
        st.caption("No finding is like that." if report.findings else "Nothing was found.")
    for severity_name, title in SEVERITIES.items():
        those = {code: group for (name, code), group in groups.items() if name == severity_name}
        if those:
            st.subheader(title, anchor=False)
        for code, group in those.items():
            _code(page, project, severity_name, code, group)
    if report.not_done:
        with st.expander(f"Not done ({len(report.not_done):,})", icon=":material/do_not_disturb_on:", type="compact"):
            rows = [
                {"check": one.code, "columns": ", ".join(one.columns), "why": one.reason} for one in report.not_done
            ]
            st.dataframe(rows, hide_index=True, key="findings-not-done", alt="What was not done, and why")


def _code(page: Page, project: Project, severity: str, code: str, group: tuple[QualityFinding, ...]) -> None:
    """The findings of one code: a line while it is closed, one finding in detail when it is open."""
    first = group[0].message if len(group) == 1 else f"{count(len(group), 'finding')}, the first: {group[0].message}"
    title = code.replace("_", " ").capitalize()
    box = st.expander(f"**{safe(title)}** · {safe(first, 220)}", key=f"finding-{code}", icon=ICONS[severity],
                      on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        st.caption(safe(group[0].why))
        one = group[0]
        if len(group) > 1:
            place = st.selectbox("Which", range(len(group)), key=f"which-{code}",
                                 format_func=lambda at: f"{at + 1}. {group[at].message}"[:200])  # fmt: skip
            one = group[min(place, len(group) - 1)]
            st.markdown(safe(one.message, 2_000))
        elif len(one.message) > 200:
            st.markdown(safe(one.message, 2_000))
        _examples(one)
        _answers(page, project, one)


def _examples(one: QualityFinding) -> None:
    if not one.rows:
        return
    rows = [
        {"row": f"{row + 1:,}", **dict(zip(one.shown, cells, strict=True))}
        for row, cells in zip(one.rows, one.cells, strict=True)
    ]
    st.dataframe(rows, hide_index=True, height="content", key=f"examples-{one.code}", alt="Example rows")


def _answers(page: Page, project: Project, one: QualityFinding) -> None:
    if one.acknowledged is not None:
        known = one.acknowledged
        when = moment(known.at, st.context.timezone)
        st.caption(safe(f"Acknowledged by {known.who}, {when}: {known.reason}"))
        if st.button("Withdraw", key=f"withdraw-{one.code}", icon=":material/undo:"):
            with acting(page.workspace):
                withdraw(project, one)
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if one.repair is not None:
            st.button("Repair…", key=f"repair-{one.code}", icon=":material/build:", on_click=stage, args=(one.repair,),
                      help="Put the step that answers it on the list of repairs; nothing is changed yet.")  # fmt: skip
        reason = st.text_input("Reason", key=f"reason-{one.code}", max_chars=500, width=260,
                               placeholder="why it may stay")  # fmt: skip
        if st.button("Acknowledge", key=f"acknowledge-{one.code}", icon=":material/check:"):
            with acting(page.workspace):
                acknowledge(project, one, reason)
    beside("reason")


def stage(step: Mapping[str, Any]) -> None:
    """Put a step on the list of repairs and go there."""
    steps = st.session_state.setdefault("repair-steps", [])
    if dict(step) not in steps:
        steps.append(dict(step))
    st.session_state["profile-tabs"] = "Repairs"


def _rules(page: Page, project: Project, dataset: Dataset, report: QualityReport | None, busy: bool) -> None:
    saved = get_rules(project)
    box = st.expander(f"Quality rules of this project ({len(saved):,})", key="quality-rules", icon=":material/gavel:",
                      on_change="rerun")  # fmt: skip
    if not box.open:
        return
    with box:
        st.caption(
            "What every row should keep. Up to the warning limit of breaking rows all is well; above the error limit "
            "it is a problem. A range is written as 0 … 120, a set as a, b, c."
        )
        if report is not None and report.rules:
            _results(report)
        proposal = find_proposal(project, dataset.id) if st.session_state.get("rules-proposed") else None
        known = [*saved, *(one for one in proposal.rules if one not in saved)] if proposal else saved
        turn = f"{len(saved)}-{proposal.id[:8] if proposal else ''}-{st.session_state.get('rules-turn', 0)}"
        percentage: dict[str, Any] = {"min_value": 0.0, "max_value": 100.0, "format": "%.2f", "width": "small"}
        edited = st.data_editor(
            as_rows(known) or [dict.fromkeys(("kind", "column", "what", "warning", "error", "why"))],
            num_rows="dynamic",
            hide_index=True,
            key=f"rules-{turn}",
            column_config={
                "kind": st.column_config.SelectboxColumn("Kind", options=list(RULES), width="small"),
                "column": st.column_config.SelectboxColumn("Column", options=list(dataset.names)),
                "what": st.column_config.TextColumn("Range, set, pattern or condition"),
                "warning": st.column_config.NumberColumn("Warn above %", **percentage),
                "error": st.column_config.NumberColumn("Error above %", **percentage),
                "why": st.column_config.TextColumn("Why"),
            },
        )
        beside("rules")
        with st.container(horizontal=True):
            if st.button("Save rules", key="save-rules", icon=":material/save:"):
                with acting(page.workspace):
                    save_rules(project, from_rows(edited))
                    st.session_state["rules-proposed"] = False
                    st.session_state["rules-turn"] = st.session_state.get("rules-turn", 0) + 1
            if st.button("Suggest rules", key="suggest-rules", icon=":material/lightbulb:", disabled=busy):
                with acting(page.workspace):
                    st.session_state["rules-proposed"] = True
                    if dataset.rows > DIRECT_ROWS:
                        jobs.submit(project, propose_rules, dataset=dataset.id)
                    else:
                        propose_rules(project, dataset=dataset.id)
        if proposal:
            st.caption(f"{count(len(proposal.rules), 'rule')} suggested from the training rows; save those you mean.")


def _results(report: QualityReport) -> None:
    rows = [
        {"rule": one.rule.words, "status": one.status, "rows": f"{one.count:,}", "share": percent(one.share, 2)}
        for one in report.rules
    ]
    height: Any = "content" if len(rows) <= 10 else 380
    st.dataframe(rows, hide_index=True, height=height, key="rule-results", alt="Rules and the rows that break them")
