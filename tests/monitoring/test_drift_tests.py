"""The drift tests agree with scipy and with what peers compute; each plug-in keeps what its spec says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlworkbench.monitoring import DRIFT_TESTS, compare_tables
from mlworkbench.monitoring.comparing import Pair, Sample

Arrays = tuple[np.ndarray, np.ndarray]


def compared(name: str, reference: np.ndarray, current: np.ndarray, kind: str) -> Any:
    """What the test says of two samples, as a report would compute it."""
    test = DRIFT_TESTS.get(name)
    pair = Pair(Sample(pd.Series(reference), kind), Sample(pd.Series(current), kind))
    return test.compare(*pair.handed(test))


def numbers(seed: int, *, shift: float = 0.0, rows: int = 400) -> np.ndarray:
    return np.random.default_rng(seed).normal(shift, 1, rows)


def test_numbers_agree_with_scipy() -> None:
    one, two = numbers(1), numbers(2, shift=0.3, rows=300)
    expected = stats.ks_2samp(one, two)
    found = compared("ks", one, two, "number")
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-12)
    assert compared("wasserstein", one, two, "number") == pytest.approx(
        stats.wasserstein_distance(one, two) / one.std(), rel=1e-12
    )


def test_categories_agree_with_scipy() -> None:
    one, two = (np.repeat(list("abc"), sizes) for sizes in ([50, 30, 20], [20, 60, 30]))
    expected = stats.chi2_contingency([[50, 30, 20], [20, 60, 30]], correction=False)
    found = compared("chi_square", one, two, "category")
    assert (found.statistic, found.p_value) == pytest.approx((expected.statistic, expected.pvalue), rel=1e-12)
    from scipy.spatial.distance import jensenshannon

    assert compared("jensen_shannon", one, two, "category") == pytest.approx(
        jensenshannon([0.5, 0.3, 0.2], np.array([20, 60, 30]) / 110), rel=1e-12
    )


def test_rare_categories_are_pooled_until_they_can_be_tested() -> None:
    common = np.repeat(["a", "b"], [300, 200])
    rare = np.array([f"rare {place}" for place in range(12)])
    found = compared("chi_square", np.concatenate([common, rare]), np.concatenate([common[::5], ["new"]]), "category")
    assert found.p_value > 0.05, "thirteen categories seen once each are no evidence"
    assert compared("chi_square", np.array(["a"] * 40), np.array(["a"] * 40), "category") == (0.0, 1.0)


@pytest.mark.parametrize("name", DRIFT_TESTS.names())
def test_equal_samples_are_no_drift_and_disjoint_ones_are(name: str) -> None:
    test = DRIFT_TESTS.get(name)
    for kind in test.kinds:
        one = numbers(3) if kind == "number" else np.repeat(["a", "b"], 200).astype(object)
        other = one + 50 if kind == "number" else np.repeat(["c", "d"], 200).astype(object)
        same, far = compared(name, one, one, kind), compared(name, one, other, kind)
        if test.role == "test":
            assert same.p_value == pytest.approx(1.0)
            assert far.p_value < 1e-6
        else:
            assert same == pytest.approx(0.0, abs=1e-12)
            assert far > test.floor > 0


@pytest.mark.parametrize("name", [one.name for one in DRIFT_TESTS if one.role == "effect"])
@pytest.mark.parametrize("rows", [50, 400])
def test_what_chance_shows_is_what_resampling_shows(name: str, rows: int) -> None:
    """The quantile of the null against batches really drawn from one population with the reference."""
    test = DRIFT_TESTS.get(name)
    kind = test.kinds[0]
    random = np.random.default_rng(5)

    def draw(size: int) -> np.ndarray:
        return (
            random.exponential(1, size)
            if kind == "number"
            else random.choice(list("abcde"), size, p=[0.4, 0.3, 0.2, 0.07, 0.03])
        )

    reference = Sample(pd.Series(draw(800)), kind)
    real = [compared(name, draw(800), draw(rows), kind) for _ in range(300)]
    claimed = Pair(reference, Sample(pd.Series(draw(rows)), kind)).by_chance(test, 0.95, np.random.default_rng(0))
    assert float(np.mean(np.array(real) > claimed)) == pytest.approx(0.05, abs=0.045)


# -- peers ------------------------------------------------------------------------------------------------------------
LN2 = float(np.log(2))
HOW = {  # oracle → (our test, how its value is ours)
    "ev_default_num_1000_is_ks": ("ks", "p"),
    "ev_default_num_1001_is_wasserstein": ("wasserstein", "effect"),
    "ev_default_cat_binary_small_is_z": ("chi_square", "p"),
    "ev_default_cat_large_is_js": ("jensen_shannon", "effect"),
    "ev_psi_num_sturges": ("psi", "effect"),
    "ev_psi_cat_new_category": ("psi", "effect"),
    "ev_psi_cat_rare_eps": ("psi", "effect"),
    "ev_js_num": ("jensen_shannon", "effect"),
    "ev_wasserstein_constant_ref": ("wasserstein", "effect"),
    "ev_wasserstein_norm": ("wasserstein", "effect"),
    "ev_ks_nan_inf": ("ks", "p"),
    "ev_default_constant_large": ("jensen_shannon", "effect"),
    "ev_default_constant_small": ("chi_square", "p"),
    "ev_missing_share_only_default": ("wasserstein", "effect"),
    "nml_ks_exact": ("ks", "statistic"),
    "nml_js_categorical_new": ("jensen_shannon", "base 2"),
    "nml_chi2_contingency": ("chi_square", "statistic"),
}
WITHOUT = {  # oracle → why no test of ours computes it
    "ev_kl_num": "no Kullback-Leibler divergence here",
    "ev_chi2_cat": "goodness of fit takes the reference for the truth: 21 % to 74 % false alarms",
    "nml_js_continuous": "NannyML's bins of the reference alone",
    "nml_wasserstein_binned": "binned with an off-by-one from 10,000 rows on; ours is exact",
    "nml_ks_binned": "binned from 10,000 rows on; ours is exact",
    "nml_hellinger_categorical_new": "no Hellinger distance here",
    "nml_cbpe_closed_form": "no estimate without labels yet",
    "nml_cbpe_end_to_end": "no estimate without labels yet",
    "nml_dle_end_to_end": "no estimate without labels yet",
    "nml_pca_reconstruction": "no multivariate drift yet",
    "nml_domain_classifier": "no multivariate drift yet",
    **{f"river_{name}": "no online detectors yet"
       for name in ("pagehinkley", "ddm", "kswin", "hddm_a", "hddm_w", "fhddm")},
}  # fmt: skip


def test_every_oracle_whose_test_exists_here_agrees(shared_data: Path) -> None:
    found = json.loads((shared_data / "oracles" / "drift_oracles.json").read_text(encoding="utf-8"))
    oracles = {one["name"]: one for one in found["oracles"] + found["extra"]}
    special = {"ev_dataset_preset", "ev_all_nan_current"}
    assert set(oracles) == set(HOW) | set(WITHOUT) | special, "an oracle that nobody decided on"
    for name, (test, how) in HOW.items():
        oracle = oracles[name]
        one, two = (eval(oracle["inputs"][side], {"np": np}) for side in ("ref", "cur"))
        kind = "category" if one.dtype == object or test == "chi_square" else "number"
        value = compared(test, one, two, kind)
        ours = {"p": lambda v: v.p_value, "statistic": lambda v: v.statistic, "base 2": lambda v: v / LN2**0.5}
        assert ours.get(how, float)(value) == pytest.approx(oracle["expected"]["value"], rel=1e-9, abs=1e-12), name
        if "p_value" in oracle["expected"]:
            assert value.p_value == pytest.approx(oracle["expected"]["p_value"], rel=1e-9)
    scope: dict[str, Any] = {"np": np, "pd": pd}
    exec(oracles["ev_dataset_preset"]["inputs"]["code"], scope)
    reference, current = scope["frames"]()
    types = {"a": "number", "b": "number", "c": "category", "d": "integer"}
    drifted = {one.column: one for one in compare_tables(reference, current, types)}
    for column, score in oracles["ev_dataset_preset"]["expected"]["scores"].items():
        assert drifted[column].effect == pytest.approx(score, rel=1e-9), column
    nothing = compare_tables(
        pd.DataFrame({"x": np.random.default_rng(1).normal(0, 1, 500)}),
        pd.DataFrame({"x": np.full(100, np.nan)}),
        {"x": "number"},
    )[0]
    assert nothing.reasons == ("missing",), "where Evidently fails, the column is found to be empty"
    print(f"\n{len(HOW) + len(special)} of {len(oracles)} oracles covered: {', '.join(sorted({*HOW, *special}))}")
    print("without a test here: " + "; ".join(f"{name} ({why})" for name, why in WITHOUT.items()))
