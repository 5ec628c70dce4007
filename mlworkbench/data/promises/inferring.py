"""A contract from the rows to learn from: bounds with slack, words where they are few, each with its evidence."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from mlworkbench.data.datasets import get_dataset, load_training
from mlworkbench.data.promises.results import DataContract, Promise
from mlworkbench.data.results import Column, Dataset

if TYPE_CHECKING:
    import pandas as pd

    from mlworkbench.projects import Project

SLACK = 0.1
FEW = 50  # words up to so many are a set
ROWS_PER_WORD = 20  # and only where each was seen so often on average
AT_ONCE, CELLS = 20, 4_000_000  # columns and cells that are held in memory, one column at least
ROOM = 0.1  # more of the rows may be without a value than were
_PATTERNS = (
    (r"[^@\s]+@[^@\s]+\.[^@\s]+", "are e-mail addresses"),
    (r"https?://\S+", "are web addresses"),
    (r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}", "are UUIDs"),
    (r"[0-9]{1,3}(\.[0-9]{1,3}){3}", "are IPv4 addresses"),
)
_PATTERN_ROWS = 20  # fewer values that look alike may do so by chance


def infer_promises(project: Project, dataset: str | None = None) -> DataContract:
    """What holds of a dataset's training rows, with room for what is new; not saved.

    Bounds are the lowest and highest value widened by 10 % of the span between the 0.5 % and 99.5 % quantiles, so
    that a wild value does not widen them further; they do not cross 0 when no value does. Dates have no latest one.
    Words are a set when a binary or category column has up to 50 of them, each seen 20 times on average. Only
    identifiers whose values all differ are unique. A pattern is promised when all values share a simple one.

    Raises
    ------
    NotFound
        There is no dataset.
    """
    found = get_dataset(project, dataset)
    promises: list[Promise] = []
    step = max(1, min(AT_ONCE, CELLS // max(found.rows, 1)))
    for start in range(0, len(found.columns), step):
        some = found.columns[start : start + step]
        rows = load_training(project, found, [column.name for column in some])
        promises += [_promise(column, rows[column.name], found) for column in some]
    return DataContract(tuple(promises), dataset=found.id)


def _promise(column: Column, cells: pd.Series, dataset: Dataset) -> Promise:
    there = cells.dropna()
    gone = len(cells) - len(there)
    nullable = column.missing > 0
    evidence = [f"{len(there):,} of {len(cells):,} training rows have a value"]
    if nullable and not gone:
        evidence.append("others of the table do not")
    made: dict[str, Any] = {"nullable": nullable}
    if nullable and len(there):
        share = max(gone / len(cells), column.missing / dataset.rows)  # rows without a target are not learnt from
        made["most_missing"] = min(1.0, math.ceil(100 * (share + ROOM)) / 100)
    if len(there):
        kind = _numbers if column.type in ("number", "integer") else _dates if column.type == "datetime" else _words
        promised, said = kind(there, column, dataset)
        made |= promised
        evidence += said
    if column.name == dataset.target:
        evidence.append("the target: not asked of rows to predict")
    return Promise(column.name, column.type, why="; ".join(evidence) + ".", **made)


def _numbers(there: pd.Series, column: Column, dataset: Dataset) -> tuple[dict[str, Any], list[str]]:
    low, high = float(there.min()), float(there.max())
    inner, outer = (float(there.quantile(share)) for share in (0.005, 0.995))
    span = outer - inner or (high - low) or abs(high)
    if not math.isfinite(span):
        return {}, [f"values from {low:.6g} to {high:.6g}: no bounds, they span all numbers"]
    least, most = _rounded(low - SLACK * span, low, math.floor), _rounded(high + SLACK * span, high, math.ceil)
    if column.type == "integer":
        least, most = float(math.floor(least)), float(math.ceil(most))
    least, most = (max(least, 0.0) if low >= 0 else least), (min(most, 0.0) if high <= 0 else most)
    largest = 2.0**1023
    bounds: dict[str, Any] = {"minimum": max(least, -largest), "maximum": min(most, largest)}
    if bounds["minimum"] > low or bounds["maximum"] < high:
        bounds = {}
    if column.type == "integer":
        bounds = {name: int(edge) for name, edge in bounds.items()}
    sign = ", none below 0" if low >= 0 else ", none above 0" if high <= 0 else ""
    return bounds, [f"values from {low:,.10g} to {high:,.10g}{sign}, widened by 10 % of the middle 99 %"]


def _rounded(edge: float, seen: float, outwards: Any) -> float:
    """The edge with six digits, when that is still outside of what was seen."""
    if not math.isfinite(edge) or not edge:
        return edge if math.isfinite(edge) else seen
    digits = 5 - math.floor(math.log10(abs(edge)))
    if abs(digits) > 300:
        return edge
    short = outwards(edge * 10**digits) / 10**digits if digits >= 0 else outwards(edge / 10**-digits) * 10.0**-digits
    fits = short <= seen if outwards is math.floor else short >= seen
    return float(f"{short:.6g}") if fits and math.isfinite(short) else edge


def _dates(there: pd.Series, column: Column, dataset: Dataset) -> tuple[dict[str, Any], list[str]]:
    import numpy as np

    stamps = there.to_numpy("datetime64[us]")
    low, high = stamps.min(), stamps.max()
    span = int((high - low).astype(np.int64))
    early = (low - np.timedelta64(int(SLACK * span), "us")).astype("datetime64[D]")
    floor = max(early, np.datetime64("0001-01-01"))
    words = f"from {str(low)[:10]} to {str(high)[:10]}, may begin 10 % of the span earlier; new rows are newer"
    return {"minimum": str(floor)}, [words]


def _words(there: pd.Series, column: Column, dataset: Dataset) -> tuple[dict[str, Any], list[str]]:
    counts = there.astype(str).value_counts(sort=False)
    texts = list(counts.index)
    found: dict[str, Any] = {}
    said = [f"{len(texts):,} different"]
    few = column.type == "binary" or (column.type == "category" and len(texts) * ROWS_PER_WORD <= len(there))
    if few and len(texts) <= FEW:
        found["values"] = tuple(sorted(texts))
        said[0] += ", all of them are known"
        return found, said
    if column.type == "identifier" and len(texts) == len(there) and column.distinct + column.missing == dataset.rows:
        found["unique"] = True
        said.append("none is there twice")
    if len(texts) >= _PATTERN_ROWS:
        pattern, words = _pattern(texts)
        if pattern:
            found["pattern"] = pattern
            said.append(f"all {words}")
    if "pattern" not in found:
        longest = max(len(text) for text in texts)
        found["max_length"] = max(2 * longest, longest + 20)
        said.append(f"up to {longest:,} characters long, at least twice that is allowed")
    return found, said


def _pattern(texts: list[str]) -> tuple[str, str]:
    import pyarrow as pa
    import pyarrow.compute as pc

    array = pa.array(texts, pa.large_string())
    long = {len(text) for text in texts}
    shapes = list(_PATTERNS)
    if len(long) == 1:
        size = long.pop()
        digits, capitals = (
            (f"[0-9]{{{size}}}", f"have {size} digits"),
            (f"[A-Z]{{{size}}}", f"have {size} capital letters"),
        )
        shapes = [digits, capitals, *shapes]
        head = _head(texts, size)
        if 0 < len(head) < size and size - len(head) <= 1_000:
            start = "".join(sign if sign.isalnum() else f"\\{sign}" for sign in head)
            shapes.append((f"{start}[0-9]{{{size - len(head)}}}", f"are {head!r} and {size - len(head)} digits"))
    for pattern, words in shapes:
        if "{" in pattern and any(int(part) > 1_000 for part in _sizes(pattern)):
            continue  # RE2 repeats up to a thousand times
        if pc.all(pc.match_substring_regex(array, rf"\A(?:{pattern})\z")).as_py():
            return pattern, words
    return "", ""


def _sizes(pattern: str) -> list[str]:
    return re.findall(r"\{(\d+)", pattern)


def _head(texts: list[str], size: int) -> str:
    """The beginning that all share, when it is plain ASCII and not itself ending in digits."""
    head = _shared(min(texts), max(texts)).rstrip("0123456789")
    return head if head.isascii() and head.isprintable() and len(head) <= 20 else ""


def _shared(first: str, last: str) -> str:
    """The beginning of the lowest and highest text, and so of all between them."""
    place = next((place for place, (a, b) in enumerate(zip(first, last, strict=False)) if a != b), len(first))
    return first[:place]
