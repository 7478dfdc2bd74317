"""Specifications: what a demand must have against what products say, numbers as numbers and words as words.

A demanded specification meets a product's where their names share a word (read in English). Numbers with units that convert
compare as intervals: at least, at most, a range, a tolerance, or a single value (within 2 %). Other values compare by their
words: met where the product says at least half of them. A name that the product does not list is looked for in its text:
found there it is met, else it stays unknown.
"""

import functools
import hashlib
import math
import re
import threading
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matchmaker.engine.matching.features import content_words, english_view
from matchmaker.engine.matching.records import Supply
from matchmaker.engine.text import normalize

MOST_SPECS = 24  # of a demand; of a product twice as many
MOST_KEPT = 500  # demands whose verdicts are kept
NEAR = 0.02  # of a single value
_SCALES: dict[str, dict[str, float]] = {
    "length": {"µm": 1e-6, "μm": 1e-6, "um": 1e-6, "微米": 1e-6, "mm": 1e-3, "毫米": 1e-3, "cm": 1e-2, "厘米": 1e-2, "m": 1, "米": 1,
               "inch": 0.0254},
    "mass": {"mg": 1e-6, "毫克": 1e-6, "g": 1e-3, "克": 1e-3, "kg": 1, "公斤": 1, "千克": 1, "t": 1000, "吨": 1000,
             "lb": 0.4536, "oz": 0.02835},
    "volume": {"ml": 1e-3, "毫升": 1e-3, "cl": 1e-2, "l": 1, "升": 1},
    "power": {"w": 1, "瓦": 1, "kw": 1e3, "千瓦": 1e3, "mw": 1e6, "hp": 745.7}, "voltage": {"v": 1, "伏": 1, "kv": 1e3},
    "current": {"ma": 1e-3, "a": 1, "安": 1}, "frequency": {"hz": 1, "khz": 1e3, "mhz": 1e6, "ghz": 1e9},
    "share": {"%": 1, "‰": 0.1, "度": 1}, "warmth": {"°c": 1, "℃": 1, "摄氏度": 1}, "turning": {"rpm": 1, "转": 1},
    "force": {"n": 1, "kn": 1e3},
    "time": {"s": 1, "秒": 1, "min": 60, "分钟": 60, "h": 3600, "小时": 3600, "d": 86400, "days": 86400, "day": 86400, "天": 86400,
             "months": 2592000, "month": 2592000, "个月": 2592000, "years": 31536000, "year": 31536000, "年": 31536000},
    "pressure": {"bar": 1, "mpa": 10, "psi": 0.0689}, "count": {"pcs": 1, "个": 1, "台": 1, "件": 1, "只": 1},
}
UNITS = {unit: (kind, factor) for kind, scale in _SCALES.items() for unit, factor in scale.items()}
KINDS = {"": 0} | {kind: at for at, kind in enumerate(_SCALES, 1)}
_UNIT = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_N = r"\d{1,15}(?:\.\d{1,15})?"
_MEASURE = re.compile(
    rf"(?P<least>>=|≥|>|＞|不低于|不少于|至少|大于|高于|at least|min\.?|from|minimum)?"
    rf"(?P<most><=|≤|<|不超过|不高于|至多|小于|低于|up to|at most|max\.?|maximum|under)?\s*"
    rf"(?P<sign>(?<!\w)[-−]\s?)?(?P<low>{_N})\s*(?:(?P<unit1>{_UNIT})(?![a-z]))?"
    rf"(?:\s*(?:(?:-|–|~|至|到|to)\s*(?P<high>{_N})|(?:±|\+/-)\s*(?P<off>{_N}))\s*(?:(?P<unit>{_UNIT})(?![a-z]))?)?\s*"
    rf"(?:(?P<after_least>以上|起|及以上|or more|min\b|\+)|(?P<after_most>以下|以内|及以下|or less|max\b))?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


@dataclass(frozen=True, slots=True)
class Measure:
    """All values from low to high (either may be infinite) of one kind of unit; the kind is empty for a bare number."""

    kind: str
    low: float
    high: float

    def meets(self, wanted: "Measure") -> bool:
        """Whether this, said by a product, meets what is wanted.

        Where both name only the same limit the product's must be the stricter; else the two must have a value in common.
        """
        if wanted.high == math.inf == self.high:
            return self.low >= wanted.low
        if wanted.low == -math.inf == self.low:
            return self.high <= wanted.high
        return self.low <= wanted.high and self.high >= wanted.low


def measures(text: str) -> list[Measure]:
    """The numbers of a text with their units and limits, in order."""
    return [_measure(match) for match in _MEASURE.finditer(_THOUSANDS.sub("", normalize(text)[:400]))]


def _measure(match: re.Match[str]) -> Measure:
    kind, factor = UNITS.get(match["unit"] or match["unit1"] or "", ("", 1.0))
    low = float(match["low"]) * factor * (-1 if match["sign"] else 1)
    if match["high"]:
        ends = sorted((low, float(match["high"]) * factor))
        return Measure(kind, *ends)
    if match["off"]:
        off = float(match["off"]) * factor
        return Measure(kind, low - off, low + off)
    if match["least"] or match["after_least"]:
        return Measure(kind, low, math.inf)
    if match["most"] or match["after_most"]:
        return Measure(kind, -math.inf, low)
    return Measure(kind, low, low)


@functools.lru_cache(50_000)
def words_of(text: str) -> frozenset[int]:
    """The content words of a text read in English, as numbers; digits alone are no words."""
    read = {*content_words(english_view(text)), *content_words(text)} if len(text) <= 2000 else set(content_words(text))
    return frozenset(int.from_bytes(hashlib.blake2b(word.encode("utf-8", "replace"), digest_size=6).digest(), "big")
                     for word in read if not word[0].isdigit())


@dataclass(frozen=True, slots=True)
class Wanted:
    """One demanded specification, read."""

    name: str
    value: str
    names: frozenset[int]
    measures: tuple[Measure, ...]
    words: frozenset[int]


@functools.lru_cache(50_000)
def _read(name: str, value: str) -> Wanted:
    found = tuple(measures(value))
    wide = tuple(Measure(m.kind, m.low - NEAR * abs(m.low), m.high + NEAR * abs(m.high)) if m.low == m.high else m for m in found)
    return Wanted(name, value, words_of(name), wide, frozenset() if found else words_of(value))


def wanted(specs: Iterable[tuple[str, str]]) -> tuple[Wanted, ...]:
    """The specifications of a demand, read; at most `MOST_SPECS`, empty ones left out."""
    return tuple(_read(name, value) for name, value in list(specs)[:MOST_SPECS] if name.strip() and value.strip())


class _Column:
    """Numbers of one type, one after the other; grows at its end."""

    def __init__(self, kind: type):
        self.data: np.ndarray = np.empty(256, kind)
        self.count = 0

    def add(self, values: Collection[float]) -> None:
        if (after := self.count + len(values)) > len(self.data):
            self.data = np.concatenate([self.data, np.empty(max(after, len(self.data)), self.data.dtype)])
        self.data[self.count:after] = list(values)
        self.count = after


class _Parts:
    """Entries of lines: where each line's begin, how many they are, and columns of them."""

    def __init__(self, *kinds: type):
        self.start, self.length, self.columns = _Column(np.int64), _Column(np.int64), [_Column(kind) for kind in kinds]

    def add(self, *values: Collection[float]) -> None:
        """The entries of one more line."""
        self.start.add([self.columns[0].count])
        self.length.add([len(values[0])])
        for column, some in zip(self.columns, values, strict=True):
            column.add(some)

    def of(self, lines: np.ndarray) -> tuple[np.ndarray, list[np.ndarray]]:
        """The entries of lines: the place of each one's line among `lines`, and their columns."""
        lengths = self.length.data[lines]
        owner = np.repeat(np.arange(len(lines)), lengths)
        at = np.arange(len(owner)) + np.repeat(self.start.data[lines] - (np.cumsum(lengths) - lengths), lengths)
        return owner, [column.data[at] for column in self.columns]


class _Lines(NamedTuple):
    """The lines of some products: the place of each one's product, whether it is all that the product says, and the entries."""

    owner: np.ndarray
    is_text: np.ndarray
    names: tuple[np.ndarray, list[np.ndarray]]
    words: tuple[np.ndarray, list[np.ndarray]]
    measures: tuple[np.ndarray, list[np.ndarray]]


class SpecTable:
    """What products say, as arrays, each product read when first asked for: its specifications and, as a last line without a name, the
    whole of its text. `judge` and `share` answer for many products at once."""

    def __init__(self, supplies: Sequence[Supply]):
        self.supplies = supplies
        self._first = np.full(len(supplies), -1, np.int64)  # the first line of each product
        self._count = np.zeros(len(supplies), np.int64)
        self._lines = 0
        self._names, self._words, self._measures = _Parts(np.int64), _Parts(np.int64), _Parts(np.int64, float, float)
        self._kept: dict[tuple[Wanted, ...], tuple[np.ndarray, np.ndarray]] = {}
        self._lock = threading.Lock()

    def read(self) -> "SpecTable":
        """Read all products now."""
        self._read(np.arange(len(self.supplies)))
        return self

    def forget(self) -> None:
        """Drop the verdicts kept."""
        self._kept.clear()

    def _read(self, rows: np.ndarray) -> None:
        with self._lock:
            for at in np.unique(rows[self._first[rows] < 0]).tolist():
                supply = self.supplies[at]
                specs = supply.specs[:2 * MOST_SPECS]
                first = self._lines
                for name, value in specs:
                    self._add(words_of(name), words_of(value), measures(value))
                text = " ".join((supply.title, supply.text[:1000], *(f"{name} {value}" for name, value in specs)))
                self._add((), words_of(text[:2000]), [one for one in measures(text) if one.kind])
                self._count[at], self._first[at] = self._lines - first, first

    def _add(self, names: Collection[int], words: Collection[int], said: Sequence[Measure]) -> None:
        self._names.add(names)
        self._words.add(words)
        self._measures.add([KINDS[one.kind] for one in said], [one.low for one in said], [one.high for one in said])
        self._lines += 1

    def judge(self, items: Sequence[Wanted], rows: np.ndarray) -> np.ndarray:
        """For each item and product of `rows`: 1 met, 0 not met, nan where the product says nothing that compares."""
        key = tuple(items)
        if (kept := self._kept.get(key)) is not None:
            at = np.minimum(np.searchsorted(kept[0], rows), len(kept[0]) - 1)
            if len(kept[0]) and np.array_equal(kept[0][at], rows):
                return kept[1][:, at]
        if (self._first[rows] < 0).any():
            self._read(rows)
        lines = self._of(rows, any(not item.measures for item in items))
        out = np.array([_verdicts(item, lines, len(rows)) for item in items]).reshape(len(items), len(rows))
        if len(rows) > 1:
            if len(self._kept) >= MOST_KEPT:
                self._kept.clear()
            order = np.argsort(rows, kind="stable")
            self._kept[key] = rows[order], out[:, order]
        return out

    def _of(self, rows: np.ndarray, with_words: bool) -> _Lines:
        count = self._count[rows]
        ends = np.cumsum(count)
        owner = np.repeat(np.arange(len(rows)), count)
        lines = np.arange(len(owner)) + np.repeat(self._first[rows] - (ends - count), count)
        is_text = np.zeros(len(lines), bool)
        is_text[ends - 1] = True
        return _Lines(owner, is_text, self._names.of(lines), self._words.of(lines if with_words else lines[:0]), self._measures.of(lines))

    def share(self, items: Sequence[Wanted], rows: np.ndarray) -> np.ndarray:
        """The share of `items` that products `rows` meet among those that compare, nan where none does."""
        judged = self.judge(items, rows)
        known = ~np.isnan(judged)
        count = known.sum(axis=0)
        return np.where(count > 0, np.where(known, judged, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _verdicts(item: Wanted, lines: _Lines, count: int) -> np.ndarray:
    """Of each product: what the lines of the same name say; where none compares, whether the text has it."""
    some = len(lines.owner)
    owner, (names,) = lines.names
    named = np.zeros(some, bool)
    named[owner[_among(names, item.names)]] = True
    if item.measures:
        compares, met = _measured(item, lines, some)
        said = met
    else:
        owner, (words,) = lines.words
        shared = np.bincount(owner[_among(words, item.words)], minlength=some)
        compares = (np.bincount(owner, minlength=some) > 0) & bool(item.words)
        met, said = 2 * shared >= len(item.words), (shared == len(item.words)) & bool(item.words)
    named &= compares
    out = np.full(count, np.nan)
    out[lines.owner[lines.is_text & said]] = 1.0
    out[lines.owner[named]] = 0.0
    out[lines.owner[named & met]] = 1.0
    return out


def _measured(item: Wanted, lines: _Lines, some: int) -> tuple[np.ndarray, np.ndarray]:
    """Whether each line has a number of a kind that is wanted, and one that meets it; as `Measure.meets` has it."""
    owner, (kind, low, high) = lines.measures
    compares, met = np.zeros(some, bool), np.zeros(some, bool)
    for wanted in item.measures:
        same = kind == KINDS[wanted.kind]
        good = (low <= wanted.high) & (high >= wanted.low)
        if wanted.high == math.inf:
            good = np.where(high == math.inf, low >= wanted.low, good)
        if wanted.low == -math.inf:
            good = np.where(low == -math.inf, high <= wanted.high, good)
        compares[owner[same]] = True
        met[owner[same & good]] = True
    return compares, met


def _among(values: np.ndarray, some: Collection[int]) -> np.ndarray:
    """Whether each value is one of a few."""
    out = np.zeros(len(values), bool)
    for one in some:
        out |= values == one
    return out
