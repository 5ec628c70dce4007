"""TVAE: a variational autoencoder for tables (Xu et al. 2019, "Modeling Tabular Data using Conditional GAN")."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from mlworkbench.catalog import Param
from mlworkbench.synthesis.spec import SYNTHESIZERS, Order, SynthesizerSpec

if TYPE_CHECKING:
    import pandas as pd


def _draw(order: Order) -> pd.DataFrame:
    from mlworkbench.synthesis.sdv import fit_and_draw

    epochs = int(order.params["epochs"])

    def make(metadata: object) -> object:
        from sdv.single_table import TVAESynthesizer

        return TVAESynthesizer(metadata, enforce_rounding=False, epochs=epochs, enable_gpu=False)

    @contextlib.contextmanager
    def watched() -> Iterator[None]:
        """Each epoch says how far it is, and stops the work when that was asked for."""
        from ctgan.synthesizers import tvae

        def told(rounds: Any, **_: Any) -> Iterator[Any]:
            for number in rounds:
                order.progress.update(0.05 + 0.65 * number / max(epochs, 1), f"Epoch {number + 1} of {epochs}")
                yield number

        before, tvae.tqdm = tvae.tqdm, told
        try:
            yield
        finally:
            tvae.tqdm = before

    return fit_and_draw(order, make, watched)


SYNTHESIZERS.register(
    SynthesizerSpec(
        "tvae",
        "TVAE",
        "Minutes. A neural network that also learns links among more than two columns.",
        (Param("epochs", "int", 100, "Epochs", "How often the network sees all rows.", low=1, high=5000),),
        _draw,
    )
)
