"""Governance: who may rely on this model, and on what evidence."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.governance.card import get_card, model_card, why_stale
    from mlworkbench.governance.checking import readiness
    from mlworkbench.governance.errorlog import error_log, log_error
    from mlworkbench.governance.page import card_html
    from mlworkbench.governance.plain import card_markdown
    from mlworkbench.governance.presenting import Contender, Presentation, Sweep, answer_text, axis_of, presentation
    from mlworkbench.governance.presenting_html import presentation_html
    from mlworkbench.governance.prose import PROSE, Text, get_prose, save_prose
    from mlworkbench.governance.results import (
        AppError,
        Bar,
        Card,
        Check,
        Fact,
        Grid,
        Mover,
        Promise,
        Prose,
        Readiness,
        Section,
        Slice,
    )
    from mlworkbench.governance.trail import audit_actions, audit_csv, audit_log

__all__ = [
    "PROSE",
    "AppError",
    "Bar",
    "Card",
    "Check",
    "Contender",
    "Fact",
    "Grid",
    "Mover",
    "Presentation",
    "Promise",
    "Prose",
    "Readiness",
    "Section",
    "Slice",
    "Sweep",
    "Text",
    "answer_text",
    "audit_actions",
    "audit_csv",
    "audit_log",
    "axis_of",
    "card_html",
    "card_markdown",
    "error_log",
    "get_card",
    "get_prose",
    "log_error",
    "model_card",
    "presentation",
    "presentation_html",
    "readiness",
    "save_prose",
    "why_stale",
]

# Found on first use: every page imports the error log and needs nothing else of this room.
_HOMES = {
    "card": ("get_card", "model_card", "why_stale"),
    "errorlog": ("error_log", "log_error"),
    "page": ("card_html",),
    "plain": ("card_markdown",),
    "presenting": ("Contender", "Presentation", "Sweep", "answer_text", "axis_of", "presentation"),
    "presenting_html": ("presentation_html",),
    "prose": ("PROSE", "Text", "get_prose", "save_prose"),
    "checking": ("readiness",),
    "results": (
        "AppError", "Bar", "Card", "Check", "Fact", "Grid", "Mover", "Promise", "Prose", "Readiness", "Section",
        "Slice",
    ),
    "trail": ("audit_actions", "audit_csv", "audit_log"),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
