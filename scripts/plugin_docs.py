"""Write docs/plugins.md from the catalogs: what each plug-in is, as its spec says. `--check` only compares."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from mlworkbench.catalog import Param
from mlworkbench.data import FINDINGS, READERS, REPAIRS, SOURCES, Setting
from mlworkbench.features import STEPS
from mlworkbench.modeling import ESTIMATORS
from mlworkbench.monitoring import DRIFT_TESTS
from mlworkbench.quality import CHECKS, RULES
from mlworkbench.scoping import TEMPLATES

TARGET = Path(__file__).resolve().parents[1] / "docs" / "plugins.md"
HEAD = """# Plug-ins

Made from the catalogs by `scripts/plugin_docs.py`; a test keeps it true. Each is one file that registers one
spec; the forms, the choices of the command line and the contract tests follow from it. How to add one: README.
"""


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A markdown table."""
    lines = [list(header), *[list(row) for row in rows]]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def settings(params: tuple[Param | Setting, ...]) -> str:
    """Settings with their defaults and what they may be."""
    said = []
    for param in params:
        may = f", one of {', '.join(map(str, param.choices))}" if param.choices else ""
        bounds = "".join(
            f", {word} {bound:g}" for word, bound in (("from", param.low), ("to", param.high)) if bound is not None
        )
        said.append(f"`{param.name}` = {param.default!r}{may}{bounds}")
    return "; ".join(said) or "–"


def text() -> str:
    """The whole page."""
    readers = table(
        ("reader", "what", "file names end in", "reading options"),
        (
            (f"`{one.name}`", one.label, ", ".join(one.suffixes), ", ".join(one.options))
            for one in sorted(READERS, key=lambda one: one.name)
        ),
    )
    sources = table(
        ("source", "what", "settings"),
        ((f"`{one.name}`", f"{one.label}. {one.help}", settings(one.params)) for one in SOURCES),
    )
    findings = table(
        ("code", "severity", "why it matters"), ((f"`{one.name}`", one.severity, one.why) for one in FINDINGS)
    )
    repairs = table(
        ("step", "what", "made on other files and appended rows", "settings"),
        (
            (
                f"`{one.name}`",
                f"{one.label}. {one.why}",
                "files and rows" if one.kind == "cells" else {"repeat": "rows", "skip": "no"}.get(one.again, "refused"),
                settings(one.params),
            )
            for one in REPAIRS
        ),
    )
    checks = table(
        ("code", "severity", "why it matters", "needs"),
        ((f"`{one.name}`", one.severity, one.why, ", ".join(one.needs) or "–") for one in CHECKS),
    )
    rules = table(
        ("rule", "what", "settings"),
        (
            (f"`{name}`", one.label, ", ".join(f"`{each}`" for each in one.settings) or "–")
            for name, one in RULES.items()
        ),
    )
    steps = table(
        ("step", "what", "column types", "settings"),
        ((f"`{one.name}`", f"{one.label}. {one.help}", ", ".join(one.types), settings(one.params)) for one in STEPS),
    )
    estimators = table(
        ("estimator", "label", "tasks", "simplicity (1 is simplest)"),
        (
            (f"`{one.name}`", one.label, ", ".join(one.tasks), str(place))
            for place, one in enumerate(sorted(ESTIMATORS, key=lambda spec: spec.complexity), start=1)
        ),
    )
    templates = table(
        ("template", "what for", "metric", "value to reach"),
        ((f"`{one.name}`", one.help, f"`{one.contract['metric']}`", f"{one.contract['goal']:g}") for one in TEMPLATES),
    )
    drift = table(
        ("drift test", "what", "columns", "answers", "floor"),
        (
            (
                f"`{one.name}`",
                f"{one.label}. {one.help}",
                ", ".join(one.kinds),
                "could it be chance?" if one.role == "test" else "how far?",
                f"{one.floor:g}" if one.role == "effect" else "–",
            )
            for one in DRIFT_TESTS
        ),
    )
    parts = (
        ("Scope templates", templates),
        ("Sources", sources),
        ("Readers", readers),
        ("Findings", findings),
        ("Checks", checks),
        ("Quality rules", rules),
        ("Repairs", repairs),
        ("Feature steps", steps),
        ("Estimators", estimators),
        ("Drift tests", drift),
    )
    return HEAD + "".join(f"\n## {name}\n{body}\n" for name, body in parts)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(0 if TARGET.exists() and TARGET.read_text(encoding="utf-8") == text() else "docs/plugins.md is old")
    TARGET.write_text(text(), encoding="utf-8")
