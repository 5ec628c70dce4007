"""The service: POST /v1/predict, GET /v1/model, /healthz, /readyz and /openapi.json."""

from __future__ import annotations

import functools
import json
import logging
import threading
from collections.abc import Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from mlworkbench import __version__, artifacts
from mlworkbench.errors import InvalidInput, WorkbenchError
from mlworkbench.governance import log_error
from mlworkbench.rest.bodies import JSON_TYPE, Refused, ask_of, read_body, refuse
from mlworkbench.rest.describing import described, signature_of
from mlworkbench.serving import Follower, WrongRows, predict_rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from mlworkbench.serving import Answers
    from mlworkbench.workspace import Workspace

log = logging.getLogger("mlworkbench.rest")


def create_app(workspace: Workspace, project_name: str, *, alias: str = "champion") -> FastAPI:
    """The service of one project's model; it can start before there is one, and is then not ready.

    Answers are JSON; so are errors: `message`, and under `errors` each with its row and field where rows are wrong.
    Every request of /v1/predict is one record in the prediction log, with the source "api".

    Parameters
    ----------
    alias : str
        Which model version answers; a promotion is followed without a restart.

    Raises
    ------
    NotFound
        No such project.
    """
    project = workspace.project(project_name)
    follower = Follower(project, alias)

    def guarded(answer: Callable[[], Any]) -> Response:
        """The answer of a handler, or its error in words; what nobody foresaw goes to the error log with an id."""
        try:
            return say(answer())
        except Refused as refused:
            return say(refused.body, refused.status)
        except WorkbenchError as error:
            return say(refuse(503, error.message).body, 503)
        except Exception as error:  # noqa: BLE001 - the last line of defence of a request
            known = log_error(workspace, error, page="rest", project=project.name)
            log.error("A request failed on our side, error %s in the error log.", known.id)
            return say(refuse(500, f"Something went wrong on our side. It is logged as error {known.id}.").body, 500)

    def ready() -> dict[str, Any]:
        version = follower.predictor().version
        if artifacts.verify(project, [version.model]):
            raise WorkbenchError(
                f"The file of model {version.model[:12]} is missing or was changed after it was written. Restore the "
                "workspace from a copy, or compare again and register the model anew."
            )
        return {"status": "ready", "model_version": version.id, "number": version.number}

    def answered(body: bytes) -> dict[str, Any]:
        rows, explain = ask_of(body)
        predictor = follower.predictor()
        try:
            return _document(predict_rows(project, rows, explain=explain, predictor=predictor), explain)
        except WrongRows as error:
            raise Refused(422, error.message, error.problems) from error
        except InvalidInput as error:
            raise Refused(422, error.message) from error

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        threading.Thread(target=_warm, args=(follower,), daemon=True).start()
        yield

    app = FastAPI(title="mlworkbench", version=__version__, openapi_url=None, lifespan=lifespan)

    @app.get("/healthz")
    async def healthz() -> Response:
        return say({"status": "alive"})

    @app.get("/readyz")
    def readyz() -> Response:
        return guarded(ready)

    @app.get("/v1/model")
    def model() -> Response:
        return guarded(lambda: signature_of(follower.predictor().version))

    @app.get("/openapi.json")
    def openapi() -> Response:
        return guarded(lambda: described(_version(follower)))

    @app.post("/v1/predict")
    async def predict(request: Request) -> Response:
        try:
            body = await read_body(request)
        except Refused as refused:
            return say(refused.body, refused.status)
        return await run_in_threadpool(guarded, functools.partial(answered, body))

    for status, words in ((404, "There is nothing here."), (405, "This is not how it is asked.")):
        app.add_exception_handler(status, functools.partial(_nowhere, status, words))
    return app


def say(body: dict[str, Any], status: int = 200) -> Response:
    """A JSON answer in ASCII: no text that came in can make it fail."""
    return Response(json.dumps(body, allow_nan=False), status, media_type=JSON_TYPE)


async def _nowhere(status: int, words: str, request: Request, error: Exception) -> Response:
    """A path or method that does not exist."""
    return say(refuse(status, f"{words} The service is described at /openapi.json.").body, status)


def _warm(follower: Follower) -> None:
    """Load the model before somebody asks."""
    with suppress(WorkbenchError):  # /readyz says so
        follower.predictor()


def _version(follower: Follower) -> Any:
    try:
        return follower.predictor().version
    except WorkbenchError:
        return None  # without a model the service is described without its columns


def _document(answers: Answers, explain: bool) -> dict[str, Any]:
    return {
        "model_version": answers.model_version,
        "id": answers.id,
        "predictions": [
            {"id": answers.id, "row": one.row, "prediction": one.prediction, "probabilities": dict(one.probabilities)}
            | (
                {
                    "explained": one.explained,
                    "base_value": one.base_value,
                    "contributions": [vars(part) for part in one.contributions],
                }
                if explain
                else {}
            )
            for one in answers.rows
        ],
        "warnings": list(answers.warnings),
        "latency_ms": round(answers.latency_ms, 3),
    }
