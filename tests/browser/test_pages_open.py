"""Every page opens on an empty workspace, by its address too, without an error and without asking anybody else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlworkbench.ui.launch import ROOT

PAGES = ["", *(re.sub(r"^\d+_", "", path.stem) for path in sorted((ROOT / "pages").glob("*.py")))]


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "Home")
@pytest.mark.parametrize("width", [1440, 400])
def test_a_page_opens_by_its_address(app, path: str, width: int) -> None:
    app.page.set_viewport_size({"width": width, "height": 900})
    app.open(path)
    app.no_exception()
    app.no_sideways_scroll()
    assert app.page.locator("[data-testid=stMain] h1").count() == 1


def test_a_picture_shows_the_whole_page(app, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLWORKBENCH_SCREENSHOTS", str(tmp_path))
    app.open()
    light, dark = app.screenshot("light"), app.screenshot("dark", dark=True)
    assert light.read_bytes()[:4] == dark.read_bytes()[:4] == b"\x89PNG"
    assert light.read_bytes() != dark.read_bytes()


def test_the_guard_sees_a_request_to_a_stranger(app, strangers: list[str]) -> None:
    app.open()
    app.page.evaluate("() => fetch('http://192.0.2.1/x').catch(() => null)")
    assert strangers == ["http://192.0.2.1/x"]
    strangers.clear()
