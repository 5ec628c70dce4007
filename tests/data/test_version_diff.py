"""Two versions compared: rows by key and by content, cells, columns, spread; held against pandas and scipy."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from mlworkbench import Project
from mlworkbench.data import Dataset, compare_versions, find_diff, get_diff, ingest, revise
from mlworkbench.errors import InvalidInput, NotFound


def put(project: Project, folder: Path, frame: pd.DataFrame, **settings: object) -> Dataset:
    file = folder / f"t{len(list(folder.glob('*.csv')))}.csv"
    frame.to_csv(file, index=False)
    return ingest(project, source=str(file), **settings)  # type: ignore[arg-type]


@pytest.fixture
def before() -> pd.DataFrame:
    random = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "id": [f"P{n:04d}" for n in range(400)],
            "age": random.normal(40, 9, 400).round(2),
            "town": random.choice(["York", "Bath", "Ely"], 400, p=[0.5, 0.3, 0.2]),
            "day": pd.date_range("2020-01-01", periods=400).strftime("%Y-%m-%d"),
        }
    )


def test_rows_and_cells_by_key_are_those_that_pandas_finds(
    project: Project, tmp_path: Path, before: pd.DataFrame
) -> None:
    after = before.drop(index=[3, 5, 8]).sample(frac=1, random_state=1).reset_index(drop=True)
    after.loc[after["id"] == "P0010", "age"] = 99.5
    after.loc[after["id"].isin(["P0010", "P0011"]), "town"] = None
    after = pd.concat([after, before.head(2).assign(id=["Q1", "Q2"])])
    old, new = put(project, tmp_path, before), put(project, tmp_path, after)
    diff = compare_versions(project, old.id, new.id, key="id")
    joined = before.merge(after, on="id", suffixes=("", "_new"))
    assert (diff.rows_added, diff.rows_removed) == (2, 3)
    assert set(diff.added_rows) == {"Q1", "Q2"}
    assert diff.removed_rows == ("P0003", "P0005", "P0008")
    columns = {column.name: column for column in diff.columns}
    assert columns["age"].changed == int((joined["age"] != joined["age_new"]).sum()) == 1
    assert columns["age"].examples == (("P0010", f"{before['age'][10]:g}", "99.5"),)
    assert columns["town"].changed == 2
    assert {new for _, _, new in columns["town"].examples} == {"missing"}
    assert columns["town"].missing_new == pytest.approx(2 / 399)
    assert (diff.rows_changed, diff.rows_same) == (2, 395)
    assert "2 rows added, 3 removed, 2 changed, 395 the same" in diff.sentence


def test_without_a_key_rows_are_counted_as_often_as_they_occur(
    project: Project, tmp_path: Path, before: pd.DataFrame
) -> None:
    old = put(project, tmp_path, pd.concat([before, before.head(2), before.head(2)]))
    new = put(project, tmp_path, pd.concat([before.tail(399), before.tail(1)]))
    diff = compare_versions(project, old.id, new.id)
    assert (diff.rows_removed, diff.rows_added, diff.rows_same) == (5, 1, 399)
    assert diff.rows_changed is None
    assert all(column.changed is None for column in diff.columns)


def test_effects_and_p_values_are_scipys_and_q_values_the_adjusted_ones(
    project: Project, tmp_path: Path, before: pd.DataFrame
) -> None:
    random = np.random.default_rng(9)
    after = before.assign(age=random.normal(46, 9, 400).round(2), town=random.choice(["York", "Bath", "Hull"], 400))
    old, new = put(project, tmp_path, before), put(project, tmp_path, after)
    shifts = {column.name: column.shift for column in compare_versions(project, old.id, new.id).columns}
    ks = stats.ks_2samp(before["age"], after["age"], method="asymp")
    assert (shifts["age"].effect, shifts["age"].p_value) == pytest.approx((ks.statistic, ks.pvalue))
    counts = pd.DataFrame({"a": before["town"].value_counts(), "b": after["town"].value_counts()}).fillna(0)
    chi2 = stats.chi2_contingency(counts.T, correction=False)
    distance = jensenshannon(counts["a"], counts["b"], base=2)
    assert (shifts["town"].effect, shifts["town"].p_value) == pytest.approx((distance, chi2.pvalue))
    assert (shifts["day"].effect, shifts["day"].found) == (0, False)
    assert shifts["id"].why_not
    tested = [shift for shift in shifts.values() if shift.p_value is not None]
    adjusted = stats.false_discovery_control([shift.p_value for shift in tested])
    assert [shift.q_value for shift in tested] == pytest.approx(adjusted)
    assert shifts["age"].found
    assert shifts["town"].found


def test_columns_added_removed_reordered_retyped_and_renamed_are_told(
    project: Project, tmp_path: Path, before: pd.DataFrame
) -> None:
    after = before.rename(columns={"age": "years"})[["town", "id", "years", "day"]].assign(extra=range(400))
    old, new = put(project, tmp_path, before), put(project, tmp_path, after, types={"day": "text"})
    diff = compare_versions(project, old.id, new.id, key="id")
    assert (diff.added, diff.removed) == (("years", "extra"), ("age",))
    assert diff.retyped == (("day", "datetime", "text"),)
    assert diff.reordered == ("id", "town")
    (renamed,) = diff.renamed
    assert (renamed.old, renamed.new, renamed.share, renamed.rows) == ("age", "years", 1.0, 400)
    assert diff.rows_changed == 0, "the same days as text are the same days"
    assert compare_versions(project, old.id, new.id).rows_same == 400


def test_columns_that_are_alike_by_chance_are_not_called_renamed(project: Project, tmp_path: Path) -> None:
    random = np.random.default_rng(2)
    one = pd.DataFrame({"id": range(300), "smoker": random.choice(["no", "yes"], 300, p=[0.97, 0.03])})
    two = pd.DataFrame({"id": range(300), "retired": random.choice(["no", "yes"], 300, p=[0.97, 0.03])})
    diff = compare_versions(project, put(project, tmp_path, one).id, put(project, tmp_path, two).id, key="id")
    assert diff.renamed == ()


def test_text_is_compared_as_it_stands_where_the_type_is_the_same(project: Project, tmp_path: Path) -> None:
    one = pd.DataFrame({"row": ["a", "b", "c"], "code": ["007", "8", "x"]})
    two = one.assign(code=["7", "8", "x"])
    types = {"code": "text"}
    old, new = put(project, tmp_path, one, types=types), put(project, tmp_path, two, types=types)
    diff = compare_versions(project, old.id, new.id, key=["row"])
    assert diff.columns[1].examples == (("a", "007", "7"),)


def test_a_key_of_two_columns_and_one_that_is_not_unique(project: Project, tmp_path: Path) -> None:
    frame = pd.DataFrame({"shop": ["a", "a", "b", None], "day": [1, 2, 1, 1], "sold": [5, 6, 7, 8]})
    old = put(project, tmp_path, frame)
    new = put(project, tmp_path, frame.assign(sold=[5, 6, 9, 8]).iloc[::-1])
    diff = compare_versions(project, old.id, new.id, key=["shop", "day"])
    assert (diff.rows_changed, diff.columns[2].examples) == (1, (("b · 1", "7", "9"),))
    with pytest.raises(InvalidInput, match=r"'shop' is not unique in version 1: 1 of its values are on 2 rows.*\ba\b"):
        compare_versions(project, old.id, new.id, key="shop")
    with pytest.raises(InvalidInput, match=r"'nope' is no column of version 1.*shop") as caught:
        compare_versions.submit(project, old=old.id, new=new.id, key=["nope"])
    assert caught.value.field == "key"
    with pytest.raises(NotFound):
        compare_versions(project, old.id, "abcdef123456")


def test_a_comparison_is_kept_and_found_again(project: Project, tmp_path: Path, before: pd.DataFrame) -> None:
    old = put(project, tmp_path, before)
    new = revise(project, types={"town": "text"}, why="towns are many")
    assert find_diff(project, old.id, new.id) is None
    diff = compare_versions(project, old.id, new.id)
    assert diff.rows_same == 400
    assert find_diff(project, old.id, new.id) == diff == get_diff(project, diff.id)
    assert find_diff(project, old.id, new.id, ["id"]) is None


def test_a_column_of_only_gaps_and_names_with_dots_are_compared(project: Project, tmp_path: Path) -> None:
    one = pd.DataFrame({"a": [1, 2, 3, 4], "a.b": [5, 6, 7, 8], "gone": [None] * 4, "words": ["x", "y", "x", "y"]})
    old = put(project, tmp_path, one)
    new = put(project, tmp_path, one.assign(**{"a.b": [5, 6, 7, 0]}, words=["x", "y", None, "z"]))
    diff = compare_versions(project, old.id, new.id, key="a")
    assert [column.changed for column in diff.columns] == [0, 1, 0, 2]
    assert diff.columns[2].shift.test is None
