"""Bring numbers to one scale."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.catalog import Param
from mlworkbench.features.spec import NUMBERS, STEPS, StepSpec


def _make(params: Mapping[str, Any], task: str) -> Any:
    from sklearn import preprocessing

    method = params["method"]
    if method == "quantile":
        return preprocessing.QuantileTransformer(n_quantiles=200, output_distribution="normal", random_state=0)
    kinds = {"standard": "StandardScaler", "robust": "RobustScaler", "minmax": "MinMaxScaler"}
    return getattr(preprocessing, kinds.get(method, "PowerTransformer"))()


STEPS.register(
    StepSpec(
        name="scale",
        label="Scale",
        help="Bring numbers to one scale: needed by linear models, indifferent to trees.",
        types=NUMBERS,
        params=(
            Param(
                "method",
                "choice",
                "standard",
                "Method",
                "standard: mean 0, deviation 1. robust: by median and quartiles, for outliers. minmax: 0 to 1. "
                "quantile and yeo_johnson: also bend the shape towards a bell.",
                choices=("standard", "robust", "minmax", "quantile", "yeo_johnson"),
            ),
        ),
        make=_make,
        creates="same",
        order=40,
        trusted=("mlworkbench.features.transformers.Numbers",),
    )
)
