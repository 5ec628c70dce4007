"""What values are beyond their type is said when all of them are it."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from mlworkbench import Project
from mlworkbench.data import ingest, revise
from mlworkbench.data.inference import study
from mlworkbench.errors import InvalidInput

CASES = {
    "e-mail": ("contact", ["ann@example.org", "bob.b@example.co.uk"]),
    "URL": ("page", ["https://example.org/a?b=c", "http://example.org"]),
    "IP address": ("host", ["192.168.0.1", "10.0.0.255", "2001:db8::1"]),
    "JSON": ("body", ['{"a": 1}', "[1, 2]"]),
    "duration": ("took", ["1:02:03", "12:30", "0:59"]),
    "phone number": ("call", ["+49 30 123456", "+1 (555) 010-9999"]),
    "postcode": ("zip_code", ["01067", "80331"]),
    "latitude": ("lat", ["52.5", "-33.9"]),
    "longitude": ("Longitude", ["13.4", "151.2"]),
    "ordinal": ("size", ["small", "large", "medium"]),
    "money ($)": ("price", ["$1.50", "$2"]),
    "percent": ("share", ["1 %", "2.5 %"]),
    "": ("word", ["ann@example.org", "nobody"]),
}


@pytest.mark.parametrize("meaning", CASES)
def test_a_meaning_is_seen(meaning: str) -> None:
    name, values = CASES[meaning]
    plan = study(name, pa.array(values * 3, pa.string()))
    assert plan.meaning == meaning


def test_a_column_called_latitude_that_holds_other_numbers_is_none() -> None:
    assert study("lat", pa.array(["500", "2"], pa.string())).meaning == ""


def test_a_person_says_what_values_mean_with_their_type_or_without(project: Project, tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("share,note\n" + "".join(f"{n / 10},word {n}\n" for n in range(30)))
    made = ingest(project, source=tmp_path / "t.csv", types={"share": "number:percent", "note": ":ordinal"})
    assert [(one.type, one.meaning, one.overridden) for one in made.columns] == [
        ("number", "percent", True),
        (made.column("note").type, "ordinal", True),
    ]
    again = revise(project, types={"share": ":none"})
    assert [(one.type, one.meaning) for one in again.columns] == [("number", ""), (made.column("note").type, "ordinal")]


@pytest.mark.parametrize("wrong", ["number:price", "money", ":", "words:percent"])
def test_a_meaning_that_is_none_is_refused(project: Project, tmp_path: Path, wrong: str) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n3,4\n")
    with pytest.raises(InvalidInput) as caught:
        ingest(project, source=tmp_path / "t.csv", types={"a": wrong})
    assert caught.value.field == "types"
