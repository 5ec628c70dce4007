"""Rows that are equal in everything but the target."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from mlworkbench.quality.catalog import CHECKS, CheckSpec, Suspect, of

if TYPE_CHECKING:
    from mlworkbench.quality.scan import Scan

APART = 0.5  # standard deviations between targets of a regression that contradict each other


def _check(scan: Scan) -> Iterable[Suspect]:
    import numpy as np
    import pandas as pd

    target = str(scan.dataset.target)
    names = [one.name for one in scan.columns() if one.type not in ("identifier", "constant") and one.name != target]
    if not names:
        return
    rows = scan.training
    frame = pd.DataFrame({"features": scan.together(names)[rows]})
    groups = frame.groupby("features", sort=False)
    if scan.dataset.task == "regression":
        frame["target"] = scan.numbers(target)[rows]
        apart = groups["target"].transform("max") - groups["target"].transform("min")
        torn = (apart > APART * float(frame["target"].std(ddof=0))).to_numpy()
        said = "with targets that lie more than half a standard deviation apart"
    else:
        frame["target"] = scan.codes(target)[rows]
        torn = (groups["target"].transform("nunique") > 1).to_numpy()
        lost = len(frame) - int(frame.groupby(["features", "target"]).size().groupby("features").max().sum())
        said = f"with different labels: no model can be right about more than {1 - lost / max(len(frame), 1):.1%}"
    count = int(torn.sum())
    if count:
        first = np.flatnonzero(torn)
        pair = first[frame["features"].to_numpy()[first] == frame["features"].to_numpy()[first[0]]][:4]
        yield Suspect(
            (target,),
            count,
            f"{of(count, 'training row has', 'training rows have')} the same features as another {said}.",
            count / len(rows),
            rows=tuple(rows[pair].tolist()),
            shown=(target, *names)[:6],
            score=count / len(rows),
        )


CHECKS.register(
    CheckSpec(
        "conflicting_labels",
        "warning",
        "One of the labels is wrong, or what tells the rows apart is not in the table.",
        _check,
        needs=("target",),
    )
)
