"""The simulator: seeded, its drifts where they are said to be, its rule learnable and no better than life."""

from __future__ import annotations

import pandas as pd
import pytest

from mlworkbench.demo import CONCEPT_DRIFT, DATA_DRIFT, MONTHS, month_start, simulate


def test_the_same_seed_and_month_give_the_same_rows() -> None:
    pd.testing.assert_frame_equal(simulate(3, seed=1), simulate(3, seed=1))
    assert not simulate(3, seed=1).equals(simulate(3, seed=2))
    assert not simulate(3, seed=1)["tenure"].equals(simulate(4, seed=1)["tenure"])


def test_the_new_channel_comes_with_the_data_drift_and_not_before() -> None:
    for month in range(MONTHS):
        share = (simulate(month)["channel"] == "partner").mean()
        assert (share > 0.3) == (month >= DATA_DRIFT)


@pytest.mark.parametrize("seed", [0, 1])
def test_who_leaves_changes_with_the_concept_drift_only(seed: int) -> None:
    def monthly_effect(month: int) -> float:
        rows = simulate(month, rows=4000, seed=seed)
        left = (rows["churn"] == "yes").groupby(rows["contract"]).mean()
        return float(left["monthly"] - left["yearly"])

    assert all(monthly_effect(month) > 0.08 for month in (0, DATA_DRIFT, CONCEPT_DRIFT - 1))
    assert monthly_effect(CONCEPT_DRIFT) < 0.03


def test_there_is_something_to_find_in_the_data() -> None:
    rows = simulate(0)
    assert rows["paid"].dtype == object
    assert (rows["paid"] == " ").any()
    assert 0.02 < rows["device_age"].isna().mean() < 0.12
    assert 0.1 < (rows["churn"] == "yes").mean() < 0.3
    assert month_start(0) == "2024-01-01"
    assert month_start(12) == "2025-01-01"
