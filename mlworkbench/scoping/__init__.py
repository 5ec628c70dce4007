"""Scoping: the canvas, and the contract that later stages read. It knows no table; `contradictions` compares."""

from __future__ import annotations

from mlworkbench.scoping.canvas import BY_NAME as BOXES
from mlworkbench.scoping.canvas import CANVAS, LAYOUT, SECTIONS, Box, in_section, value_sentence
from mlworkbench.scoping.contract import FIELDS, HOLDOUTS, LABELS, TASKS, Contract, check_contract
from mlworkbench.scoping.contradicting import Contradiction, against, contradicting, contradictions
from mlworkbench.scoping.export import export_scope
from mlworkbench.scoping.metrics import METRICS, range_of
from mlworkbench.scoping.scopes import (
    Change,
    Scope,
    changes_between,
    compare_scopes,
    get_contract,
    get_scope,
    in_words,
    list_scopes,
    save_scope,
)
from mlworkbench.scoping.spec import TEMPLATES, Template
from mlworkbench.scoping.words import goal_in_words, metric_name, promises, verdict

__all__ = [
    "BOXES",
    "CANVAS",
    "FIELDS",
    "HOLDOUTS",
    "LABELS",
    "LAYOUT",
    "METRICS",
    "SECTIONS",
    "TASKS",
    "TEMPLATES",
    "Box",
    "Change",
    "Contract",
    "Contradiction",
    "Scope",
    "Template",
    "against",
    "changes_between",
    "check_contract",
    "compare_scopes",
    "contradicting",
    "contradictions",
    "export_scope",
    "get_contract",
    "get_scope",
    "goal_in_words",
    "in_section",
    "in_words",
    "list_scopes",
    "metric_name",
    "promises",
    "range_of",
    "save_scope",
    "value_sentence",
    "verdict",
]
