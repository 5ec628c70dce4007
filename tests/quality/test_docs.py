"""docs/findings.md says what the catalog says, and argues everything it lists."""

from __future__ import annotations

from mlworkbench.quality import CHECKS
from scripts.findings_docs import TABLES, TARGET, VERDICTS, catalog


def test_the_page_of_findings_has_every_code_and_an_argument_for_every_finding() -> None:
    text = TARGET.read_text(encoding="utf-8")
    assert catalog() in text, "run: python -m scripts.findings_docs FOLDER_OF_TABLES"
    assert all(f"`{code}`" in text for code in CHECKS.names())
    assert len(TABLES) == 10
    assert all(f"### {name}" in text for name in TABLES)
    assert "not argued" not in text
    assert all(why in text for _, why in VERDICTS.values())
