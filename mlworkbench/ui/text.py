"""Text from data, made safe for Streamlit calls that render markdown, and figures as people read them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_SIGNS = re.compile(r"(?i:www(?=\.))|[\\`*_{}\[\]#+\-.!|<>~$&:@]")
_BREAK = "\u200b"  # zero-width space: no link is made of an address, no emoji of a code
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def safe(text: object, longest: int = 600) -> str:
    """Text as itself: no markdown, no HTML, no emoji codes, on one line, cut at `longest` characters.

    Round brackets stay: without square ones before them they mean nothing.
    """
    flat = " ".join(str(text).split())
    flat = flat if len(flat) <= longest else flat[: longest - 1] + "…"
    return _SIGNS.sub(_escaped, flat)


def _escaped(found: re.Match[str]) -> str:
    """The sign with a backslash; inside a word it is harmless and stays, as widgets' labels are read aloud as sent."""
    sign, before, after = found.group(), found.string[: found.start()][-1:], found.string[found.end() :][:1]
    if sign in ":@" or len(sign) > 1:
        return sign + _BREAK
    word = sign in "_+-" and before.isalnum() and after.isalnum()
    return sign if word or (sign == "." and before.isdigit() and after.isdigit()) else f"\\{sign}"


def count(number: float, one: str, many: str | None = None) -> str:
    """A count with its noun: "1 row", "7,043 rows"."""
    return f"{number:,.0f} {one if number == 1 else many or one + 's'}"


def times(number: int) -> str:
    """How often: "never", "once", "twice", "3 times"."""
    return ("never", "once", "twice")[number] if number < 3 else f"{number:,} times"


def looked_at(looks: int) -> str:
    """How often the holdout was used: "never looked at", "looked at twice"."""
    return f"looked at {times(looks)}" if looks else "never looked at"


def percent(share: float, digits: int = 1) -> str:
    """A share as percent, without pretending that something rare never happens."""
    if 0 < share < 10**-digits / 100:
        return f"< {10**-digits:g} %"
    return f"{100 * share:.{digits}f} %"


def duration(seconds: float) -> str:
    """A time span in its two largest units: "1 min 20 s"."""
    left = max(0, round(seconds))
    parts: list[str] = []
    for length, unit in _UNITS:
        if left >= length and len(parts) < 2:
            parts.append(f"{left // length} {unit}")
            left %= length
    return " ".join(parts) or "under 1 s"


def moment(stamp: str | None, zone: str | None = None) -> str:
    """An ISO 8601 time in the viewer's zone, the zone named: "21 Nov 2026, 00:09 CET"."""
    if not stamp:
        return "–"
    time = datetime.fromisoformat(stamp)
    time = time if time.tzinfo else time.replace(tzinfo=UTC)
    try:
        local = time.astimezone(ZoneInfo(zone or "UTC"))
    except (ZoneInfoNotFoundError, ValueError):
        local = time.astimezone(UTC)
    return f"{local.day} {local:%b %Y, %H:%M %Z}"
