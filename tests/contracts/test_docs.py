"""The documentation says what the code says."""

from __future__ import annotations

from scripts.plugin_docs import TARGET, text


def test_the_tables_of_plug_ins_are_those_of_the_catalogs() -> None:
    assert TARGET.read_text(encoding="utf-8") == text(), "run: python -m scripts.plugin_docs"
