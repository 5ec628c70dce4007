"""Safe rules on columns: a small language that is parsed against an allow-list, never evaluated by Python.

    tenure < 12 and `Contract type` == "Month-to-month"      0.3 * rooms + 2      "A" if x > 3 else "B"
    x in ("a", "b")      missing(x)      1 < x <= 3      contains(lower(name), "ltd")      min(a, b) / max(c, 1)

A name with spaces or signs is written in backquotes (a backquote in it twice). Text stands in single or double quotes;
a backslash makes the quote or backslash after it part of the text. A missing value compares false, whatever it is
compared with; `missing(x)` asks for it. Conditions count as 1 and 0 in arithmetic. Dates are compared with ISO text.
"""

from __future__ import annotations

from mlworkbench.expressions.parsing import FUNCTIONS, LONGEST, Expression, parse

__all__ = ["FUNCTIONS", "LONGEST", "Expression", "parse"]
