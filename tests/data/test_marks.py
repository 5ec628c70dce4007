"""Numbers as people write them are read exactly, or asked about; never a thousand times too large or too small."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from mlworkbench.data.inference import study
from mlworkbench.data.marks import Marks
from mlworkbench.data.plan import Plan, convert


def stored(cells: list[str], **said: Any) -> tuple[Plan, list[Any]]:
    column = pa.array(cells, pa.string())
    plan = study("x", column, said=said)
    return plan, convert(column, plan).to_pylist()


@pytest.mark.parametrize(
    ("cells", "numbers", "unit"),
    [
        (["1,5", "-2,25", "3"], [1.5, -2.25, 3.0], ""),
        (["1,53e4", "+1,53e4", "0,25"], [15300.0, 15300.0, 0.25], ""),
        (["1.234,5", "12.345.678,25", "7"], [1234.5, 12345678.25, 7.0], ""),
        (["1,234.5", "12,345,678.25", "7"], [1234.5, 12345678.25, 7.0], ""),
        (["1 234,5", "12\u00a0345\u202f678,25", "7,0"], [1234.5, 12345678.25, 7.0], ""),
        (["1'234.5", "12'345", "7"], [1234.5, 12345.0, 7.0], ""),
        (["$74.69", "-$1,029.81", "$0.5"], [74.69, -1029.81, 0.5], "$"),
        (["12,50 €", "1.000,00 €", "-3,10 €"], [12.5, 1000.0, -3.1], "€"),
        (["12.5 %", "100%", "0 %"], [12.5, 100.0, 0.0], "%"),
        (["EUR 12.5", "EUR 100", "EUR 0.1"], [12.5, 100.0, 0.1], "EUR"),
    ],
)
def test_marks_are_taken_out_exactly(cells: list[str], numbers: list[float], unit: str) -> None:
    plan, got = stored(cells)
    assert (plan.type, got) == ("number", numbers)
    assert plan.marks is not None
    assert plan.marks.unit == unit
    assert not plan.either


@pytest.mark.parametrize("cells", [["1.5", "2.25"], ["1", "2", "3"], ["a", "1,5"], ["1,5", "1.5.2"], ["01,5x", "2,5"]])
def test_plain_numbers_and_words_are_left_alone(cells: list[str]) -> None:
    plan, _ = stored(cells)
    assert plan.marks is None


def test_what_can_be_read_in_two_ways_is_asked_or_settled_by_the_rest_of_the_file() -> None:
    cells = ["1,234", "56,789", "3"]
    plan, got = stored(cells)
    assert (plan.type, plan.either, got) == ("text", "1,234", cells)
    assert stored(cells, hint=",")[1] == [1.234, 56.789, 3.0]
    assert stored(cells, hint=".")[1] == [1234, 56789, 3]
    assert stored(cells, decimal=",")[1] == [1.234, 56.789, 3.0]
    assert stored(cells, thousands=",")[1] == [1234, 56789, 3]


def test_a_point_is_a_thousands_mark_only_where_the_file_writes_decimal_commas() -> None:
    cells = ["1.613", "379", "12.400"]
    assert stored(cells)[1] == [1.613, 379.0, 12.4]
    assert stored(cells, hint=",")[1] == [1613, 379, 12400]
    assert stored(cells, decimal=",")[1] == [1613, 379, 12400]
    assert stored(cells, decimal=",", thousands=" ")[1] == [1.613, 379.0, 12.4]
    assert stored(["1.50", "2.25"], decimal=",")[1] == [1.5, 2.25]  # 1.50 never becomes 150


def test_a_later_file_is_read_with_the_marks_of_the_known_column() -> None:
    column = pa.array(["1,234", "2,345"], pa.string())
    plan = study("x", column, type="number", marks=Marks(",", ""), lenient=True)
    assert convert(column, plan).to_pylist() == [1.234, 2.345]


def test_a_chosen_number_keeps_its_marks_beside_cells_that_are_none() -> None:
    column = pa.array(["$1,200.50", "n.a.", "$3"], pa.string())
    plan = study("x", column, type="number")
    assert convert(column, plan).to_pylist() == [1200.5, None, 3.0]
    assert plan.unreadable == 1
