"""Quality: what is wrong with a table, one check per code, each with the repair that answers it."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.quality.acknowledging import acknowledge, withdraw
    from mlworkbench.quality.catalog import CHECKS, CheckSpec
    from mlworkbench.quality.checking import check_quality, find_quality, get_quality
    from mlworkbench.quality.keeping import (
        RuleProposal,
        as_rows,
        find_proposal,
        from_rows,
        get_rules,
        propose_rules,
        save_rules,
        suggest_rules,
    )
    from mlworkbench.quality.results import Acknowledgement, NotDone, QualityFinding, QualityReport
    from mlworkbench.quality.rules import RULES, QualityRule, RuleResult, read_rules

_HOMES = {
    "acknowledging": ("acknowledge", "withdraw"),
    "catalog": ("CHECKS", "CheckSpec"),
    "checking": ("check_quality", "find_quality", "get_quality"),
    "results": ("Acknowledgement", "NotDone", "QualityFinding", "QualityReport"),
    "keeping": (
        "RuleProposal",
        "as_rows",
        "find_proposal",
        "from_rows",
        "get_rules",
        "propose_rules",
        "save_rules",
        "suggest_rules",
    ),
    "rules": ("RULES", "QualityRule", "RuleResult", "read_rules"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "CHECKS",
    "RULES",
    "Acknowledgement",
    "CheckSpec",
    "NotDone",
    "QualityFinding",
    "QualityReport",
    "QualityRule",
    "RuleProposal",
    "RuleResult",
    "acknowledge",
    "as_rows",
    "check_quality",
    "find_proposal",
    "find_quality",
    "from_rows",
    "get_quality",
    "get_rules",
    "propose_rules",
    "read_rules",
    "save_rules",
    "suggest_rules",
    "withdraw",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
