"""The known faults of the real tables are named, each by its code."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mlworkbench.data import ingest
from mlworkbench.quality import check_quality
from tests.quality.test_checks import found

if TYPE_CHECKING:
    from mlworkbench import Project

FAULTS: dict[str, tuple[str | int | None, dict[str, tuple[str, ...]]]] = {
    "telco_customer_churn.csv": ("Churn", {"numbers_as_text": ("TotalCharges",), "identifier_like": ("customerID",)}),
    "titanic_train.csv": (
        "Survived",
        {
            "identifier_like": ("PassengerId",),
            "high_cardinality": ("Name", "Ticket", "Cabin"),
            "mixed_types": ("Ticket",),
            "pii": ("Name",),
        },
    ),
    "pima_indians_diabetes_noheader.csv": (-1, {"disguised_missing": tuple(f"column_{n}" for n in range(2, 7))}),
    "blood_transfusion.csv": (
        "Class",
        {"collinear": ("V2", "V3"), "duplicate_rows": (), "conflicting_labels": ("Class",)},
    ),
    "california_housing.csv": ("median_house_value", {"capped": ("median_house_value",)}),
    "boston_housing_noheader.csv": (-1, {"capped": ("column_14",)}),
    "mammography.csv.gz": ("class", {"class_imbalance": ("class",), "duplicate_rows": ()}),
    "paysim_sample_10k.csv": ("isFraud", {"class_imbalance": ("isFraud",)}),
    "oil_spill_noheader.csv": (-1, {"class_imbalance": ("column_50",), "constant": ("column_23",)}),
    "arrhythmia_wide.csv": ("class", {"constant": ("chDI_SPwave", "chAVL_SPwave")}),
    "electricity_elec2.csv.gz": ("class", {"non_stationary": ("vicprice", "transfer")}),
    "bike_sharing_hour_semicolon.csv": (
        "cnt",
        {
            "leaking_sum": ("casual", "registered", "cnt"),
            "leakage": ("registered",),
            "identifier_like": ("instant",),
            "monotone": ("dteday",),
            "non_stationary": ("yr",),
        },
    ),
    "nyc_taxis.csv": ("total", {"leaking_sum": ("total", "fare", "tip", "tolls")}),
    "cmc.csv": ("Contraceptive_method_used", {"duplicate_rows": ()}),
    "insurance_charges.csv": ("charges", {"duplicate_rows": ()}),
    "sms_spam_collection.tsv": (0, {"duplicate_rows": (), "pii": ("column_2",)}),
    "airline_passengers.csv": ("Passengers", {"monotone": ("Month",)}),
}
COUNTS = {
    ("telco_customer_churn.csv", "numbers_as_text"): 7032,
    ("blood_transfusion.csv", "duplicate_rows"): 215,
    ("mammography.csv.gz", "duplicate_rows"): 3334,
    ("arrhythmia_wide.csv", "constant"): 17,
    ("cmc.csv", "duplicate_rows"): 48,
    ("insurance_charges.csv", "duplicate_rows"): 1,
    ("sms_spam_collection.tsv", "duplicate_rows"): 403,
}
READ = {  # what reading names and no check of the cells repeats
    "credit_approval.csv": {"leading_zeros": "A14", "missing": "A1"},
    "horse_colic_noheader.csv": {"null_words": "column_4", "missing": "column_4"},
}


@pytest.mark.parametrize("name", FAULTS)
def test_known_faults_are_named(shared_data: Path, project: Project, name: str) -> None:
    target, faults = FAULTS[name]
    if isinstance(target, int):
        target = ingest(project, source=shared_data / "data" / name).names[target]
    table = ingest(project, source=shared_data / "data" / name, target=target)
    seen = found(project, table, *faults)
    for code, columns in faults.items():
        named = {column for one in seen if one.code == code for column in one.columns}
        assert set(columns) <= named, (code, columns, named)
        assert [one for one in seen if one.code == code], code
        if (name, code) in COUNTS:
            assert max(one.count for one in seen if one.code == code) == COUNTS[name, code]


@pytest.mark.parametrize("name", READ)
def test_what_reading_knows_is_in_the_report(shared_data: Path, project: Project, name: str) -> None:
    ingest(project, source=shared_data / "data" / name)
    report = check_quality(project)
    for code, column in READ[name].items():
        assert [one for one in report.findings if one.code == code and column in one.columns], code
    if name.startswith("horse"):
        assert next(one.message for one in report.findings if one.code == "null_words").count("'?'") == 1


def test_wine_has_no_fault_but_that_its_rows_are_sorted(shared_data: Path, project: Project) -> None:
    table = ingest(project, source=shared_data / "data" / "wine_noheader.csv", target="column_14")
    assert {one.code for one in check_quality(project, dataset=table.id).findings} == {"no_header", "non_stationary"}
