"""Slices, series, texts, comparisons of parts and notes: each agrees with what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from mlworkbench.data import holdout_looks, load_training, revise
from mlworkbench.errors import InvalidInput, NotApplicable
from mlworkbench.profiling import (
    associations_among,
    compare_parts,
    find_comparison,
    notes_of,
    over_time,
    pin_note,
    slices,
    text_figures,
)
from mlworkbench.profiling.texts import near_duplicates, words_of
from mlworkbench.profiling.timing import fitting_unit, periods, started

if TYPE_CHECKING:
    from mlworkbench import Project
    from tests.profiling.conftest import Store


def visits(rows: int = 1_200) -> pd.DataFrame:
    random = np.random.default_rng(0)
    day = pd.Timestamp("2023-01-02") + pd.to_timedelta(np.sort(random.integers(0, 200, rows)), unit="D")
    frame = pd.DataFrame({"day": day, "size": random.gamma(2, 10, rows) + 30 * (day.dayofweek >= 5)})
    frame["plan"] = random.choice(["basic", "plus", "pro"], rows)
    frame.loc[random.random(rows) < 0.1, "plan"] = None
    frame["left"] = np.where(random.random(rows) < 0.2 + 0.4 * (frame["plan"] == "pro"), "yes", "no")
    return frame[(day < "2023-04-01") | (day > "2023-04-12")].reset_index(drop=True)


def test_slices_are_the_groups_of_the_training_rows(store: Store, project: Project) -> None:
    table = store(visits(), target="left")
    found, frame = slices(project, table, "plan", second="size"), load_training(project, table)
    assert [one.label for one in found.groups][-1] == "missing"
    assert sum(one.rows for one in found.groups) == found.rows == len(frame)
    for one in found.groups:
        part = frame[frame["plan"].isna() if one.label == "missing" else frame["plan"] == one.label]
        assert one.rows == len(part)
        assert None not in (one.target, one.second)
        assert one.target.value == pytest.approx((part["left"] == "yes").mean(), abs=1e-9)
        assert one.target.low < one.target.value < one.target.high
        assert one.second.value == pytest.approx(part["size"].mean(), abs=1e-9)
        assert one.missing == pytest.approx(part.isna().sum().sum() / part.size, abs=1e-9)
    assert (found.target_unit, found.second_unit) == ("share of left = yes", "mean of size")
    assert sum(one.rows for one in slices(project, table, "day").groups) == len(frame)
    with pytest.raises(InvalidInput) as caught:
        slices(project, table, "nothing")
    assert caught.value.field == "by"


def test_a_series_marks_its_gaps_and_finds_the_week(store: Store, project: Project) -> None:
    frame = visits()
    table = store(frame, target="left")
    found = over_time(project, table, "day", "size")
    assert (found.unit, found.season_length) == ("day", 7)
    assert (found.season_strength or 0) > 0.5
    daily = frame.groupby("day")["size"].mean()
    for start, value in zip(found.starts, found.values, strict=True):
        assert (value is None) == (pd.Timestamp(start) not in daily.index)
        assert value is None or value == pytest.approx(daily[pd.Timestamp(start)], abs=1e-9)
    assert ("2023-04-01", "2023-04-12") in found.gaps
    assert sum(over_time(project, table, "day").values) == len(frame)
    assert over_time(project, table, "day", "left").value_unit == "share of left = yes"
    with pytest.raises(InvalidInput):
        over_time(project, table, "size")
    with pytest.raises(NotApplicable):
        over_time(project, table, "day", "left", unit="day", multiplicative=True)


@pytest.mark.parametrize("unit", ["hour", "day", "week", "month", "quarter", "year"])
def test_periods_begin_where_calendars_say(unit: str) -> None:
    stamps = pd.DatetimeIndex(
        ["1677-01-05", "1969-12-31 23:59", "1970-01-01", "2024-02-29 13:30", "2300-06-01"], dtype="M8[us]"
    )
    begun = [started(int(at), unit) for at in periods(stamps.to_numpy().view(np.int64), unit)]
    freq = {"hour": "h", "day": "D", "week": "W-SUN", "month": "M", "quarter": "Q", "year": "Y"}[unit]
    expected = [pd.Period(str(one), freq).start_time if one.year in range(1680, 2260) else None for one in stamps]
    for mine, theirs in zip(begun, expected, strict=True):
        assert theirs is None or pd.Timestamp(mine) == theirs
    assert begun[0].startswith("167")
    assert fitting_unit(np.array([0, 86_400_000_000], dtype=np.int64)) == "day"


def test_words_are_found_in_any_script() -> None:
    assert words_of("Don’t panic, ＡＢＣ x2 naïve—Straße") == ["don’t", "panic", "abc", "x2", "naïve", "strasse"]
    assert words_of("東京タワー") == ["東", "京", "タワー"]
    assert words_of("Привет, мир! السلام عليكم") == ["привет", "мир", "السلام", "عليكم"]
    assert words_of(" .,;!? ") == []


def test_near_duplicates_are_those_that_are_alike_and_no_others() -> None:
    random = np.random.default_rng(0)
    words = [f"w{n}" for n in range(500)]
    base = [list(random.choice(words, 40)) for _ in range(200)]
    planted = [[*text[:-1], "changed"] for text in base[:25]]
    nearly, pairs = near_duplicates([*base, *planted])
    assert nearly == 25
    assert all(abs(a - b) == 200 and alike >= 0.8 for a, b, alike in pairs)
    assert near_duplicates([[], ["a"]]) == (0, [])


def test_a_column_of_text_tells_its_words_and_its_doubles(store: Store, project: Project) -> None:
    said = ["Call me now", "call me NOW!", "See you later today my friend", None, "..."] * 30
    frame = pd.DataFrame({"text": [f"{one} {n}" if one and n % 5 == 2 else one for n, one in enumerate(said)]})
    frame["number"] = np.arange(len(frame)) * 1.5
    table = store(frame, types={"text": "text"})
    found = text_figures(project, table, "text")
    assert (found.rows, found.blank, found.cut) == (120, 30, 0)
    assert found.words[0][:2] == ("call", 60)
    assert found.repeated == 120 - frame["text"].nunique()
    assert found.nearly >= 1
    with pytest.raises(NotApplicable):
        text_figures(project, table, "number")


def test_comparing_with_the_holdout_is_a_look_and_happens_once(store: Store, project: Project) -> None:
    table = store(visits(), target="left")
    assert holdout_looks(project) == ()
    made = compare_parts(project, left="training", right="holdout")
    assert compare_parts(project, left="training", right="holdout") == made
    assert find_comparison(project, left="training", right="holdout", dataset=table.id) == made
    assert len(holdout_looks(project)) == 1
    assert (made.left_rows, made.right_rows) == (table.training_rows, table.holdout_rows)
    assert "None of" in made.sentence
    effects = [one.shift.effect for one in made.columns if one.shift.effect is not None]
    assert effects == sorted(effects, reverse=True)


def test_versions_and_synthetic_rows_are_ranked_by_how_different_they_are(store: Store, project: Project) -> None:
    frame = visits()
    first = store(frame, target="left")
    other = store(frame.assign(size=frame["size"] + 25), "shifted", target="left")
    made = compare_parts(project, left=first.id, right=other.id)
    assert [one.name for one in made.columns if one.shift.found] == ["size"]
    assert "size" in made.sentence
    drawn = store(frame.assign(plan="basic").sample(frac=0.5, random_state=0), "drawn", synthetic=True)
    made = compare_parts(project, left="training", right=drawn.id)
    assert made.columns[0].name == "plan"
    assert made.right == "the synthetic rows"
    assert holdout_looks(project) == ()
    with pytest.raises(InvalidInput):
        compare_parts.submit(project, left="training", right="training")


def test_notes_stay_with_their_column_over_versions(store: Store, project: Project) -> None:
    table = store(visits(), target="left")
    note = pin_note(project, table, "size", "  in kilobytes, measured at night ")
    assert note == notes_of(project)["size"]
    assert note.text == "in kilobytes, measured at night"
    later = revise(project, types={"plan": "text"})
    pin_note(project, later, "plan", "asked at sign-up")
    assert list(notes_of(project)) == ["size", "plan"]
    assert pin_note(project, later, "size", "") is None
    assert list(notes_of(project)) == ["plan"]
    with pytest.raises(InvalidInput):
        pin_note(project, later, "nothing", "text")
    with pytest.raises(InvalidInput) as caught:
        pin_note(project, later, "plan", "x" * 2_001)
    assert caught.value.field == "note"


def test_of_a_wide_table_the_associations_asked_for_are_computed(store: Store, project: Project) -> None:
    random = np.random.default_rng(0)
    wide = pd.DataFrame(random.normal(size=(150, 90)), columns=[f"c{n}" for n in range(90)])
    wide["c89"] = wide["c3"] * 2 + random.normal(0, 0.1, 150)
    table = store(wide)
    found = associations_among(project, table, ["c1", "c3", "c89"])
    assert len(found) == 3
    assert {found[0].left, found[0].right} == {"c3", "c89"}
    with pytest.raises(InvalidInput, match="2 to 60"):
        associations_among(project, table, list(wide.columns))
