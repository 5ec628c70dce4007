"""Take off what cannot be seen: spaces at the ends, control characters; and letters of another case."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mlworkbench.data.repairs.spec import REPAIRS, Done, RepairSpec, Setting
from mlworkbench.data.repairs.work import Work, plural

_CASES = ("keep", "lower", "upper", "title")


def _apply(work: Work, given: Mapping[str, Any]) -> Done:
    import pyarrow.compute as pc

    total, emptied, told = 0, 0, []
    for name in given["columns"]:
        cells = work.words(name, "Trimming")
        fresh = cells
        if given["control"]:
            fresh = pc.replace_substring_regex(fresh, r"[\t\n\r]+", " ")
            fresh = pc.replace_substring_regex(fresh, r"[\p{Cc}\p{Cf}]", "")
        if given["spaces"]:
            fresh = pc.replace_substring_regex(fresh, r"[\s\p{Zs}]+", " ")
            fresh = pc.utf8_trim_whitespace(fresh)
        if given["case"] != "keep":
            fresh = {"lower": pc.utf8_lower, "upper": pc.utf8_upper, "title": pc.utf8_title}[given["case"]](fresh)
        empty = pc.fill_null(pc.equal(fresh, ""), False)
        fresh = pc.if_else(empty, None, fresh)
        count = work.put(name, fresh)
        total, emptied = total + count, emptied + int(pc.sum(empty).as_py() or 0)
        told.append(f"{name} ({count:,})")
    gone = f"; {plural(emptied, 'cell')} of them had nothing else and became missing" if emptied else ""
    return Done(total, f"{plural(total, 'cell')} trimmed: {', '.join(told)}{gone}")


REPAIRS.register(
    RepairSpec(
        "trim",
        "Trim text",
        "Take off spaces at the ends, doubled spaces and control characters, and make the case of letters one.",
        (
            Setting("columns", "columns", label="Columns of text", required=True),
            Setting("spaces", "bool", True, "Spaces at the ends, and doubled ones"),
            Setting("control", "bool", True, "Control characters (line ends and tabs become a space)"),
            Setting("case", "choice", "keep", "Case of letters", choices=_CASES),
        ),
        "cells",
        _apply,
    )
)
