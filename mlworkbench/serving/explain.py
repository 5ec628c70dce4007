"""What moved one prediction away from the typical row: baseline Shapley values of the raw columns.

The game: a coalition of columns takes its values from the row x, the others from the typical row b; its worth is the
model's output there. A column's Shapley value is its average marginal worth over all orders of the columns.

- E. Štrumbelj and I. Kononenko, "Explaining prediction models and individual predictions with feature
  contributions", Knowledge and Information Systems 41 (2014), 647-665: estimation by sampling orders.
- M. Sundararajan and A. Najmi, "The Many Shapley Values for Model Explanation", ICML 2020: the baseline variant (BShap)
  and why it, unlike the conditional one, gives nothing to columns that the model does not use.
- R. Mitchell et al., "Sampling Permutations for Shapley Value Estimation", JMLR 23 (2022): orders taken together with
  their reversals (antithetic pairs) vary less.

Columns where x equals b play no part and get exactly 0. Up to 8 others are enumerated exactly; more are sampled.
Whatever the sample, the values sum to f(x) - f(b): along each order the marginal worths telescope.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import factorial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

EXACT_UP_TO = 8
BUDGET = 512
_FEWEST_PAIRS = 4


@dataclass(frozen=True)
class Plan:
    """Which coalitions to evaluate and where each player's marginal worths are found among them.

    `coalitions` is boolean, shape (evaluations, players); the first row is empty, the last one full. `joined` and
    `before`, shape (samples, players, k), hold the positions of k coalitions with and without each player; `weights`,
    shape (players, k), or 1/k each, weigh their differences. One sample is exact.
    """

    coalitions: NDArray[np.bool_]
    joined: NDArray[np.intp]
    before: NDArray[np.intp]
    weights: NDArray[np.float64]


def shapley(worths: NDArray[np.float64], made: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Shapley values of a game and their standard errors, from the worths of a plan's coalitions.

    Returns
    -------
    values, errors : float arrays of shape (players,)
        The values sum to worth(all) - worth(none) up to rounding. The errors are 0 when every coalition was there, else
        the standard error of the mean over antithetic pairs of orders.
    """
    import numpy as np

    samples = ((worths[made.joined] - worths[made.before]) * made.weights).sum(axis=2)
    if len(samples) == 1:
        return samples[0], np.zeros(samples.shape[1])
    return samples.mean(axis=0), samples.std(axis=0, ddof=1) / np.sqrt(len(samples))


@lru_cache(maxsize=32)
def plan(players: int, budget: int = BUDGET, seed: int = 0) -> Plan:
    """Which coalitions to evaluate for that many players; the same for the same arguments, so it is made once.

    Parameters
    ----------
    budget : int
        About how many coalitions to evaluate when there are too many to enumerate; at least 8 per player are.
    seed : int
        Seed of the sampled orders.
    """
    return _every_coalition(players) if players <= EXACT_UP_TO else _sampled_orders(players, budget, seed)


def _every_coalition(players: int) -> Plan:
    import numpy as np

    codes = np.arange(2**players)
    bits = 1 << np.arange(players)
    coalitions = codes[:, None] & bits != 0
    joined = np.array([codes[coalitions[:, player]] for player in range(players)], dtype=np.intp)
    joined = joined.reshape(players, len(codes) // 2)
    before = joined - bits[:, None]
    # of all orders, the share in which exactly these s players come before
    share = [factorial(s) * factorial(players - s - 1) / factorial(players) for s in range(players)]
    return Plan(coalitions, joined[None], before[None], np.array(share)[coalitions[before].sum(axis=2)])


def _sampled_orders(players: int, budget: int, seed: int) -> Plan:
    import numpy as np

    pairs = max(_FEWEST_PAIRS, (budget - 2) // (2 * (players - 1)))
    random = np.random.default_rng(seed)
    forward = np.array([random.permutation(players) for _ in range(pairs)])
    rank = np.argsort(
        np.stack([forward, forward[:, ::-1]], axis=2), axis=1
    )  # when each player joins: (pairs, players, 2)
    steps = rank.transpose(0, 2, 1)[:, :, None, :] < np.arange(players + 1)[:, None]  # (pairs, 2, players + 1, players)
    coalitions, place = np.unique(steps.reshape(-1, players), axis=0, return_inverse=True)
    place = place.reshape(pairs, 2, players + 1).transpose(0, 2, 1)
    joined = np.take_along_axis(place, rank + 1, axis=1)
    return Plan(coalitions, joined, np.take_along_axis(place, rank, axis=1), np.full((players, 2), 0.5))
