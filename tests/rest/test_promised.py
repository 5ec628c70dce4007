"""Requests against the data contract: answered with warnings, or refused with the list when it rejects."""

from __future__ import annotations

from collections.abc import Callable

from mlworkbench.data import adopt_promises, save_promises
from mlworkbench.serving import count_predictions
from tests.rest.conftest import Service
from tests.rest.test_service import some, valid


def test_a_request_that_breaks_the_contract_is_warned_of_and_then_rejected(serving: Callable[[str], Service]) -> None:
    service = serving("served")
    rows = some(3)
    assert not [one for one in service.predict(*rows)[1]["warnings"] if "contract" in one.lower()]
    first = adopt_promises(service.project)
    wrong = [*rows, rows[0] | {"size": 1e9}]
    status, document = service.predict(*wrong)
    assert status == 200
    valid(service, "Prediction", document)
    assert any(one.startswith("Data contract: row 4, size: expected at most") for one in document["warnings"])
    save_promises(service.project, contract=first.as_dict() | {"enforce": "reject"}, why="strict", despite_data=True)
    before = count_predictions(service.project)
    status, document = service.predict(*wrong)
    assert status == 422
    valid(service, "Problem", document)
    assert [(one["row"], one["field"]) for one in document["errors"]] == [(4, "size")]
    assert count_predictions(service.project) == before
    assert service.predict(*rows)[0] == 200
