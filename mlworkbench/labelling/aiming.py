"""Making a target: an expression, a threshold, or an event within a window of time; each is a chain of repair steps."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from mlworkbench.data import DIRECT_ROWS, get_dataset, load_table, repair, revise
from mlworkbench.errors import InvalidInput, NotApplicable, listing
from mlworkbench.expressions import parse
from mlworkbench.jobs import SILENT, Progress, job
from mlworkbench.labelling import marks
from mlworkbench.labelling.results import TargetPlan

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

HOWS = ("column", "threshold", "expression", "window")
YES, NO = "Yes", "No"
MOST_CELLS = 200_000  # of a window, whose answers are kept one by one


def plan_target(
    project: Project,
    *,
    how: str,
    name: str = "",
    dataset: str | None = None,
    column: str = "",
    above: float | None = None,
    expression: str = "",
    time: str = "",
    days: float | None = None,
    event: str = "",
    entity: str = "",
) -> TargetPlan:
    """What making a target would do: its steps, how many rows of each class, how many without a target.

    Parameters
    ----------
    how : {"column", "threshold", "expression", "window"}
        "column": one that is there. "threshold": Yes where `column` is above `above`, else No. "expression": a
        condition becomes Yes or No, numbers and text stay. "window": Yes where the event happens after `time` and at
        most `days` days later.
    name : str
        Of the new column; not for "column".
    event : str
        For a window: a column of dates (when it happened in this row's case; missing: not so far), or a condition that
        is true of rows that are events, dated by `time`.
    entity : str
        For a window: whose events count (a customer, a machine); "" for those of the same row only.

    Notes
    -----
    A row in which a value that is asked for is missing gets no target, unless the expression asks missing(…) itself.
    Where the table ends before a row's window does and nothing happened yet, nobody knows: such rows get no target
    either. The table ends at the latest date in the columns of dates that are asked.

    Raises
    ------
    InvalidInput
        With `field` naming the setting.
    NotApplicable
        All rows would have the same answer, or none would have one.
    """
    table = get_dataset(project, dataset)
    called = _settings(
        table, how=how, name=name, column=column, above=above, expression=expression, time=time, days=days,
        event=event, entity=entity,
    )  # fmt: skip
    if how == "column":
        return _planned(column, (), load_table(project, table, [column])[column], (), ())
    if how == "threshold":
        written = quoted(column)
        rule = f'"{YES}" if {written} > {above!r} else "" if missing({written}) else "{NO}"'
        return _by_rule(project, table, called, rule, (column,))
    if how == "expression":
        return _by_expression(project, table, called, expression)
    return _by_window(project, table, called, time=time, days=float(days or 0), event=event, entity=entity)


def _settings(
    table: Dataset, *, how: str, name: str = "", column: str = "", above: float | None = None, expression: str = "",
    time: str = "", days: float | None = None, event: str = "", entity: str = "",
) -> str:  # fmt: skip
    """The target's name, once the settings are known to fit the columns; no row is read."""
    if how not in HOWS:
        raise InvalidInput(f"how is one of: {listing(HOWS)}. Got {how!r}.", field="how")
    if how == "column":
        return _column(table, column, "column")
    called = marks.checked_name(name, "name", "The name of a target")
    if called in table.names:
        raise InvalidInput(f"There is a column {called!r} already. Choose it, or another name.", field="name")
    if how == "threshold":
        _column(table, column, "column", "integer", "number")
        if above is None or isinstance(above, bool) or not math.isfinite(above):
            raise InvalidInput(f"A threshold is a number. Got {above!r}.", field="above")
    elif how == "expression":
        parse(expression, table.names)
    else:
        _column(table, time, "time", "datetime")
        if entity:
            _column(table, entity, "entity")
        if days is None or isinstance(days, bool) or not 0 < days <= 36_525:
            raise InvalidInput(f"days is a number above 0, up to 100 years. Got {days!r}.", field="days")
        if _event(event, table) is not None and not entity:
            raise InvalidInput(
                "A condition marks rows as events, so whose events count must be said: name a column. Or name a column "
                "of dates as the event.",
                field="entity",
            )
    return called


def _check(project: Project, **settings: Any) -> None:
    """What can be said before it is queued: all of it for a small table, the settings alone for a large one."""
    positive, why = settings.pop("positive", None), settings.pop("why", "")
    if not isinstance(why, str) or len(why) > 500:
        raise InvalidInput("A reason is text of at most 500 characters.", field="why")
    table = get_dataset(project, settings.get("dataset"))
    if table.rows > DIRECT_ROWS:
        _settings(table, **{name: value for name, value in settings.items() if name != "dataset"})
        return
    planned = plan_target(project, **settings)
    if positive is not None and positive not in planned.counts:
        raise InvalidInput(
            f"The positive class is one of: {listing(planned.counts)}. Got {positive!r}.", field="positive"
        )


@job(lane="light", title="Making the target", check=_check)
def make_target(
    project: Project,
    *,
    how: str,
    name: str = "",
    dataset: str | None = None,
    column: str = "",
    above: float | None = None,
    expression: str = "",
    time: str = "",
    days: float | None = None,
    event: str = "",
    entity: str = "",
    positive: str | None = None,
    why: str = "",
    progress: Progress = SILENT,
) -> Dataset:
    """Make the column by repair steps and choose it as the target: a new version, with a holdout of its own.

    Parameters
    ----------
    positive : str, optional
        The class that is looked for; by default Yes of Yes and No.

    Raises
    ------
    InvalidInput, NotApplicable
        As `plan_target`; field="positive".
    """
    asked: dict[str, Any] = {
        "how": how, "name": name, "dataset": dataset, "column": column, "above": above, "expression": expression,
        "time": time, "days": days, "event": event, "entity": entity,
    }  # fmt: skip
    _check(project, **asked, positive=positive, why=why)
    planned = plan_target(project, **asked)
    said = why or f"target {planned.target}: {how}"
    chosen = positive or (YES if set(planned.counts) == {YES, NO} else None)
    if not planned.steps:
        return revise(project, dataset=dataset, target=planned.target, positive=chosen, why=said, progress=progress)
    steps = [dict(one) for one in planned.steps]
    return repair(
        project, steps=steps, dataset=dataset, target=planned.target, positive=chosen, why=said, progress=progress
    )


def quoted(name: str) -> str:
    """A column's name as expressions take it."""
    return f"`{name.replace('`', '``')}`"


def _column(table: Dataset, name: str, setting: str, *types: str) -> str:
    fitting = [one.name for one in table.columns if not types or one.type in types]
    if name not in fitting:
        what = f" of type {' or '.join(types)}" if types else ""
        raise InvalidInput(
            f"{setting} is a column{what} of this table. Got {name!r}. There are: {listing(fitting)}.", field=setting
        )
    return name


def _by_expression(project: Project, table: Dataset, called: str, expression: str) -> TargetPlan:
    rule = parse(expression, table.names)
    sample = load_table(project, table, list(rule.columns) or [table.names[0]])
    made = expression
    if rule.evaluate(sample.head(1)).dtype == bool:
        asks = "missing(" in expression.replace(" ", "") or not rule.columns
        gaps = " or ".join(f"missing({quoted(one)})" for one in rule.columns)
        made = f'"{YES}" if ({expression}) else "{NO}"'
        made = made if asks else f'"" if {gaps} else {made}'
    return _by_rule(project, table, called, made, rule.columns)


def _by_rule(project: Project, table: Dataset, called: str, rule: str, reads: tuple[str, ...]) -> TargetPlan:
    parsed = parse(rule, table.names)
    values = parsed.evaluate(load_table(project, table, list(parsed.columns) or [table.names[0]]))
    if values.dtype == object:
        values = values.map(lambda one: one or None)
    return _planned(called, ({"step": "compute", "name": called, "expression": rule},), values, reads, ())


def _by_window(
    project: Project, table: Dataset, called: str, *, time: str, days: float, event: str, entity: str
) -> TargetPlan:
    import pandas as pd

    rule = _event(event, table)
    used = tuple(dict.fromkeys([time, *([entity] if entity else []), *(rule.columns if rule else [event])]))
    frame = load_table(project, table, list(used))
    happened = frame[event] if rule is None else frame[time].where(rule.evaluate(frame).astype(bool))
    whose = frame[entity] if entity else pd.Series(range(len(frame)), index=frame.index)
    answer, censored = window_answers(frame[time], happened, whose, days)
    empty = int(answer.isna().sum()) - censored
    cells = [[row, None if one is None else YES] for row, one in enumerate(answer.tolist()) if one != NO]
    if len(cells) > MOST_CELLS:
        raise NotApplicable(
            f"{len(cells):,} rows would be Yes or unknown; such answers are kept one by one, {MOST_CELLS:,} at most. "
            "Sample or filter the table first.",
            field="days",
        )
    steps: tuple[dict[str, Any], ...] = ({"step": "compute", "name": called, "expression": f'"{NO}"'},)
    if cells:
        steps += ({"step": "set_cells", "column": called, "cells": cells},)
    notes = []
    if censored:
        notes.append(f"{censored:,} rows: the table ends before their window does, and nothing happened yet")
    if empty:
        notes.append(f"{empty:,} rows: no {time}, or nobody whose events could be looked for")
    return _planned(called, steps, answer, used, tuple(notes))


def _event(event: str, table: Dataset) -> Any:
    """The condition that marks events; None when the event is a column of dates."""
    if event in table.names and table.column(event).type == "datetime":
        return None
    try:
        return parse(event, table.names)
    except InvalidInput as error:
        raise InvalidInput(f"The event is a column of dates or a condition. {error.message}", field="event") from error


def window_answers(
    time: pd.Series[Any], happened: pd.Series[Any], whose: pd.Series[Any], days: float
) -> tuple[pd.Series[Any], int]:
    """Yes, No or None for each row, and how many are None because the table ends before their window does.

    Parameters
    ----------
    time, happened : Series of datetime64
        Each row's own moment, and when its event happened (missing: it did not).
    whose : Series
        Whose event it is; rows where it is missing have none and get no answer.
    days : float
        The window: time < event <= time + days.
    """
    import numpy as np
    import pandas as pd

    answer = pd.Series(np.full(len(time), None, dtype=object), index=time.index)
    known, there = (time.notna() & whose.notna()).to_numpy(), (happened.notna() & whose.notna()).to_numpy()
    if not known.any():
        return answer, 0
    # Whole microseconds: pandas joins by time in nanoseconds, which end in 1677 and 2262.
    at, event = (one.to_numpy(dtype="datetime64[us]").astype(np.int64) for one in (time, happened))
    end = max(int(one[where].max()) for one, where in ((at, time.notna()), (event, happened.notna())) if where.any())
    who = np.asarray(pd.factorize(whose)[0])
    asked = pd.DataFrame({"place": np.flatnonzero(known), "who": who[known], "at": at[known]}).sort_values("at")
    events = pd.DataFrame({"who": who[there], "at": event[there], "event": event[there]}).sort_values("at")
    joined = pd.merge_asof(asked, events, on="at", by="who", direction="forward", allow_exact_matches=False)
    last = joined["at"].to_numpy() + round(days * 86_400e6)
    following = joined["event"].to_numpy(dtype=np.float64)  # NaN: no later event
    yes = following <= last
    unsure = ~yes & (last > end)
    said = np.full(len(joined), NO, dtype=object)
    said[unsure] = None
    said[yes] = YES
    answer.iloc[joined["place"].to_numpy()] = said
    return answer, int(unsure.sum())


def _planned(
    called: str, steps: tuple[dict[str, Any], ...], values: pd.Series[Any], reads: tuple[str, ...],
    notes: tuple[str, ...],
) -> TargetPlan:  # fmt: skip
    known = values.dropna()
    if known.nunique() < 2:
        raise NotApplicable(
            f"{'Every row would have the same target' if len(known) else 'No row would have a target'}: there is "
            "nothing to learn. Choose other limits.",
            field="how",
        )
    found = known.astype(str).value_counts() if known.nunique() <= 50 else None
    counts = {str(value): int(rows) for value, rows in found.items()} if found is not None else {}
    unknown = int(values.isna().sum())
    said = f"{called}: {len(known):,} rows have a target"
    if len(counts) == 2:
        first = YES if YES in counts else list(counts)[-1]
        said += f", {counts[first] / len(known):.1%} of them {first}"
    said += f"; {unknown:,} have none and teach nothing." if unknown else "."
    if reads:
        said += (
            f" Leave {listing(reads)} out of the features: the target is made of {'it' if len(reads) == 1 else 'them'}."
        )
    return TargetPlan(called, steps, counts, unknown, reads, notes, said)
