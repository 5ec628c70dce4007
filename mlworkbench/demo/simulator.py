"""A churn simulator: customers month by month, with a data drift and a later concept drift on known dates.

Each month brings new rows, one per customer seen on its first day. With z standard normal, all else as stated:

- tenure (months)   ~ min(72, Exponential(mean 26)), whole
- plan              ∈ basic 50 %, plus 30 %, pro 20 %;  contract ∈ monthly 55 %, yearly 45 %
- price             = 25 / 45 / 70 by plan + 6 z;       usage (hours) ~ Gamma(2, 12)
- calls to support  ~ Poisson(0.7), + 0.6 with plan basic
- channel           ∈ shop 55 %, web 45 %;              region ∈ north, south, west, in equal parts
- age of device     ~ Gamma(3, 9) months, missing in 6 % of the rows
- paid so far       = tenure · price, written as text and " " for new customers, as billing systems do

The chance to leave within 30 days is 1 / (1 + exp(−s)) with

    s = −1.9 + 1.5 [monthly] − 0.045 · tenure + 0.030 · (price − 45) + 0.55 · calls − 0.012 · usage

From `DATA_DRIFT` on, a new sales channel, partner, brings 40 % of the customers: their tenure is a third, they use half
as much, and they call support Poisson(0.5) times more. The rule that makes them leave is the same. From `CONCEPT_DRIFT`
on a rival's campaign changes the rule itself: it wins those on cheap plans, and those who have been here long.

    s = −2.3 − 0.2 [monthly] + 0.025 · tenure − 0.060 · (price − 45) + 0.2 · calls − 0.012 · usage
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

FIRST = "2024-01-01"
TRAINING_MONTHS = 6
MONTHS = 15
DATA_DRIFT = 9  # counted from 0: October 2024
CONCEPT_DRIFT = 11  # December 2024
TARGET = "churn"


def month_start(month: int) -> str:
    """The first day of a month of the simulation, ISO 8601."""
    import pandas as pd

    return str((pd.Timestamp(FIRST) + pd.DateOffset(months=month)).date())


def simulate(month: int, *, rows: int = 800, seed: int = 0) -> pd.DataFrame:
    """The customers of one month, with what became of them.

    Parameters
    ----------
    month : int
        0 is January 2024.
    rows : int
        How many customers.
    seed : int
        The same seed and month give the same rows.

    Returns
    -------
    DataFrame
        customer, month, tenure, plan, contract, price, usage, calls, channel, region, device_age, paid, churn.
    """
    import numpy as np
    import pandas as pd

    random = np.random.default_rng([seed, month])
    tenure = np.minimum(72, random.exponential(26.0, rows)).astype(int)
    plan = random.choice(["basic", "plus", "pro"], rows, p=[0.5, 0.3, 0.2])
    contract = random.choice(["monthly", "yearly"], rows, p=[0.55, 0.45])
    price = np.select([plan == "basic", plan == "plus"], [25.0, 45.0], 70.0) + 6 * random.normal(size=rows)
    usage = random.gamma(2.0, 12.0, rows)
    calls = random.poisson(0.7, rows) + random.poisson(0.6, rows) * (plan == "basic")
    channel = random.choice(["shop", "web"], rows, p=[0.55, 0.45]).astype(object)
    partner = random.random(rows) < 0.4
    if month >= DATA_DRIFT:
        channel[partner] = "partner"
        tenure = np.where(partner, tenure // 3, tenure)
        usage = np.where(partner, usage / 2, usage)
        calls = calls + random.poisson(0.5, rows) * partner
    price, usage = np.maximum(5.0, price).round(2), usage.round(1)
    device = random.gamma(3.0, 9.0, rows).round(0)
    device[random.random(rows) < 0.06] = np.nan
    if month < CONCEPT_DRIFT:
        score = -1.9 + 1.5 * (contract == "monthly") - 0.045 * tenure + 0.030 * (price - 45) + 0.55 * calls
    else:
        score = -2.3 - 0.2 * (contract == "monthly") + 0.025 * tenure - 0.060 * (price - 45) + 0.2 * calls
    score = score - 0.012 * usage
    left = random.random(rows) < 1 / (1 + np.exp(-score))
    paid = [f"{value:.2f}" if value else " " for value in (tenure * price).round(2)]
    return pd.DataFrame(
        {
            "customer": [f"C{month:02d}-{number:05d}" for number in range(rows)],
            "month": month_start(month),
            "tenure": tenure,
            "plan": plan,
            "contract": contract,
            "price": price,
            "usage": usage,
            "calls": calls,
            "channel": channel,
            "region": random.choice(["north", "south", "west"], rows),
            "device_age": device,
            "paid": paid,
            TARGET: np.where(left, "yes", "no"),
        }
    )
