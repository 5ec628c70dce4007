"""Leave columns out."""

from __future__ import annotations

from mlworkbench.features.spec import EVERYTHING, STEPS, StepSpec

STEPS.register(
    StepSpec(
        name="drop",
        label="Drop",
        help="Leave these columns out: the model never sees them and never asks for them.",
        types=EVERYTHING,
        params=(),
        make=None,
        creates="none",
        order=0,
    )
)
