"""The service answers as the library does, logs what it answered, refuses in words, and follows promotions."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from mlworkbench import Workspace, artifacts
from mlworkbench.governance import error_log
from mlworkbench.modeling import get_model_version, promote
from mlworkbench.monitoring import add_labels, get_labels
from mlworkbench.serving import predict_file, predict_one, prediction_log, starting_row
from tests.features.tables import mixed
from tests.rest.conftest import Service, start

SCHEMAS = Path(__file__).parents[1] / "cli" / "schemas"
COLUMNS = ("size", "count", "colour", "member", "town", "since")


def some(rows: int, task: str = "binary") -> list[dict[str, Any]]:
    """Rows of another draw, as JSON has them."""
    frame = mixed(200, seed=5, task=task).drop(columns=["answer", "code", "always"]).head(rows)
    return json.loads(frame.to_json(orient="records"))


def valid(service: Service, name: str, document: Any) -> Any:
    """The document, once it fits its schema of the service's own description."""
    described = service.send("/openapi.json")[1]
    jsonschema.validate(document, {**described, "$ref": f"#/components/schemas/{name}"})
    return document


@pytest.mark.parametrize("task", ["binary", "regression"])
def test_answers_are_those_of_the_library_and_of_a_file(
    serving: Callable[[str], Service], task: str, tmp_path: Path
) -> None:
    service = serving("served" if task == "binary" else "values")
    rows = some(30, task)
    status, document = service.predict(*rows)
    assert status == 200, document
    valid(service, "Prediction", document)
    assert document["model_version"] == get_model_version(service.project).id
    assert [one["row"] for one in document["predictions"]] == list(range(1, 31))
    file = tmp_path / "rows.csv"
    mixed(200, seed=5, task=task).drop(columns=["answer"]).head(30).to_csv(file, index=False)
    batch = predict_file(service.project, source=str(file))
    table = artifacts.read_table(service.project, batch.predictions)
    for place, (row, said) in enumerate(zip(rows, document["predictions"], strict=True)):
        one = predict_one(service.project, row)
        if task == "binary":
            assert said["prediction"] == one.prediction == table["prediction"][place]
            assert said["probabilities"] == pytest.approx(dict(one.probabilities), abs=1e-12)
            assert said["probabilities"]["yes"] == pytest.approx(table["probability_yes"][place], abs=1e-12)
        else:
            assert said["prediction"] == pytest.approx(one.prediction, abs=1e-9)
            assert said["prediction"] == pytest.approx(table["prediction"][place], abs=1e-9)
            assert said["probabilities"] == {}


def test_an_explanation_is_that_of_the_library(service: Service) -> None:
    row = some(1)[0]
    document = valid(service, "Prediction", service.predict(row, explain=True)[1])
    said, one = document["predictions"][0], predict_one(service.project, row, explain=True)
    assert (said["explained"], said["base_value"]) == (one.explained, pytest.approx(one.base_value))
    assert [part["column"] for part in said["contributions"]] == [part.column for part in one.contributions]
    total = said["base_value"] + sum(part["amount"] for part in said["contributions"])
    assert total == pytest.approx(said["probabilities"]["yes"])


def test_a_request_is_one_record_and_labels_find_its_rows(service: Service, tmp_path: Path) -> None:
    rows = some(3)
    document = service.predict(*rows)[1]
    log = prediction_log(service.project, ["api"])
    mine = log[log["id"] == document["id"]]
    assert list(mine["row"]) == [1, 2, 3]
    assert list(mine["prediction"]) == [one["prediction"] for one in document["predictions"]]
    assert list(mine["input.town"]) == [row["town"] for row in rows]
    assert set(mine["source"]) == {"api"}
    assert (mine["latency_ms"] > 0).all()
    file = tmp_path / "labels.csv"
    file.write_text(f"prediction_id,row,answer\n{document['id']},2,yes\n")
    add_labels(service.project, source=str(file))
    labels = get_labels(service.project)
    assert (document["id"], 2, "yes") in set(zip(labels["prediction_id"], labels["row"], labels["value"], strict=True))


def test_the_example_of_the_description_works_and_fits_its_schema(service: Service) -> None:
    described = service.send("/openapi.json")[1]
    for schema in described["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)
    body = described["paths"]["/v1/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"]["rows"][0].keys() == starting_row(get_model_version(service.project)).keys()
    valid(service, "Request", body["example"])
    assert service.send("/v1/predict", body["example"])[0] == 200
    routes = {(path, method) for path, kinds in described["paths"].items() for method in kinds}
    assert routes == {("/v1/predict", "post")} | {
        (path, "get") for path in ("/v1/model", "/healthz", "/readyz", "/openapi.json")
    }


def test_the_signature_and_the_checks_fit_their_schemas(service: Service) -> None:
    model = valid(service, "Model", service.send("/v1/model")[1])
    assert {one["name"] for one in model["inputs"]} == set(COLUMNS)
    assert model["classes"] == ["no", "yes"]
    assert valid(service, "Health", service.send("/healthz")[1]) == {"status": "alive"}
    assert valid(service, "Ready", service.send("/readyz")[1])["model_version"] == model["model_version"]


ROW = some(1)[0]


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"size": "big"}, "size", "must be a finite number"),
        ({"size": 10**400}, "size", "must be a finite number"),
        ({"size": "1e999"}, "size", "must be a finite number"),
        ({"size": True}, "size", "must be a finite number"),
        ({"size": {"a": 1}}, "size", "must be a finite number"),
        ({"since": "yesterday"}, "since", "must be a date"),
        ({"colour": ["red"]}, "colour", "must be text"),
        ({"count": ...}, "count", "is not given"),
    ],
)
def test_a_wrong_cell_is_named_with_its_row_and_field(
    service: Service, change: dict[str, Any], field: str, words: str
) -> None:
    row = {name: value for name, value in (ROW | change).items() if value is not ...}
    before = len(prediction_log(service.project, ["api"]))
    status, document = service.predict(ROW, row)
    assert status == 422
    (problem,) = valid(service, "Problem", document)["errors"]
    assert (problem["row"], problem["field"]) == (2, field)
    assert words in problem["message"]
    assert len(prediction_log(service.project, ["api"])) == before


def test_a_misspelt_column_is_named_and_one_too_many_is_a_warning(service: Service) -> None:
    wrong = {("sise" if name == "size" else name): value for name, value in ROW.items()}
    status, document = service.predict(wrong)
    assert status == 422
    assert [one["field"] for one in document["errors"]] == ["size", "sise"]
    status, document = service.predict(ROW | {"customer": "C-1"})
    assert status == 200
    assert "Not used by the model: customer." in document["warnings"]
    status, document = service.predict(ROW | {"town": "<script>", "count": 10**6})
    assert status == 200
    assert {one.partition(":")[0] for one in document["warnings"]} >= {"town", "count"}


@pytest.mark.parametrize(
    ("raw", "status", "words"),
    [
        (b"", 400, "not JSON"),
        (b"{", 400, "not JSON"),
        (b'{"rows": [{"size": NaN}]}', 400, "null"),
        (b'{"rows": [], "rows": []}', 400, "twice"),
        (b"\xff\xfe\x00", 400, "not JSON"),
        (b'{"rows": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", 400, "nested"),
        (b'{"rows": [' + b"9" * 5000 + b"]}", 400, "not JSON"),
        (b"[]", 422, "object such as"),
        (b'{"rows": {}}', 422, "list of rows"),
        (b'{"rows": []}', 422, "empty"),
        (b'{"rows": [1, null]}', 422, "values by column name"),
        (b'{"rows": [{}], "explain": 1}', 422, "true or false"),
        (b'{"rows": [{}], "alias": "other"}', 422, "no field 'alias'"),
        (b'{"rows": [' + b"{}," * 1000 + b"{}]}", 413, "up to 1,000 rows"),
        (b'{"rows": [' + b"{}," * 10 + b'{}], "explain": true}', 413, "up to 10 rows"),
        (b'{"rows": ["' + b"x" * 6_000_000 + b'"]}', 413, "5,000,000 bytes"),
    ],
)
def test_a_bad_body_is_refused_in_words(service: Service, raw: bytes, status: int, words: str) -> None:
    got, document = service.send("/v1/predict", raw=raw)
    assert got == status
    assert words in valid(service, "Problem", document)["message"]
    assert not error_log(service.project.workspace)


def test_text_that_is_no_unicode_and_other_types_are_no_trouble(service: Service) -> None:
    lonely = json.dumps({"rows": [ROW | {"town": "\ud800", "\ud801": 1}]}).encode()
    status, document = service.send("/v1/predict", raw=lonely)
    assert status == 200
    assert any("town" in one for one in document["warnings"])
    assert len(prediction_log(service.project, ["api"])) > 0
    assert service.send("/v1/predict", raw=b"{}", content="text/plain")[0] == 415
    assert service.send("/v1/predict")[0] == 405
    assert service.send("/docs")[0] == 404
    assert not error_log(service.project.workspace)


def test_without_a_model_it_lives_but_is_not_ready(serving: Callable[[str], Service]) -> None:
    service = serving("empty")
    assert service.send("/healthz")[0] == 200
    for path, body in (("/readyz", None), ("/v1/model", None), ("/v1/predict", {"rows": [ROW]})):
        status, document = service.send(path, body)
        assert status == 503
        assert "no champion yet" in document["message"]
    described = service.send("/openapi.json")[1]
    assert "example" not in str(described["paths"]["/v1/predict"]["post"]["requestBody"])


def test_a_promotion_is_followed_under_traffic_and_no_answer_is_half_of_each(service: Service) -> None:
    rows, old = some(8), get_model_version(service.project)
    said = {old.id: service.predict(*rows)[1]["predictions"]}
    stop, seen, failed = threading.Event(), [], []

    def ask() -> None:
        while not stop.is_set():
            status, document = service.predict(*rows)
            if status != 200:
                failed.append(document)
            else:
                seen.append((document["model_version"], [one["probabilities"] for one in document["predictions"]]))

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(ask)
        new = promote(service.project, run="dummy", reason="to see it followed")
        switched = threading.Event()
        for _ in range(2000):
            if any(version == new.id for version, _ in tuple(seen)) or failed:
                break
            switched.wait(0.01)
        stop.set()
    assert not failed
    said[new.id] = service.predict(*rows)[1]["predictions"]
    expected = {version: [one["probabilities"] for one in answers] for version, answers in said.items()}
    assert {version for version, _ in seen} == {old.id, new.id}
    assert all(shares == expected[version] for version, shares in seen)
    assert service.send("/readyz")[1]["model_version"] == new.id


def test_a_model_file_that_was_changed_is_never_ready(trained: Path, tmp_path: Path) -> None:
    home = tmp_path / "workspace"
    shutil.copytree(trained, home)
    project = Workspace.open(home).project("served")
    file = artifacts.path(project, get_model_version(project).model)
    process, address = start(home, "served")
    try:
        service = Service(address, project)
        assert service.send("/readyz")[0] == 200
        file.chmod(0o644)
        file.write_bytes(file.read_bytes() + b"x")
        status, document = service.send("/readyz")
        assert status == 503
        assert "was changed" in document["message"]
    finally:
        process.terminate()
        process.communicate(timeout=30)


def test_wrong_settings_end_with_2_and_start_nothing(
    trained: Path, serving: Callable[[str], Service], run_cli: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    taken = serving("served").address.rpartition(":")[2]
    for arguments, words in (
        (("--project", "nobody"), "no project"),
        (("--project", "served", "--port", taken), "cannot be taken"),
        (("--project", "served", "--host", "not a host"), "no address of this machine"),
    ):
        done = run_cli("serve", *arguments, home=trained)
        assert (done.returncode, done.stdout) == (2, "")
        assert words in done.stderr


def test_what_it_says_at_its_start_fits_its_schema(trained: Path) -> None:
    process, address = start(trained, "empty")
    process.terminate()
    process.communicate(timeout=30)
    document = {"project": "empty", "alias": "champion", "address": address}
    jsonschema.validate(document, json.loads((SCHEMAS / "serve.json").read_text(encoding="utf-8")))


def test_the_service_loads_no_interface() -> None:
    code = "import sys, mlworkbench.rest, mlworkbench.rest.running; print('streamlit' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
