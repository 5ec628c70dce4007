"""Kappa agrees with scikit-learn, its variance with simulation, alpha with Krippendorff's own example."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from mlworkbench.labelling import cohen_kappa, krippendorff_alpha

OBSERVERS = ("1 2 3 3 2 1 4 1 2 . . .", "1 2 3 3 2 2 4 1 2 5 . 3", ". 3 3 3 2 3 4 2 2 5 1 .", "1 2 3 3 2 4 4 1 2 5 1 .")


@pytest.mark.parametrize("seed", range(20))
def test_kappa_is_that_of_scikit_learn(seed: int) -> None:
    random = np.random.default_rng(seed)
    names = np.array(["a", "b", "c", "d"][: 2 + seed % 3])
    left = random.choice(names, 5 + 20 * seed)
    right = np.where(random.random(len(left)) < 0.6, left, random.choice(names, len(left)))
    found = cohen_kappa(list(left), list(right))
    assert found is not None
    assert found[0] == pytest.approx(cohen_kappa_score(left, right), abs=1e-12)
    assert found[1] <= found[0] <= found[2]


def test_the_interval_is_as_wide_as_kappa_varies_over_samples() -> None:
    random = np.random.default_rng(0)
    table = np.array([[0.35, 0.10, 0.02], [0.05, 0.20, 0.05], [0.03, 0.04, 0.16]])
    found, widths = [], []
    for _ in range(400):
        cells = random.choice(9, 300, p=table.ravel())
        left, right = [str(cell // 3) for cell in cells], [str(cell % 3) for cell in cells]
        kappa = cohen_kappa(left, right)
        assert kappa is not None
        found.append(kappa[0])
        widths.append((kappa[2] - kappa[1]) / 2 / 1.959964)
    assert np.mean(widths) == pytest.approx(np.std(found), rel=0.1)


def test_perfect_agreement_on_few_rows_is_not_certain() -> None:
    found = cohen_kappa(["a", "b", "a"], ["a", "b", "a"])
    assert found is not None
    assert found[0] == found[2] == 1
    assert found[1] < 0.5


def test_one_class_only_has_no_kappa() -> None:
    assert cohen_kappa(["a", "a"], ["a", "a"]) is None


def test_alpha_is_that_of_krippendorffs_example_with_gaps() -> None:
    rows = zip(*(line.split() for line in OBSERVERS), strict=True)
    units = [{f"o{at}": label for at, label in enumerate(row) if label != "."} for row in rows]
    assert krippendorff_alpha(units) == pytest.approx(0.743, abs=0.0005)


def test_alpha_of_rows_with_one_label_is_not_known() -> None:
    assert krippendorff_alpha([{"a": "x"}, {"b": "y"}]) is None
