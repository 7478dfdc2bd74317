"""The Harmonized System (HS 2022): chapters and headings with short labels of our own, and a search over them.

A code is a string of 2, 4, 6, 8 or 10 digits: chapter, heading, subheading, and the national lines below it.
"""
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import log
from types import MappingProxyType

from .shipped import is_chinese, pick, read

_LENGTHS = {2, 4, 6, 8, 10}
_SEPARATORS = re.compile(r"[\s.\-·_]+")
_WORD = re.compile(r"[a-z0-9]+")
_STOP = frozenset({"a", "an", "and", "for", "in", "not", "of", "or", "other", "the", "to", "with"})
_RUN = re.compile(r"[a-z0-9]*[\u3400-\u9fff][a-z0-9\u3400-\u9fff]*")  # Chinese, with what is grown into it: 3D打印机


@dataclass(frozen=True)
class HsEntry:
    """A chapter (2 digits) or heading (4 digits) with labels and colloquial search words in both languages."""

    code: str
    en: str
    zh: str
    words_en: tuple[str, ...] = ()
    words_zh: tuple[str, ...] = ()

    def label(self, lang: object) -> str:
        return pick(self.en, self.zh, lang)


@dataclass(frozen=True)
class HsHit:
    """One result of a search; the higher the score, the better."""

    code: str
    label_en: str
    label_zh: str
    score: float


def _load(name: str) -> Mapping[str, HsEntry]:
    return MappingProxyType({
        row["code"]: HsEntry(
            row["code"], row["en"], row["zh"], tuple(row.get("words_en", ())), tuple(row.get("words_zh", ()))
        )
        for row in read(name)["rows"]
    })


@cache
def no_goods() -> tuple[str, ...]:
    """Texts that name no goods, in several languages: what a classifier of titles must say "none" to is near to them."""
    return tuple(row["text"] for row in read("no_goods")["rows"])


@cache
def chapters() -> Mapping[str, HsEntry]:
    """The 96 chapters in use, by their two digits. Chapter 77 is reserved and not among them."""
    return _load("hs_chapters")


@cache
def headings() -> Mapping[str, HsEntry]:
    """The 1,228 headings of HS 2022, by their four digits."""
    return _load("hs_headings")


def normalize_code(text: str | None) -> str:
    """The digits of a code written in any usual way (``0809.29``, ``0809 29 00``); empty when it is not a code."""
    digits = digits_of(text or "")
    return digits if len(digits) in _LENGTHS else ""


def digits_of(query: str) -> str:
    """The first digits of a code, as a person types them; empty when the query is no beginning of a code."""
    digits = _SEPARATORS.sub("", unicodedata.normalize("NFKC", query))
    return digits if digits.isascii() and digits.isdigit() else ""


def is_valid(code: str | None) -> bool:
    """Whether a code can exist: right length, a chapter in use, a heading that exists."""
    digits = normalize_code(code)
    return digits in chapters() or digits[:4] in headings()


def label(code: str | None, lang: object) -> str | None:
    """The name of a code for a reader: its heading's, else its chapter's; None when neither is known."""
    digits = normalize_code(code)
    entry = headings().get(digits[:4]) or chapters().get(digits[:2])
    return entry.label(lang) if entry else None


def search(query: str, lang: object, limit: int = 10) -> list[HsHit]:
    """Chapters and headings for what a person types: the first digits of a code, or words in either language.

    A full code of 6 digits or more gives itself first, under its heading's name. Among equal hits those found in the
    reader's own language come first.
    """
    digits = digits_of(query)
    hits = _by_digits(digits) if digits else _by_words(query, lang)
    return sorted(hits, key=lambda hit: (-hit.score, hit.code))[:limit]


def _by_digits(digits: str) -> list[HsHit]:
    hits = [
        HsHit(entry.code, entry.en, entry.zh, 100.0 - len(entry.code))
        for entry in _entries()
        if entry.code.startswith(digits[:4]) and (len(digits) > 1 or len(entry.code) == 2)
    ]
    entry = headings().get(digits[:4])
    if entry and len(digits) in _LENGTHS and len(digits) > 4:
        hits.append(HsHit(digits, entry.en, entry.zh, 100.0))
    return hits


def _stem(word: str) -> str:
    """Fold the usual English plurals, so that ``cherries`` finds ``cherry``."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "sses", "xes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _english(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return [_stem(word) for word in _WORD.findall(plain) if word not in _STOP]


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(len(run) - 1)] or [run]


@dataclass(frozen=True)
class _Index:
    """What the word search looks at, computed once: per entry its phrases and terms, and how rare each word is."""

    phrases: Mapping[str, tuple[frozenset[str], ...]]
    words: Mapping[str, frozenset[str]]
    terms: Mapping[str, frozenset[str]]
    pairs: Mapping[str, frozenset[str]]
    rarity: Mapping[str, float]
    unseen: float

    def weigh(self, tokens: Iterable[str]) -> dict[str, float]:
        """How much each token of a query counts: the rarer the more, and most if no entry has it."""
        return {token: self.rarity.get(token, self.unseen) for token in tokens}


def _entries() -> list[HsEntry]:
    return [*chapters().values(), *headings().values()]


@cache
def _index() -> _Index:
    entries = _entries()
    phrases = {e.code: tuple(frozenset(_english(part)) for part in _split_en(e) if _english(part)) for e in entries}
    terms = {e.code: frozenset(_split_zh(e)) for e in entries}
    words = {code: frozenset().union(*found) for code, found in phrases.items()}
    pairs = {code: frozenset(pair for term in found for pair in _pairs(term)) for code, found in terms.items()}
    counts = Counter(token for found in (words, pairs) for tokens in found.values() for token in tokens)
    rarity = {token: log(1 + len(entries) / count) for token, count in counts.items()}
    return _Index(phrases, words, terms, pairs, rarity, log(1 + len(entries)))


def _split_en(entry: HsEntry) -> list[str]:
    """The English phrases of an entry: ``Cherries, apricots and plums`` are three."""
    return [*re.split(r"[,:;()]| and ", entry.en), *entry.words_en]


def _split_zh(entry: HsEntry) -> list[str]:
    """The Chinese terms of an entry: ``樱桃、杏、桃及李`` are four; a search word is one term, be it 和牛."""
    parts = [part for run in _runs(entry.zh) for part in re.split("[及或和]", run) if part]
    return [*parts, *(run for word in entry.words_zh for run in _runs(word))]


def _runs(text: str) -> list[str]:
    return _RUN.findall(text.lower())


def _by_words(query: str, lang: object) -> list[HsHit]:
    text = unicodedata.normalize("NFKC", query)
    english, runs = _english(text), _runs(text)
    word_weights = _index().weigh(english)
    pair_weights = _index().weigh(pair for run in runs for pair in _pairs(run))
    bonus_en, bonus_zh = (1.0, 1.05) if is_chinese(lang) else (1.05, 1.0)
    hits = []
    for entry in _entries():
        in_english = bonus_en * _score_english(entry.code, word_weights, english[-1]) if english else 0.0
        in_chinese = bonus_zh * _score_chinese(entry.code, pair_weights, runs) if runs else 0.0
        score = max(in_english, in_chinese) + 0.3 * min(in_english, in_chinese)
        score *= 0.8 if len(entry.code) == 2 else 1.0
        if score >= 5:
            hits.append(HsHit(entry.code, entry.en, entry.zh, round(score, 3)))
    return hits


def _score_english(code: str, weights: Mapping[str, float], last: str) -> float:
    """0 to 70: the share of the query's words that the entry has, and whether it holds one of its whole phrases."""
    index = _index()
    have = index.words[code]
    found = sum(weight for word, weight in weights.items() if word in have)
    if len(last) > 2 and last not in have and any(word.startswith(last) for word in have):
        found += weights[last] * 0.6  # still being typed
    if not found:
        return 0.0
    share = 50 * found / sum(weights.values())
    inside = [phrase for phrase in index.phrases[code] if phrase <= weights.keys()]
    if not inside:
        return share
    whole = 20 * max(map(len, inside)) / len(weights)
    rarest = max(sum(weights[word] for word in phrase) for phrase in inside)
    return max(share + whole, 45 * min(1.0, rarest / (2 * index.unseen)) + whole)  # the second: a phrase in a long text


def _score_chinese(code: str, weights: Mapping[str, float], runs: list[str]) -> float:
    """0 to 80: the best of the longest term inside the query or round it, and the character pairs in common."""
    index = _index()
    shared = sum(weight for pair, weight in weights.items() if pair in index.pairs[code])
    score = 30 * shared / sum(weights.values())
    length = sum(map(len, runs))
    for term in index.terms[code]:
        for run in runs:
            if term == run:
                score = max(score, 80.0)
            elif term in run and len(term) > 1:
                score = max(score, 40 + 30 * len(term) / length)
            elif run in term:  # 智能手机 is a 手机, 手机壳 is not: the head of a Chinese noun stands last
                score = max(score, (30 if term.endswith(run) else 20) + 25 * len(run) / len(term))
    return score
