"""The demo: a simulated churn project that walks every stage, and whose world changes on known dates."""

from mlworkbench.demo.results import Demo, Month
from mlworkbench.demo.running import get_demo, run_demo, start_demo
from mlworkbench.demo.simulator import CONCEPT_DRIFT, DATA_DRIFT, MONTHS, TRAINING_MONTHS, month_start, simulate

__all__ = [
    "CONCEPT_DRIFT",
    "DATA_DRIFT",
    "MONTHS",
    "TRAINING_MONTHS",
    "Demo",
    "Month",
    "get_demo",
    "month_start",
    "run_demo",
    "simulate",
    "start_demo",
]
