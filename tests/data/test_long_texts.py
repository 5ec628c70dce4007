"""Long columns of different words are looked at in pieces, and come out as if all their texts had been held."""

from __future__ import annotations

import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mlworkbench.data import inference, texts
from mlworkbench.data.inference import study
from mlworkbench.data.pieces import Pieces
from mlworkbench.data.texts import text_hashes


@given(st.lists(st.text(max_size=90), max_size=60), st.integers(0, 5))
@settings(deadline=None)
def test_equal_texts_have_equal_hashes_and_others_have_not(cells: list[str], skipped: int) -> None:
    array = pa.array([*cells, *cells[:7]], pa.string())[skipped:]
    assert len(set(text_hashes(array).tolist())) == len(set(array.to_pylist()))


def _codes(size: int, seed: int = 0) -> list[str]:
    drawn = random.Random(seed)
    return [f"K{drawn.randrange(10**7):07d}" for _ in range(size)]


@pytest.mark.parametrize(
    "cells",
    [
        _codes(3000),
        [f"name {number}" for number in range(3000)],
        [f"user{number}@example.org" for number in range(3000)],
        [*_codes(2999), ""],
        [*_codes(2999), "NA"],
        [*_codes(2999), "12"],
        [*_codes(2999), "caf\ufffd"],
        [*[f"user{number}@example.org" for number in range(2999)], "nobody"],
        [f"{1 + number % 28}/{1 + number % 12}/{1700 + number // 12}" for number in range(3000)],
        [f"{number}.{number % 10},5" for number in range(3000)],
        [f"{number:05d}" for number in range(3000)],
    ],
    ids=lambda cells: f"{cells[0]}…{cells[-1]}",
)
def test_pieces_tell_what_the_whole_tells(cells: list[str]) -> None:
    column = pa.chunked_array([cells[:1000], cells[1000:]], pa.string())
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("LONG", 2000), ("_HEAD", 500), ("_PIECE", 300)):
            patch.setattr(texts, name, value)
        in_pieces = study("code", column)
        patch.setattr(inference, "study_texts", lambda *_: None)
        assert in_pieces == study("code", column)


def test_codes_are_looked_at_in_pieces() -> None:
    column = pa.chunked_array([_codes(texts.LONG)], pa.string())
    found = texts.study_texts(Pieces.of(column), lambda part: study("code", part))
    assert found is not None
    assert found.distinct == len(np.unique(np.array(column.to_pylist(), dtype=object)))
