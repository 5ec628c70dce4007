"""The language of rules: what it means, what it refuses and where, and that nothing typed into it can do harm."""

from __future__ import annotations

import contextlib
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mlworkbench.errors import InvalidInput
from mlworkbench.expressions import LONGEST, parse

FRAME = pd.DataFrame(
    {
        "tenure": [1.0, 20.0, np.nan, 12.0],
        "Contract type": ["Month-to-month", None, "Two year", "One year"],
        "x": ["a", "b", None, "B"],
        "day": pd.to_datetime(["2024-01-01", "2024-06-01", None, "2025-01-01"]),
        "flag": [True, False, True, False],
        "odd `name`": [1.0, 2.0, 3.0, 4.0],
    },
    index=[7, 3, 9, 1],
)
MISSING = "missing"


def said(rule: str) -> list[object]:
    found = parse(rule, FRAME.columns).evaluate(FRAME)
    assert found.index.equals(FRAME.index)
    return [MISSING if pd.isna(one) else one for one in found]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('tenure < 12 and `Contract type` == "Month-to-month"', [True, False, False, False]),
        ("0.3 * tenure + 2", [2.3, 8.0, MISSING, 5.6]),
        ('"A" if tenure > 3 else "B"', ["B", "A", "B", "A"]),
        ('x in ("a", "b")', [True, True, False, False]),
        ('x not in ["a"]', [False, True, False, True]),
        ("tenure in (1, -2)", [True, False, False, False]),
        ("missing(x) or missing(tenure)", [False, False, True, False]),
        ("1 < tenure <= 12", [False, False, False, True]),
        ('contains(lower(`Contract type`), "month")', [True, False, False, False]),
        ("min(tenure, 3, flag)", [1.0, 0.0, MISSING, 0.0]),
        ("max(abs(-tenure), 15)", [15.0, 20.0, MISSING, 15.0]),
        ("round(tenure / 3, 1)", [0.3, 6.7, MISSING, 4.0]),
        ("round(sqrt(tenure) ** 2 // 1 % 7)", [1.0, 6.0, MISSING, 4.0]),
        ('day >= "2024-06-01"', [False, True, False, True]),
        ('"2024-01-01" == day', [True, False, False, False]),
        ("flag", [True, False, True, False]),
        ("flag + (tenure > 5)", [1.0, 1.0, 1.0, 1.0]),
        ('x if tenure < 3 else "none"', ["a", "none", "none", "none"]),
        ("`odd ``name``` > 2", [False, False, True, True]),
        ("x == 'a' \n or\ttenure == 20", [True, True, False, False]),
        (r"x == 'it\'s' or x == 'a'", [True, False, False, False]),
        ("exp(log(tenure))", [pytest.approx(1), pytest.approx(20), MISSING, pytest.approx(12)]),
        ("True", [True] * 4),
        ("1e-1", [0.1] * 4),
    ],
)
def test_a_rule_says_of_each_row(rule: str, expected: list[object]) -> None:
    assert said(rule) == expected


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_a_missing_value_compares_false_with_everything(sign: str) -> None:
    assert not said(f"tenure {sign} 3")[2]
    assert not said(f'x {sign} "a"')[2]
    assert not said(f"tenure {sign} tenure")[2]
    assert not said(f'day {sign} "2024-01-01"')[2]


def test_the_columns_it_reads_are_known_in_order_and_text_is_none_of_them() -> None:
    assert parse('`Contract type` == "x" and tenure < 3 and contains(x, "day") and tenure > 1').columns == (
        "Contract type",
        "tenure",
        "x",
    )


@pytest.mark.parametrize(
    ("rule", "place", "words"),
    [
        ("x.y", 1, "a dot"),
        ("tenure + x[0]", 10, "square brackets"),
        ("lambda: 1", 1, "lambda"),
        ("(x := 3)", 2, "':='"),
        ('f"{x}"', 2, "not understood"),
        ('1 + __import__("os").system("id")', 5, "no such function"),
        ("__import__(x)", 1, "no such function"),
        ("eval(x)", 1, "no such function"),
        ("`min`(1, 2)", 1, "no such function"),
        ("x = 3", 3, "=="),
        ("flag & flag", 1, "'and'"),
        ("2 ** tenure", 6, "exponent"),
        ("9 ** 9 ** 9", 6, "exponent"),
        ("x in x", 6, "a list"),
        ("x in ()", 6, "a list"),
        ('x in ("a", tenure)', 12, "texts and numbers"),
        ("x is None", 1, "'is'"),
        ("x == None", 6, "missing(x)"),
        ('größe == "ä" and "ü" + y.z', 24, "a dot"),
        ("[1, 2]", 1, "a list"),
        ("{1: 2}", 1, "curly"),
        ("[y for y in x]", 1, "'for'"),
        ('tenure < 1 and "abc', 16, "never closed"),
        ("`tenure", 1, "never closed"),
        ("``", 1, "empty name"),
        ("1 # comment", 3, "means nothing"),
        ("1 \\\n + 2", 3, "means nothing"),
        ("tenure\x00", 7, "means nothing"),
        ("99999999999999999999", 1, "too large"),
        ("1e999", 1, "too large"),
        ("3j", 1, "only numbers"),
        ("...", 1, "only numbers"),
        ('b"a"', 2, "not understood"),
        ("min(1)", 1, "2 or more values"),
        ("round(tenure, 99)", 15, "digits"),
        ("round(number=tenure)", 1, "plain values"),
        ("contains(x, x)", 13, "in quotes"),
        ("a b", 3, "not understood"),
        ("not", 1, "not understood"),
    ],
)
def test_what_is_not_of_the_language_is_refused_with_its_place(rule: str, place: int, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(rule)
    assert refused.value.field == "expression"
    assert refused.value.message.startswith(f"At character {place}:"), refused.value.message
    assert words in refused.value.message


@pytest.mark.parametrize(
    "rule",
    ["", "  \n", "(" * 250 + "1" + ")" * 250, "-" * 1900 + "1", "1" + "+1" * 150, "not " * 400 + "flag",
     "x in (" + "-" * 500 + "1,)", "1" * (LONGEST + 1), "\ud800", "\u202etenure"],
)  # fmt: skip
def test_empty_too_long_and_too_deep_rules_are_refused_in_words(rule: str) -> None:
    with pytest.raises(InvalidInput):
        parse(rule, FRAME.columns)


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ('tenure < "a"', "'tenure' is a number"),
        ("x < 3", "'x' is text"),
        ("x in (1, 2)", "'x' is text"),
        ("x + 1", "'x' is text"),
        ("tenure and flag", "'tenure' is a number"),
        ("not x", "'x' is text"),
        ("lower(tenure)", "'tenure' is a number"),
        ("day < 3", "'day' is a date"),
        ('day < "now"', "no date"),
        ('day < "2024-13-45"', "no date"),
        ("day", "'day' is a date"),
        ("x if tenure else x", "'tenure' is a number"),
        ('1 if flag else "a"', "of one kind"),
    ],
)
def test_kinds_that_do_not_go_together_are_named_by_column(rule: str, words: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse(rule).evaluate(FRAME)
    assert words in refused.value.message


def test_unknown_columns_are_listed_when_parsed_and_when_evaluated() -> None:
    with pytest.raises(InvalidInput, match=r"no columns 'tenur', 'plan'.*Columns: tenure"):
        parse("tenur < 3 and plan == 'x'", FRAME.columns)
    with pytest.raises(InvalidInput, match="lacks 'plan'"):
        parse("plan == 'x'").evaluate(FRAME)


def test_names_that_look_alike_are_not_joined() -> None:
    frame = pd.DataFrame({"ﬁ": [1.0], "fi": [2.0]})  # Python reads both as "fi"
    assert parse("ﬁ", frame.columns).evaluate(frame).tolist() == [1.0]
    assert parse("fi", frame.columns).evaluate(frame).tolist() == [2.0]


@pytest.mark.parametrize(
    ("cells", "rule", "expected"),
    [
        (pd.Series([1, None], dtype="Int64"), "c < 2", [True, False]),
        (pd.Series(["a", None], dtype="string"), 'c == "a"', [True, False]),
        (pd.Series(["a", None], dtype="category"), 'c == "a"', [True, False]),
        (pd.Series([True, None], dtype="boolean"), "c", [True, False]),
        (pd.Series([True, None], dtype=object), "not c", [False, True]),
        (pd.Series([1, None], dtype=object), "missing(c)", [False, True]),
        (pd.to_datetime(pd.Series(["2024-01-01T23:30-02:00", None])), 'c > "2024-01-02"', [True, False]),
    ],
    ids=["Int64", "string", "category", "boolean", "bools", "numbers", "zoned"],
)
def test_every_way_pandas_stores_a_column(cells: pd.Series, rule: str, expected: list[bool]) -> None:
    assert parse(rule).evaluate(pd.DataFrame({"c": cells})).tolist() == expected


def test_mixed_and_repeated_columns_are_refused() -> None:
    with pytest.raises(InvalidInput, match="'c' holds int, str"):
        parse("c == 1").evaluate(pd.DataFrame({"c": [1, "a"]}))
    with pytest.raises(InvalidInput, match="2 columns named 'c'"):
        parse("c == 1").evaluate(pd.DataFrame([[1, 2]], columns=["c", "c"]))


def test_no_rows_give_no_answers_of_the_right_kind() -> None:
    none = FRAME.iloc[:0]
    assert parse("tenure < 3").evaluate(none).dtype == bool
    assert parse("tenure + 3").evaluate(none).dtype == float
    assert parse("lower(x)").evaluate(none).dtype == object


@given(st.text(max_size=60))
@example("__import__('os').system('id')")
@example("().__class__.__mro__[1].__subclasses__()")
@example("x" * 200)
@settings(max_examples=300, deadline=None)
def test_any_text_is_understood_or_refused_in_words(text: str) -> None:
    with contextlib.suppress(InvalidInput):
        parse(text).evaluate(FRAME)


_SIGNS = ["+", "-", "*", "/", "//", "%", "<", "<=", "==", "!=", ">", "and", "or", "in", "is", "&", "**"]
_ATOMS = st.sampled_from(["tenure", "x", "flag", "day", "`Contract type`", "3", "-2.5", '"a"', "True", "nope"])
_RULES = st.recursive(
    _ATOMS,
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(_SIGNS), inner).map(lambda parts: f"({' '.join(parts)})"),
        inner.map(lambda one: f"not {one}"),
        inner.map(lambda one: f"missing({one})"),
        inner.map(lambda one: f"({one}).real"),
        st.tuples(inner, inner).map(lambda two: f"max({two[0]}, {two[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
    ),
    max_leaves=8,
)


@given(_RULES)
@settings(max_examples=300, deadline=None)
def test_any_combination_gives_one_plain_value_per_row_or_a_sentence(rule: str) -> None:
    try:
        found = parse(rule).evaluate(FRAME)
    except InvalidInput:
        return
    assert len(found) == len(FRAME)
    assert found.dtype.kind in "bfO"
    if found.dtype.kind == "O":
        assert all(one is None or isinstance(one, str) for one in found)


_NUMBERS = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=5)


@given(_NUMBERS, st.floats(-100, 100))
@settings(max_examples=60, deadline=None)
def test_arithmetic_is_that_of_numpy(values: list[float], other: float) -> None:
    frame = pd.DataFrame({"a": values})
    array = np.asarray(values)
    rule = f"(a + {other!r}) * 2 - a / 7 if a >= {other!r} else min(a, {other!r})"
    expected = np.where(array >= other, (array + other) * 2 - array / 7, np.minimum(array, other))
    np.testing.assert_array_equal(parse(rule).evaluate(frame).to_numpy(), expected)


def test_parsing_needs_no_pandas() -> None:
    script = "import sys; from mlworkbench.expressions import parse; parse('a < 1'); assert 'pandas' not in sys.modules"
    subprocess.run([sys.executable, "-c", script], check=True)
