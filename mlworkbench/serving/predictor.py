"""A model version ready to answer: loaded once per process, one thread, classes by name."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import WorkbenchError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline

    from mlworkbench.modeling import ModelVersion
    from mlworkbench.projects import Project
    from mlworkbench.serving.inputs import Columns

_KEPT = 4
_cache: OrderedDict[tuple[str, str], Pipeline] = OrderedDict()
_lock = threading.Lock()


@dataclass(frozen=True)
class Predictor:
    """A fitted pipeline and what is known of it."""

    version: ModelVersion
    pipeline: Pipeline

    @classmethod
    def load(cls, project: Project, alias: str = "champion") -> Predictor:
        """The model version that `alias` names; the last few models stay in memory, known by their content."""
        from mlworkbench.modeling import get_model_version, load_model

        version = get_model_version(project, alias)
        key = (str(project.workspace.root), version.model)
        with _lock:
            pipeline = _cache.get(key)
            if pipeline is None:
                pipeline = _cache[key] = _one_thread(load_model(project, version))
                cls(version, pipeline)._warm_up()
            _cache.move_to_end(key)
            while len(_cache) > _KEPT:
                _cache.popitem(last=False)
        return cls(version, pipeline)

    def _warm_up(self) -> None:
        """Answer once unheard: the first answer of a process pays for imports, which is no latency of the model's."""
        with contextlib.suppress(WorkbenchError, ValueError, TypeError):  # the typical row may lack what a model needs
            self.outputs(typical_row(self.version))

    @property
    def classes(self) -> tuple[str, ...]:
        """The labels in the order of the columns of `outputs`; empty for a regression."""
        return tuple(str(label) for label in self.version.classes) if self.version.task != "regression" else ()

    def outputs(self, columns: Columns) -> NDArray[np.float64]:
        """What the model says: shape (rows, classes) of probabilities, or (rows, 1) of values."""
        import numpy as np

        from mlworkbench.serving.inputs import frame_of

        frame = frame_of(columns)
        if not self.classes:
            return np.asarray(self.pipeline.predict(frame), dtype=np.float64).reshape(-1, 1)
        known = [int(code) for code in self.pipeline.classes_]
        said = np.zeros((len(frame), len(self.classes)))
        said[:, known] = self.pipeline.predict_proba(frame)
        return said

    def answers(self, outputs: NDArray[np.float64]) -> NDArray[Any]:
        """The prediction of each row of `outputs`: the most probable class, or the value."""
        import numpy as np

        return np.array(self.classes, dtype=object)[outputs.argmax(axis=1)] if self.classes else outputs[:, 0]

    def explained(self, outputs: NDArray[np.float64]) -> int:
        """The column of `outputs` that an explanation of one row is about."""
        return 0 if not self.classes else 1 if len(self.classes) == 2 else int(outputs.argmax())

    def named(self, outputs: NDArray[np.float64]) -> dict[str, NDArray[Any]]:
        """Columns for a table: prediction, and probability_<class> for classes."""
        columns = {"prediction": self.answers(outputs)}
        return columns | {f"probability_{label}": outputs[:, place] for place, label in enumerate(self.classes)}


def typical_row(version: ModelVersion) -> Columns:
    """Each input's median or most frequent value, as arrays of length 1."""
    from mlworkbench.serving.inputs import row_of

    return row_of({one.name: one.median for one in version.inputs}, version.inputs)


def starting_row(version: ModelVersion) -> dict[str, Any]:
    """The typical row as plain values: what a form starts from and contributions are measured against."""
    from mlworkbench.serving.results import plain

    return {name: plain(cells[0]) for name, cells in typical_row(version).items()}


def repeated(columns: Mapping[str, NDArray[Any]], rows: int) -> Columns:
    """One row, `rows` times."""
    import numpy as np

    return {name: np.repeat(cells, rows) for name, cells in columns.items()}


def _one_thread(pipeline: Pipeline) -> Pipeline:
    """With one row, starting threads costs more than all the trees."""
    settings = [name for name in pipeline.get_params(deep=True) if name.rpartition("__")[2] == "n_jobs"]
    return pipeline.set_params(**dict.fromkeys(settings, 1))
