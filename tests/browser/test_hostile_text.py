"""Names of projects, columns and cells that are markdown, HTML or scripts stay text, in a real browser too."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from tests.pages.surface import HOSTILE, finish

if TYPE_CHECKING:
    from tests.browser.conftest import App, Server

PROJECT = f"{HOSTILE[0]} www.a.org x@b.org <b onclick=alert(2)>"
PAGES = ("", "Data", "Feature_Engineering", "Model_Comparison", "Live_Prediction")
TRACES = """() => [...document.querySelectorAll('img, a, script, iframe, b')].filter(found =>
    (found.src || '').includes('pixel.png') || (found.getAttribute('src') === 'x')
    || (found.href || '').startsWith('javascript') || found.hasAttribute('onclick')
    || (found.href && new URL(found.href).hostname !== '127.0.0.1'))
    .map(found => found.outerHTML)"""


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server], tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A server on a workspace whose project and table are hostile from head to foot."""
    return start_server(finish(tmp_path_factory.mktemp("hostile") / "workspace", PROJECT))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path or "Home")
def test_it_is_shown_as_text_and_does_nothing(app: App, path: str) -> None:
    asked: list[str] = []
    dialogs: list[Any] = []
    app.page.on("request", lambda request: asked.append(request.url))
    app.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    app.open(path, project=PROJECT)
    app.no_exception()
    for width in (1440, 400):
        app.page.set_viewport_size({"width": width, "height": 900})
        app.idle()
        app.no_sideways_scroll()
    assert app.page.evaluate(TRACES) == []
    assert not dialogs
    assert not [url for url in asked if "pixel.png" in url.split("?")[0]]
    if path:
        shown = app.page.locator("[data-testid=stMain]").inner_text()
        assert "went wrong on our side" not in shown
    else:
        assert app.page.locator("h1").inner_text().replace("\u200b", "") == PROJECT


def test_a_hostile_input_can_be_moved(app: App) -> None:
    page = app.open("Live_Prediction", project=PROJECT)
    answer = page.locator("[data-testid=stMetricValue]").first
    before = answer.inner_text()
    slider = page.get_by_role("slider").first
    slider.focus()
    slider.press("Home")
    app.idle()
    app.no_exception()
    assert answer.inner_text() != before
