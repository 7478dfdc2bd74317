"""Reasons and gaps of a pair as codes with their numbers; the pages turn them into sentences.

The weights of reasons and gaps add up to the log-odds behind the score. Signals with nothing known say nothing.
"""

import re
from collections.abc import Iterable
from datetime import date

from matchmaker.engine.matching.features import STOPWORDS, english_view
from matchmaker.engine.matching.glosses import segments
from matchmaker.engine.matching.records import Demand, Gap, Reason, Supply
from matchmaker.engine.matching.signals import RELEVANCE, TERMS
from matchmaker.engine.text import script_language, singular, tokens

MOST_WORDS = 4
_EMPTY_WORDS = STOPWORDS | frozenset(re.findall(r"\w+", """
    new high good quality product products goods use company order first one type large small made make level grade year month full set
    two three four five six seven eight nine ten hundred thousand half both only also already again every each all no yes run do get give
    need want look find buy sell price booth home day week time piece kind same other such very too still next last well ready
"""))


def written_words(text: str) -> dict[str, str]:
    """{English word: the word as the text has it}, in the order of the text."""
    out: dict[str, str] = {}
    if script_language(text) == "zh":
        for piece, meanings in segments(text):
            for word in tokens(" ".join((meanings or ())[:1]) if meanings is not None else piece):
                out.setdefault(word, piece.strip())
        return out
    plain = {singular(word): word for word in tokens(text)}
    for word in tokens(english_view(text)):
        out.setdefault(word, plain.get(word, word))
    return out


def shared_words(demand: dict[str, str], supply: dict[str, str]) -> tuple[tuple[str, str], ...]:
    """Up to four words that both texts say, as (the demand's writing, the product's), from their `written_words`."""
    common = [word for word in demand if word in supply and word not in _EMPTY_WORDS and len(word) > 1 and not word.isdigit()]
    pairs = dict.fromkeys((demand[word], supply[word]) for word in common)
    return tuple(pairs)[:MOST_WORDS]


def relevance(demand: Demand, supply: Supply, today: date | None = None) -> list[Reason]:
    """Reasons besides the text that the product is the kind wanted."""
    return [said for said in (signal(demand, supply, today) for signal in RELEVANCE) if said is not None]


def terms(demand: Demand, supply: Supply, today: date | None = None) -> list[Reason | Gap]:
    """What the two sheets say about the deal: origin, certificates, language, price, quantity, time, road."""
    return [said for said in (signal(demand, supply, today) for signal in TERMS) if said is not None]


def split(said: Iterable[Reason | Gap]) -> tuple[tuple[Reason, ...], tuple[Gap, ...]]:
    """Reasons with the weightiest first, gaps with the costliest first."""
    said = list(said)
    return (tuple(sorted((s for s in said if isinstance(s, Reason)), key=lambda s: (-s.weight, s.code))),
            tuple(sorted((s for s in said if isinstance(s, Gap)), key=lambda s: (s.weight, s.code))))
