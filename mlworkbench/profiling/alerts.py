"""What the ydata library warns of, under our codes and our column names, stored beside the report it comes from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from mlworkbench import artifacts
from mlworkbench.profiling.report_results import MODES, Alert, Report

if TYPE_CHECKING:
    from mlworkbench.data import Dataset
    from mlworkbench.projects import Project

KIND = "ydata_alerts"
# the library's word → our code where one of our own checks says the same, the severity, what it says of a column;
# ZEROS is not our excess_zeros (one zero in a hundred is enough), IMBALANCE not near_constant, UNIQUE no identifier
_KINDS = {
    "CONSTANT": ("constant", "warning", "has one value in every row"),
    "ZEROS": ("ydata_zeros", "info", "is zero in {n_zeros:,} rows"),
    "HIGH_CORRELATION": ("ydata_high_correlation", "info", "go together strongly{strength}"),
    "HIGH_CARDINALITY": ("high_cardinality", "info", "has {n_distinct:,} different values"),
    "UNSUPPORTED": (
        "ydata_unsupported",
        "warning",
        "has no value, or values of several types",
    ),
    "DUPLICATES": ("duplicate_rows", "warning", "{n_duplicates:,} rows occur more than once"),
    "NEAR_DUPLICATES": ("near_duplicate_rows", "warning", "{n_near_dups:,} rows are nearly the same as others"),
    "SKEWED": ("ydata_skewed", "info", "is very skewed (skewness {skewness:.3g})"),
    "IMBALANCE": ("ydata_imbalance", "info", "is nearly always of the same few values (imbalance {imbalance:.0%})"),
    "MISSING": ("missing", "info", "is missing in {n_missing:,} rows"),
    "INFINITE": ("ydata_infinite", "warning", "is infinite in {n_infinite:,} rows"),
    "TYPE_DATE": ("ydata_dates_as_text", "info", "holds only dates, written as words"),
    "UNIQUE": ("ydata_unique", "info", "has a different value in every row"),
    "DIRTY_CATEGORY": ("inconsistent_categories", "info", "has values that may be spellings of one another"),
    "CONSTANT_LENGTH": ("ydata_constant_length", "info", "has the same number of characters in every row"),
    "UNIFORM": ("ydata_uniform", "info", "has all values about equally often"),
    "NON_STATIONARY": ("non_stationary", "info", "changes its level or spread over time"),
    "SEASONAL": ("ydata_seasonal", "info", "repeats a pattern over time"),
}
_SAID_ELSEWHERE = ("REJECTED", "EMPTY")  # the first stands beside UNSUPPORTED, the second cannot come here


def found(description: Any, names: Mapping[str, str], sampled: int | None = None) -> tuple[Alert, ...]:
    """The alerts of a description by the library.

    Parameters
    ----------
    description : the library's BaseDescription
    names : Mapping
        The name that the library knows → the name in the table.
    sampled : int, optional
        Rows of the sample that it saw, where it did not see all.
    """
    made: dict[tuple[str, tuple[str, ...]], Alert] = {}
    for one in description.alerts:
        kind = str(one.alert_type.name)
        if kind in _SAID_ELSEWHERE:
            continue
        if kind == "HIGH_CORRELATION":
            groups = [tuple(sorted((str(one.column_name), str(other)))) for other in one.values["fields"]]
        else:
            groups = [(str(one.column_name),)] if one.column_name is not None else [()]
        for group in groups:
            columns = tuple(names.get(name, name) for name in group)
            made.setdefault(
                (kind, columns), _alert(kind, columns, _figures(kind, one.values, description, group), sampled)
            )
    return tuple(made.values())


def _alert(kind: str, columns: tuple[str, ...], figures: Mapping[str, Any], sampled: int | None) -> Alert:
    code, severity, words = _KINDS.get(
        kind, (f"ydata_{kind.lower()}", "info", f"is marked {kind.replace('_', ' ').lower()} by the ydata library")
    )
    try:
        said = words.format(**figures)
    except (KeyError, TypeError, ValueError):  # a figure that this version of the library does not give
        said = words.split("{")[0].rstrip(" (,")
    if kind == "MISSING" and figures.get("p_missing") == 1:
        code, said = "all_missing", "has no value in any row"
    message = " ".join([" and ".join(columns), said]).strip() + (f", in a sample of {sampled:,}." if sampled else ".")
    return Alert(code, columns, message, severity, kind)


def _figures(kind: str, values: Any, description: Any, group: tuple[str, ...]) -> dict[str, Any]:
    if kind != "HIGH_CORRELATION":
        return {str(name): value for name, value in values.items()} if isinstance(values, Mapping) else {}
    for matrix in description.correlations.values():
        if set(group) <= set(matrix.columns):
            return {"strength": f" ({float(matrix.loc[group[0], group[1]]):.2f})"}
    return {"strength": ""}


def keep(project: Project, report: str, alerts: Iterable[Alert]) -> artifacts.Artifact:
    """Store the alerts beside their report."""
    body = {"alerts": [one.to_json() for one in alerts]}
    return artifacts.put_json(project, KIND, body, parents=(report,))


def alerts_of(project: Project, about: Dataset | Report | str | None = None) -> tuple[Alert, ...]:
    """What the library warned of.

    Parameters
    ----------
    about : Dataset or Report or str, optional
        A report, or a dataset: then of its newest report of each mode, each alert once; by default the current
        dataset. Nothing was reported: no alerts.

    Raises
    ------
    NotFound
        There is no such artifact.
    """
    from mlworkbench.data import get_dataset
    from mlworkbench.profiling.reporting import get_report, reports_of

    if isinstance(about, str):
        kind = artifacts.find(project, about).kind
        about = get_report(project, about) if kind == "ydata_report" else get_dataset(project, about)
    about = get_dataset(project) if about is None else about
    if isinstance(about, Report):
        wanted = [about.id]
    else:
        newest = {one.mode: one.id for one in reversed(reports_of(project, about.id))}
        wanted = [newest[mode] for mode in MODES if mode in newest]
    stored = {one.parents[0]: one.id for one in artifacts.list_artifacts(project, KIND)}
    made: dict[tuple[str, tuple[str, ...]], Alert] = {}
    for report in wanted:
        body = artifacts.read_json(project, stored[report]) if report in stored else {"alerts": []}
        for one in map(Alert.from_json, body["alerts"]):
            made.setdefault((one.code, one.columns), one)
    return tuple(made.values())
