"""Scoping: not built yet; this page says what it will be."""

from mlworkbench.ui.frame import frame, not_built

with frame("Scoping", "What is promised, to whom, and how will we know?") as page:
    not_built(
        page,
        "A one-page canvas of ten boxes, and a contract made from it: the metric and its minimum, who "
        "acts on a prediction, what a mistake costs, how late the truth comes.",
        "Later stages check themselves against that contract. Without it, a good score is only a number.",
    )
