"""Columns made fit for a synthesizer and back again: each treatment is noted, nothing is changed in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from mlworkbench.errors import NotApplicable

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data import Dataset

MOST_LEVELS = 200  # of words; a column with more is drawn by itself
GONE = "gone"  # a missing word, as a word


@dataclass
class Prepared:
    """A table as a synthesizer takes it: columns c0, c1… of floats and short words.

    Parameters
    ----------
    names : dict
        Prepared column → column of the table.
    levels : dict
        Prepared column of words → its words; word number n is "k<n>", a missing one is `GONE`.
    """

    frame: pd.DataFrame
    names: dict[str, str]
    levels: dict[str, list[str]]
    left_out: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def words(self) -> tuple[str, ...]:
        """The prepared columns of words."""
        return tuple(self.levels)

    def code_of(self, column: str, value: str) -> tuple[str, str] | None:
        """A column and one of its words, as prepared; None where there is no such word."""
        for code, name in self.names.items():
            if name == column and value in self.levels.get(code, ()):
                return code, f"k{self.levels[code].index(value)}"
        return None


def prepare(frame: pd.DataFrame, dataset: Dataset) -> Prepared:
    """Prepare the training rows of a dataset.

    Raises
    ------
    NotApplicable
        There are fewer than 20 rows, or no column can be learned.
    """
    import numpy as np
    import pandas as pd

    if len(frame) < 20:
        raise NotApplicable(f"Synthetic rows need at least 20 rows to learn from. There are {len(frame)}.")
    made: dict[str, Any] = {}
    ready = Prepared(pd.DataFrame(), {}, {})
    for at, column in enumerate(dataset.columns):
        code, values = f"c{at}", frame[column.name]
        if column.type in ("number", "integer", "datetime") and values.notna().any():
            numbers = values.astype("datetime64[s]").astype("int64").where(values.notna()) \
                if column.type == "datetime" else values  # fmt: skip
            floats = numbers.to_numpy(dtype=np.float64, na_value=np.nan)
            odd = int(np.isinf(floats).sum())
            if odd:
                ready.notes.append(f"{column.name}: {odd:,} infinite values were taken as missing")
            made[code] = np.where(np.isfinite(floats), floats, np.nan)
            if not np.isfinite(made[code]).any():
                del made[code]
                ready.left_out.append(column.name)
                continue
        elif column.type in ("identifier", "text") or values.isna().all() or values.nunique() > MOST_LEVELS:
            ready.left_out.append(column.name)
            continue
        else:
            words = sorted(values.dropna().astype(str).unique())
            place = {word: f"k{number}" for number, word in enumerate(words)}
            made[code] = values.astype(object).map(place).fillna(GONE) if words else GONE
            ready.levels[code] = words
        ready.names[code] = column.name
    if not made:
        raise NotApplicable("No column of this table can be learned: all are identifiers, free text or empty.")
    ready.frame = pd.DataFrame(made, index=frame.index).reset_index(drop=True)
    return ready


def finish(drawn: pd.DataFrame, ready: Prepared, dataset: Dataset) -> pd.DataFrame:
    """The drawn numbers as the table can hold them: within what was learned, with its decimals; then they are judged.

    How many were brought back to the smallest or largest learned is noted.
    """
    dates = {column.name for column in dataset.columns if column.type == "datetime"}
    done = drawn.copy()
    for code, name in ready.names.items():
        if code in ready.levels:
            continue
        known = ready.frame[code].dropna()
        numbers = drawn[code].astype("float64")
        done[code] = numbers.clip(known.min(), known.max()).round(0 if name in dates else _decimals(known))
        beyond = int(((numbers < known.min()) | (numbers > known.max())).sum())
        if beyond:
            share = f"{beyond:,} of {len(drawn):,} values"
            ready.notes.append(f"{name}: {share} lay beyond those learned and were brought back to the nearest")
    return done


def restore(drawn: pd.DataFrame, ready: Prepared, frame: pd.DataFrame, dataset: Dataset, seed: int) -> pd.DataFrame:
    """The drawn rows (see `finish`) as rows of the table: its names, its types, and the columns that were not learned.

    Identifiers are numbered anew; other columns that were left out stay empty.
    """
    import numpy as np
    import pandas as pd

    codes = {name: code for code, name in ready.names.items()}
    columns: dict[str, Any] = {}
    for column in dataset.columns:
        rows = len(drawn)
        if column.name not in codes:
            if column.type == "identifier":
                columns[column.name] = _identifiers(frame[column.name], rows)
                ready.notes.append(f"{column.name}: {rows:,} identifiers were numbered anew")
            else:
                columns[column.name] = pd.Series([None] * rows, dtype=object)
                ready.notes.append(f"{column.name} ({column.type}) was not learned and stays empty")
            continue
        values = drawn[codes[column.name]]
        if codes[column.name] in ready.levels:
            words = ready.levels[codes[column.name]]
            back = {f"k{number}": word for number, word in enumerate(words)} | {GONE: None}
            columns[column.name] = values.map(back).astype(object)
            continue
        columns[column.name] = values
        if column.type == "datetime":
            columns[column.name] = pd.to_datetime(values, unit="s").astype("datetime64[us]")
    return pd.DataFrame({name: np.asarray(values) for name, values in columns.items()})


def _identifiers(values: pd.Series[Any], rows: int) -> Any:
    import pandas as pd

    if pd.api.types.is_numeric_dtype(values):
        return list(range(1, rows + 1))
    return [f"synthetic-{number:07d}" for number in range(1, rows + 1)]


def _decimals(values: pd.Series[Any]) -> int:
    """The decimals that a column has: 0 to 10."""
    sample = values.head(2000)
    return next((digits for digits in range(10) if (sample - sample.round(digits)).abs().max() < 1e-9), 10)


def check_condition(condition: Mapping[str, Any] | None) -> dict[str, str]:
    """A condition as words."""
    return {str(name): str(value) for name, value in (condition or {}).items()}
