"""The charts of the first view: every bar where its values are, texts from data only ever values."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from mlworkbench.figures import column_chart, pairs_map, target_chart
from mlworkbench.profiling import Association, ColumnProfile, Slice, TargetLink

HOSTILE = '<img src=x onerror="alert(1)">{{7*7}}'


def column(**known: object) -> ColumnProfile:
    return ColumnProfile(**{"name": HOSTILE, "type": "number", "missing": 0, "distinct": 3, **known})


def test_bars_stand_where_their_values_are_and_outer_ones_say_that_they_count_what_lies_beyond() -> None:
    bins = ((0.0, 2.0, 5), (2.0, 4.0, 0), (4.0, 6.0, 7))
    chart = column_chart(column(histogram=bins, quantiles={"0": -50.0, "1": 6.0}), 12)
    values = chart["data"]["values"]
    assert [(one["low"], one["high"], one["rows"]) for one in values] == list(bins)
    assert [one["range"] for one in values] == ["up to 2.00", "2.00 to 4.00", "4.00 to 6.00"]
    assert chart["encoding"]["x"]["type"] == "quantitative"


def test_a_single_value_has_a_bar_that_can_be_seen() -> None:
    chart = column_chart(column(histogram=((3.0, 3.0, 9),), quantiles={"0": 3.0, "1": 3.0}), 9)
    only = chart["data"]["values"][0]
    assert (only["low"], only["high"], only["rows"]) == (2.5, 3.5, 9)


@pytest.mark.parametrize("day", ["2020-01-31T12:00:00", "1066-10-14T00:00:00", "9999-12-31T00:00:00"])
def test_dates_stand_at_their_moment_in_utc(day: str) -> None:
    chart = column_chart(column(type="datetime", histogram=((day, day, 1),)), 1)
    middle = (chart["data"]["values"][0]["low"] + chart["data"]["values"][0]["high"]) / 2
    assert middle == datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() * 1000
    assert chart["encoding"]["x"]["scale"]["type"] == "utc"


def test_words_that_are_cut_alike_stay_apart_and_all_others_are_together() -> None:
    long = "the same beginning of more than thirty characters"
    chart = column_chart(column(top=((long + "1", 5), (long + "2", 4), ("x", 1)), missing=2), 20)
    values = chart["data"]["values"]
    assert [one["rows"] for one in values] == [5, 4, 1, 8]
    assert len({one["value"] for one in values}) == 4
    assert values[-1]["value"] == "others"


def test_an_empty_column_has_no_chart() -> None:
    assert column_chart(column(missing=5), 5) is None


def test_texts_from_data_are_values_and_titles_and_never_expressions() -> None:
    words = column_chart(column(top=((HOSTILE, 3),)), 3)
    link = TargetLink(HOSTILE, association(), (Slice(HOSTILE, 9, 0.5, 0.4, 0.6),))
    for chart in (words, target_chart(link, HOSTILE), pairs_map((Association(HOSTILE, "b", "spearman", 1, 0, 9),))):
        assert not {"expr", "labelExpr", "calculate", "href", "url"} & set(keys_of(chart))
        assert "<img" in json.dumps(chart["data"])


def test_the_target_over_a_column_has_its_interval_in_view_and_in_words() -> None:
    link = TargetLink("a", association(), (Slice("low", 40, 0.25, 0.2, 0.3), Slice("high", 60, 0.75, 0.7, 0.8)))
    chart = target_chart(link, "share of yes")
    shown = [(one["value"], one["low"], one["high"]) for one in chart["data"]["values"]]
    assert shown == [(0.25, 0.2, 0.3), (0.75, 0.7, 0.8)]
    assert chart["data"]["values"][0]["told"] == "0.250 (95 % 0.200 to 0.300)"
    assert chart["layer"][0]["encoding"]["x"]["title"] == "share of yes"


def test_a_pair_has_two_cells_that_know_its_place_and_names_that_are_cut_alike_stay_apart() -> None:
    long = "the same beginning of a name, "
    pairs = (Association(long + "1", long + "2", "spearman", -0.8, 0.1, 100), association())
    values = pairs_map(pairs)["data"]["values"]
    assert [(one["place"], one["strength"], one["told"]) for one in values[:2]] == [(0, 0.8, "−0.80")] * 2
    assert (values[0]["a"], values[0]["b"]) == (values[1]["b"], values[1]["a"])
    assert len({one["a"] for one in values}) == 4
    assert [one["place"] for one in values] == [0, 0, 1, 1]


def keys_of(chart: object) -> list[str]:
    if isinstance(chart, dict):
        return [key for name, inside in chart.items() for key in (name, *keys_of(inside))]
    return [key for one in chart for key in keys_of(one)] if isinstance(chart, list) else []


def association() -> Association:
    return Association("a", "b", "correlation_ratio", 0.4, 0.1, 100)
