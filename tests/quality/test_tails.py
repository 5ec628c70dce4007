"""Where outliers begin: hardly ever within what chance makes of a distribution, and always short of a plain slip."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from mlworkbench.quality.tails import bounds

CLEAN: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "normal": lambda random, rows: random.normal(size=rows),
    "lognormal": lambda random, rows: random.lognormal(size=rows),
    "uniform": lambda random, rows: random.uniform(size=rows),
    "exponential": lambda random, rows: random.exponential(size=rows),
    "gamma": lambda random, rows: random.gamma(0.5, size=rows),
    "Student t, 4 degrees": lambda random, rows: random.standard_t(4, rows),
    "Pareto, 2.5": lambda random, rows: random.pareto(2.5, rows),
}


@pytest.mark.parametrize("name", CLEAN)
def test_of_a_hundred_clean_columns_hardly_one_has_an_outlier(name: str) -> None:
    named = 0
    for seed in range(100):
        numbers = CLEAN[name](np.random.default_rng(seed), (60, 200, 1_000)[seed % 3])
        edges = bounds(numbers)
        named += edges is not None and bool(((numbers < edges[0]) | (numbers > edges[1])).any())
    assert named <= 1


@pytest.mark.parametrize("rows", [60, 1_000])
def test_a_slip_by_a_factor_of_ten_is_out_of_a_normal_column(rows: int) -> None:
    numbers = np.random.default_rng(0).normal(70, 8, rows)
    numbers[3] *= 10
    edges = bounds(numbers)
    assert edges is not None
    assert np.flatnonzero((numbers < edges[0]) | (numbers > edges[1])).tolist() == [3]


def test_columns_that_say_too_little_have_no_bounds() -> None:
    assert bounds(np.arange(20.0)) is None
    assert bounds(np.repeat([1.0, 2.0, 3.0], 100)) is None
    assert bounds(np.zeros(500)) is None
