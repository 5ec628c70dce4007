"""Shapley values against brute force and against the shap package."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest
from numpy.typing import NDArray

from mlworkbench.serving.explain import plan, shapley

Game = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def game(players: int, seed: int = 0) -> Game:
    """A game with interactions of two and three players, bent by tanh."""
    random = np.random.default_rng(seed)
    linear, pairs = random.normal(size=players), random.normal(size=(players, players))

    def worth(coalitions: NDArray[np.float64]) -> NDArray[np.float64]:
        present = np.asarray(coalitions, dtype=float)
        together = np.einsum("ni,ij,nj->n", present, pairs, present)
        return np.asarray(np.tanh((present @ linear + together) / players) + present[:, :3].prod(axis=1))

    return worth


def values(worth: Game, players: int, **settings: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    made = plan(players, **settings)
    return shapley(worth(made.coalitions), made)


def test_few_players_agree_with_the_average_over_all_orders() -> None:
    worth, players = game(4), 4
    expected = np.zeros(players)
    for order in permutations(range(players)):
        present = np.zeros((players + 1, players))
        for step, player in enumerate(order, start=1):
            present[step:, player] = 1
        expected[list(order)] += np.diff(worth(present)) / 24
    found, errors = values(worth, players)
    np.testing.assert_allclose(found, expected, atol=1e-12)
    assert not errors.any()


@pytest.mark.parametrize("players", [1, 3, 8])
def test_enumerated_values_agree_with_shap(players: int) -> None:
    import shap

    worth = game(players)
    peer = shap.explainers.Exact(worth, np.zeros((1, players)))(np.ones((1, players)))
    np.testing.assert_allclose(values(worth, players)[0], peer.values[0], atol=1e-9)


def test_sampled_values_are_right_on_average_and_vary_as_their_errors_say(monkeypatch: pytest.MonkeyPatch) -> None:
    worth, players, seeds = game(12), 12, 200
    sampled = [values(worth, players, seed=seed) for seed in range(seeds)]
    plan.cache_clear()
    monkeypatch.setattr("mlworkbench.serving.explain.EXACT_UP_TO", players)
    exact, none = values(worth, players)
    plan.cache_clear()
    assert not none.any()
    found = np.array([one for one, _ in sampled])
    errors = np.array([one for _, one in sampled])
    assert (np.abs(found.mean(axis=0) - exact) < 4 * found.std(axis=0) / np.sqrt(seeds)).all()
    np.testing.assert_allclose(np.sqrt((errors**2).mean(axis=0)), found.std(axis=0), rtol=0.25)
    assert np.abs(found - exact).max() < 0.3


@pytest.mark.parametrize("players", [0, 1, 8, 9, 40])
def test_values_sum_to_the_distance_between_all_and_none(players: int) -> None:
    random = np.random.default_rng(1)
    made = plan(players)
    worths = random.normal(size=len(made.coalitions))  # any game at all
    assert not made.coalitions[0].any()
    assert made.coalitions[-1].all()
    assert shapley(worths, made)[0].sum() == pytest.approx(worths[-1] - worths[0] if players else 0.0, abs=1e-9)


def test_a_player_that_changes_nothing_gets_nothing_and_equals_get_the_same() -> None:
    def worth(coalitions: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(coalitions[:, 1] * 2.0 + coalitions[:, 2] * coalitions[:, 3])

    found, _ = values(worth, 5)
    np.testing.assert_allclose(found, [0, 2, 0.5, 0.5, 0], atol=1e-12)
    sampled, errors = values(worth, 11)
    assert sampled[0] == sampled[10] == errors[0] == 0


def test_the_plan_is_the_same_every_time_and_no_coalition_comes_twice() -> None:
    first = plan(20)
    plan.cache_clear()
    again = plan(20)
    np.testing.assert_array_equal(first.coalitions, again.coalitions)
    np.testing.assert_array_equal(first.joined, again.joined)
    assert len(np.unique(first.coalitions, axis=0)) == len(first.coalitions)
    assert len(plan(20).coalitions) <= 512
