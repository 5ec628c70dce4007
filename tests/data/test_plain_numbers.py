"""Columns of plain numbers are typed without looking at their different texts, and come out as if they had been."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlworkbench.data import inference
from mlworkbench.data.distinct import Distinct, Waiting
from mlworkbench.data.inference import study
from mlworkbench.data.keys import value_keys
from mlworkbench.data.numeric import plain_numbers
from mlworkbench.data.pieces import Pieces, different
from mlworkbench.data.plan import convert, told

_WHOLE = st.integers(-(2**64), 2**64).map(str) | st.integers(-50, 50).map(str)
_DECIMAL = (
    st.floats(allow_nan=False, allow_infinity=False, width=32).map(repr)
    | st.decimals(-999, 999, places=2).map(str)
    | st.floats(-1e9, 1e9).map(repr)
    | st.decimals(-1, 1, places=19).map(str)
)
_ODD = st.sampled_from(["007", "+5", " 5", "1e5", "-0", "-0.0", "0x1F", "NaN", "?", "1,5", ".5", "5.", "inf", "1" * 30])
_NAMES = st.sampled_from(["x", "id", "customerId", "zip", "latitude", "lon"])


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    name=_NAMES,
    cells=st.lists(_WHOLE | st.just(""), min_size=1, max_size=40)
    | st.lists(_DECIMAL | st.just(""), min_size=1, max_size=40)
    | st.lists(_DECIMAL | _WHOLE | _ODD, min_size=1, max_size=12)
    | st.integers(0, 30).map(lambda size: [str(number) for number in range(size + 1)]),
)
def test_the_short_way_finds_what_the_long_way_finds(name: str, cells: list[str]) -> None:
    column = pa.chunked_array([pa.array(cells[: len(cells) // 2], pa.string()), cells[len(cells) // 2 :]], pa.string())
    short = study(name, column)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference, "study_numbers", lambda *_: None)
        long = study(name, column)
    assert replace(short, plain=False) == long
    assert convert(column, short).equals(convert(column, long))
    assert np.array_equal(value_keys(told(column, short)), value_keys(column))


def test_codes_and_what_a_double_would_cut_are_left_to_the_long_way() -> None:
    for cells in (["007", "1.5"], ["1", "+2"], ["0.12345678901234567890"], ["1.5", " 2.5"], ["1e999"], ["", ""]):
        found = plain_numbers(Pieces.of(pa.array(cells)))
        assert found is None or not len(found), cells


def test_large_whole_numbers_among_decimals_keep_keys_of_their_own() -> None:
    column = pa.array(["9007199254740993", "9007199254740992", "0.5"])
    plan = study("x", column)
    assert not plan.plain
    assert len(set(value_keys(told(column, plan)).tolist())) == 3


@settings(max_examples=100, deadline=None, derandomize=True)
@given(
    pieces=st.lists(st.lists(st.integers(-9, 9) | st.integers(-(2**63), 2**63 - 1)), max_size=6)
    | st.lists(st.lists(st.integers(-999, 999)), max_size=6)
    | st.lists(st.lists(st.floats(allow_nan=False))),
    few=st.booleans(),
)
def test_different_numbers_are_counted_as_they_come(
    pieces: list[list[float]], few: bool, tmp_path_factory: Any
) -> None:
    arrays = [np.array(piece, dtype=None if piece else float) for piece in pieces]
    arrays = [array for array in arrays if len(array)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("mlworkbench.data.distinct._SOME", 4)
        patch.setattr("mlworkbench.data.distinct._FEW", 6)
        distinct = Distinct(Waiting(tmp_path_factory.getbasetemp()), few=few)
        for array in arrays:
            distinct.add(np.unique(array) if few else array)
    assert distinct.count() == (len(np.unique(np.concatenate(arrays))) if arrays else 0)


def test_many_values_are_counted_part_by_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mlworkbench.data.pieces._MANY", 20_000)
    random = np.random.default_rng(0)
    for values in (
        random.integers(0, 2**63, 30_000, dtype=np.uint64),
        random.integers(0, 900, 30_000),
        random.normal(size=30_000).round(2),
        np.zeros(30_000),
        np.repeat([1, 2**62], 15_000),
    ):
        assert different(values) == len(np.unique(values))
