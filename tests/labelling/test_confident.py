"""Confident learning on an example worked out by hand, and on planted errors in probabilities."""

from __future__ import annotations

import numpy as np
import pytest

from mlworkbench.labelling import confident

# Given labels, and p(0), p(1) of a model that had not seen them. Thresholds: t0 = (.9 + .8 + .2 + .7) / 4 = .65 and
# t1 = (.9 + .6 + .3) / 3 = .6. Confident: rows 0, 1, 3 are 0 (given 0), row 2 is 1 (given 0), rows 4, 5 are 1
# (given 1), row 6 is 0 (given 1).
LABELS = np.array([0, 0, 0, 0, 1, 1, 1])
SAID = np.array([[0.9, 0.1], [0.8, 0.2], [0.2, 0.8], [0.7, 0.3], [0.1, 0.9], [0.4, 0.6], [0.7, 0.3]])


def test_the_example_worked_out_by_hand() -> None:
    assert confident.thresholds(LABELS, SAID) == pytest.approx([0.65, 0.6])
    assert confident.confident_joint(LABELS, SAID).tolist() == [[3, 1], [1, 2]]
    expected = np.array([[3 / 4 * 4, 1 / 4 * 4], [1 / 3 * 3, 2 / 3 * 3]]) / 7
    assert confident.joint(LABELS, SAID) == pytest.approx(expected)
    assert confident.noise_rate(LABELS, SAID) == pytest.approx(2 / 7)
    for how in confident.PRUNES:
        assert np.flatnonzero(confident.prune(LABELS, SAID, how)).tolist() == [2, 6]
    margin, other = confident.margins(LABELS, SAID)
    assert margin == pytest.approx([-0.8, -0.6, 0.6, -0.4, -0.8, -0.2, 0.4])
    assert other.tolist() == [1, 1, 1, 1, 0, 0, 0]


def test_a_row_between_two_thresholds_counts_as_the_more_probable_and_one_below_both_as_none() -> None:
    labels = np.array([0, 1, 0, 1])
    said = np.array([[0.5, 0.5], [0.5, 0.5], [0.51, 0.49], [0.49, 0.51]])
    assert confident.thresholds(labels, said) == pytest.approx([0.505, 0.505])
    assert confident.confident_joint(labels, said).tolist() == [[1, 0], [0, 1]]


def test_a_class_of_which_no_row_is_confident_counts_as_right() -> None:
    labels = np.array([0, 0, 1, 1, 2])
    said = np.array([[0.9, 0.1, 0], [0.8, 0.2, 0], [0.1, 0.9, 0], [0.2, 0.8, 0], [0.4, 0.4, 0.2]])
    joint = confident.joint(labels, said)
    assert joint.sum() == pytest.approx(1)
    assert joint.sum(axis=1) == pytest.approx([0.4, 0.4, 0.2])


def test_the_noise_rate_of_calibrated_probabilities_is_the_planted_one() -> None:
    random = np.random.default_rng(1)
    truth = random.integers(0, 3, 6000)
    labels = np.where(random.random(6000) < 0.1, (truth + random.integers(1, 3, 6000)) % 3, truth)
    said = np.full((6000, 3), 0.05) + np.eye(3)[truth] * 0.85
    assert confident.noise_rate(labels, said) == pytest.approx(np.mean(labels != truth), abs=1e-9)
    assert (np.flatnonzero(confident.prune(labels, said)) == np.flatnonzero(labels != truth)).all()


def test_robust_scores_do_not_follow_outliers_and_survive_equal_residuals() -> None:
    random = np.random.default_rng(2)
    residuals = np.concatenate([random.normal(5, 2, 2000), [500.0] * 50])
    scores = confident.robust_scores(residuals)
    assert (scores[-50:] > 100).all()
    assert np.std(scores[:-50]) == pytest.approx(1, abs=0.1)
    assert confident.odd_share(residuals) == pytest.approx(50 / 2050, abs=0.003)
    assert confident.robust_scores(np.array([1.0, 1, 1, 1, 9]))[-1] > confident.ODD
    assert (confident.robust_scores(np.ones(4)) == 0).all()
