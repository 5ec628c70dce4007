"""A first look agrees with pandas and scipy; awkward columns stop nobody; the holdout is not looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mlworkbench.artifacts import aliases
from mlworkbench.data import holdout_looks, ingest, load_table, load_training
from mlworkbench.errors import InvalidInput, NotFound
from mlworkbench.profiling import get_profile, glance, profile
from mlworkbench.profiling.columns import profile_column
from mlworkbench.profiling.linking import Coded, associate, link, surely
from mlworkbench.profiling.measures import correlation_ratio, cramers_v

if TYPE_CHECKING:
    from mlworkbench import Project


def table(rows: int = 600) -> pd.DataFrame:
    random = np.random.default_rng(3)
    size = random.gamma(2.0, 10.0, rows).round(3)
    plan = random.choice(["basic", "plus", "pro"], rows, p=[0.5, 0.3, 0.2])
    odds = size / 15 - 1.5 + (plan == "pro")
    return pd.DataFrame(
        {
            "size": size,
            "half": np.where(random.random(rows) < 0.2, np.nan, size / 2 + random.normal(0, 1, rows)).round(3),
            "plan": plan,
            "day": pd.date_range("2024-01-01", periods=rows, freq="D").strftime("%Y-%m-%d"),
            "noise": random.normal(size=rows).round(4),
            "left": np.where(random.random(rows) < 1 / (1 + np.exp(-odds)), "yes", "no"),
        }
    )


@pytest.fixture
def looked(project: Project, tmp_path: Path) -> Project:
    table().to_csv(tmp_path / "table.csv", index=False)
    ingest(project, source=str(tmp_path / "table.csv"), target="left")
    profile(project)
    return project


def test_counts_quantiles_and_moments_agree_with_pandas_and_scipy(looked: Project) -> None:
    found, frame = get_profile(looked), load_table(looked)
    assert found.cells_missing == int(frame.isna().sum().sum())
    for name in ("size", "half", "noise"):
        one, values = found.column(name), frame[name].dropna()
        assert (one.missing, one.distinct) == (int(frame[name].isna().sum()), values.nunique())
        for share, value in one.quantiles.items():
            assert value == pytest.approx(values.quantile(float(share)), abs=1e-9)
        assert one.mean == pytest.approx(values.mean(), abs=1e-9)
        assert one.sd == pytest.approx(values.std(), abs=1e-9)
        assert one.skew == pytest.approx(stats.skew(values), abs=1e-9)
        assert sum(part[2] for part in one.histogram) == len(values)
    assert dict(found.column("plan").top) == frame["plan"].value_counts().to_dict()
    assert found.column("day").quantiles["0"] == "2024-01-01"
    assert found.column("day").longest_gap_days == 1.0


def test_associations_agree_with_scipy(looked: Project) -> None:
    found, frame = get_profile(looked), load_training(looked)
    pair = next(one for one in found.associations if {one.left, one.right} == {"size", "half"})
    both = frame[["size", "half"]].dropna()
    assert pair.strength == pytest.approx(stats.spearmanr(both["size"], both["half"]).statistic, abs=1e-9)
    groups = [part["size"] for _, part in frame.groupby("plan")]
    ratio, _, chance = correlation_ratio(frame["plan"].to_numpy(), frame["size"].to_numpy())
    assert ratio**2 * (len(frame) - 1) == pytest.approx(stats.kruskal(*groups).statistic, abs=1e-6)
    assert chance == pytest.approx(stats.kruskal(*groups).pvalue, rel=1e-6)
    crossed = pd.crosstab(frame["plan"], frame["left"])
    plain = stats.contingency.association(crossed, method="cramer", correction=False)
    corrected, _, _ = cramers_v(frame["plan"].to_numpy(), frame["left"].to_numpy())
    assert 0 <= corrected <= plain
    assert plain - corrected < 0.02


def test_what_decides_is_linked_and_noise_is_not(looked: Project) -> None:
    found = get_profile(looked)
    assert found.links[0].column in {"size", "half"}
    assert found.links[0].association.beyond_chance
    slices = found.links[0].slices
    assert slices[-1].value > slices[0].value + 0.3
    assert all(one.low <= one.value <= one.high for one in slices)
    assert found.target_unit == "share of left = yes"
    assert "left" in found.sentence


def test_unrelated_columns_stay_below_their_noise_about_95_times_in_100() -> None:
    random = np.random.default_rng(0)
    beyond = {"spearman": 0, "cramers_v": 0, "correlation_ratio": 0}
    for _ in range(200):
        numbers = Coded("a", pd.Series(random.normal(size=300))), Coded("b", pd.Series(random.normal(size=300)))
        words = [Coded(name, pd.Series(random.choice(list("xyz"), 300))) for name in "cd"]
        for left, right in ((numbers[0], numbers[1]), (words[0], words[1]), (words[0], numbers[0])):
            one = associate(left, right)
            assert one is not None
            beyond[one.measure] += one.beyond_chance
    assert all(2 <= count <= 20 for count in beyond.values()), beyond


def test_of_many_unrelated_columns_none_is_named() -> None:
    named = 0
    for seed in range(40):
        random = np.random.default_rng(seed)
        target = Coded("left", pd.Series(random.choice(["yes", "no"], 300)))
        links = [link(Coded(f"c{n}", pd.Series(random.normal(size=300))), target, 0) for n in range(30)]
        named += bool(surely([one for one in links if one]))
    assert named <= 6  # 5 % of tables, with what 40 of them may show by chance


@pytest.mark.parametrize("size", [1e300, 1e-300])
def test_values_at_the_ends_of_what_a_float_holds(size: float) -> None:
    import json
    from dataclasses import asdict

    import pyarrow as pa

    one = profile_column("far", "number", pa.chunked_array([[size, 2 * size, 4 * size]]))
    assert one.sd == pytest.approx(np.std([1, 2, 4], ddof=1) * size, rel=1e-9)
    assert one.skew == pytest.approx(stats.skew([1, 2, 4]), rel=1e-9)
    json.dumps(asdict(one), allow_nan=False)


def test_the_holdout_is_not_looked_at(looked: Project) -> None:
    assert holdout_looks(looked) == ()
    assert get_profile(looked).sampled_rows == len(load_training(looked))


def test_the_same_seed_gives_the_same_profile(looked: Project) -> None:
    assert profile(looked, sample_rows=200, seed=4).links == profile(looked, sample_rows=200, seed=4).links
    assert profile(looked, sample_rows=200, seed=4).sampled_rows == 200
    assert aliases(looked)["profile"]


def test_awkward_columns_are_profiled_beside_the_others() -> None:
    import pyarrow as pa

    odd = {
        "empty": pa.chunked_array([pa.nulls(5, pa.string())]),
        "gone": pa.chunked_array([pa.nulls(5, pa.float64())]),
        "same": pa.chunked_array([[7.0] * 5]),
        "infinite": pa.chunked_array([[1.0, float("inf"), float("-inf"), None, 2.0]]),
        "levels": pa.chunked_array([[f"level {n}" for n in range(18_000)]]),
        "long": pa.chunked_array([["x" * 1_000_000, "y"]]),
        "old": pa.chunked_array([np.array(["1500-01-01", "9999-12-31"], "datetime64[us]")]),
        "flag": pa.chunked_array([[True, False, None]]),
    }
    found = {name: profile_column(name, "text", column) for name, column in odd.items()}
    assert all(not one.note for one in found.values())
    assert (found["empty"].missing, found["gone"].missing, found["same"].distinct) == (5, 5, 1)
    assert (found["infinite"].infinite, found["infinite"].distinct) == (2, 4)
    assert found["levels"].distinct == 18_000
    assert len(found["long"].top[0][0]) == 80
    assert found["old"].quantiles["0"] == "1500-01-01"


def test_a_table_of_2000_columns_links_them_to_the_target_only(project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(120, 2000)).round(3), columns=[f"c{n}" for n in range(2000)])
    wide["left"] = np.where(wide["c0"] + random.normal(0, 0.3, 120) > 0, "yes", "no")
    wide.to_parquet(tmp_path / "wide.parquet")
    ingest(project, source=str(tmp_path / "wide.parquet"), target="left")
    seen, found = glance(project), profile(project)
    assert (len(seen.columns), seen.links) == (2001, ())
    assert "goes" not in seen.sentence  # what was not looked at is not said
    assert (len(found.columns), found.associations) == (2001, ())
    assert found.links[0].column == "c0"


def test_wrong_settings_are_refused(looked: Project, project: Project) -> None:
    with pytest.raises(InvalidInput) as caught:
        profile.submit(looked, sample_rows=0)
    assert caught.value.field == "sample_rows"
    with pytest.raises(NotFound):
        profile.submit(looked, dataset="nothing")
