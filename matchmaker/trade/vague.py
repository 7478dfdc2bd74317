"""Vague words in green claims: where they stand and what to say instead.

The words are rules of the kind ``vague_word``, one a group, in English and Chinese. They follow what the known rules against green
claims have in common: no praise of the whole without a figure, no neutrality by offsets, no property without its conditions, no label
that nobody can look up. A word is not vague inside certain others (green tea, 天然气), or where the text names the standard that fills
it, or, for groups that ask for a share, where a percentage stands beside it.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .rulebook import Rule, Rulebook
from .shipped import pick

VAGUE = "vague_word"
NEAR = 60  # characters on either side in which a percentage counts as standing beside a word
_FIGURE = re.compile(r"\d+(?:[.,]\d+)?\s*(?:%|\uff05|per\s?cent\b|kg\b|kwh\b)", re.IGNORECASE)
_GAP = re.compile(r"[\s\-\u2010-\u2015]+")


@dataclass(frozen=True, slots=True)
class Vague:
    """A vague word: where it stands in the text, and the rule that says why and what to say instead."""

    start: int
    end: int
    word: str
    rule: Rule

    def say(self, lang: object) -> str:
        """Return what to say instead, in the reader's language."""
        return pick(self.rule.data["say_en"], self.rule.data["say_zh"], lang)


def find(text: str, rulebook: Rulebook, on: date, *, labelled: bool = False) -> list[Vague]:
    """Return the vague words of a text in their order, the longest where several begin together; they never overlap.

    ``labelled`` says that a label stated in full stands behind the text: it fills words like organic or recycled, not praise.
    """
    plain = _plain(text)
    spared = [found.span() for rule in rulebook.on(VAGUE, on) for found in _all(tuple(rule.data.get("except", ())), plain)]
    hits = sorted((found.start(), -found.end(), number, rule) for number, rule in enumerate(rulebook.on(VAGUE, on))
                  if not (labelled and rule.data.get("label_fills"))
                  for found in _all((*rule.data["words_en"], *rule.data["words_zh"]), plain))
    vague: list[Vague] = []
    for start, minus_end, _number, rule in hits:
        end = -minus_end
        inside = any(first <= start and end <= last for first, last in spared)
        if not inside and (not vague or start >= vague[-1].end) and not _filled(rule, plain, start, end):
            vague.append(Vague(start, end, text[start:end], rule))
    return vague


def pieces(text: str, found: list[Vague]) -> Iterator[tuple[str, Vague | None]]:
    """Yield (words, what is vague about them or None) from the beginning of the text to its end."""
    done = 0
    for one in found:
        if done < one.start:
            yield text[done:one.start], None
        yield text[one.start:one.end], one
        done = one.end
    if done < len(text):
        yield text[done:], None


def _filled(rule: Rule, plain: str, start: int, end: int) -> bool:
    """Tell whether the text itself says what the word leaves open: the standard by name, or a figure beside it."""
    if any(_pattern((name,)).search(plain) for name in rule.data.get("unless", ())):
        return True
    return bool(rule.data.get("figure") and _FIGURE.search(plain[max(0, start - NEAR):end + NEAR]))


def _plain(text: str) -> str:
    """Return the text with full-width letters and signs as plain ones, of the same length."""
    return "".join(one if len(one := unicodedata.normalize("NFKC", char)) == 1 else char for char in text)


def _all(words: tuple[str, ...], plain: str) -> Iterator[re.Match[str]]:
    return _pattern(words).finditer(plain) if words else iter(())


@lru_cache(256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Return the pattern of words: Latin ones stand alone and take any gap or hyphen, Chinese ones stand anywhere; longest first."""
    return re.compile("|".join(_one(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)


def _one(word: str) -> str:
    parts = r"[\s\-\u2010-\u2015]*".join(re.escape(part) for part in _GAP.split(word.strip()) if part)
    begin = r"(?<![A-Za-z0-9])" if word[:1].isascii() else ""
    return begin + parts + (r"(?![A-Za-z0-9])" if word[-1:].isascii() else "")
