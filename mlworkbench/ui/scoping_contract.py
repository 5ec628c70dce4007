"""The contract as a form: the columns of the data are offered, what is wrong stands under its field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import streamlit as st

from mlworkbench.scoping import HOLDOUTS, LABELS, METRICS, TASKS, metric_name, range_of
from mlworkbench.ui.data_views import HOLDOUTS as HOLDOUT_WORDS
from mlworkbench.ui.data_views import TASK_WORDS
from mlworkbench.ui.errors import beside
from mlworkbench.ui.text import safe

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

    from mlworkbench.data import Dataset
    from mlworkbench.ui.scoping_draft import Draft

_HELP = {
    "target": "The column that is to be predicted",
    "positive_class": "Of two classes, the one that is looked for",
    "metric": "What models are judged by; greater is better, errors are to be small",
    "goal": "A model that does not reach it in the folds is not put to use",
    "heuristic": "What you would do without a model, as a rule on columns; it becomes a row of the comparison. "
    "Columns with spaces stand in backquotes, text in quotes; missing(x), min, max, abs, log, round, lower, contains",
    "cost_false_positive": "Acting where nothing was the matter, in any unit",
    "cost_false_negative": "Not acting where it was needed, in the same unit",
    "latency_ms": "How long one answer may take",
    "fairness_columns": "Groups of these columns are compared in the model card",
    "fairness_bound": "Largest difference between two groups, from 0 to 1",
    "time_column": "When a row happened",
    "label_delay_days": "How long after a prediction it is known what really happened",
    "holdout": "Rows that nobody learns from, for the final check",
    "retrain_days": "When a new model is considered at the latest",
}
_RULE = 'tenure < 12 and plan == "monthly"'
_YES_NO = ("positive_class", "cost_false_positive", "cost_false_negative")


def contract_form(draft: Draft, dataset: Dataset | None, problems: Mapping[str, Sequence[str]]) -> None:
    """All fields; the page reads their values from the draft."""
    form = _Form(draft, dataset, problems)
    form.choose("task", TASKS, lambda task: f"{TASK_WORDS[task]} ({task})", "found from the target")
    form.column("target")
    if draft["task"] in (None, "binary") or draft["positive_class"]:
        form.among("positive_class", form.classes)
    left, right = st.columns([3, 2], gap="small", wrap=False)
    with left:
        form.choose("metric", form.metrics, metric_name, "as fits the task")
    with right:
        error = (draft["metric"] or (METRICS[form.task][0] if form.task else "")).startswith("neg_")
        form.number("goal", label="At most" if error else "At least", step=None)
    form.say("metric", "goal")
    form.rule()
    if draft["task"] in (None, "binary") or any(draft[name] is not None for name in _YES_NO):
        form.pair("cost_false_positive", "cost_false_negative")
    form.column("time_column")
    form.holdout()
    form.pair("label_delay_days", "retrain_days")
    form.columns("fairness_columns")
    form.pair("fairness_bound", "latency_ms")


def _two() -> Sequence[DeltaGenerator]:
    return st.columns(2, gap="small", wrap=False, vertical_alignment="bottom")


class _Form:
    def __init__(self, draft: Draft, dataset: Dataset | None, problems: Mapping[str, Sequence[str]]) -> None:
        self.draft, self.problems = draft, problems
        self.names = list(dataset.names) if dataset is not None else []
        same = dataset is not None and draft["target"] in (None, dataset.target)
        self.classes = list(dataset.classes) if dataset is not None and same else []
        self.task = draft["task"] or (dataset.task if dataset is not None and same else None)

    @property
    def metrics(self) -> list[str]:
        """Those of the task, or all."""
        known = [self.task] if self.task in METRICS else list(METRICS)
        return list(dict.fromkeys(name for task in known for name in METRICS[str(task)]))

    def say(self, *fields: str) -> None:
        """What is wrong with these fields."""
        for field in fields:
            for message in self.problems.get(field, ()):
                st.warning(safe(message), icon=":material/rule:")
        beside(*fields)

    def choose(self, name: str, options: Sequence[str], words: Callable[[str], str], empty: str) -> None:
        """One of a list, or none."""
        kept = [*options, *([self.draft[name]] if self.draft[name] and self.draft[name] not in options else [])]
        st.selectbox(LABELS[name], kept, None, words, self.draft.widget(name), _HELP.get(name), placeholder=empty)
        if name != "metric":
            self.say(name)

    def among(self, name: str, options: Sequence[str], *, label: str | None = None, field: str | None = None) -> None:
        """One of what the data has, or typed where the data has nothing to offer."""
        value, label, hint = self.draft[name], label or LABELS[name], _HELP.get(name)
        if options:
            kept = [*options, *([value] if value and value not in options else [])]
            st.selectbox(label, kept, None, key=self.draft.widget(name), help=hint, placeholder="not said",
                         accept_new_options=True)  # fmt: skip
        else:
            st.text_input(label, None, key=self.draft.widget(name), help=hint, placeholder="not said")
        self.say(field or name)

    def column(self, name: str) -> None:
        """A column of the data."""
        self.among(name, self.names)

    def columns(self, name: str) -> None:
        """Several columns."""
        value = self.draft[name] or []
        kept = [*self.names, *(one for one in value if one not in self.names)]
        st.multiselect(LABELS[name], kept, key=self.draft.widget(name), help=_HELP[name], accept_new_options=True,
                       placeholder="none")  # fmt: skip
        self.say(name)

    def number(self, name: str, *, label: str | None = None, step: float | None = 1.0) -> None:
        """A number or nothing; bounds are checked by the core, which says them in words."""
        hint = _HELP[name.removesuffix("_size").removesuffix("_gap")]
        if name == "goal" and self.draft["metric"]:
            low, high = range_of(self.draft["metric"])
            span = (
                f"{low:g} to {high:g}" if abs(low) != float("inf") else "any error" if high == 0 else f"up to {high:g}"
            )
            hint = f"{hint}. This metric goes: {span}"
        st.number_input(label or LABELS[name], value=None, step=step, format="%.6g", key=self.draft.widget(name),
                        help=hint, placeholder="not said")  # fmt: skip

    def pair(self, one: str, other: str) -> None:
        """Two numbers side by side, what is wrong with them below."""
        for column, name in zip(_two(), (one, other), strict=True):
            with column:
                self.number(name, step=0.05 if name == "fairness_bound" else 1.0)
        self.say(one, other)

    def rule(self) -> None:
        """The heuristic."""
        st.text_area(LABELS["heuristic"], None, height=80, max_chars=2000, key=self.draft.widget("heuristic"),
                     help=_HELP["heuristic"], placeholder=_RULE)  # fmt: skip
        self.say("heuristic")

    def holdout(self) -> None:
        """The policy, with the settings that its method has."""
        key = self.draft.widget("holdout_method")
        st.selectbox(LABELS["holdout"], HOLDOUTS, None, HOLDOUT_WORDS.__getitem__, key, _HELP["holdout"],
                     placeholder="as fits the task")  # fmt: skip
        method = self.draft["holdout_method"]
        if method in ("group", "time"):
            self.among("holdout_column", self.names, label="Column of the holdout", field="-")
        if method not in (None, "none"):
            left, right = _two()
            with left:
                self.number("holdout_size", label="Share of the rows", step=0.05)
            if method == "time":
                with right:
                    self.number("holdout_gap", label="Gap in days")
        self.say("holdout")
