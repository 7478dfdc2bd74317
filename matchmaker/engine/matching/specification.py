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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.engine.matching.features import content_words, english_view
from matchmaker.engine.matching.records import Supply
from matchmaker.engine.text import normalize

MOST_SPECS = 24  # of a demand; of a product twice as many
MOST_KEPT = 2000  # demanded specifications whose verdicts are kept
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


@dataclass(frozen=True, slots=True)
class _Line:
    """A specification of a product, read."""

    names: frozenset[int]
    measures: tuple[Measure, ...]
    words: frozenset[int]


class SpecTable:
    """What products say, read when first asked for; `judge` and `share` answer for many products."""

    def __init__(self, supplies: Sequence[Supply]):
        self.supplies = supplies
        self._judged: dict[Wanted, dict[int, float]] = {}
        self._lines: dict[int, tuple[_Line, ...]] = {}
        self._texts: dict[int, tuple[dict[str, list[Measure]], frozenset[int]]] = {}

    def _listed(self, at: int) -> tuple[_Line, ...]:
        """The specifications of a product."""
        if (found := self._lines.get(at)) is None:
            specs = self.supplies[at].specs[:2 * MOST_SPECS]
            found = self._lines[at] = tuple(_Line(words_of(name), tuple(measures(value)), words_of(value)) for name, value in specs)
        return found

    def _text(self, at: int) -> tuple[dict[str, list[Measure]], frozenset[int]]:
        """Measures by the kind of their unit, and the words, of all that a product says."""
        if (found := self._texts.get(at)) is None:
            supply = self.supplies[at]
            by_kind: dict[str, list[Measure]] = {}
            text = " ".join((supply.title, supply.text[:1000], *(f"{name} {value}" for name, value in supply.specs[:2 * MOST_SPECS])))
            for one in measures(text):
                if one.kind:
                    by_kind.setdefault(one.kind, []).append(one)
            found = self._texts[at] = (by_kind, words_of(text[:2000]))
        return found

    def read(self) -> "SpecTable":
        """Read all products now."""
        for at in range(len(self.supplies)):
            self._listed(at)
            self._text(at)
        return self

    def forget(self) -> None:
        """Drop the verdicts kept."""
        self._judged.clear()

    def judge(self, item: Wanted, rows: np.ndarray) -> np.ndarray:
        """For products `rows`: 1 met, 0 not met, nan where the product says nothing that compares."""
        known = self._judged.get(item)
        if known is None:
            if len(self._judged) >= MOST_KEPT:
                self._judged.clear()
            known = self._judged[item] = {}
        out = list(map(known.get, rows.tolist()))
        if None in out:
            for place, at in enumerate(rows.tolist()):
                if out[place] is None:
                    out[place] = known[at] = self._verdict(item, at)
        return np.array(out, float)

    def _verdict(self, item: Wanted, at: int) -> float:
        met: bool | None = None
        for line in self._listed(at):
            if not item.names.isdisjoint(line.names) and (alike := _compare(item, line)) is not None:
                met = met or alike
        if met is not None:
            return float(met)
        said, words = self._text(at)
        if item.measures:
            found = any(one.meets(m) for m in item.measures for one in said.get(m.kind, ()))
        else:
            found = bool(item.words) and item.words <= words
        return 1.0 if found else math.nan

    def share(self, items: Sequence[Wanted], rows: np.ndarray) -> np.ndarray:
        """The share of `items` that products `rows` meet among those that compare, nan where none does."""
        judged = np.array([self.judge(item, rows) for item in items]).reshape(len(items), len(rows))
        known = ~np.isnan(judged)
        count = known.sum(axis=0)
        return np.where(count > 0, np.where(known, judged, 0).sum(axis=0) / np.maximum(count, 1), np.nan)


def _compare(item: Wanted, line: _Line) -> bool | None:
    """Whether a listed value meets a demanded one of the same name; None where the two do not compare."""
    if item.measures:
        met: bool | None = None
        for one in line.measures:
            for m in item.measures:
                if one.kind == m.kind:
                    met = met or one.meets(m)
        return met
    if not item.words or not line.words:
        return None
    return 2 * len(item.words & line.words) >= len(item.words)
