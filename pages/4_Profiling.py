"""Profiling: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Profiling", "What is in the table, and what is linked to the target?") as page:
    not_built(
        page,
        "Every column as a card: its distribution, gaps, oddities, and how strongly it is linked to the "
        "target, with suspects of leakage marked.",
        "Most failures of a model were visible in the data before anything was trained.",
    )
