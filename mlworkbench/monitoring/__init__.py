"""Monitoring: is the world still the one the model learned? Drift that survives chance, and the truth when it comes."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mlworkbench.monitoring.comparing import Settings, compare_tables
    from mlworkbench.monitoring.labels import add_labels, get_labels, list_label_batches
    from mlworkbench.monitoring.reporting import get_report, list_reports, monitor
    from mlworkbench.monitoring.results import (
        ColumnDrift,
        Distribution,
        LabelBatch,
        Latency,
        MonitorReport,
        Realised,
        Side,
        Volume,
        Window,
    )
    from mlworkbench.monitoring.spec import DRIFT_TESTS, DriftTest, Measured
    from mlworkbench.monitoring.windowing import FREQUENCIES, timeline

__all__ = [
    "DRIFT_TESTS",
    "FREQUENCIES",
    "ColumnDrift",
    "Distribution",
    "DriftTest",
    "LabelBatch",
    "Latency",
    "Measured",
    "MonitorReport",
    "Realised",
    "Settings",
    "Side",
    "Volume",
    "Window",
    "add_labels",
    "compare_tables",
    "get_labels",
    "get_report",
    "list_label_batches",
    "list_reports",
    "monitor",
    "timeline",
]

# Found on first use, as the packages below this one do it: a page that imports it waits for little.
_HOMES = {
    "comparing": ("Settings", "compare_tables"),
    "labels": ("add_labels", "get_labels", "list_label_batches"),
    "reporting": ("get_report", "list_reports", "monitor"),
    "results": (
        "ColumnDrift", "Distribution", "LabelBatch", "Latency", "MonitorReport", "Realised", "Side", "Volume", "Window",
    ),
    "spec": ("DRIFT_TESTS", "DriftTest", "Measured"),
    "windowing": ("FREQUENCIES", "timeline"),
}  # fmt: skip
_MODULE_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
