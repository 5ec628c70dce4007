"""When two words are one: folding, slips of the finger (Damerau 1964), abbreviations."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Mapping

SHORTEST = 5  # letters; shorter words differ in one letter and mean different things
CHANGED = 8  # letters of a word in which one may be another: INLAND and ISLAND are two things
OFTEN = 10  # times as frequent is the word that was meant
FEW = 200  # different values up to which abbreviations are looked for
_SIGNS = re.compile(r"[\W_]+")


def folded(word: str) -> str:
    """A word without case, accents, spaces and punctuation; signs stay where nothing else is, and between digits."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", word).casefold() if not unicodedata.combining(c))
    if any(character.isdigit() for character in plain):  # 1-2 is not 12, and -1 not 1
        return " ".join(plain.split())
    return _SIGNS.sub("", plain) if len(_SIGNS.sub("", plain)) > 1 else " ".join(plain.split())


def slips(sizes: Mapping[str, int]) -> dict[str, str]:
    """Rare words that are one letter (left out, added, changed, two swapped) from a word ten times as frequent.

    Words with digits are codes, and are never taken for each other.
    """
    words = {word: folded(word) for word in sizes if not any(character.isdigit() for character in word)}
    near: dict[str, set[str]] = defaultdict(set)
    for word, fold in words.items():
        if SHORTEST <= len(fold) <= 40:
            for key in (fold, *(fold[:place] + fold[place + 1 :] for place in range(len(fold)))):
                near[key].add(word)
    found: dict[str, tuple[int, str]] = {}
    for group in near.values():
        best = max(group, key=lambda word: (sizes[word], word))
        for word in group:
            if sizes[word] * OFTEN <= sizes[best] and _one_apart(words[word], words[best]):
                found[word] = max(found.get(word, (0, "")), (sizes[best], best))
    return {word: best for word, (_, best) in found.items() if best not in found}


def _one_apart(left: str, right: str) -> bool:
    """Whether one letter was left out, added or changed, or two neighbours swapped; other endings do not count."""
    short, long = sorted((left, right), key=len)
    if len(long) - len(short) > 1 or short == long:
        return False
    at = next((place for place, pair in enumerate(zip(short, long, strict=False)) if pair[0] != pair[1]), len(short))
    if len(short) < len(long):
        return short[at:] == long[at + 1 :] and not (at == len(short) and long[-1] in "snyae")
    swapped = short[at + 1 : at + 2] == long[at : at + 1] and short[at : at + 1] == long[at + 1 : at + 2]
    changed = len(long) >= CHANGED and short[at + 1 :] == long[at + 1 :]
    return changed or (swapped and short[at + 2 :] == long[at + 2 :])


def abbreviated(sizes: Mapping[str, int]) -> dict[str, str]:
    """Capitals that are the initials of exactly one other value of several words: "NY" of "New York"."""
    if len(sizes) > FEW:
        return {}
    initials: dict[str, list[str]] = defaultdict(list)
    for value in sizes:
        words = re.findall(r"[^\W\d_]+", value)
        if len(words) > 1:
            initials["".join(word[0] for word in words).upper()].append(value)
    found = {}
    for value in sizes:
        short = value.replace(".", "").strip()
        if 2 <= len(short) <= 5 and short.isalpha() and (short.isupper() or short.islower()):
            full = initials.get(short.upper(), [])
            if len(full) == 1:
                found[value] = full[0]
    return found
