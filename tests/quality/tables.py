"""For each code a table that shows it and one that nearly does; tables that show nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

ROWS = 240


@dataclass(frozen=True)
class Case:
    """Two tables, how they are read, and the columns that the finding is about."""

    shows: Callable[[], pd.DataFrame]
    nearly: Callable[[], pd.DataFrame]
    columns: tuple[str, ...] = ()
    settings: dict[str, Any] = field(default_factory=dict)


def base(rows: int = ROWS, seed: int = 1) -> pd.DataFrame:
    """Columns that nothing is wrong with."""
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "size": random.normal(50, 9, rows).round(3),
            "price": random.lognormal(3, 0.7, rows).round(3),
            "length": random.uniform(0, 9, rows).round(4),
            "plan": random.choice(["basic", "plus", "pro"], rows, p=[0.5, 0.3, 0.2]),
            "left": np.where(random.random(rows) < 0.4, "yes", "no"),
        }
    )


def with_column(name: str, cells: Any) -> pd.DataFrame:
    return base(len(cells)).assign(**{name: cells})


def with_cells(name: str, places: dict[int, Any], of: Any = None) -> pd.DataFrame:
    frame = base() if of is None else with_column(name, of)
    cells = frame[name].astype(object)
    for place, value in places.items():
        cells[place] = value
    return frame.assign(**{name: cells})


def words(*choices: str, rows: int = ROWS) -> list[str]:
    return np.random.default_rng(2).choice(choices, rows).tolist()


def numbers(rows: int = ROWS) -> np.ndarray:
    return np.random.default_rng(3).normal(120, 15, rows).round(2)


def dates(form: str, rows: int = ROWS) -> list[str]:
    days = np.random.default_rng(4).integers(0, 1500, rows)
    return (pd.Timestamp("2019-01-01") + pd.to_timedelta(days, "D")).strftime(form).tolist()


def sentinel(value: float, size: int = 9) -> pd.DataFrame:
    return with_cells("bmi", {place * 7: value for place in range(size)}, numbers())


def correlated(odd: bool) -> pd.DataFrame:
    random = np.random.default_rng(5)
    height = random.normal(170, 10, 400)
    weight = (height - 100) + random.normal(0, 1.5, 400)
    if odd:
        height[9], weight[9] = 155.0, 88.0
    return base(400).assign(height=height.round(3), weight=weight.round(3))


def zero_inflated(share: float) -> pd.DataFrame:
    random = np.random.default_rng(6)
    return with_column("spent", np.where(random.random(ROWS) < share, 0, random.gamma(1, 30, ROWS)).round(2))


def piled(limit: float) -> pd.DataFrame:
    return with_column("value", np.minimum(numbers(), limit))


def rising(step_back: bool) -> pd.DataFrame:
    time = np.cumsum(np.random.default_rng(7).exponential(2, ROWS)).round(2)
    if step_back:
        time[100] = time[20]
    return with_column("time", time)


def repeated(change: Callable[[pd.DataFrame], pd.DataFrame]) -> pd.DataFrame:
    frame = base()
    return pd.concat([frame, change(frame.iloc[:6].copy())], ignore_index=True)


def imbalanced(rare: int) -> pd.DataFrame:
    return with_column("left", ["yes"] * rare + ["no"] * (ROWS - rare)).sample(frac=1, random_state=0)


def told(noise: float) -> pd.DataFrame:
    frame = base()
    random = np.random.default_rng(8)
    return frame.assign(refund=((frame["left"] == "yes") * 10 + random.normal(0, noise, ROWS)).round(3))


def sums(noise: float) -> pd.DataFrame:
    random = np.random.default_rng(9)
    first, second, third = random.gamma(2, 10, (3, ROWS)).round(2)
    total = first + second + random.normal(0, noise, ROWS) + third * (noise > 0)
    return base().drop(columns="left").assign(first=first, second=second, third=third, total=total.round(2))


def multiples(noise: float) -> pd.DataFrame:
    frame = base()
    random = np.random.default_rng(10)
    return frame.assign(grams=(frame["size"] * 1000 + random.normal(0, noise, ROWS)).round(4))


def drifting(jump: float) -> pd.DataFrame:
    return with_column("level", (numbers() + np.where(np.arange(ROWS) > ROWS // 2, jump, 0)).round(2))


def by_time(jump: float) -> pd.DataFrame:
    random = np.random.default_rng(11)
    day = np.sort(random.integers(0, 900, 600))
    level = random.normal(120, 15, 600) + np.where(day > 700, jump, 0)
    frame = base(600).assign(
        day=(pd.Timestamp("2020-01-01") + pd.to_timedelta(day, "D")).strftime("%Y-%m-%d"), level=level.round(2)
    )
    return frame.sample(frac=1, random_state=0)


def luhn_number(body: int) -> str:
    digits = [int(sign) for sign in f"4{body:014d}"]
    doubled = sum(sum(divmod(2 * digit, 10)) for digit in digits[::-2])
    check = (-(doubled + sum(digits[-2::-2]))) % 10
    return "".join(map(str, digits)) + str(check)


def card_numbers(right: bool) -> list[str]:
    body = np.random.default_rng(12).integers(0, 10**14, ROWS)
    found = [luhn_number(int(one)) for one in body]
    return found if right else [one[:-1] + str((int(one[-1]) + place % 10) % 10) for place, one in enumerate(found)]


TARGET = {"target": "left"}
CASES: dict[str, Case] = {
    "numbers_as_text": Case(
        lambda: with_cells("total", {5: " ", 60: "unknown"}, numbers()),
        lambda: with_column("total", [f"0{one}" for one in range(1000, 1000 + ROWS)]),
        ("total",),
    ),
    "mixed_types": Case(
        lambda: with_column("answer", [*words("ship", "train", rows=90), *range(100, 250)]),
        lambda: with_column("answer", [*words("ship", "train", "plane", rows=236), "11", "12", "13", "14"]),
        ("answer",),
    ),
    "disguised_missing": Case(lambda: sentinel(-999), lambda: sentinel(91.5), ("bmi",)),
    "mixed_dates": Case(
        lambda: with_column("day", [*dates("%Y-%m-%d", 200), *dates("%d.%m.%Y", 40)]),
        lambda: with_column("day", [*dates("%Y-%m-%d", 239), "soon"]),
        ("day",),
    ),
    "duplicate_rows": Case(
        lambda: repeated(lambda rows: rows), lambda: repeated(lambda rows: rows.assign(size=rows["size"] + 0.001))
    ),
    "near_duplicate_rows": Case(
        lambda: repeated(lambda rows: rows.assign(size=rows["size"] + 0.001)),
        lambda: repeated(lambda rows: rows.assign(size=rows["size"] + 0.001, price=rows["price"] + 0.001)),
        ("size",),
    ),
    "duplicate_columns": Case(
        lambda: base().assign(tier=base()["plan"].map({"basic": "B", "plus": "L", "pro": "R"})),
        lambda: base().assign(
            tier=base()["plan"].map({"basic": "B", "plus": "L", "pro": "R"}).where(base().index > 9, "L")
        ),
        ("plan", "tier"),
    ),
    "inconsistent_categories": Case(
        lambda: with_column("town", ["NY"] * 100 + ["ny "] * 20 + ["New York"] * 20 + ["Boston"] * 95 + ["Bosotn"] * 5),
        lambda: with_column("town", words("INLAND", "ISLAND", "level 1", "level 2", "-1", "1")),
        ("town",),
    ),
    "outliers": Case(lambda: with_cells("size", {9: 500.0}), lambda: with_cells("size", {9: 84.0}), ("size",)),
    "multivariate_outliers": Case(lambda: correlated(True), lambda: correlated(False)),
    "excess_zeros": Case(lambda: zero_inflated(0.5), lambda: zero_inflated(0.05), ("spent",)),
    "capped": Case(lambda: piled(130), lambda: piled(165), ("value",)),
    "constant": Case(
        lambda: with_column("unit", ["kg"] * ROWS), lambda: with_column("unit", ["kg"] * 200 + ["g"] * 40), ("unit",)
    ),
    "near_constant": Case(
        lambda: with_column("unit", ["kg"] * 239 + ["g"]),
        lambda: with_column("unit", ["kg"] * 234 + ["g"] * 6),
        ("unit",),
    ),
    "high_cardinality": Case(
        lambda: with_column("street", [f"street {chr(97 + n % 26)}{n % 90}" for n in range(ROWS)]),
        lambda: with_column("street", [f"street {n % 12}" for n in range(ROWS)]),
        ("street",),
    ),
    "identifier_like": Case(
        lambda: with_column("row", [f"C-{n:05d}" for n in range(ROWS)]),
        lambda: with_column("row", np.random.default_rng(1).integers(0, 10_000, ROWS)),
        ("row",),
    ),
    "monotone": Case(lambda: rising(False), lambda: rising(True), ("time",)),
    "conflicting_labels": Case(
        lambda: repeated(lambda rows: rows.assign(left=rows["left"].map({"yes": "no", "no": "yes"}))),
        lambda: repeated(lambda rows: rows),
        ("left",),
        {**TARGET, "holdout": {"method": "none"}},
    ),
    "class_imbalance": Case(lambda: imbalanced(10), lambda: imbalanced(40), ("left",), TARGET),
    "pii": Case(
        lambda: with_column("contact", [f"person{n % 70}@example.org" for n in range(ROWS)]),
        lambda: with_column("contact", [f"person{n % 70} at example" for n in range(ROWS)]),
        ("contact",),
    ),
    "leakage": Case(lambda: told(0.5), lambda: told(5), ("refund",), TARGET),
    "leaking_sum": Case(
        lambda: sums(0), lambda: sums(6), ("total", "first", "second"), {"target": "total", "task": "regression"}
    ),
    "collinear": Case(lambda: multiples(0), lambda: multiples(5), ("size", "grams")),
    "non_stationary": Case(lambda: drifting(30), lambda: drifting(2), ("level",)),
    "holdout_shift": Case(
        lambda: by_time(40),
        lambda: by_time(0),
        ("level",),
        {**TARGET, "holdout": {"method": "time", "column": "day", "size": 0.2}},
    ),
    "far_dates": Case(
        lambda: with_cells("day", {3: "1503-04-05"}, dates("%Y-%m-%d")),
        lambda: with_cells("day", {3: "1803-04-05"}, dates("%Y-%m-%d")),
        ("day",),
    ),
    "long_cells": Case(
        lambda: with_cells("note", {3: "x" * 1_000_000}, words("good", "bad", "late")),
        lambda: with_cells("note", {3: "x" * 1_000}, words("good", "bad", "late")),
        ("note",),
    ),
}


def clean(seed: int) -> pd.DataFrame:
    """Columns of many kinds that chance alone has made; nothing is wrong with them."""
    random = np.random.default_rng(seed)
    rows = int(random.integers(120, 700))
    day = random.permutation(rows) + random.integers(0, 400)
    size = random.normal(0, 1, rows)
    return pd.DataFrame(
        {
            "normal": random.normal(20, 4, rows),
            "lognormal": random.lognormal(1, 1, rows),
            "uniform": random.uniform(-1, 1, rows),
            "exponential": random.exponential(5, rows),
            "heavy": random.standard_t(5, rows),
            "count": random.poisson(6, rows),
            "rare": random.poisson(0.7, rows),
            "related": size + random.normal(0, 0.4, rows),
            "size": size,
            "age": random.integers(18, 90, rows),
            "town": random.choice(["Bern", "Basel", "Zug", "Chur"], rows),
            "plan": random.choice(["basic", "plus", "pro"], rows, p=[0.6, 0.3, 0.1]),
            "member": random.choice(["yes", "no"], rows),
            "day": (pd.Timestamp("2020-01-01") + pd.to_timedelta(day, "D")).strftime("%Y-%m-%d"),
            "target": np.where(random.random(rows) < 1 / (1 + np.exp(-size)), "good", "bad"),
        }
    )
