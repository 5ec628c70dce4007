"""Which of several encodings makes words of a file's odd bytes: letters of one script, in sensible case, often used.

A ranking of guesses, never a proof: it is shown with what each guess would look like.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

# in the order in which files of unknown origin are likeliest to be in them; the order settles ties
CANDIDATES = (
    "cp1252", "cp1250", "cp1251", "iso-8859-7", "cp1254", "cp932", "cp949", "gb18030", "big5", "cp1255", "cp1256",
    "cp1257", "cp874", "iso-8859-15", "iso-8859-2", "euc_jp", "koi8-r", "cp1253", "cp850", "mac_roman",
)  # fmt: skip
_COMMON = {  # the letters that make up most of a text in that script
    "CYRILLIC": "оеаинтсрвлкмдпуяыь",
    "GREEK": "αοιετσνηυρςκπμλίόάέή",
    "HEBREW": "יוהלאתמרבשנ",
    "ARABIC": "الينمورتبةعدسفه",
    "THAI": "านรกอเงมลยทวดส่้ี",
    "HANGUL": "",
    "HIRAGANA": "",
    "KATAKANA": "",
}
_WESTERN = "äöüßéèêàáâçñíóôúûåøæœëïãõìòùÿýÄÖÜÉÀÁÇÑÅØÆÊÈÍÓÚ"
_CENTRAL = "ąćęłńóśźżčďěňřšťůžýáéíúőűăâîșțđľĺŕôŁŚŻŹĆŠŽČŘŐŰ"
_TURKISH = "ığşİĞŞçöüÇÖÜâî"
_BALTIC = "āčēģīķļņšūžąęėįų"
_PUNCTUATION = "’‘“”„–—…€£°§«»½¼²³µ®©™·•×±¿¡\u00a0・、。「」（）："
_FULL = ("cp932", "cp949", "gb18030", "big5", "euc_jp")
_WORD = re.compile(r"[^\W\d_]+")
_FREQUENT_HAN = set(
    "的一是不了在人有我他這这個个们們中来來上大為为和国國地到以說说時时要就出會会可也你對对生能而子那得于於着著下自之年過过發发後后作里裡"
    "用道行所然家種种事成方多經经么麼去法學学如都同現现當当沒没動动面起看定天分還还進进好小部其些主樣样理心她本前開开但因只從从想實实日"
    "市區区縣县路館馆堂園园街鄉乡鎮镇村里號号北南東东西山水美文化名前年齢性別氏住所田中村木本高木藤佐井川林"
)


def rank(lines: Iterable[bytes], names: Iterable[str] = CANDIDATES) -> list[str]:
    """The encodings that fit all lines, the likeliest first.

    Parameters
    ----------
    lines : iterable of bytes
        Lines with bytes beyond ASCII; each different one counts once.
    """
    body = b"\n".join(sorted(set(lines)))[: 1 << 16]
    found = []
    for place, name in enumerate(names):
        try:
            text = body.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
        found.append((-round(_plausible(text, name), 9), place, name))  # alike on every Python: 3.12 adds up otherwise
    return [name for _, _, name in sorted(found)]


def _plausible(text: str, name: str) -> float:
    """The mean of what each odd letter says for this reading of the bytes, about −3 to 1."""
    odd = [letter for letter in text if ord(letter) > 127]
    if not odd:
        return 0.0
    marks = sum(_mark(letter) for letter in odd if not letter.isalpha() and not unicodedata.combining(letter))
    words = 0.0
    for word in _WORD.findall(text):
        if not word.isascii():
            words += _word(word, name)
    few = len(odd) * (2 if name in _FULL else 1)  # two bytes made one letter
    return (words * (2 if name in _FULL else 1) + marks) / few


def _mark(letter: str) -> float:
    if letter in _PUNCTUATION:
        return 0.1
    kind = unicodedata.category(letter)
    return -3.0 if kind in ("Cc", "Co", "Cn") else -0.7


def _word(word: str, name: str) -> float:
    """What a word with odd letters says, summed over those letters."""
    scripts = {_script(letter) for letter in word}
    odd = [letter for letter in word if ord(letter) > 127]
    if len(scripts) > 1 and scripts - {"CJK", "HIRAGANA", "KATAKANA"}:
        return -1.5 * len(odd)
    if scripts == {"LATIN"} and len(odd) == len(word) >= 3:
        return -0.5 * len(odd)  # some letters of a Latin word are plain
    score = sum(_letter(letter, name) for letter in odd)
    mixed = sum(a.islower() and b.isupper() for a, b in pairwise(word))
    return score - mixed


def _letter(letter: str, name: str) -> float:
    script = _script(letter)
    if script == "LATIN":
        fitting = {
            "cp1250": _CENTRAL + "äöüß",
            "iso-8859-2": _CENTRAL + "äöüß",
            "cp1254": _TURKISH + _WESTERN,
            "cp1257": _BALTIC,
        }
        if letter in fitting.get(name, _WESTERN):
            return 0.8
        return 0.3 if letter in _CENTRAL + _TURKISH + _BALTIC else -0.5
    if script == "CJK":
        return 0.9 if letter in _FREQUENT_HAN else 0.35 if "\u4e00" <= letter <= "\u9fff" else -1.0
    if script in ("HANGUL", "HIRAGANA", "KATAKANA"):
        return -0.6 if "\uff61" <= letter <= "\uff9f" else 0.9
    if script in _COMMON:
        return 0.9 if letter.lower() in _COMMON[script] else 0.2
    return -1.0


def _script(letter: str) -> str:
    first = unicodedata.name(letter, "?").split(" ")[0]
    return {"HALFWIDTH": "KATAKANA", "FULLWIDTH": "LATIN", "MICRO": "LATIN", "KATAKANA-HIRAGANA": "KATAKANA"}.get(
        first, first
    )
