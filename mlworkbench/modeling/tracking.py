"""Runs and registered models in MLflow: explicit ids, one batched write per run, one writer at a time.

Every call here expects that the caller holds `workspace.lock("mlflow")`.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlworkbench.modeling.results import InputField
from mlworkbench.modeling.store import allowed_types

if TYPE_CHECKING:
    from mlflow import MlflowClient

    from mlworkbench.projects import Project

TAG = "mlworkbench."
MODEL_FILE = "model.skops"
_PACKAGES = ("mlworkbench", "mlflow", "scikit-learn", "skops", "xgboost", "lightgbm", "pandas", "numpy")
_LONGEST = 500  # characters of a parameter's value, MLflow's own limit on some stores


def client_for(project: Project) -> MlflowClient:
    """A client on the workspace's own tracking store. Call it before taking the lock: it may make the store."""
    uri = project.workspace.tracking_uri
    from mlflow import MlflowClient

    return MlflowClient(tracking_uri=uri, registry_uri=uri)


def registered_name(project: Project) -> str:
    """Name of the project's registered model, and of its experiment; safe whatever the project is called."""
    return f"mlworkbench-{project.id}"


def experiment_id(client: MlflowClient, project: Project) -> str:
    """The project's one experiment, made on first use."""
    name = registered_name(project)
    known = client.get_experiment_by_name(name)
    if known is None:
        where = None
        if str(client.tracking_uri).startswith("sqlite:"):  # the embedded store keeps its files beside it
            where = str(project.workspace.root / "mlflow" / "artifacts" / project.id)
        return str(client.create_experiment(name, artifact_location=where, tags={f"{TAG}project": project.name}))
    return str(known.experiment_id)


@dataclass(frozen=True)
class RunRecord:
    """All that one run is to say; `fold_metrics` has a value per fold, logged as steps."""

    name: str
    tags: Mapping[str, str]
    params: Mapping[str, Any]
    metrics: Mapping[str, float]
    fold_metrics: Mapping[str, Sequence[float]] = field(default_factory=dict)
    model: Path | None = None
    inputs: Sequence[InputField] = ()
    task: str = ""
    failed: bool = False


def delete_runs(client: MlflowClient, experiment: str, tags: Mapping[str, str]) -> int:
    """Delete the runs with all these tags (left by an attempt that was killed); how many there were."""
    wish = " and ".join(f"tags.`{TAG}{name}` = '{value}'" for name, value in sorted(tags.items()))
    runs = client.search_runs([experiment], filter_string=wish)
    for run in runs:
        client.delete_run(run.info.run_id)
    return len(runs)


def write_run(client: MlflowClient, experiment: str, record: RunRecord) -> str:
    """Write a finished run with its model; the run's id. Metrics and parameters go in one batch."""
    from mlflow.entities import LoggedModelOutput, Metric, Param

    now = int(time.time() * 1000)
    tags = {f"{TAG}{name}": str(value) for name, value in record.tags.items()}
    run = client.create_run(experiment, run_name=record.name, tags=tags)
    run_id = str(run.info.run_id)
    metrics = [Metric(name, float(value), now, 0) for name, value in record.metrics.items()]
    metrics += [
        Metric(name, float(value), now, step)
        for name, values in record.fold_metrics.items()
        for step, value in enumerate(values)
    ]
    params = [Param(name, str(value)[:_LONGEST]) for name, value in sorted(record.params.items())]
    client.log_batch(run_id, metrics=metrics, params=params)
    if record.model is not None:
        logged = client.create_logged_model(experiment, name="model", source_run_id=run_id, tags=tags)
        with tempfile.TemporaryDirectory() as folder:
            _write_model_folder(Path(folder), record, run_id, logged)
            client.log_model_artifacts(logged.model_id, folder)
        client.finalize_logged_model(logged.model_id, "READY")
        client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
        client.set_tag(run_id, f"{TAG}model_uri", f"models:/{logged.model_id}")
    client.set_terminated(run_id, "FAILED" if record.failed else "FINISHED")
    return run_id


def _write_model_folder(folder: Path, record: RunRecord, run_id: str, logged: Any) -> None:
    """An MLflow model around the model file that stands.

    `mlflow.sklearn.log_model` would write the same folder, after dumping and loading the model once more.
    """
    import platform

    from mlflow.models import Model

    assert record.model is not None
    (folder / MODEL_FILE).symlink_to(record.model)  # copied once, into MLflow's store
    requirements = [f"{name}=={version(name)}" for name in _PACKAGES if _installed(name)]
    python = platform.python_version()
    (folder / "requirements.txt").write_text("\n".join(requirements) + "\n")
    listed = "".join(f"    - {one}\n" for one in requirements)
    (folder / "conda.yaml").write_text(
        f"name: mlflow-env\nchannels:\n- conda-forge\ndependencies:\n- python={python}\n- pip\n- pip:\n{listed}"
    )
    (folder / "python_env.yaml").write_text(f"python: {python}\ndependencies:\n- -r requirements.txt\n")
    model = Model(
        artifact_path=logged.artifact_location,
        model_uuid=logged.model_id,
        run_id=run_id,
        model_id=logged.model_id,
        signature=_signature(record.inputs, record.task),
        metadata=dict(record.tags),
    )
    environment = {"conda": "conda.yaml", "virtualenv": "python_env.yaml"}
    model.add_flavor(
        "python_function", loader_module="mlflow.sklearn", model_path=MODEL_FILE, predict_fn="predict",
        python_version=python, env=environment,
    )  # fmt: skip
    model.add_flavor(
        "sklearn", pickled_model=MODEL_FILE, sklearn_version=version("scikit-learn"), serialization_format="skops",
        code=None, skops_trusted_types=list(allowed_types()),
    )  # fmt: skip
    model.model_size_bytes = sum(part.stat().st_size for part in folder.iterdir())
    model.save(str(folder / "MLmodel"))


def _signature(inputs: Sequence[InputField], task: str) -> Any:
    """Numbers are declared double, whole ones too: MLflow would refuse a whole number sent as 3.0 otherwise."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    kinds = {"number": "double", "integer": "double", "datetime": "datetime"}
    columns: list[Any] = [ColSpec(kinds.get(one.type, "string"), one.name) for one in inputs]
    return ModelSignature(Schema(columns), Schema([ColSpec("double" if task == "regression" else "long")]))


def register(
    client: MlflowClient, project: Project, *, run_id: str, alias: str, tags: Mapping[str, str], description: str
) -> str:
    """Add a version of the project's registered model from a run's model and point the alias at it; its number."""
    from mlflow.exceptions import MlflowException

    name = registered_name(project)
    try:
        client.create_registered_model(name, tags={f"{TAG}project": project.name})
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    model_id = client.get_run(run_id).data.tags[f"{TAG}model_uri"].removeprefix("models:/")
    # its place, not its "models:/" name: that would be looked up in the process-wide tracking store, not in ours
    source = client.get_logged_model(model_id).artifact_location
    made = client.create_model_version(
        name,
        source,
        run_id=run_id,
        tags={f"{TAG}{key}": str(value) for key, value in tags.items()},
        description=description,
        model_id=model_id,
    )
    client.set_registered_model_alias(name, alias, made.version)
    return str(made.version)


def _installed(name: str) -> bool:
    from importlib.metadata import PackageNotFoundError

    try:
        version(name)
    except PackageNotFoundError:
        return False
    return True
