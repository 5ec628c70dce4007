"""What current rows are compared with: the champion's training rows and its out-of-fold predictions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from mlworkbench.data import Dataset, get_dataset, load_training, row_keys
from mlworkbench.monitoring.comparing import Sample, kind_of
from mlworkbench.monitoring.results import Side

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from mlworkbench.modeling import ModelVersion
    from mlworkbench.projects import Project

_INFLUENCE_CELLS = 6_000
CHUNK = 20_000


@dataclass(frozen=True)
class Reference:
    """The training rows (holdout left out) in the columns that the model takes, and what was predicted for them.

    Parameters
    ----------
    frame : DataFrame
        Inputs, indexed by the row's position in the table.
    out_of_fold : DataFrame
        `modeling.load_oof` of the first repeat: row, y, prediction, probability_<class>.
    """

    version: ModelVersion
    dataset: Dataset
    frame: pd.DataFrame
    out_of_fold: pd.DataFrame

    @classmethod
    def load(cls, project: Project, version: ModelVersion) -> Reference:
        """The reference of a model version."""
        from mlworkbench.modeling import load_oof

        dataset = get_dataset(project, version.dataset)
        frame = load_training(project, dataset, [one.name for one in version.inputs])
        out_of_fold = load_oof(project, version).drop_duplicates("row")
        learned = frame.index.isin(out_of_fold["row"])  # a retrained model may have left old rows out
        return cls(version, dataset, frame[learned], out_of_fold)

    @property
    def types(self) -> dict[str, str]:
        """Input → type in the dataset."""
        return {one.name: one.type for one in self.version.inputs}

    @property
    def side(self) -> Side:
        """What it is, for a report."""
        return Side(
            "training", f"training rows of data v{self.dataset.number}", len(self.frame), artifact=self.dataset.id
        )

    def samples(self) -> dict[str, Sample]:
        """Each input's sample, made once for many windows."""
        return {name: Sample(self.frame[name], kind_of(type_)) for name, type_ in self.types.items()}

    def known(self, inputs: pd.DataFrame) -> np.ndarray:
        """For each row the position in `out_of_fold` of a training row with the same inputs, −1 where there is none."""
        import numpy as np
        import pandas as pd

        names = list(self.types)
        if not set(names) <= set(inputs.columns):
            return np.full(len(inputs), -1)
        learnt = self.frame.reindex(self.out_of_fold["row"].to_numpy())
        place = pd.Series(np.arange(len(learnt)), index=row_keys(learnt, names))
        place = place[~place.index.duplicated()]
        found: np.ndarray = place.reindex(row_keys(inputs, names)).fillna(-1).to_numpy(dtype=np.int64)
        return found


def answer_column(version: ModelVersion) -> tuple[str, str, str]:
    """What stands for a prediction: its column, its type, its name in words.

    The probability of the positive class, the predicted class of several, or the value.
    """
    if version.task == "binary":
        return f"probability_{version.classes[-1]}", "number", f"probability of {version.classes[-1]}"
    if version.task == "multiclass":
        return "prediction", "category", f"predicted {version.target}"
    return "prediction", "number", f"predicted {version.target}"


def outputs_of(pipeline: Any, version: ModelVersion, inputs: pd.DataFrame) -> np.ndarray:
    """What the model says of rows: shape (rows, classes) of probabilities, or (rows, 1) of values."""
    import numpy as np

    columns = inputs[[one.name for one in version.inputs]]
    parts = []
    for start in range(0, len(columns), CHUNK):
        part = columns.iloc[start : start + CHUNK]
        if version.task == "regression":
            parts.append(np.asarray(pipeline.predict(part), dtype=np.float64).reshape(-1, 1))
            continue
        said = np.zeros((len(part), len(version.classes)))
        said[:, [int(code) for code in pipeline.classes_]] = pipeline.predict_proba(part)
        parts.append(said)
    return np.concatenate(parts)


def named(version: ModelVersion, outputs: np.ndarray) -> pd.DataFrame:
    """Outputs as the prediction log has them: prediction, and probability_<class> for classes."""
    import numpy as np
    import pandas as pd

    if version.task == "regression":
        return pd.DataFrame({"prediction": outputs[:, 0]})
    answers: Mapping[str, Any] = {"prediction": np.array(version.classes, dtype=object)[outputs.argmax(axis=1)]}
    return pd.DataFrame(
        {**answers, **{f"probability_{label}": outputs[:, code] for code, label in enumerate(version.classes)}}
    )


def influences(pipeline: Any, reference: Reference, seed: int) -> dict[str, float]:
    """How much each input moves the model's answers: mean absolute change when it is shuffled, shares of 1.

    Permutation importance in the unit of the answer, so that it needs no labels: after L. Breiman, "Random forests",
    Machine Learning 45 (2001). All columns at once, on a sample of training rows.
    """
    import numpy as np
    import pandas as pd

    names = list(reference.types)
    random = np.random.default_rng(seed)
    complete = reference.frame.dropna(subset=[one.name for one in reference.version.inputs if one.required])
    rows = min(len(complete), max(50, _INFLUENCE_CELLS // max(len(names), 1)))
    if rows < 2:
        return {}
    sample = complete.iloc[np.sort(random.permutation(len(complete))[:rows])].reset_index(drop=True)
    shuffled = [sample.assign(**{name: sample[name].to_numpy()[random.permutation(rows)]}) for name in names]
    outputs = outputs_of(pipeline, reference.version, pd.concat([sample, *shuffled], ignore_index=True))
    base = outputs[:rows]
    moves = [
        float(np.abs(outputs[rows * place : rows * (place + 1)] - base).mean()) for place in range(1, len(names) + 1)
    ]
    total = sum(moves)
    return {name: move / total if total else 0.0 for name, move in zip(names, moves, strict=True)}
