"""Intervals of scores, ties, and the choice."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import stats

from mlworkbench.modeling.results import LeaderboardRow
from mlworkbench.modeling.statistics import (
    Candidate,
    bootstrap_interval,
    choose,
    corrected_interval,
    figure,
    paired_difference,
    ranked,
)

SHARE = 1 / 4  # five folds: one scored for four learnt from


def candidate(name: str, scores: list[float], complexity: int) -> Candidate:
    return Candidate(name, name.title(), tuple(scores), complexity, predict_ms=1.0)


def test_corrected_interval_is_nadeau_and_bengios_formula() -> None:
    values = [0.81, 0.84, 0.86, 0.83, 0.85]
    found = corrected_interval(values, SHARE)
    half = stats.t.ppf(0.975, 4) * math.sqrt((1 / 5 + SHARE) * np.var(values, ddof=1))
    assert found.mean == pytest.approx(np.mean(values), abs=1e-15)
    assert (found.low, found.high) == pytest.approx((found.mean - half, found.mean + half), abs=1e-12)


def test_corrected_interval_is_wider_than_the_plain_t_interval_by_the_known_factor() -> None:
    values = [0.81, 0.84, 0.86, 0.83, 0.85]
    plain = stats.t.interval(0.95, 4, np.mean(values), stats.sem(values))
    corrected = corrected_interval(values, SHARE)
    assert (corrected.high - corrected.low) / (plain[1] - plain[0]) == pytest.approx(math.sqrt(1 + 5 * SHARE))


def test_coverage_of_the_corrected_interval_is_near_95_percent_where_the_plain_one_is_far_below() -> None:
    random = np.random.default_rng(0)
    truth, inside, plain_inside, rounds = 0.0, 0, 0, 300
    for _ in range(rounds):
        x = random.normal(0, 1, 200)  # the score of a fold is its mean: truth 0; repeats reuse the same rows
        scores = []
        for _ in range(6):
            order = random.permutation(200)
            scores += [float(x[order[part::5]].mean()) for part in range(5)]
        found = corrected_interval(scores, SHARE)
        inside += found.low <= truth <= found.high
        plain = stats.t.interval(0.95, 29, np.mean(scores), stats.sem(scores))
        plain_inside += plain[0] <= truth <= plain[1]
    assert inside / rounds > 0.9
    assert plain_inside / rounds < 0.8


def test_a_single_value_has_an_endless_interval() -> None:
    assert corrected_interval([0.5], SHARE).low == -math.inf


def test_paired_difference_sees_what_unpaired_spread_hides() -> None:
    hard_and_easy = [0.70, 0.90, 0.75, 0.95, 0.80]
    better = [score + 0.01 + 0.001 * place for place, score in enumerate(hard_and_easy)]
    assert paired_difference(better, hard_and_easy, SHARE).low > 0
    with pytest.raises(ValueError, match="zip"):
        paired_difference(better, hard_and_easy[:-1], SHARE)


def test_the_simplest_of_the_tie_is_recommended() -> None:
    verdict = choose(
        [
            candidate("dummy", [0.5] * 5, 0),
            candidate("linear", [0.84, 0.85, 0.83, 0.86, 0.84], 1),
            candidate("boosted", [0.85, 0.84, 0.84, 0.87, 0.84], 6),
            candidate("weak", [0.60, 0.61, 0.62, 0.60, 0.61], 2),
        ],
        SHARE,
        "roc_auc",
    )
    assert verdict.best == "boosted"
    assert verdict.tied == ("boosted", "linear")
    assert verdict.recommended == "linear"
    told = "Linear is recommended: statistically tied with the best, Boosted (difference −0.004"
    assert verdict.sentence.startswith(told)
    assert "95% interval" in verdict.sentence


def test_a_model_that_is_tied_only_because_it_varies_is_not_recommended() -> None:
    verdict = choose(
        [
            candidate("dummy", [0.1] * 5, 0),
            candidate("erratic", [0.45, 0.82, 0.88, 0.40, 0.86], 2),
            candidate("steady", [0.85, 0.86, 0.85, 0.86, 0.85], 3),
            candidate("complex", [0.86, 0.85, 0.86, 0.85, 0.86], 6),
        ],
        SHARE,
        "r2",
    )
    assert set(verdict.tied) == {"complex", "steady", "erratic"}
    assert verdict.recommended == "steady"
    assert verdict.sentence.endswith("Erratic left aside: tied only because of scores that vary widely.")


def test_a_clear_winner_is_recommended_however_complex() -> None:
    verdict = choose(
        [
            candidate("dummy", [0.5] * 5, 0),
            candidate("linear", [0.70, 0.71, 0.69, 0.70, 0.71], 1),
            candidate("boosted", [0.90, 0.91, 0.89, 0.90, 0.92], 6),
        ],
        SHARE,
        "roc_auc",
    )
    assert (verdict.recommended, verdict.tied) == ("boosted", ("boosted",))
    assert "no other model statistically tied" in verdict.sentence


def test_dummy_is_recommended_when_nothing_beats_it() -> None:
    verdict = choose(
        [
            candidate("dummy", [0.5] * 5, 0),
            candidate("linear", [0.55, 0.44, 0.52, 0.47, 0.54], 1),
            candidate("boosted", [0.50, 0.57, 0.46, 0.55, 0.45], 6),
        ],
        SHARE,
        "roc_auc",
    )
    assert verdict.recommended == "dummy"
    assert "no model beats the baseline" in verdict.sentence


def test_without_a_baseline_the_sentence_says_that_it_is_not_known() -> None:
    verdict = choose([candidate("linear", [0.6, 0.7, 0.65], 1)], 0.5, "roc_auc")
    assert verdict.recommended == "linear"
    assert "No baseline was compared" in verdict.sentence


def test_ranking_puts_the_best_first_and_what_failed_last() -> None:
    rows = [
        LeaderboardRow("xgboost", "XGBoost", "failed", error="ValueError: no"),
        LeaderboardRow("dummy", "Dummy", "done", score_mean=0.5, fold_scores=(0.5, 0.5, 0.5)),
        LeaderboardRow("linear", "Linear", "done", score_mean=0.8, fold_scores=(0.8, 0.81, 0.79)),
        LeaderboardRow("lightgbm", "LightGBM", "skipped", error="budget"),
    ]
    ordered, verdict = ranked(rows, {"dummy": 0, "linear": 1}, 0.5, "roc_auc")
    assert [row.estimator for row in ordered] == ["linear", "dummy", "xgboost", "lightgbm"]
    assert verdict is not None
    assert (ordered[0].to_best, ordered[0].tied, ordered[1].tied) == (0.0, True, False)
    assert ordered[1].to_best == pytest.approx(-0.3)
    assert ordered[1].to_best_low < -0.3 < ordered[1].to_best_high < 0
    assert ranked(rows[:1], {}, 0.5, "roc_auc") == ((rows[0],), None)


def test_rows_survive_json() -> None:
    row = LeaderboardRow("linear", "Linear", "done", 0.8, 0.01, 0.78, 0.82, (0.8, 0.81), metrics={"accuracy": 0.7})
    assert LeaderboardRow.from_json(row.to_json()) == row


def test_bootstrap_interval_is_seeded_and_close_to_the_normal_one_for_a_mean() -> None:
    values = np.random.default_rng(1).normal(3, 2, 500)
    low, high = bootstrap_interval(lambda rows: float(values[rows].mean()), 500, seed=4)
    assert (low, high) == bootstrap_interval(lambda rows: float(values[rows].mean()), 500, seed=4)
    half = 1.96 * values.std(ddof=1) / math.sqrt(500)
    assert low == pytest.approx(values.mean() - half, abs=0.03)
    assert high == pytest.approx(values.mean() + half, abs=0.03)


def test_bootstrap_keeps_every_class_in_every_replicate() -> None:
    y = np.array([0] * 50 + [1])
    seen = []
    bootstrap_interval(lambda rows: float(seen.append(set(y[rows])) or 0), 51, seed=0, strata=y)
    assert all(classes == {0, 1} for classes in seen)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.84385, "0.844"), (-0.0036, "−0.004"), (-0.0001, "0.000"), (-48_123.4, "−48,123"), (12.34, "12.3")],
)
def test_figures_are_short_with_a_true_minus(value: float, text: str) -> None:
    assert figure(value) == text
