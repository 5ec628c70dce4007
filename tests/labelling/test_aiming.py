"""Targets made by a threshold, an expression or a window of time are what pandas says they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.data import get_dataset, load_table
from mlworkbench.errors import InvalidInput, NotApplicable
from mlworkbench.labelling import make_target, plan_target
from tests.labelling.conftest import Store, customers


def machines() -> pd.DataFrame:
    """Readings of machines, some of them failures."""
    rows = [
        ("a", "2024-01-01", "ok"), ("a", "2024-01-05", "fail"), ("a", "2024-01-20", "ok"), ("a", "2024-02-10", "ok"),
        ("b", "2024-01-02", "ok"), ("b", "2024-01-12", "fail"), ("b", "2024-01-12", "ok"), ("b", "2024-02-05", "ok"),
        (None, "2024-01-03", "ok"), ("b", None, "ok"),
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=["machine", "day", "state"])


def test_a_threshold_makes_yes_no_and_nothing_where_the_value_is_missing(project: Project, store: Store) -> None:
    frame = customers(200).rename(columns={"spend": "spend `per` month"})
    frame.loc[:9, "spend `per` month"] = np.nan
    before = store(frame)
    asked = {"how": "threshold", "name": "big", "column": "spend `per` month", "above": 40.0}
    planned = plan_target(project, **asked)
    expected = frame["spend `per` month"] > 40
    assert planned.counts == {"Yes": int(expected.sum()), "No": int((~expected).sum()) - 10}
    assert (planned.unknown, planned.reads) == (10, ("spend `per` month",))
    made = make_target(project, **asked)
    assert (made.target, made.classes, made.unlabelled_rows) == ("big", ("No", "Yes"), 10)
    values = load_table(project, made, ["big"])["big"]
    assert (values[10:] == np.where(expected[10:], "Yes", "No")).all()
    assert values[:10].isna().all()
    assert get_dataset(project).id == made.id != before.id


def test_an_expression_that_is_a_condition_becomes_yes_and_no(project: Project, store: Store) -> None:
    frame = customers(120)
    frame.loc[0, "visits"] = None
    store(frame)
    planned = plan_target(project, how="expression", name="t", expression='visits > 4 and plan == "pro"')
    assert planned.counts["Yes"] == int(((frame["visits"] > 4) & (frame["plan"] == "pro")).sum())
    assert planned.unknown == 1
    number = make_target(project, how="expression", name="load", expression="spend / (visits + 1)")
    assert (number.task, number.unlabelled_rows) == ("regression", 1)


def test_a_column_that_is_there_is_chosen(project: Project, store: Store) -> None:
    store(customers(80))
    made = make_target(project, how="column", column="left", positive="no")
    assert (made.target, made.classes) == ("left", ("yes", "no"))


def test_a_window_asks_whether_the_same_machine_fails_soon_after(project: Project, store: Store) -> None:
    store(pd.concat([machines()] * 6, ignore_index=True))
    asked = {
        "how": "window", "name": "fails", "time": "day", "days": 14, "event": 'state == "fail"', "entity": "machine",
    }  # fmt: skip
    planned = plan_target(project, **asked)
    made = make_target(project, **asked)
    values = load_table(project, made, ["fails"])["fails"].tolist()[:10]
    # The table ends on 10 February: what begins after 27 January is not over.
    assert values == ["Yes", "No", "No", None, "Yes", "No", "No", None, None, None]
    assert planned.counts == {"No": 24, "Yes": 12}
    assert (planned.unknown, set(planned.reads)) == (24, {"day", "state", "machine"})
    assert any("12 rows: the table ends" in note for note in planned.notes)
    assert any("12 rows: no day" in note for note in planned.notes)


def test_a_window_on_a_column_of_dates_needs_no_entity(project: Project, store: Store) -> None:
    random = np.random.default_rng(0)
    start = pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 200, 150), "D")
    wait = random.integers(0, 120, 150)
    gone = pd.Series(start + pd.to_timedelta(wait, "D")).where(random.random(150) < 0.7)
    frame = pd.DataFrame({"start": start.strftime("%Y-%m-%d"), "gone": gone.dt.strftime("%Y-%m-%d"), "x": range(150)})
    store(frame)
    planned = plan_target(project, how="window", name="soon", time="start", event="gone", days=30)
    end = max(start.max(), gone.max())
    late = (gone - start) / pd.Timedelta(days=1)
    yes = (late > 0) & (late <= 30)
    unknown = ~yes & (start + pd.Timedelta(days=30) > end)
    assert planned.counts["Yes"] == int(yes.sum())
    assert planned.unknown == int(unknown.sum())


@pytest.mark.parametrize(
    ("field", "settings"),
    [
        ("how", {"how": "magic"}),
        ("name", {"how": "threshold", "name": "plan", "column": "spend", "above": 3.0}),
        ("name", {"how": "expression", "name": "", "expression": "spend > 3"}),
        ("column", {"how": "threshold", "name": "t", "column": "plan", "above": 3.0}),
        ("above", {"how": "threshold", "name": "t", "column": "spend", "above": float("nan")}),
        ("expression", {"how": "expression", "name": "t", "expression": "spend >"}),
        ("time", {"how": "window", "name": "t", "time": "spend", "days": 3, "event": "spend > 3"}),
        ("column", {"how": "column", "column": "nothing"}),
    ],
)
def test_wrong_settings_are_refused(project: Project, store: Store, field: str, settings: dict[str, object]) -> None:
    store(customers(40))
    with pytest.raises(InvalidInput) as caught:
        plan_target(project, **settings)  # type: ignore[arg-type]
    assert caught.value.field == field


def test_a_target_of_one_value_is_refused(project: Project, store: Store) -> None:
    store(customers(40))
    with pytest.raises(NotApplicable, match="same target"):
        make_target.submit(project, how="threshold", name="t", column="spend", above=1e9)


def test_a_window_takes_dates_before_1678_and_the_end_of_time(project: Project, store: Store) -> None:
    frame = pd.DataFrame({"start": ["1500-01-01", "1500-06-01"] * 20, "end": ["1500-01-05", "9999-12-31"] * 20})
    store(frame.assign(x=range(40)))
    planned = plan_target(project, how="window", name="t", time="start", event="end", days=30)
    assert planned.counts == {"Yes": 20, "No": 20}
