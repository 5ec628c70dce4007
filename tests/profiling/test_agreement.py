"""Figures agree with pandas, scipy, scikit-learn and statsmodels on real tables, and exact ones follow sampled ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.special import chndtr
from sklearn.metrics import mutual_info_score

from mlworkbench import artifacts
from mlworkbench.data import ingest, load_table, load_training
from mlworkbench.profiling import find_profile, get_profile, glance, over_time, pair, profile
from mlworkbench.profiling.linking import Coded, associate, crossed
from mlworkbench.profiling.measures import information, interval_of_chi, interval_of_correlation, v_of
from mlworkbench.profiling.timing import decompose

if TYPE_CHECKING:
    from mlworkbench import Project
    from mlworkbench.profiling import ColumnProfile
    from tests.profiling.conftest import Store

TABLES: dict[str, dict[str, Any]] = {
    "telco_customer_churn.csv": {"target": "Churn"},
    "titanic_train.csv": {"target": "Survived"},
    "california_housing.csv": {"target": "median_house_value"},
    "nyc_taxis.csv": {},
    "abalone.csv": {},
}


def agrees(one: ColumnProfile, values: pd.Series[Any]) -> None:
    there = values.dropna()
    assert (one.missing, one.distinct) == (int(values.isna().sum()), there.nunique())
    if one.mean is not None:
        numbers = there.astype(float)
        scale = max(1.0, float(numbers.abs().max()))
        for share, value in one.quantiles.items():
            assert value == pytest.approx(numbers.quantile(float(share)), abs=1e-9 * scale)
        assert one.mean == pytest.approx(numbers.mean(), abs=1e-9 * scale)
        assert one.sd == pytest.approx(numbers.std(), abs=1e-9 * scale)
        if one.skew is not None:
            assert one.skew == pytest.approx(stats.skew(numbers), abs=1e-9)
        assert (one.zeros, one.negatives) == (int((numbers == 0).sum()), int((numbers < 0).sum()))
        if one.outliers is not None:
            low, high = numbers.quantile(0.25), numbers.quantile(0.75)
            far = (numbers < low - 3 * (high - low)) | (numbers > high + 3 * (high - low))
            assert one.outliers == int(far.sum())
    elif one.days is not None:
        days = there.dt.normalize()
        assert one.days == (days.nunique(), (days.max() - days.min()).days + 1)
        gap = there.sort_values().diff().max()
        assert one.longest_gap_days == pytest.approx(gap / pd.Timedelta(days=1), abs=1e-9)
    else:
        counts = there.astype(str).value_counts()
        assert [size for _, size in one.top] == counts.head(12).tolist()
        lengths = there.astype(str).str.len()
        assert one.lengths is not None
        assert (one.lengths[0], one.lengths[2]) == (lengths.min(), lengths.max())
        assert one.lengths[1] in (int(lengths.quantile(0.5, "lower")), int(lengths.quantile(0.5, "higher")))


@pytest.mark.parametrize("name", TABLES)
def test_exact_figures_follow_sampled_ones_and_agree_with_pandas_and_scipy(
    project: Project, shared_data: Path, name: str
) -> None:
    table = ingest(project, source=str(shared_data / "data" / name), **TABLES[name])
    before = glance(project, table)
    assert find_profile(project, table.id) is None
    made, frame = profile(project), load_table(project, table)
    assert find_profile(project, table.id) == made
    kept = artifacts.find(project, made.id)
    older = {**artifacts.read_json(project, kept.id), "seconds": 0.0}
    artifacts.put_json(project, "profile", older, parents=kept.parents, meta={"figure": "", "remark": ""})
    assert find_profile(project, table.id) == made, "a look of an older program lacks figures"
    for one in made.columns:
        agrees(one, frame[one.name])
    assert made.duplicates == before.duplicates == int(frame.duplicated().sum())
    assert [(one.name, one.missing, one.distinct) for one in before.columns] == [
        (one.name, one.missing, one.distinct) for one in made.columns
    ]
    if not before.estimated:
        assert before.columns == made.columns


def test_every_measure_agrees_with_scipy_and_scikit_learn(project: Project, shared_data: Path) -> None:
    ingest(project, source=str(shared_data / "data" / "titanic_train.csv"), target="Survived")
    made, frame = profile(project), load_training(project)
    assert len(made.associations) >= 20
    kinds = set()
    for one in made.associations:
        kinds.add(one.measure)
        both = frame[[one.left, one.right]].dropna()
        assert one.rows == len(both)
        a, b = (Coded(name, frame[name]) for name in (one.left, one.right))
        known = a.known & b.known
        a.values, b.values = a.values[known], b.values[known]
        if one.measure == "spearman":
            assert one.strength == pytest.approx(stats.spearmanr(both[one.left], both[one.right]).statistic, abs=1e-9)
            assert one.pearson == pytest.approx(stats.pearsonr(both[one.left], both[one.right]).statistic, abs=1e-9)
        elif one.measure == "correlation_ratio":
            words, numbers = (b, a) if a.numeric else (a, b)
            found = stats.kruskal(*(numbers.values[words.values == code] for code in np.unique(words.values)))
            assert one.strength**2 * (len(both) - 1) == pytest.approx(found.statistic, abs=1e-9 * len(both))
            assert one.p_value == pytest.approx(found.pvalue, rel=1e-6, abs=1e-300)
        else:
            found = stats.chi2_contingency(pd.crosstab(a.values, b.values), correction=False)
            n, (r, k) = len(both), found.expected_freq.shape
            corrected = max(0.0, found.statistic / n - (r - 1) * (k - 1) / (n - 1))
            smaller = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1
            assert one.strength == pytest.approx(min(1.0, np.sqrt(corrected / smaller)), abs=1e-9)
            assert one.p_value == pytest.approx(found.pvalue, rel=1e-6, abs=1e-300)
    assert kinds == {"spearman", "cramers_v", "correlation_ratio"}


def test_mutual_information_agrees_with_scikit_learn_less_its_bias() -> None:
    random = np.random.default_rng(0)
    size = random.normal(size=800)
    left, right = Coded("a", pd.Series(size)), Coded("b", pd.Series(random.choice(list("xyz"), 800)))
    follows = Coded("c", pd.Series(size**2 + random.normal(0, 0.1, 800)))
    table = crossed(left, right)
    plugin = mutual_info_score(left.cells[0], right.cells[0])
    bias = (8 - 1) * (3 - 1) / (2 * 800)
    found, noise = information(table)
    assert None not in (found, noise)
    assert -0.5 * np.log1p(-(found**2)) == pytest.approx(max(0.0, plugin - bias), abs=1e-9)
    assert found < noise
    curved = associate(left, follows)
    assert curved is not None
    assert abs(curved.strength) < 0.2 < 0.8 < curved.information  # what no correlation sees, information does


def test_intervals_of_links_hold_what_is_true_95_times_in_100() -> None:
    random = np.random.default_rng(1)
    held = {"rank": 0, "table": 0}
    rho = 6 / np.pi * np.arcsin(0.5 / 2)  # Spearman's of two normal columns correlated 0.5
    for _ in range(300):
        a = random.normal(size=200)
        b = 0.5 * a + np.sqrt(0.75) * random.normal(size=200)
        low, high = interval_of_correlation(stats.spearmanr(a, b).statistic, 200)
        held["rank"] += low <= rho <= high
        x = random.integers(0, 2, 400)
        y = np.where(random.random(400) < 0.65, x, 1 - x)  # V = 0.3
        strength, _, _, chi, freedom, scale = v_of(pd.crosstab(x, y).to_numpy())
        low, high = interval_of_chi(strength, chi, freedom, scale)
        held["table"] += low <= 0.3 <= high
    assert all(275 <= times <= 297 for times in held.values()), held
    low, high = interval_of_chi(0.3, 90.0, 4, 1000.0)
    assert chndtr(90.0, 4, low**2 * 1000) == pytest.approx(0.975)
    assert chndtr(90.0, 4, high**2 * 1000) == pytest.approx(0.025)


@pytest.mark.parametrize("multiplicative", [False, True])
def test_trend_and_season_agree_with_statsmodels(shared_data: Path, multiplicative: bool) -> None:
    seasonal = pytest.importorskip("statsmodels.tsa.seasonal")
    frame = pd.read_csv(shared_data / "data" / "airline_passengers.csv")
    values = frame["Passengers"].to_numpy(dtype=float)
    for length in (12, 7):
        model = "multiplicative" if multiplicative else "additive"
        theirs = seasonal.seasonal_decompose(values, model=model, period=length)
        trend, season, rest = decompose(values, length, multiplicative)
        np.testing.assert_allclose(trend, theirs.trend, rtol=1e-9)
        np.testing.assert_allclose(season, theirs.seasonal, rtol=1e-9, atol=1e-9)
        np.testing.assert_allclose(rest, theirs.resid, rtol=1e-9, atol=1e-7)


def test_passengers_by_month_have_a_season_of_twelve(project: Project, shared_data: Path) -> None:
    table = ingest(project, source=str(shared_data / "data" / "airline_passengers.csv"), types={"Month": "datetime"})
    found = over_time(project, table, "Month", "Passengers", multiplicative=True)
    assert (found.unit, found.season_length, len(found.starts), found.gap_count) == ("month", 12, 144, 0)
    assert (found.season_strength or 0) > 0.9
    assert found.values[:2] == (112.0, 118.0)


def test_the_chart_of_a_pair_counts_the_rows_of_its_association(store: Store, project: Project) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame({"size": random.normal(size=500), "age": random.integers(0, 9, 500).astype(float)})
    frame["plan"], frame["city"] = random.choice(list("abc"), 500), random.choice(list("xy"), 500)
    table = store(frame)
    grid = pair(project, table, "size", "age")
    assert grid is not None
    assert (grid.kind, sum(map(sum, grid.table))) == ("grid", 500)
    assert [sum(row) for row in grid.table] == frame["age"].value_counts().sort_index().tolist()
    counts = pair(project, table, "plan", "city")
    assert counts is not None
    assert (counts.kind, sum(map(sum, counts.table))) == ("counts", 500)
    boxes = pair(project, table, "plan", "size")
    assert boxes is not None
    for box in boxes.boxes:
        inside = frame["size"][frame["plan"] == box.label]
        assert box.quantiles == pytest.approx(tuple(inside.quantile([0.05, 0.25, 0.5, 0.75, 0.95])), abs=1e-9)
    assert get_profile(project, profile(project).id).associations
