"""Monitoring: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Monitoring", "Is the world still the one the model learned?") as page:
    not_built(
        page,
        "Drift and performance over time against the right reference, alarms that control their own false "
        "alarms, and an estimate of quality before labels arrive.",
        "Models do not break loudly. They become wrong slowly while everything still looks green.",
    )
