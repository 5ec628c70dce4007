"""The Gaussian copula: each column's own distribution, and how pairs of them go together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlworkbench.synthesis.spec import SYNTHESIZERS, Order, SynthesizerSpec

if TYPE_CHECKING:
    import pandas as pd


def _draw(order: Order) -> pd.DataFrame:
    from mlworkbench.synthesis.sdv import fit_and_draw

    def make(metadata: object) -> object:
        from sdv.single_table import GaussianCopulaSynthesizer

        return GaussianCopulaSynthesizer(metadata, enforce_rounding=False)

    return fit_and_draw(order, make)


SYNTHESIZERS.register(
    SynthesizerSpec(
        "gaussian_copula", "Gaussian copula", "Seconds. Keeps each column and most links between pairs.", (), _draw
    )
)
