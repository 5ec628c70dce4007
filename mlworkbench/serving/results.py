"""What serving gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SOURCES = ("whatif", "batch", "api")


@dataclass(frozen=True)
class Contribution:
    """How far one raw column moved the answer from the typical row's.

    Parameters
    ----------
    value, typical : float, str or None
        The column here and in the typical row; dates as ISO text.
    amount : float
        In the unit of the answer: probability of the explained class, or the target's unit.
    error : float
        Standard error of `amount` from sampling orders of columns; 0 when it is exact.
    """

    column: str
    value: float | str | None
    typical: float | str | None
    amount: float
    error: float


@dataclass(frozen=True)
class Answer:
    """One prediction.

    Parameters
    ----------
    id : str
        Its id in the prediction log.
    prediction : str or float
        The class, or the value in the target's unit.
    probabilities : Mapping
        Class → probability; empty for a regression.
    explained : str or None
        The class that contributions are about: the positive one of two, else the predicted one; None for a regression.
    contributions : tuple of Contribution
        Largest first; with `base_value`, the typical row's output, they sum to this row's. Empty without `explain`.
    latency_ms : float
        From raw inputs to the answer, as a caller waits for it: neither explaining nor logging is in it.
    model_version : str
        Artifact id.
    warnings : tuple of str
        Where the inputs are outside what the model was trained on; text from outside is in them.
    """

    id: str
    prediction: str | float
    probabilities: Mapping[str, float]
    explained: str | None
    contributions: tuple[Contribution, ...]
    base_value: float | None
    latency_ms: float
    model_version: str
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class Batch:
    """The predictions of a file.

    Parameters
    ----------
    id : str
        Artifact id of this record (kind "batch").
    number : int
        1, 2, 3… within the project.
    name : str
        The file's name as it came (text from outside).
    predictions : str
        Artifact id of the Parquet table: row, prediction, probability_<class>, input.<column>.
    upload, model_version : str
        Artifact ids of what was predicted and by which model.
    out : str or None
        The file that was written, when one was asked for.
    latency_ms : float
        Time in the model, for all rows.
    log : str
        Its id in the prediction log.
    check : str or None
        Artifact id of the file against the data contract (`mlworkbench.data.get_check`), None without a contract.
    """

    id: str
    number: int
    name: str
    rows: int
    model_version: str
    upload: str
    predictions: str
    out: str | None
    latency_ms: float
    warnings: tuple[str, ...]
    created_at: str
    log: str = ""
    check: str | None = None


def plain(value: Any) -> float | str | bool | None:
    """A cell as JSON has it: NaN and NaT as None, dates as ISO text."""
    import numpy as np

    if value is None or isinstance(value, str):
        return value
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value.astype("datetime64[us]")).removesuffix("T00:00:00.000000")
    number = float(value)
    return None if number != number else number
