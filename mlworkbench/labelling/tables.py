"""Labelling tables: which rows are asked, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.data import get_dataset, load_table, load_training
from mlworkbench.errors import Conflict, InvalidInput, NotApplicable, NotFound, listing
from mlworkbench.labelling import marks
from mlworkbench.labelling.results import Labelling
from mlworkbench.projects import audit

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

KIND = "labelling"
ONLY = ("unlabelled", "labelled", "all")
ORDERS = ("table", "random", "uncertain")
MOST_ROWS = 10_000
MOST_CLASSES = 50


def start_labelling(
    project: Project,
    *,
    name: str,
    classes: Sequence[str] | None = None,
    column: str | None = None,
    dataset: str | None = None,
    where: str = "",
    only: str = "unlabelled",
    order: str = "table",
    limit: int = 1000,
    per_row: int = 1,
    price_per_hour: float = 0.0,
    seed: int = 0,
) -> Labelling:
    """Choose the rows that people are to label. Rows of the holdout are never among them.

    Parameters
    ----------
    name : str
        Its name in the project, 1 to 60 characters.
    classes : sequence of str, optional
        What a label can be; by default the classes of the target, or the words that the column holds.
    column : str, optional
        What the labels are for; by default the target. It need not exist yet.
    where : str
        An expression that rows must fulfil; "" for all.
    only : {"unlabelled", "labelled", "all"}
        Whether the column has a value in the row.
    order : {"table", "random", "uncertain"}
        "uncertain": those first that models of the last search for label errors can tell apart least (the smallest
        margin between the two most probable classes; T. Scheffer, C. Decomain and S. Wrobel, "Active Hidden Markov
        Models for Information Extraction", IDA 2001).
    limit : int
        Rows at most, 1 to 10,000; how many more would fit is kept.
    per_row : int
        People who are asked for each row, 1 to 9. Two or more show how far they agree.
    price_per_hour : float
        What an hour costs.

    Raises
    ------
    InvalidInput
        With `field` naming the setting that is wrong.
    Conflict
        field="name": there is a labelling of that name.
    NotApplicable
        No row fits, or nothing is known of uncertainty (field="order").
    """
    called = marks.checked_name(name, "name", "The name of a labelling")
    for setting, value, choices in (("only", only, ONLY), ("order", order, ORDERS)):
        if value not in choices:
            raise InvalidInput(f"{setting} is one of: {listing(choices)}. Got {value!r}.", field=setting)
    for setting, amount, least, most in (("limit", limit, 1, MOST_ROWS), ("per_row", per_row, 1, 9)):
        if isinstance(amount, bool) or not isinstance(amount, int) or not least <= amount <= most:
            raise InvalidInput(f"{setting} is a whole number from {least} to {most:,}. Got {amount!r}.", field=setting)
    if isinstance(price_per_hour, bool) or not isinstance(price_per_hour, int | float) or not 0 <= price_per_hour < 1e9:
        raise InvalidInput(f"A price per hour is a number, 0 or more. Got {price_per_hour!r}.", field="price_per_hour")
    _free(project, called)
    table = get_dataset(project, dataset)
    about = marks.checked_name(column or table.target or "", "column", "The column to label")
    if table.names == (about,):
        raise NotApplicable(
            f"The table has no column but {about!r}: there is nothing to judge a row by.", field="column"
        )
    labels = _classes(project, table, about, classes)
    rows = _eligible(project, table, about, where, only)
    rows = _ordered(project, table, rows, order, seed)
    if not len(rows):
        raise NotApplicable(
            f"No row outside the holdout fits: {only} rows{f' where {where}' if where else ''}. Choose other rows.",
            field="only",
        )
    chosen = rows[:limit]
    made = Labelling(
        id="", number=0, name=called, dataset=table.id, column=about, classes=labels,
        rows=tuple(int(row) for row in chosen), where=where, only=only, order=order,
        left_out=len(rows) - len(chosen), per_row=per_row, price_per_hour=float(price_per_hour), seed=seed,
        cells=_keep_cells(project, table, about, chosen),
    )  # fmt: skip
    meta = {"figure": f"{len(chosen):,} rows", "remark": called}
    with project.workspace.lock(f"labelling-{project.id}"):  # of two with one name, one is refused
        _free(project, called)
        kept = artifacts.put_json(project, KIND, made.to_json(), parents=(table.id, made.cells), meta=meta)
        artifacts.set_alias(project, f"{KIND}:{called}", kept.id)
    audit(project, "labelling started", {"labelling": kept.id, "name": called, "rows": len(chosen)})
    return get_labelling(project, called)


def _free(project: Project, name: str) -> None:
    if f"{KIND}:{name}" in artifacts.aliases(project):
        raise Conflict(f"There is a labelling named {name!r} already. Go on with it, or choose a name.", field="name")


def get_labelling(project: Project, name: str) -> Labelling:
    """The labelling of that name; NotFound lists those there are."""
    found = artifacts.get_alias(project, f"{KIND}:{name}")
    if found is None:
        names = [known.removeprefix(f"{KIND}:") for known in artifacts.aliases(project) if known.startswith(f"{KIND}:")]
        raise NotFound(f"There is no labelling named {str(name)[:80]!r}. There are: {listing(names)}.", field="name")
    return _of(project, found)


def list_labellings(project: Project) -> tuple[Labelling, ...]:
    """All labellings of the project, newest first."""
    return tuple(_of(project, one) for one in artifacts.list_artifacts(project, KIND))


def _classes(project: Project, table: Dataset, about: str, given: Sequence[str] | None) -> tuple[str, ...]:
    if given is not None:
        named = [given] if isinstance(given, str) else list(given)
        labels = tuple(dict.fromkeys(marks.checked_name(one, "classes", "A class") for one in named))
    elif about == table.target:
        labels = table.classes
    elif about in table.names and table.column(about).type in ("binary", "category", "constant"):
        labels = tuple(sorted(str(one) for one in load_table(project, table, [about])[about].dropna().unique()))
    else:
        labels = ()
    if not 2 <= len(labels) <= MOST_CLASSES:
        raise InvalidInput(
            f"A label is one of 2 to {MOST_CLASSES} classes. Got {len(labels)}: {listing(labels)}. Name them.",
            field="classes",
        )
    return labels


def _eligible(project: Project, table: Dataset, about: str, where: str, only: str) -> np.ndarray:
    """Rows outside the holdout (and its gap) that fit."""
    import numpy as np

    from mlworkbench.expressions import parse

    rule = parse_where(where, table)
    needed = dict.fromkeys((*([about] if about in table.names else []), *(rule.columns if rule else ())))
    frame = load_table(project, table, list(needed) or [table.names[0]])
    open_rows = np.ones(len(frame), bool)
    if table.target and table.holdout:
        open_rows = load_table(project, table, [table.target])[table.target].isna().to_numpy()
        open_rows[load_training(project, table, [table.target]).index.to_numpy()] = True
    given = frame[about].notna().to_numpy() if about in table.names else np.zeros(len(frame), bool)
    if only != "all":
        open_rows &= given if only == "labelled" else ~given
    if rule is not None:
        said = parse(where, table.names).evaluate(frame)
        if said.dtype != bool:
            raise InvalidInput("Rows are chosen by a condition, such as: tenure < 12. Got no condition.", field="where")
        open_rows &= said.to_numpy()
    return np.flatnonzero(open_rows)


def parse_where(where: str, table: Dataset) -> Any:
    """The rule that rows must fulfil, None for all; InvalidInput(field="where") when it cannot be read."""
    from mlworkbench.expressions import parse

    if not where.strip():
        return None
    try:
        return parse(where, table.names)
    except InvalidInput as error:
        raise InvalidInput(error.message, field="where") from error


def _ordered(project: Project, table: Dataset, rows: np.ndarray, order: str, seed: int) -> np.ndarray:
    import numpy as np

    if order == "table":
        return rows
    shuffled = np.random.default_rng(seed).permutation(rows)
    if order == "random":
        return shuffled
    from mlworkbench.labelling.doubting import load_margins

    known = load_margins(project, table)
    unsure = np.array([known.get(int(row), 2.0) for row in shuffled])  # rows that no model judged come last
    return np.asarray(shuffled[np.argsort(unsure, kind="stable")])


def _keep_cells(project: Project, table: Dataset, about: str, rows: np.ndarray) -> str:
    """The rows' cells as an artifact, without the column itself: who labels must not see what was said before."""
    cells = take_rows(project, table, [name for name in table.names if name != about], rows)
    return artifacts.put_table(project, "labelling_rows", cells, parents=(table.id,)).id


def take_rows(project: Project, table: Dataset, names: Sequence[str], rows: Sequence[int] | np.ndarray) -> pa.Table:
    """Some rows of a version, in the order asked; one part of the file after another, so that a large one fits."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    file = pq.ParquetFile(artifacts.path(project, table.table))
    sizes = [file.metadata.row_group(part).num_rows for part in range(file.num_row_groups)]
    wanted, ends = np.asarray(rows, dtype=np.int64), np.cumsum(sizes)
    order = np.argsort(wanted, kind="stable")
    parts = np.searchsorted(ends, wanted[order], side="right")
    found = [
        file.read_row_group(int(part), columns=list(names)).take(
            pa.array(wanted[order][parts == part] - (ends[part] - sizes[part]))
        )
        for part in np.unique(parts)
    ]
    return pa.concat_tables(found).take(pa.array(np.argsort(order, kind="stable")))


def _of(project: Project, found: artifacts.Artifact) -> Labelling:
    body = artifacts.read_json(project, found.id)
    return Labelling.from_json(body, id=found.id, number=found.number, created_at=found.created_at)
