"""Columns of text: how long, which words in any script, which texts are the same or nearly so."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zlib import crc32

from mlworkbench.data import Dataset, draw_rows, get_dataset
from mlworkbench.errors import NotApplicable
from mlworkbench.profiling.sampling import remembered

if TYPE_CHECKING:
    import numpy as np

    from mlworkbench.projects import Project

MOST_ROWS = 20_000
MOST_COMPARED = 5_000
LONGEST = 20_000  # characters of one text
WORDS = 30
ALIKE = 0.8
_BANDS, _DEEP = 16, 4
# Words as Unicode's annex 29 finds them: letters and digits of any script, joined by an apostrophe or a point between;
# scripts written without spaces (Han, Hiragana, Thai, Lao, Khmer, Burmese) by sign, runs of Katakana and Hangul whole.
_SIGNS = r"\u3041-\u309f\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_WORD = re.compile(rf"[{_SIGNS}]|(?:(?![{_SIGNS}])[^\W_])+(?:['’.·](?:(?![{_SIGNS}])[^\W_])+)*")


@dataclass(frozen=True)
class Texts:
    """What a column of text holds.

    Parameters
    ----------
    rows, sampled : int, bool
        Texts looked at (missing ones not counted), and whether they are a sample.
    lengths : tuple of (low, high, count)
        Characters.
    words : tuple of (word, texts with it, times)
        The most frequent, folded to small letters; `different_words` says how many there are.
    repeated : int
        Texts beyond the first of each set of identical ones.
    nearly : int
        Texts that are at least 0.8 alike to an earlier different one, among `compared` different ones.
    pairs : tuple of (text, text, likeness)
        The most alike of those; cut at 120 characters.
    cut : int
        Texts longer than 20,000 characters, of which only the beginning was looked at for words and likeness.
    """

    column: str
    rows: int
    sampled: bool
    blank: int
    lengths: tuple[tuple[float, float, int], ...]
    median_words: float
    words: tuple[tuple[str, int, int], ...]
    different_words: int
    repeated: int
    compared: int
    nearly: int
    pairs: tuple[tuple[str, str, float], ...]
    cut: int


def text_figures(project: Project, dataset: Dataset | str | None = None, column: str = "", *, seed: int = 0) -> Texts:
    """Look into a column of text, up to 20,000 rows drawn by the seed.

    Raises
    ------
    InvalidInput
        field="column": no column of the table.
    NotApplicable
        field="column": it holds numbers or dates, or nothing.
    """
    table = dataset if isinstance(dataset, Dataset) else get_dataset(project, dataset)
    kind = table.column(column).type
    if kind in ("integer", "number", "datetime"):
        raise NotApplicable(f"{column!r} holds values of type {kind}, not text. Choose another column.", field="column")
    return remembered(project, ("texts", table.id, column, seed), lambda: _texts(project, table, column, seed))


def _texts(project: Project, table: Dataset, column: str, seed: int) -> Texts:
    import numpy as np
    import pyarrow as pa

    from mlworkbench.profiling.columns import histogram

    drawn = draw_rows(project, table, MOST_ROWS, seed=seed, columns=[column])
    cells: list[str] = drawn.table[column].cast(pa.string()).drop_null().to_pylist()
    if not cells:
        raise NotApplicable(f"{column!r} holds no text in the rows looked at.", field="column")
    lengths = np.sort(np.array([len(one) for one in cells], dtype=np.float64))
    known = [words_of(one[:LONGEST]) for one in cells]
    times, inside = Counter[str](), Counter[str]()
    for some in known:
        times.update(some)
        inside.update(set(some))
    frequent = sorted(times, key=lambda word: (-inside[word], -times[word], word))[:WORDS]
    different = dict(zip(cells, known, strict=True))
    compared = list(different.items())[:MOST_COMPARED]
    nearly, pairs = near_duplicates([words for _, words in compared])
    return Texts(
        column=column,
        rows=len(cells),
        sampled=len(drawn.positions) < table.rows,
        blank=sum(not some for some in known),
        lengths=tuple((float(a), float(b), int(n)) for a, b, n in histogram(lengths)),
        median_words=float(np.median([len(some) for some in known])),
        words=tuple((word, inside[word], times[word]) for word in frequent),
        different_words=len(times),
        repeated=len(cells) - len(different),
        compared=len(compared),
        nearly=nearly,
        pairs=tuple((_cut(compared[a][0]), _cut(compared[b][0]), alike) for a, b, alike in pairs),
        cut=sum(len(one) > LONGEST for one in cells),
    )


def words_of(text: str) -> list[str]:
    """The words of a text in any script, compatibility forms and letter cases folded (Unicode annexes 15 and 29)."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def near_duplicates(known: Sequence[Sequence[str]]) -> tuple[int, list[tuple[int, int, float]]]:
    """How many texts are alike to an earlier one, and the ten most alike pairs.

    Likeness is the Jaccard index of sets of three neighbouring words. Candidates are those that share a band of a
    MinHash signature (A. Broder 1997; bands as in J. Leskovec, A. Rajaraman and J. Ullman, Mining of Massive Datasets,
    section 3.4); each is then compared exactly, so none is reported in error, and of pairs 0.8 alike 0.02 % are missed.
    """
    import numpy as np

    sets = [_shingles(words) for words in known]
    used = [at for at, some in enumerate(sets) if some]
    if len(used) < 2:
        return 0, []
    marks = _signatures([sets[at] for at in used])
    pairs: dict[tuple[int, int], float] = {}
    for band in range(_BANDS):
        slice_ = np.ascontiguousarray(marks[:, band * _DEEP : (band + 1) * _DEEP])
        names = slice_.view([("", slice_.dtype)] * _DEEP).ravel()
        order = np.argsort(names, kind="stable")
        same = names[order][1:] == names[order][:-1]
        start = 0
        for end in [*np.flatnonzero(~same).tolist(), len(order) - 1]:
            group = order[start : end + 1]
            start = end + 1
            for at, left in enumerate(group[:-1]):
                for right in group[at + 1 : at + 20]:  # of a big group neighbours are enough to count each text once
                    pair = (used[int(left)], used[int(right)])
                    if pair not in pairs:
                        pairs[pair] = len(sets[pair[0]] & sets[pair[1]]) / len(sets[pair[0]] | sets[pair[1]])
    found = {pair: alike for pair, alike in pairs.items() if alike >= ALIKE}
    best = sorted(found.items(), key=lambda one: (-one[1], one[0]))[:10]
    return len({later for _, later in found}), [(a, b, alike) for (a, b), alike in best]


def _shingles(words: Sequence[str]) -> set[int]:
    if len(words) < 3:
        return {crc32(" ".join(words).encode())} if words else set()
    return {crc32(" ".join(words[at : at + 3]).encode()) for at in range(len(words) - 2)}


def _signatures(sets: Sequence[set[int]]) -> np.ndarray:
    """The smallest hash of each set under 64 hash functions (multiply-shift, M. Dietzfelbinger et al. 1997)."""
    import numpy as np

    sizes = np.array([len(some) for some in sets])
    flat = np.fromiter((one for some in sets for one in some), dtype=np.uint64, count=int(sizes.sum()))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    random = np.random.default_rng(0)
    made = np.empty((len(sets), _BANDS * _DEEP), dtype=np.uint32)
    for column in range(made.shape[1]):
        a, b = (np.uint64(random.integers(1 << 63)) | np.uint64(1) for _ in range(2))
        hashed = (flat * a + b) >> np.uint64(32)
        made[:, column] = np.minimum.reduceat(hashed, starts)
    return made


def _cut(text: str) -> str:
    flat = " ".join(text[:400].split())
    return flat if len(flat) <= 120 else flat[:119] + "…"
