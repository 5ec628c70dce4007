"""The parts of the Live prediction page: the inputs, the answer, what is behind it, and how it would move."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import streamlit as st

from mlworkbench.errors import NotApplicable
from mlworkbench.figures import contribution_figure, number, sweep_figure
from mlworkbench.modeling import ModelVersion, decide_by_cost, late
from mlworkbench.serving import Answer, predict_one, sweep
from mlworkbench.ui.errors import beside
from mlworkbench.ui.forms import field_input
from mlworkbench.ui.text import percent, safe

if TYPE_CHECKING:
    from mlworkbench.projects import Project
    from mlworkbench.scoping import Contract

TURN = "live-turn"  # counts the resets: the widgets' keys hang on it
BARE = {"displayModeBar": False}
_TALL = 760


def reset() -> None:
    """Start the form over from the typical row."""
    st.session_state[TURN] = st.session_state.get(TURN, 0) + 1


def inputs_form(version: ModelVersion) -> dict[str, Any]:
    """All inputs of the model in raw units; the values as they stand."""
    base = f"in-{version.id[:8]}-{st.session_state.get(TURN, 0)}"
    optional = any(not field.required for field in version.inputs)
    switch = optional and st.toggle("Allow numbers and dates to be missing", key="allow-missing")
    values = {}
    tall: Any = _TALL if len(version.inputs) > 8 else "content"
    with st.container(height=tall, border=tall == _TALL, key="inputs"):
        for place, field in enumerate(version.inputs):
            values[field.name] = field_input(field, f"{base}-{place}", switch=bool(switch))
            beside(field.name)
    return values


def answer_for(project: Project, version: ModelVersion, values: dict[str, Any]) -> Answer:
    """The answer to these inputs; the same inputs drawn again are not predicted and logged again."""
    asked = json.dumps([project.id, version.id, values], sort_keys=True, default=str)
    known = st.session_state.get("live-answer")
    if known is None or known[0] != asked:
        known = (asked, predict_one(project, values, source="whatif", explain=True))
        st.session_state["live-answer"] = known
    answer: Answer = known[1]
    return answer


def big_answer(version: ModelVersion, answer: Answer, contract: Contract) -> None:
    """The decision and its probability, large; then what to be careful about."""
    with st.container(border=True, key="answer"):
        if answer.explained is not None:
            share = answer.probabilities[answer.explained]
            st.metric(f"Probability of {safe(version.target)} = {safe(answer.explained, 60)}", percent(share))
            st.progress(share)
            decided = f"The more probable class is **{safe(answer.prediction, 60)}**."
            if len(answer.probabilities) > 2:
                others = sorted(answer.probabilities.items(), key=lambda pair: -pair[1])[1:4]
                decided += " Then: " + ", ".join(f"{safe(name, 40)} {percent(p)}" for name, p in others) + "."
            decision = decide_by_cost(contract, version, share)
            if decision is not None:
                act = "act" if decision.act else "do not act"
                decided += f" At your costs act from {percent(decision.act_from)}: **{act}**."
            st.markdown(decided)
        else:
            st.metric(f"Predicted {safe(version.target)}", number(float(answer.prediction), 4))
        for warning in filter(None, (*answer.warnings, late(contract, answer.latency_ms))):
            st.warning(safe(warning), icon=":material/warning:")


def behind_it(version: ModelVersion, answer: Answer) -> None:
    """What moved this answer away from the typical case's."""
    moved = [part for part in answer.contributions if part.amount]
    if not moved:
        st.caption("This is the typical case: every input at its median or most frequent value. Move one.")
        return
    scale = 100 if answer.explained is not None else 1
    unit = f"probability of {answer.explained}, %" if scale == 100 else version.target
    parts = [(f"{part.column} = {_shown(part.value)}", scale * part.amount) for part in moved]
    st.plotly_chart(contribution_figure(parts, scale * (answer.base_value or 0.0), unit), key="contributions",
                    config=BARE, alt="Contributions of the inputs")  # fmt: skip
    unsure = max(part.error for part in moved)
    note = f" Estimated from sampled orders, ± {number(scale * unsure, 2)} at most." if unsure else ""
    st.caption(f"From the typical case to this one, one bar per input (Shapley values).{note}")


def would_move(project: Project, version: ModelVersion, values: dict[str, Any], answer: Answer) -> None:
    """The prediction over the range of one input, the others as they are."""
    ranges = [one.name for one in version.inputs if one.low is not None]
    names = [*ranges, *(one.name for one in version.inputs if one.low is None)]
    field = st.selectbox("Input", names, key=f"sweep-{version.id[:8]}")
    try:
        moved = sweep(project, values, field)
    except NotApplicable as error:
        st.caption(safe(error.message))
        return
    about = answer.explained
    column = "prediction" if about is None else f"probability_{about}"
    ys = [float(y) for y in moved[column]]
    xs = moved.iloc[:, 0].tolist()
    now = None if about is None else answer.probabilities[about]
    here = values[field]
    current = None if here is None else (here, now if now is not None else float(answer.prediction))
    label = version.target if about is None else f"probability of {about}"
    figure = sweep_figure(xs, ys, current, field, label, probability=about is not None)
    st.plotly_chart(figure, key="sweep", config=BARE, alt=f"Prediction over {field}")


def _shown(value: Any) -> str:
    return "missing" if value is None else f"{value:,.6g}" if isinstance(value, float) else str(value)
