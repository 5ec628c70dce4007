"""Types: inferred with evidence, overridden by choice; what cannot be read is missing and counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlworkbench.data import dates
from mlworkbench.data.inference import study
from mlworkbench.data.plan import Plan, convert
from mlworkbench.errors import InvalidInput


def plan_of(cells: list[Any], name: str = "c", **options: Any) -> Plan:
    return study(name, pa.chunked_array([pa.array(cells)]), **options)


def stored(cells: list[Any], **options: Any) -> list[Any]:
    result: list[Any] = convert(pa.array(cells), plan_of(cells, **options)).to_pylist()
    return result


WORDS = [f"level {number}" for number in range(60)] * 20


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["1", "2", "30", "2"], "integer"),
        (["+1", " 2", "-3", "4"], "integer"),
        (["1.5", "2", "1e3", ".5"], "number"),
        ([1, 2, 3, 3], "integer"),
        ([1.5, 2.0, None], "number"),
        (["0", "1", "1", ""], "binary"),
        ([0, 1, 1, None], "binary"),
        ([True, False, None], "binary"),
        (["yes", "no", "yes"], "binary"),
        (["a", "a", "a"], "constant"),
        (["7", "7"], "constant"),
        (["", None], "constant"),
        (["a", None, "a"], "category"),
        (["red", "green", "blue"] * 3, "category"),
        (WORDS, "category"),
        ([f"a sentence of its own, number {i}" for i in range(30)], "text"),
        ([f"K-{i}" for i in range(30)], "identifier"),
        ([str(i) for i in range(1, 31)], "identifier"),
        ([str(i * i) for i in range(30)], "integer"),
        (["01", "02", "10", "01"] * 3, "category"),
        (["2020-01-31", "2020-02-29"], "datetime"),
        (["2020-01-31", "2020-02-30"], "binary"),
        (["1949-01", "1949-02", "1950-12"], "datetime"),
        (["31/01/2020", "01/02/2020"], "datetime"),
        (["31 Jan 2020", "1 Feb 2020"], "datetime"),
        (["Jan 31, 2020 11:05 PM", "Feb 1, 2020"], "datetime"),
        ([dt.date(2020, 1, 1), None], "datetime"),
        ([dt.datetime(2020, 1, 1, tzinfo=dt.UTC), None], "datetime"),
        (["1.2.3", "1.2.4", "2.0.1"] * 5, "category"),
    ],
)
def test_inference(cells: list[Any], expected: str) -> None:
    plan = plan_of(cells)
    assert plan.type == expected
    assert plan.evidence
    assert not plan.overridden


def test_a_named_key_of_whole_numbers_is_an_identifier_and_a_measure_is_not() -> None:
    cells = [str(number * 37 % 1009 + 5) for number in range(200)]
    assert plan_of(cells, "customer_id").type == "identifier"
    assert plan_of(cells, "customerId").type == "identifier"
    assert plan_of(cells, "width").type == "integer"
    assert plan_of(cells, "humid").type == "integer"


def test_a_few_odd_cells_make_text_and_say_so() -> None:
    plan = plan_of(["1.5", "2", "3.25", "4", "5"] * 20 + [" ", " ", "n.a."])
    assert plan.type == "text"
    assert plan.odd_cells == 3
    assert plan.odd_examples == (" ", "n.a.")
    assert "numbers in 100 of 103 cells" in plan.evidence


def test_a_chosen_number_makes_odd_cells_missing_and_counts_them() -> None:
    cells = ["1.5", "2", " ", "x", "", None, "2"]
    plan = plan_of(cells, type="number")
    assert (plan.unreadable, plan.unreadable_examples, plan.missing, plan.overridden) == (2, (" ", "x"), 4, True)
    assert stored(cells, type="number") == [1.5, 2.0, None, None, None, None, 2.0]


def test_words_for_nothing_are_missing_among_numbers_and_kept_among_words() -> None:
    numbers = plan_of(["1", "NA", "?", "4", "9"])
    assert (numbers.type, numbers.null_cells, numbers.missing) == ("integer", 2, 2)
    words = plan_of(["a", "NA", "a", "b", "NA", "b", "c", "c"])
    assert (words.type, words.missing, words.kept_null_words) == ("category", 0, (("NA", 2),))
    chosen = plan_of(["a", "NA", "a", "b", "-", "b"], null_words=["NA", "-"])
    assert (chosen.type, chosen.missing, chosen.null_cells) == ("binary", 2, 2)
    assert plan_of(["1", "NA", "4"], null_words=[]).type != "integer"


def test_whole_numbers_stay_exact() -> None:
    assert stored(["9007199254740993", "1", "1"]) == ["9007199254740993", "1", "1"]
    big = ["9007199254740993", "-9223372036854775808", "5", "5"]
    assert stored(big) == [int(cell) for cell in big]
    beyond = ["99999999999999999999", "1", "2"]
    assert plan_of(beyond).type == "identifier"
    assert stored(beyond) == beyond
    unsigned = pa.array([2**63, 1, 2], pa.uint64())
    assert convert(unsigned, study("c", unsigned)).to_pylist() == [str(2**63), "1", "2"]


def test_leading_zeros_stay_text_unless_a_number_is_chosen() -> None:
    cells = ["00202", "00043", "00280", "00202"] * 3
    assert stored(cells) == cells
    assert "leading zeros (00202)" in plan_of(cells).evidence
    assert stored(cells, type="integer")[:3] == [202, 43, 280]


def test_rounding_is_counted() -> None:
    plan = plan_of(["82544000000000707.52", "1.5", "0.1234567890123456"])
    assert (plan.type, plan.rounded) == ("number", 1)


@pytest.mark.parametrize(
    ("cells", "month_first", "ambiguous"),
    [
        (["13/02/2020", "01/03/2020"], False, False),
        (["02/13/2020", "03/01/2020"], True, False),
        (["02/03/2020", "03/01/2020"], False, True),
    ],
)
def test_day_and_month_are_told_apart_or_the_doubt_is_kept(
    cells: list[str], month_first: bool, ambiguous: bool
) -> None:
    plan = plan_of(cells)
    assert plan.date is not None
    assert plan.date.ambiguous is ambiguous
    expected = [dt.datetime.strptime(cell, "%m/%d/%Y" if month_first else "%d/%m/%Y") for cell in cells]
    assert stored(cells) == expected
    if ambiguous:
        assert stored(cells, day_first=False) == [dt.datetime.strptime(cell, "%m/%d/%Y") for cell in cells]


def test_dates_beyond_the_reach_of_nanoseconds_zones_and_fractions() -> None:
    cells = ["1066-10-14", "9999-12-31T23:59:59.123456", "2020-01-01 10:00:00+02:00", "2020-01-01T08:00Z"]
    assert stored(cells) == [
        dt.datetime(1066, 10, 14),
        dt.datetime(9999, 12, 31, 23, 59, 59, 123456),
        dt.datetime(2020, 1, 1, 8),
        dt.datetime(2020, 1, 1, 8),
    ]


@given(st.lists(st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)), min_size=1, max_size=20))
def test_any_written_time_comes_back(times: list[dt.datetime]) -> None:
    assert stored([time.isoformat(sep=" ", timespec="microseconds") for time in times], type="datetime") == times


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=20))
def test_any_written_number_comes_back_to_the_bit(numbers: list[float]) -> None:
    back = stored([repr(number) for number in numbers], type="number")
    assert np.array(back).tobytes() == np.array(numbers).tobytes()


@given(st.lists(st.one_of(st.none(), st.text(max_size=12)), min_size=1, max_size=30))
def test_every_cell_is_kept_or_counted_as_missing(cells: list[str | None]) -> None:
    plan = study("c", pa.array(cells, pa.string()))
    back = convert(pa.array(cells, pa.string()), plan)
    assert len(back) == len(cells)
    assert back.null_count == plan.missing
    assert plan.missing == sum(cell is None or cell == "" for cell in cells) + plan.null_cells + plan.unreadable


def test_infinity_is_no_number_to_learn_from() -> None:
    cells = [1.5, float("inf"), float("nan"), 2.0]
    plan = plan_of(cells)
    assert (plan.type, plan.missing, plan.unreadable) == ("number", 2, 1)
    assert stored(cells) == [1.5, None, None, 2.0]


@pytest.mark.parametrize("kind", ["number", "integer", "datetime"])
def test_a_type_that_no_cell_can_have_is_refused(kind: str) -> None:
    with pytest.raises(InvalidInput, match=f"cannot be {kind}") as caught:
        plan_of(["a", "b", "c"], type=kind)
    assert caught.value.field == "types"


def test_unknown_types_and_too_many_values_are_refused() -> None:
    with pytest.raises(InvalidInput, match=r"not a type\. The types are: identifier, binary"):
        plan_of(["1"], type="float")
    with pytest.raises(InvalidInput, match="3 different values and binary allows 2"):
        plan_of(["a", "b", "c"], type="binary")


@pytest.mark.parametrize(
    "array",
    [
        pa.array(["a", "b", "a"]).dictionary_encode(),
        pa.array(["a", "b"], pa.large_string()),
        pa.array([b"ab", b"\xff"]),
        pa.array([[1, 2], [3]]),
        pa.array([{"x": 1}, None]),
        pa.array([dt.timedelta(1), None]),
        pa.array([dt.time(1, 2), None]),
        pa.array([1, 2, 3], pa.uint8()),
        pa.array([1.5, None], pa.float32()),
        pa.array([None, None]),
        pa.array([dt.date(2020, 1, 1)]).cast(pa.date64()),
    ],
    ids=lambda array: str(array.type),
)
def test_no_arrow_type_breaks_it(array: pa.Array) -> None:
    plan = study("c", array)
    assert len(convert(array, plan)) == len(array)


def test_float32_means_the_number_that_it_shows() -> None:
    assert convert(
        pa.array([29.85], pa.float32()), study("c", pa.array([29.85, 1.5, 3.5], pa.float32()))
    ).to_pylist() == [29.85]


def test_a_number_beyond_every_double_is_a_word_among_numbers() -> None:
    plan = plan_of(["1.5", "2.5", "3.5", "4.5", "1e400"])
    assert (plan.type, plan.odd_cells, plan.odd_examples) == ("text", 1, ("1e400",))
    plan = plan_of(["1.5", "1e400"], type="number")
    assert (plan.missing, plan.unreadable, plan.unreadable_examples) == (1, 1, ("1e400",))


_MOMENT = st.datetimes(dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31)).map(lambda one: one.replace(microsecond=0))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    cells=st.lists(_MOMENT.map(str), min_size=1, max_size=5)
    | st.lists(_MOMENT.map(lambda one: str(one.date())), min_size=1, max_size=5)
    | st.lists(st.from_regex(r"\A[012]\d{3}-[01]\d-[0-3]\d([ T][012]\d:[0-6]\d:[0-6]\d)?\Z"), min_size=1, max_size=3)
    | st.lists(st.text("0123456789-: TZ+", min_size=10, max_size=10), min_size=1, max_size=2)
)
def test_plain_times_are_what_the_pattern_reads(cells: list[str]) -> None:
    texts = pa.array(cells, pa.string())
    reading = dates.DateReading(dates.PLAIN, True, False)
    quick = dates.plain_times(texts)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(dates, "plain_times", lambda values: None)
        slow = dates.parse(texts, reading)
        assert quick is None or quick.equals(slow)
        assert quick is None or dates.detect(texts) == reading
