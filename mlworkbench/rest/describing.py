"""The service in words and schemas: the model's signature, and the OpenAPI document made from it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mlworkbench import __version__
from mlworkbench.rest.bodies import JSON_TYPE, MOST_BYTES, MOST_EXPLAINED, MOST_ROWS
from mlworkbench.serving import starting_row

if TYPE_CHECKING:
    from mlworkbench.modeling import InputField, ModelVersion

NUMBERS = ("number", "integer")
SHOWN = 20  # categories in a schema
TEXT, NUMBER, INTEGER = {"type": "string"}, {"type": "number"}, {"type": "integer"}


def signature_of(version: ModelVersion) -> dict[str, Any]:
    """What a caller has to know of a model version."""
    return {
        "model_version": version.id,
        "number": version.number,
        "estimator": version.estimator,
        "label": version.label,
        "task": version.task,
        "target": version.target,
        "classes": list(version.classes),
        "scoring": version.scoring,
        "cv_score": version.cv_score,
        "cv_low": version.cv_low,
        "cv_high": version.cv_high,
        "created_at": version.created_at,
        "inputs": [
            {
                "name": one.name,
                "type": one.type,
                "required": one.required,
                "low": one.low,
                "high": one.high,
                "typical": one.median,
                "categories": list(one.categories),
                "missing_share": one.missing_share,
            }
            for one in version.inputs
        ],
    }


def example_of(version: ModelVersion) -> dict[str, Any]:
    """A request that the model answers: its typical row."""
    whole = {one.name for one in version.inputs if one.type == "integer"}
    row = starting_row(version)
    return {"rows": [{name: int(row[name]) if name in whole and row[name] is not None else row[name] for name in row}]}


def described(version: ModelVersion | None) -> dict[str, Any]:
    """The OpenAPI 3.1 document; with a model, its columns and an example that works."""
    body: dict[str, Any] = {"schema": {"$ref": "#/components/schemas/Request"}}
    if version is not None:
        body["example"] = example_of(version)
    predict = {
        "operationId": "predict",
        "summary": "Predict rows",
        "description": "One record in the prediction log; labels are attached by the id and the row. Columns that the "
        "model does not take are left out with a warning.",
        "requestBody": {"required": True, "content": {JSON_TYPE: body}},
        "responses": _answers("Prediction", 400, 413, 415, 422, 500, 503),
    }
    paths = {
        "/v1/predict": {"post": predict},
        "/v1/model": _get("model", "The columns that the model takes, and how good it is", "Model"),
        "/healthz": _get("healthz", "Whether the process lives", "Health", ()),
        "/readyz": _get("readyz", "Whether a model is loaded and its file is as it was registered", "Ready"),
        "/openapi.json": _get("openapi", "This document", "Document", (500,)),
    }
    return {
        "openapi": "3.1.0",
        "info": {"title": "mlworkbench", "version": __version__, "description": "Predictions of a registered model."},
        "paths": paths,
        "components": {"schemas": _schemas(version)},
    }


def _get(name: str, summary: str, schema: str, errors: tuple[int, ...] = (500, 503)) -> dict[str, Any]:
    return {"get": {"operationId": name, "summary": summary, "responses": _answers(schema, *errors)}}


def _answers(schema: str, *errors: int) -> dict[str, Any]:
    words = {
        200: "Done",
        400: "Not JSON",
        413: "Too large",
        415: "Not application/json",
        422: "Rows that cannot be predicted",
        500: "Our fault; an id is in the message",
        503: "No model to answer with; the message says why",
    }
    named = {200: schema} | dict.fromkeys(errors, "Problem")
    return {
        str(status): {
            "description": words[status],
            "content": {JSON_TYPE: {"schema": {"$ref": f"#/components/schemas/{name}"}}},
        }
        for status, name in named.items()
    }


def _schemas(version: ModelVersion | None) -> dict[str, Any]:
    fields = version.inputs if version is not None else ()
    row = {"type": "object", "properties": {one.name: _cell(one) for one in fields}}
    contribution = _object(
        {"column": TEXT, "value": {}, "typical": {}, "amount": NUMBER, "error": {**NUMBER, "minimum": 0}}
    )
    prediction = _object(
        {
            "id": TEXT,
            "row": {**INTEGER, "minimum": 1},
            "prediction": {"type": ["string", "number"]},
            "probabilities": {"type": "object", "additionalProperties": {**NUMBER, "minimum": 0, "maximum": 1}},
        },
        {
            "explained": {"type": ["string", "null"]},
            "base_value": {"type": ["number", "null"]},
            "contributions": _list(contribution),
        },
    )
    problem = _object({"row": {**INTEGER, "minimum": 1}, "field": {"type": ["string", "null"]}, "message": TEXT})
    edge = {"type": ["number", "string", "null"]}
    column = _object(
        {"name": TEXT, "type": TEXT, "required": {"type": "boolean"}, "low": edge, "high": edge, "typical": edge,
         "categories": _list(TEXT), "missing_share": NUMBER}
    )  # fmt: skip
    texts = ("model_version", "estimator", "label", "task", "target", "scoring", "created_at")
    return {
        "Row": row | ({"required": [one.name for one in fields]} if fields else {}),
        "Request": {
            "type": "object",
            "description": f"Up to {MOST_ROWS:,} rows ({MOST_EXPLAINED} to explain) and {MOST_BYTES:,} bytes.",
            "properties": {
                "rows": {
                    "type": "array",
                    "items": {"$ref": "#/components/schemas/Row"},
                    "minItems": 1,
                    "maxItems": MOST_ROWS,
                },
                "explain": {"type": "boolean", "default": False},
            },
            "required": ["rows"],
            "additionalProperties": False,
        },
        "Prediction": _object(
            {"model_version": TEXT, "id": TEXT, "predictions": _list(prediction), "warnings": _list(TEXT),
             "latency_ms": NUMBER}
        ),
        "Model": _object(
            dict.fromkeys(texts, TEXT)
            | {"number": INTEGER, "classes": _list(TEXT), "inputs": _list(column)}
            | dict.fromkeys(("cv_score", "cv_low", "cv_high"), NUMBER)
        ),
        "Ready": _object({"status": {"const": "ready"}, "model_version": TEXT, "number": INTEGER}),
        "Health": _object({"status": {"const": "alive"}}),
        "Document": {"type": "object"},
        "Problem": _object({"message": TEXT, "errors": _list(problem)}),
    }  # fmt: skip


def _object(required: dict[str, Any], optional: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": required | (optional or {}),
        "required": list(required),
        "additionalProperties": False,
    }


def _list(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _cell(field: InputField) -> dict[str, Any]:
    """The schema of one column; what was seen in training is said, values outside are predicted with a warning."""
    if field.type in NUMBERS:
        kinds = ["number", "string"]
    else:
        kinds = ["string"] if field.type == "datetime" else ["string", "number", "boolean"]
    schema: dict[str, Any] = {"type": kinds if field.required else [*kinds, "null"]}
    if field.low is not None and field.high is not None:
        schema["description"] = f"{field.type}, {field.low} to {field.high} in training"
    if field.categories:
        schema["examples"] = list(field.categories[:SHOWN])
    return schema
