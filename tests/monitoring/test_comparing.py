"""A column drifted only when its test survives the correction and its effect is past what chance shows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlworkbench.errors import InvalidInput
from mlworkbench.monitoring import Settings, compare_tables
from mlworkbench.monitoring.statistics import benjamini_hochberg, two_shares
from tests.monitoring.conftest import customers

TYPES = {"tenure": "integer", "contract": "category", "charge": "number", "senior": "binary"}


def test_adjusted_p_values_are_scipys() -> None:
    from scipy.stats import false_discovery_control

    p_values = [0.01, 0.04, 0.03, 0.2, 0.9, 0.03]
    assert benjamini_hochberg(p_values) == pytest.approx(list(false_discovery_control(p_values)))
    assert benjamini_hochberg([]) == []


def test_two_shares_are_compared_exactly_where_few_are_expected() -> None:
    from scipy.stats import chi2_contingency, fisher_exact

    assert two_shares(2, 500, 6, 90) == pytest.approx(fisher_exact([[2, 498], [6, 84]])[1])
    assert two_shares(60, 500, 40, 200) == pytest.approx(
        chi2_contingency([[60, 440], [40, 160]], correction=False).pvalue, rel=1e-9
    )
    assert two_shares(0, 500, 0, 200) == 1.0


def test_without_drift_few_batches_are_called_changed_at_any_size() -> None:
    """At most `alpha` of them by design; 80 batches of one size let through 10 with probability 0.995 at 5 %."""
    for rows in (50, 500):
        alarms = 0
        for seed in range(80):
            table = customers(1500 + rows, seed + 10)
            found = compare_tables(table[:1500], table[1500:], TYPES, settings=Settings(seed=seed))
            alarms += any(one.drifted for one in found)
        assert alarms <= 10, f"{alarms} of 80 at {rows} rows"


def test_planted_shifts_are_found_and_nothing_else() -> None:
    found = 0
    for seed in range(20):
        reference, current = customers(1500, seed), customers(500, seed + 100)
        current["charge"] += 0.5 * reference["charge"].std()
        monthly = current.index[current["contract"] == "monthly"][:75]
        current.loc[monthly, "contract"] = "two years"
        drifted = {one.column for one in compare_tables(reference, current, TYPES) if one.drifted}
        found += {"charge", "contract"} <= drifted
    assert found >= 18


def test_a_small_significant_change_is_no_alarm_below_its_floor() -> None:
    reference, current = customers(60_000, 1), customers(60_000, 2)
    current["charge"] += 1.0
    one = next(one for one in compare_tables(reference, current, TYPES) if one.column == "charge")
    assert one.q_value is not None
    assert one.q_value < 1e-6
    assert not one.drifted
    strict = Settings.checked(floors={"wasserstein": 0.01})
    assert next(
        one for one in compare_tables(reference, current, TYPES, settings=strict) if one.column == "charge"
    ).drifted


def test_a_large_effect_of_few_rows_is_no_alarm() -> None:
    """What Evidently's fixed 0.1 calls drift in 95 of 100 batches of 50 rows."""
    reference = customers(1500, 1)
    one = compare_tables(reference, customers(50, 3), TYPES)[0]
    assert one.effect is not None
    assert one.effect > 0.1
    assert one.threshold is not None
    assert one.threshold > 0.2
    assert not one.drifted


def test_missing_cells_are_drift_of_their_own() -> None:
    reference, current = customers(1500, 1), customers(500, 2)
    current.loc[current.index % 3 == 0, "charge"] = np.nan
    one = next(one for one in compare_tables(reference, current, TYPES) if one.column == "charge")
    assert one.reasons == ("missing",)
    assert "missing in" in one.sentence


def test_unseen_categories_are_counted_and_an_empty_column_is_no_failure() -> None:
    reference, current = customers(1500, 1), customers(500, 2)
    current["contract"] = current["contract"].replace("two years", "five years")
    current["charge"] = np.nan
    by_name = {one.column: one for one in compare_tables(reference, current, TYPES)}
    assert by_name["contract"].unseen[0][0] == "five years"
    assert by_name["contract"].unseen_rows == (current["contract"] == "five years").sum()
    assert by_name["contract"].drifted
    assert by_name["charge"].reasons == ("missing",)
    assert by_name["charge"].test is None


def test_the_same_seed_gives_the_same_figures_and_order_does_not_matter() -> None:
    reference, current = customers(1500, 1), customers(80, 2)
    forward = compare_tables(reference, current, TYPES)
    backward = compare_tables(reference, current.sample(frac=1, random_state=1), dict(reversed(TYPES.items())))
    assert forward == backward[::-1]


def test_time_is_not_tested() -> None:
    days = pd.DataFrame({"day": pd.date_range("2020-01-01", periods=100)})
    one = compare_tables(days, days + pd.Timedelta(days=365), {"day": "datetime"})[0]
    assert not one.drifted
    assert "time moves on" in one.note


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"alpha": 0}, "alpha"),
        ({"alpha": True}, "alpha"),
        ({"seed": -1}, "seed"),
        ({"tests": {"number": "psi"}}, "tests"),
        ({"effects": {"words": "psi"}}, "effects"),
        ({"floors": {"ks": 0.1}}, "floors"),
        ({"floors": {"psi": -1}}, "floors"),
    ],
)
def test_wrong_settings_are_named(settings: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        Settings.checked(**settings)  # type: ignore[arg-type]
    assert refused.value.field == field
