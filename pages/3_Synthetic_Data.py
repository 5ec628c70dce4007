"""Synthetic data: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Synthetic data", "Can we share or test with rows that belong to nobody?") as page:
    not_built(
        page,
        "Synthesizers that learn your table and write new rows, with a verdict on fidelity, usefulness "
        "and privacy, each beside what a copy and a shuffle would reach.",
        "Real rows often may not leave the house. Made-up ones may, if they are close enough to be useful "
        "and far enough to be nobody's.",
    )
