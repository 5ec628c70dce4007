"""Widgets from specs: they start where the spec says and give what the core takes."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from mlworkbench.catalog import Param
from mlworkbench.modeling import InputField
from mlworkbench.ui.forms import MISSING

FIELDS = {
    "whole": InputField("age", "integer", False, 0.0, 80.0, 40.0, 1.0),
    "number": InputField("price", "number", False, 0.5, 9.75, 3.25, 0.01),
    "tiny": InputField("share", "number", False, 0.0, 1e-6, 5e-7, 1e-8),
    "huge": InputField("income", "number", False, 0.0, 1e12, 1e6, 1e10),
    "one value": InputField("same", "number", False, 5.0, 5.0, 5.0, 1.0),
    "never seen": InputField("empty", "number", False, missing_share=1.0),
    "word": InputField("plan", "category", False, median="b", categories=("a", "b")),
    "required word": InputField("plan", "category", True, median="a", categories=("a", "b")),
    "free text": InputField("note", "text", False, median="hello"),
    "day": InputField("since", "datetime", False, "2020-01-01T00:00:00", "2024-12-31T00:00:00", "2022-06-01T00:00:00"),
}


def form(field, switch):  # its source runs alone, without the names of this module
    import streamlit as st

    from mlworkbench.ui.forms import field_input

    st.session_state["value"] = field_input(field, "key", switch=switch)


def run(field: InputField, *, switch: bool = False) -> AppTest:
    app = AppTest.from_function(form, kwargs={"field": field, "switch": switch}).run()
    assert not app.exception
    return app


@pytest.mark.parametrize("name", FIELDS)
def test_a_field_starts_at_its_median(name: str) -> None:
    field = FIELDS[name]
    value = run(field).session_state["value"]
    if field.type == "datetime":
        assert value == "2022-06-01"
    else:
        assert value == field.median


@pytest.mark.parametrize("name", ["whole", "number", "tiny", "huge"])
def test_a_slider_covers_the_training_range(name: str) -> None:
    field = FIELDS[name]
    slider = run(field).slider[0]
    assert (slider.min, slider.max) == (field.low, field.high)
    assert slider.set_value(slider.max).run().session_state["value"] == field.high


@pytest.mark.parametrize("name", ["whole", "day"])
def test_a_number_or_date_is_missing_by_its_checkbox(name: str) -> None:
    app = run(FIELDS[name], switch=True)
    assert app.checkbox[0].check().run().session_state["value"] is None


def test_a_word_is_missing_by_an_entry_unless_it_is_required() -> None:
    app = run(FIELDS["word"])
    assert app.selectbox[0].select(MISSING).run().session_state["value"] is None
    assert MISSING not in run(FIELDS["required word"]).selectbox[0].options


def test_a_hostile_name_is_escaped_in_the_label() -> None:
    app = run(InputField("![x](http://x/y.png)", "integer", False, 0.0, 9.0, 3.0, 1.0))
    assert app.slider[0].label.startswith("\\!\\[x\\]")


def settings(param, value):
    import streamlit as st

    from mlworkbench.ui.forms import param_input

    st.session_state["value"] = param_input(param, value, "key")


@pytest.mark.parametrize(
    ("param", "value"),
    [
        (Param("n", "int", 5, low=1, high=9), 7),
        (Param("n", "int", None), None),
        (Param("x", "float", 0.5, low=0.0, high=1.0), 0.25),
        (Param("b", "bool", False), True),
        (Param("c", "choice", "a", choices=("a", "b")), "b"),
        (Param("t", "text", ""), "word"),
    ],
    ids=lambda one: getattr(one, "kind", ""),
)
def test_a_setting_comes_back_as_it_went_in_and_passes_its_own_check(param: Param, value: object) -> None:
    app = AppTest.from_function(settings, kwargs={"param": param, "value": value}).run()
    assert not app.exception
    assert app.session_state["value"] == value
    assert param.check(app.session_state["value"]) == value
