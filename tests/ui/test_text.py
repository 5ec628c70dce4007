"""Text from data is shown as itself; figures are said as people say them."""

from __future__ import annotations

import string

import pytest

from mlworkbench.ui.text import count, duration, looked_at, moment, percent, safe, times


@pytest.mark.parametrize("sign", "\\`*_{}[]#+-.!|<>~$&")
def test_every_sign_with_a_meaning_in_markdown_is_escaped(sign: str) -> None:
    assert safe(f"{sign} b{sign}{sign}c {sign}") == f"\\{sign} b\\{sign}\\{sign}c \\{sign}"


def test_signs_inside_words_and_numbers_stay_as_a_screen_reader_reads_labels_as_sent() -> None:
    assert safe("body_mass_g (mean), e-mail 0.844") == "body_mass_g (mean), e-mail 0.844"


def test_no_address_becomes_a_link() -> None:
    assert safe("WWW.example.com") == "WWW\u200b\\.example\\.com"
    assert safe("a@example.com") == "a@\u200bexample\\.com"
    assert safe("https://x") == "https:\u200b//x"


def test_emoji_codes_colours_and_lines_are_broken_up() -> None:
    assert safe(":red[x] :material/home:") == ":\u200bred\\[x\\] :\u200bmaterial/home:\u200b"
    assert safe("a\n\n# b\r\nc") == "a \\# b c"


def test_harmless_text_stays_as_it_is_and_long_text_is_cut() -> None:
    assert safe(string.ascii_letters + " äß 0123") == string.ascii_letters + " äß 0123"
    assert len(safe("x" * 5000, 80)) == 80


def test_figures_in_words() -> None:
    assert (count(1, "row"), count(7043, "row")) == ("1 row", "7,043 rows")
    assert (looked_at(0), looked_at(1)) == ("never looked at", "looked at once")
    assert [times(n) for n in (0, 1, 2, 3)] == ["never", "once", "twice", "3 times"]
    assert (percent(0.4118), percent(0.00001), percent(0)) == ("41.2 %", "< 0.1 %", "0.0 %")
    assert [duration(s) for s in (0.2, 40, 80, 3700, 90_000)] == [
        "under 1 s",
        "40 s",
        "1 min 20 s",
        "1 h 1 min",
        "1 d 1 h",
    ]


def test_times_are_in_the_zone_of_the_viewer_and_say_which() -> None:
    stamp = "2026-11-21T00:09:52.123456+00:00"
    assert moment(stamp, "Europe/Berlin") == "21 Nov 2026, 01:09 CET"
    assert moment(stamp, "not/azone") == "21 Nov 2026, 00:09 UTC"
    assert moment(None) == "–"
