"""Which prediction a label belongs to: by the prediction's id, or by columns that identify a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from mlworkbench.data import Dataset, read_rows, row_keys
from mlworkbench.errors import InvalidInput, listing
from mlworkbench.monitoring.current import EVERYTHING, INPUT
from mlworkbench.monitoring.words import count
from mlworkbench.projects import Project
from mlworkbench.serving import list_batches, prediction_log, prediction_requests

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data import FileRows

ID, ROW = "prediction_id", "row"
SHOWN = 8


def read_typed(project: Project, upload: str, types: dict[str, str], table: Dataset) -> FileRows:
    """A file read as the champion's table was."""
    return read_rows(project, upload, types, like=table)


def by_id(
    project: Project, frame: pd.DataFrame, id_column: str, row_column: str | None
) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Labels by prediction id: (id, row, value), what is wrong, and rows whose prediction does not exist."""
    import pandas as pd

    sizes = prediction_requests(project).set_index("id")["rows"]
    ids = frame[id_column].astype(str)
    rows_of, problems, unknown = sizes.reindex(ids.to_numpy()).to_numpy(), [], []
    if row_column is not None:
        given = pd.to_numeric(frame[row_column], errors="coerce").to_numpy()
    else:
        given = (ids.groupby(ids).cumcount() + 1).to_numpy()
        counts = ids.map(ids.value_counts()).to_numpy()
        short = dict.fromkeys(ids[(counts < rows_of) & (rows_of > 1)])
        if short:
            problems.append(
                f"A column {ROW!r} must say which row of the predicted file is meant, for: {listing(short, SHOWN)}."
            )
    matched = []
    for line, identity, row, rows, value in zip(frame["__line"], ids, given, rows_of, frame["__value"], strict=True):
        if not (rows == rows and 1 <= row <= rows):
            unknown.append(f"row {line} ({identity}{f', row {row:g}' if rows == rows else ''})")
        else:
            matched.append((identity, int(row), value, line))
    return pd.DataFrame(matched, columns=["id", "row", "value", "line"]), problems, unknown


class Log:
    """What is known of the predictions that keys may mean, each column read when it is asked for."""

    def __init__(
        self,
        project: Project,
        table: Dataset,
        sources: list[str],
        since: str | None,
        until: str | None,
        version: str | None,
    ) -> None:
        self.project, self.table = project, table
        log = prediction_log(project, sources, EVERYTHING, since=since, until=until).iloc[::-1]
        self.log = log if version is None else log[log["model_version"] == version]

    def having(self, keys: Sequence[str]) -> pd.DataFrame:
        """id, row and these columns: from the log where the model takes them, else from the predicted files."""
        import pandas as pd

        if all(f"{INPUT}{name}" in self.log.columns for name in keys):
            return self.log[["id", "row", *(f"{INPUT}{name}" for name in keys)]].rename(
                columns={f"{INPUT}{name}": name for name in keys}
            )
        asked = set(self.log["id"])
        parts = []
        for batch in list_batches(self.project, EVERYTHING):
            if batch.log in asked:
                rows = read_typed(self.project, batch.upload, self.table.schema, self.table).frame
                if set(keys) <= set(rows.columns):
                    parts.append(rows[list(keys)].assign(id=batch.log, row=range(1, len(rows) + 1)))
        return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=["id", "row", *keys])


def default_keys(log: Log, frame: pd.DataFrame, inputs: Sequence[str]) -> list[str]:
    """The table's identifiers when they tell every prediction, else all inputs of the model."""
    identifiers = [one.name for one in log.table.columns if one.type == "identifier" and one.name in frame.columns]
    if identifiers and len(log.having(identifiers)) == len(log.log):
        return identifiers
    if set(inputs) <= set(frame.columns):
        return list(inputs)
    raise InvalidInput(
        f"The file does not say whose labels these are: it has neither {ID!r}, nor all {len(inputs)} inputs of the "
        "model, nor an identifier that every predicted file has. It has: "
        f"{listing(frame.columns.drop(['__line', '__value']))}. "
        "Name the columns that identify a row in keys.",
        field="keys",
    )


def by_keys(frame: pd.DataFrame, log: pd.DataFrame, keys: Sequence[str]) -> tuple[pd.DataFrame, list[str], list[str]]:
    """Labels by columns; as many equal rows on both sides as there are, in order."""
    import pandas as pd

    both = [pd.DataFrame({"key": row_keys(side[list(keys)].reset_index(drop=True))}) for side in (frame, log)]
    mine = both[0].assign(value=frame["__value"].to_numpy(), line=frame["__line"].to_numpy())
    theirs = both[1].assign(id=log["id"].to_numpy(), row=log["row"].to_numpy())
    given, there = mine["key"].map(mine["key"].value_counts()), mine["key"].map(theirs["key"].value_counts()).fillna(0)
    text = [
        f"row {line} ({', '.join(f'{name} {frame[name].iloc[place]}' for name in list(keys)[:2])})"
        for place, line in enumerate(mine["line"])
    ]
    said = pd.Series(text, index=mine.index)
    problems = []
    twice, several = (there > 0) & (given > there), (there > given) & (there > 0)
    if twice.any():
        problems.append(f"{count(int(twice.sum()), 'row')} give a label twice: {listing(said[twice], SHOWN)}.")
    if several.any():
        problems.append(
            f"{count(int(several.sum()), 'row')} fit more than one prediction: {listing(said[several], SHOWN)}. Say "
            "which are meant by prediction_id, by since and until, or by alias."
        )
    mine["turn"], theirs["turn"] = mine.groupby("key").cumcount(), theirs.groupby("key").cumcount()
    matched = mine.merge(theirs, on=["key", "turn"], how="inner")[["id", "row", "value", "line"]]
    return matched, problems, list(said[there == 0])
