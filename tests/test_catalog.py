"""Catalogs hold plug-ins by name, and their settings are checked wherever a value came from."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from mlworkbench.catalog import Catalog, Param, check_params
from mlworkbench.errors import Conflict, InvalidInput, NotFound


@dataclass(frozen=True)
class Spec:
    name: str


def test_a_name_that_is_taken_is_refused() -> None:
    catalog: Catalog[Spec] = Catalog("reader")
    catalog.register(Spec("csv"))
    with pytest.raises(Conflict, match="already a reader named 'csv'"):
        catalog.register(Spec("csv"))


def test_an_unknown_name_lists_what_there_is() -> None:
    catalog: Catalog[Spec] = Catalog("reader")
    catalog.register(Spec("csv"))
    catalog.register(Spec("parquet"))
    with pytest.raises(NotFound, match="Available: csv, parquet"):
        catalog.get("xls")
    assert catalog.names() == ("csv", "parquet")
    assert "csv" in catalog
    assert len(catalog) == 2


SETTINGS = (
    Param("folds", "int", 5, low=2, high=50),
    Param("share", "float", 0.2, low=0.0, high=1.0),
    Param("how", "choice", "median", choices=("median", "mean")),
    Param("mark", "bool", False),
)


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ({"folds": 1}, "folds"),
        ({"folds": 2.5}, "folds"),
        ({"folds": "5"}, "folds"),
        ({"folds": True}, "folds"),
        ({"share": float("nan")}, "share"),
        ({"share": float("inf")}, "share"),
        ({"folds": float("inf")}, "folds"),
        ({"how": "mode"}, "how"),
        ({"mark": 1}, "mark"),
        ({"nobody": 1}, "nobody"),
    ],
)
def test_a_setting_of_the_wrong_kind_or_size_is_named(values: dict[str, object], named: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        check_params(SETTINGS, values, "impute")
    assert caught.value.field == named
    assert caught.value.exit_code == 2


def test_settings_not_given_take_their_defaults_and_whole_floats_become_integers() -> None:
    settings = check_params(SETTINGS, {"folds": 10.0}, "impute")
    assert settings == {"folds": 10, "share": 0.2, "how": "median", "mark": False}
    assert isinstance(settings["folds"], int)
