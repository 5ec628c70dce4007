"""Real tables: rows, columns, types and findings as their documentation has them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from mlworkbench import Project
from mlworkbench.data import Dataset, ingest, load_holdout, load_table, load_training, revise, row_keys
from mlworkbench.jobs import get_job, run_to_end

pytestmark = pytest.mark.realdata

SHAPES = {
    "abalone.csv": (4177, 9),
    "airline_passengers.csv": (144, 2),
    "arrhythmia_wide.csv": (452, 280),
    "bike_sharing_hour_semicolon.csv": (17379, 17),
    "blood_transfusion.csv": (748, 5),
    "boston_housing_noheader.csv": (506, 14),
    "california_housing.csv": (20640, 10),
    "cmc.csv": (1473, 10),
    "credit_approval.csv": (690, 16),
    "daily_min_temperatures.csv": (3650, 2),
    "dhfr_wide.csv": (325, 229),
    "electricity_elec2.csv.gz": (45312, 9),
    "horse_colic_noheader.csv": (300, 28),
    "insurance_charges.csv": (1338, 7),
    "mammography.csv.gz": (11183, 7),
    "mpg.csv": (398, 9),
    "nannyml_california_analysis.csv": (8232, 12),
    "nannyml_california_analysis_gt.csv": (8232, 2),
    "nannyml_california_reference.csv": (5832, 13),
    "nannyml_titanic_analysis.csv": (418, 14),
    "nannyml_titanic_reference.csv": (891, 15),
    "nannyml_titanic_target.csv": (418, 2),
    "nyc_taxis.csv": (6433, 14),
    "oil_spill_noheader.csv": (937, 50),
    "paysim_sample_10k.csv": (10000, 8),
    "penguins.csv": (344, 7),
    "penguins_cleaned.xlsx": (333, 7),
    "pima_indians_diabetes_noheader.csv": (768, 9),
    "sms_spam_collection.tsv": (5574, 2),
    "telco_customer_churn.csv": (7043, 21),
    "titanic_train.csv": (891, 12),
    "wine_noheader.csv": (178, 14),
}


def findings(dataset: Dataset) -> dict[str, int]:
    return {finding.code: finding.count for finding in dataset.findings}


@pytest.mark.parametrize("name", SHAPES)
def test_every_table_is_read_whole_with_what_is_detected(shared_data: Path, project: Project, name: str) -> None:
    dataset = ingest(project, source=shared_data / "data" / name)
    assert (dataset.rows, len(dataset.columns)) == SHAPES[name]
    assert dataset.rejected_rows == 0
    headless = "noheader" in name or name.startswith("sms")
    assert ("no_header" in findings(dataset)) == headless
    assert not any(column.type == "constant" and column.distinct > 1 for column in dataset.columns)


def test_telco_is_read_repaired_and_divided(shared_data: Path, project: Project) -> None:
    first = ingest(project, source=shared_data / "data" / "telco_customer_churn.csv", target="Churn")
    assert first.schema["customerID"] == "identifier"
    assert first.schema["SeniorCitizen"] == "binary"
    assert first.schema["MonthlyCharges"] == "number"
    assert first.schema["TotalCharges"] == "text"
    assert findings(first)["numbers_as_text"] == 11
    assert first.classes == ("No", "Yes")
    second = revise(project, types={"TotalCharges": "number"})
    total = second.column("TotalCharges")
    assert (total.type, total.missing, total.overridden) == ("number", 11, True)
    finding = next(finding for finding in second.findings if finding.code == "unreadable_as_type")
    assert (finding.count, finding.columns, finding.examples) == (11, ("TotalCharges",), (" ",))
    assert "numbers_as_text" not in findings(second)
    assert second.holdout == first.holdout
    training, held = load_training(project, second), load_holdout(project, second, why="test")
    assert (len(training), len(held)) == (5634, 1409)
    assert (held["Churn"] == "Yes").mean() == pytest.approx((training["Churn"] == "Yes").mean(), abs=1e-3)


def test_telco_as_a_job(shared_data: Path, project: Project) -> None:
    job = ingest.submit(project, source=str(shared_data / "data" / "telco_customer_churn.csv"), target="Churn")
    run_to_end(project.workspace, job)
    done = get_job(project.workspace, job)
    assert done.status == "done"
    assert done.result is not None
    assert (
        done.result["artifact"]
        == ingest(project, source=shared_data / "data" / "telco_customer_churn.csv", target="Churn").id
    )


def test_penguins_as_csv_and_as_workbook_share_their_rows(shared_data: Path, project: Project) -> None:
    csv = ingest(project, source=shared_data / "data" / "penguins.csv", target="species")
    assert (csv.task, csv.classes) == ("multiclass", ("Adelie", "Chinstrap", "Gentoo"))
    assert findings(csv)["missing"] == 19
    book = ingest(project, source=shared_data / "data" / "penguins_cleaned.xlsx", target="species")
    assert book.schema == csv.schema
    assert "missing" not in findings(book)


def test_california_is_a_regression_with_its_holes(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "california_housing.csv", target="median_house_value")
    assert dataset.task == "regression"
    assert dataset.column("total_bedrooms").missing == 207
    assert dataset.column("ocean_proximity").type == "category"
    expected = pd.read_csv(shared_data / "data" / "california_housing.csv")
    pd.testing.assert_frame_equal(
        load_table(project, dataset), expected, check_exact=True, check_index_type=False, check_column_type=False
    )


def test_credit_approval_keeps_its_leading_zeros(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "credit_approval.csv", target="class")
    frame = load_table(project, dataset)
    assert {"00202", "00043"} <= set(frame["A14"])
    assert "01" in set(frame["A11"])
    assert findings(dataset)["missing"] == 67
    assert dataset.classes == ("+", "-")


def test_bike_sharing_has_semicolons_and_days_before_months(shared_data: Path, project: Project) -> None:
    policy = {"method": "time", "column": "dteday", "gap": 7}
    source = shared_data / "data" / "bike_sharing_hour_semicolon.csv"
    dataset = ingest(project, source=source, target="cnt", holdout=policy)
    assert dataset.schema["dteday"] == "datetime"
    assert dataset.schema["instant"] == "identifier"
    days = load_table(project, dataset, ["dteday"])["dteday"]
    assert (days.min(), days.max()) == (pd.Timestamp("2011-01-01"), pd.Timestamp("2012-12-31"))
    training, held = load_training(project, dataset), load_holdout(project, dataset, why="test")
    assert held["dteday"].min() - training["dteday"].max() == pd.Timedelta(days=8)
    assert dataset.gap_rows == 7 * 24
    assert len(training) + len(held) + dataset.gap_rows == 17379


def test_mammography_has_its_repeats_on_one_side(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "mammography.csv.gz", target="class")
    assert findings(dataset)["duplicate_rows"] == 3334
    assert findings(dataset)["class_imbalance"] == 260
    assert dataset.classes == ("'-1'", "'1'")
    training, held = load_training(project, dataset), load_holdout(project, dataset, why="test")
    assert len(held) == pytest.approx(0.2 * 11183, abs=40)
    assert not set(row_keys(training)) & set(row_keys(held))


def test_sms_has_unpaired_quotes_and_loses_no_row(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "sms_spam_collection.tsv", target="column_1")
    assert dataset.classes == ("ham", "spam")
    assert findings(dataset)["duplicate_rows"] == 403
    expected = pd.read_csv(
        shared_data / "data" / "sms_spam_collection.tsv", sep="\t", header=None, quoting=3, keep_default_na=False
    )
    assert load_table(project, dataset)["column_2"].tolist() == expected[1].tolist()


def test_horse_colic_says_what_its_question_marks_became(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "horse_colic_noheader.csv")
    expected = pd.read_csv(shared_data / "data" / "horse_colic_noheader.csv", header=None, na_values="?")
    assert findings(dataset)["null_words"] == int(expected.isna().sum().sum()) == 1605
    assert "02208" in set(load_table(project, dataset)["column_25"])


def test_rare_classes_of_a_wide_table_are_named(shared_data: Path, project: Project) -> None:
    dataset = ingest(project, source=shared_data / "data" / "arrhythmia_wide.csv", target="class", task="multiclass")
    assert len(dataset.classes) == 13
    expected = pd.read_csv(shared_data / "data" / "arrhythmia_wide.csv")["class"].value_counts()
    assert findings(dataset)["rare_class"] == (expected < 10).sum()
    assert set(load_training(project, dataset)["class"]) == set(dataset.classes)


@pytest.mark.parametrize("name", ["abalone.csv", "dhfr_wide.csv", "electricity_elec2.csv.gz", "insurance_charges.csv"])
def test_numbers_are_what_pandas_reads(shared_data: Path, project: Project, name: str) -> None:
    expected = pd.read_csv(shared_data / "data" / name, float_precision="round_trip")
    frame = load_table(project, ingest(project, source=shared_data / "data" / name))
    for column in expected.select_dtypes("number"):
        assert np.array_equal(frame[column].astype(float), expected[column].astype(float)), column
