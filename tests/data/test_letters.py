"""The encoding of a file without a mark is guessed from its words, the likeliest first."""

from __future__ import annotations

from pathlib import Path

import pytest

from mlworkbench.data.encodings import SAMPLE, encoding_of, scan
from mlworkbench.data.letters import rank

TEXTS = {
    "cp1252": ["Größe;Preis", "klein;Straße", "José Álvarez", "François, Besançon", "naïve Übung", "São Paulo; Malmö"],
    "cp1250": ["Łukasz Kowalski", "Dvořák, Plzeň", "żółw; źródło", "Győr; hűvös", "Čeština a řeka"],
    "cp1251": ["Москва", "Санкт-Петербург", "цена и количество", "Иванов Пётр"],
    "iso-8859-7": ["Λεωνιδας", "Ευστοργιος", "Αθήνα και Θεσσαλονίκη", "τιμή"],
    "cp1254": ["İstanbul; ağaç", "Şişli, ışık", "Beyoğlu"],
    "cp932": ["名前,年齢", "山田太郎", "東京都", "カタカナとひらがな"],
    "cp949": ["서울특별시", "김철수 이름", "가격과 수량"],
    "gb18030": ["北京市", "名称和价格", "我们的国家", "数量"],
    "big5": ["沈光文紀念廳", "臺北市", "名稱與價格", "我們的國家"],
    "cp1255": ["שלום", "תל אביב", "מחיר"],
    "cp1256": ["القاهرة", "السعر والكمية"],
}


@pytest.mark.parametrize("encoding", TEXTS)
def test_the_encoding_is_the_first_guess_or_its_letters_are_the_same(encoding: str) -> None:
    lines = [text.encode(encoding) for text in TEXTS[encoding]]
    best = rank(lines)[0]
    assert [line.decode(best) for line in lines] == TEXTS[encoding], best


@pytest.mark.parametrize("encoding", ["cp1252", "cp1251", "iso-8859-7", "cp932", "big5"])
def test_a_single_word_is_among_the_first_three(encoding: str) -> None:
    text = TEXTS[encoding][0]
    body = text.encode(encoding)
    assert text in [body.decode(name) for name in rank([body])[:3]]


def test_bytes_that_are_in_none_have_no_guess_but_those_that_take_all() -> None:
    assert "cp1252" not in rank([b"a\x81\x8d"])


@pytest.mark.parametrize("before", range(3))
def test_a_letter_that_the_blocks_of_a_long_file_cut_says_nothing_against_its_encoding(
    before: int, tmp_path: Path
) -> None:
    head = (b"plain words\n" * SAMPLE)[: SAMPLE - 1] + b"\n"
    cut = b"x" * ((1 << 16) - before) + "カ\n".encode("cp932")  # two bytes, the second of which is an ASCII letter
    file = tmp_path / "long.csv"
    file.write_bytes(head + cut + "\n".join(TEXTS["cp932"] * 20).encode("cp932"))
    seen = scan(file, lambda share: None)
    assert encoding_of(None, seen).name == "cp932"
    assert "\ufffd" not in seen.foreign.decode("cp932", "replace")
    assert set(TEXTS["cp932"]) <= set(seen.foreign.decode("cp932").splitlines())
