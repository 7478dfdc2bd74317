"""Reasons and gaps of a pair as codes with their numbers; the pages turn them into sentences.

What is said hangs on the value that was counted (`signals.MET` or more: a reason; less: a gap), and weights are what the model
counted, so that with the bases they add up to the log-odds of each side. A signal that speaks twice (three certificates are there,
one is missing) is split: the gap weighs what closing it would bring, the reason the rest.
"""

import functools
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import numpy as np

from matchmaker.engine.matching.columns import NO_DAY, Pairs, counted_end, lasting, number_of
from matchmaker.engine.matching.features import STOPWORDS, english_view
from matchmaker.engine.matching.glosses import segments
from matchmaker.engine.matching.records import BANDS, Band, Demand, Gap, Reason, Supply, Weights
from matchmaker.engine.matching.signals import AT, MET, NAMES, entry_days, like_with_like
from matchmaker.engine.matching.taste import Tastes
from matchmaker.engine.matching.units import kind_of
from matchmaker.engine.matching.views import head
from matchmaker.engine.text import script_language, singular, tokens

STRONG, GOOD, POSSIBLE = 1.2, -0.3, -1.6  # of the kind (kind.py): 3 of 4, 2 of 5, 1 of 6 are what is wanted
FITS = (0.4, -0.15, -1.1)  # of the fit (dealability.py): what texts at those edges give where nothing else is known
_EDGES = (STRONG, GOOD, POSSIBLE)
REASON_CODES = ("text", "shared_words", "hs", "hs_other", "section", "section_other", "specification", "price", "quantity", "capacity",
                "window", "certificate", "road", "entry", "saving", "evidence", "origin_wanted", "origin_other", "language",
                "language_other", "taste_buyer", "taste_exhibitor")
GAP_CODES = ("specification_missing", "price", "minimum_order", "capacity", "window", "certificate_missing", "certificate_expires", "road",
             "entry", "evidence")
MOST_WORDS = 4
_EMPTY_WORDS = STOPWORDS | frozenset(re.findall(r"\w+", """
    new high good quality product products goods use company order first one type large small made make level grade year month full set
    two three four five six seven eight nine ten hundred thousand half both only also already again every each all no yes run do get give
    need want look find buy sell price booth home day week time piece kind same other such very too still next last well ready
    import imported natural fresh pure premium classic standard special series model size color colour white black red green blue pack
    bag box can bottle bar bars case sheet unit line mini big long short light heavy dry wet hot cold multi super pro plus max ultra
    southeast asia europe america africa asian european american african northern southern western eastern
    frozen chilled organic handmade manual component module shell test air freight travel 套装 手工 冰鲜 冷冻 有机 组件 测试 鲜 去壳 带壳
    anti charter detection laminated automatic electric portable compact digital professional original traditional
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
    """Up to four words that both names say, as (the demand's writing, the product's), from their `written_words`.

    Numbers, sizes and words that go with goods of every kind are left out.
    """
    pairs: dict[str, str] = {}
    for word in demand:
        if word in supply and _says_something(word, demand[word]) and _says_something(word, supply[word]):
            pairs.setdefault(demand[word], supply[word])  # one word of Chinese may be several of English: said once
    return tuple(pairs.items())[:MOST_WORDS]


@functools.lru_cache(100_000)
def _says_something(word: str, written: str) -> bool:
    """Whether a word tells a product: no number, no size, no quality, more than one character of Chinese or two letters."""
    long_enough = len(written) > 1 if script_language(written) == "zh" else len(written) > 2
    return long_enough and word not in _EMPTY_WORDS and not any(sign.isdigit() for sign in word)


def band(fit: float, kind: float) -> Band | None:
    """The band of a fit and a kind, both in log-odds; None below possible. It stands at most one above what the kind alone would give."""
    level = int(levels(np.array([fit]), np.array([kind]))[0])
    return None if level == len(BANDS) else BANDS[level]


def levels(fit: np.ndarray, kind: np.ndarray) -> np.ndarray:
    """Bands as numbers, 0 the best, `len(BANDS)` for what is not shown."""
    by_fit, by_kind = ((one[:, None] < np.array(edges)).sum(axis=1) for one, edges in ((fit, FITS), (kind, _EDGES)))
    return np.where(by_kind == len(BANDS), len(BANDS), np.clip(by_fit, by_kind - 1, len(BANDS) - 1))


@dataclass(frozen=True, slots=True)
class Fact:
    """Something to say. `loss` is how much of the signal's value it costs: its own weight, taken from the first fact's."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)
    is_gap: bool = False
    loss: float = 0.0


def _text(pairs: Pairs, at: int, value: float) -> list[Fact]:
    near = math.log(value / (1 - value))
    return [Fact("text", {"nearness": next((name for name, edge in zip(BANDS, _EDGES, strict=True) if near >= edge), "far")})]


def _hs(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    wanted, offered = pairs.demands.hs[pairs.i[at]].tolist(), pairs.supplies.hs[pairs.j[at]].tolist()
    digits = 2 * sum(one == other > 0 for one, other in zip(wanted, offered, strict=True))
    return [Fact("hs" if digits else "hs_other",
                 {"digits": digits, "code": (supply.hs or "")[:digits], "wanted": demand.hs, "offered": supply.hs})]


def _section(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    return [Fact("section", {"section": supply.section}) if value >= MET
            else Fact("section_other", {"wanted": demand.section, "section": supply.section})]


def _specification(pairs: Pairs, at: int, value: float) -> list[Fact]:
    items = pairs.demands.wanted[pairs.i[at]]
    judged = list(zip(items, pairs.supplies.specs.judge(items, pairs.j[[at]])[:, 0].tolist(), strict=True))
    met, missing = (tuple((item.name, item.value) for item, verdict in judged if verdict == wanted) for wanted in (1.0, 0.0))
    said = [Fact("specification", {"met": met})] if met else []
    return said + ([Fact("specification_missing", {"missing": missing, "met": len(met)}, True, 1 - value)] if missing else [])


def _price(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    budget, asked = demand.budget, supply.price
    assert budget is not None and asked is not None  # noqa: S101 (the signal is known)
    least, most = counted_end(asked, least=True), counted_end(budget, least=False)
    facts: dict[str, Any] = {"price": least, "budget": most, "currency": asked.currency, "unit": asked.unit, "incoterm": supply.incoterm}
    if not like_with_like(pairs)[at]:
        assert demand.worth is not None and supply.worth is not None and least is not None and most is not None  # noqa: S101 (as above)
        per = kind_of(asked.unit)[1] / kind_of(budget.unit)[1]  # how many of the budget's unit are in one of the price's
        facts |= {"converted": True, "worth": _cents(supply.worth.of(least)), "budget_worth": _cents(demand.worth.of(most) * per)}
    return [Fact("price", facts, value < MET)]


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"))


def _quantity(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    first, moq = demand.quantity_first, supply.moq
    assert first is not None and moq is not None  # noqa: S101 (the signal is known)
    facts = {"wanted": first.amount, "wanted_unit": first.unit, "minimum": moq.amount, "unit": moq.unit}
    return [Fact("quantity", facts) if value >= MET else Fact("minimum_order", facts, True)]


def _capacity(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    year, month = demand.quantity_year, supply.monthly_capacity
    assert year is not None and month is not None  # noqa: S101 (the signal is known)
    return [Fact("capacity", {"wanted": year.amount, "wanted_unit": year.unit, "monthly": month.amount, "unit": month.unit}, value < MET)]


def _window(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    assert pairs.today is not None and supply.lead_time_days is not None  # noqa: S101 (the signal is known)
    ready = day_after(pairs, supply.lead_time_days)
    return [Fact("window", {"ready_on": ready, "needed_by": demand.window_to, "lead_time_days": supply.lead_time_days}, value < MET)]


def day_after(pairs: Pairs, days: int) -> date:
    """Today and so many days, at most the last day there is."""
    assert pairs.today is not None  # noqa: S101
    return date.fromordinal(min(pairs.today.toordinal() + days, date.max.toordinal()))


def required(demand: Demand) -> list[str]:
    """The certificates that must be there, each once."""
    return list({number_of(kind): kind for kind in reversed(demand.certificates_must) if kind.strip()}.values())[::-1]


def _certificates(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    held, must = lasting(supply), required(demand)
    until = int(pairs.demands.needed_until[pairs.i[at]])
    until = pairs.today.toordinal() if until == NO_DAY and pairs.today else until
    missing = tuple(kind for kind in must if number_of(kind) not in held)
    ending = sorted((held[number_of(kind)], kind) for kind in must if held.get(number_of(kind), until) < until)
    listed = tuple(kind for kind in dict.fromkeys((*must, *demand.certificates_nice)) if number_of(kind) in held)
    share = 1 - len(missing) / max(len(must), 1)
    met = share - 0.5 * len(ending) / max(len(must), 1)
    whole = value / met if met > 0 else 0.0  # the value if nothing were missing or ending
    said = [Fact("certificate", {"kinds": listed})] if listed else []
    if missing:
        said.append(Fact("certificate_missing", {"kinds": missing}, True, whole * (1 - share)))
    if ending:
        said.append(Fact("certificate_expires", {"kind": ending[0][1], "expires_on": date.fromordinal(ending[0][0]),
                                                 "needed_until": date.fromordinal(until)}, True, whole * (share - met)))
    return said


def _road(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    if value < MET:
        return [Fact("road", {"wanted": demand.roads, "offered": supply.roads}, True)]
    return [Fact("road", {"roads": tuple(road for road in demand.roads if road in supply.roads and road not in supply.roads_closed)})]


def _entry(pairs: Pairs, at: int, value: float) -> list[Fact]:
    first, until, best = (column[0] for column in entry_days(pairs.take(np.array([at]))))
    _, supply = pairs.sheets(at)
    return [Fact("entry", {"road": list(supply.entry)[int(best)], "ready_on": date.fromordinal(int(first)),
                           "needed_by": date.fromordinal(min(int(until), date.max.toordinal()))}, value < MET)]


def _saving(pairs: Pairs, at: int, value: float) -> list[Fact]:
    return [Fact("saving", {"share": pairs.sheets(at)[1].saving})]


def _evidence(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    return [Fact("evidence", {"asked": demand.evidence, "held": supply.evidence}, value < MET)]


def _origin(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    return [Fact("origin_wanted", {"country": supply.origin}) if value >= MET
            else Fact("origin_other", {"country": supply.origin, "wanted": demand.origins_wanted})]


def _languages(pairs: Pairs, at: int, value: float) -> list[Fact]:
    demand, supply = pairs.sheets(at)
    if value < MET:
        return [Fact("language_other", {"wanted": demand.languages, "languages": supply.languages})]
    return [Fact("language", {"languages": tuple(lang for lang in demand.languages if lang in supply.languages)})]


FACTS: Mapping[str, Callable[[Pairs, int, float], list[Fact]]] = MappingProxyType({
    "text": _text, "hs": _hs, "section": _section, "specification": _specification, "price": _price, "quantity": _quantity,
    "capacity": _capacity, "lead_time": _window, "certificates": _certificates, "road": _road, "entry": _entry,
    "saving": _saving, "evidence": _evidence, "origin": _origin, "languages": _languages})


def said_of(pairs: Pairs, at: int, values: np.ndarray, parts: np.ndarray, coef: np.ndarray,
            tastes: Tastes | None = None) -> tuple[tuple[Reason, ...], tuple[Gap, ...]]:
    """Reasons and gaps of pair `at`, reasons with the weightiest first, gaps with the costliest first.

    `values` are all signals of all `pairs`; `parts` (k, 2) what the model counts for this pair and `coef` (2, k) its weights.
    """
    reasons: list[Reason] = []
    gaps: list[Gap] = []
    counted, weigh = parts.tolist(), coef.T.tolist()
    for name, value in zip(NAMES, values[at].tolist(), strict=True):
        if value != value:  # unknown
            continue
        facts = FACTS[name](pairs, at, value) if name in FACTS else [_taste(name, pairs, at, values, tastes)]
        for fact, weights in _weighed(facts, counted[AT[name]], weigh[AT[name]]):
            if fact.is_gap:
                gaps.append(Gap(fact.code, fact.params, weights))
            else:
                reasons.append(Reason(fact.code, weights, fact.params))
    return (tuple(sorted(reasons, key=lambda one: (-one.weight, one.code))), tuple(sorted(gaps, key=lambda one: (one.weight, one.code))))


def _taste(name: str, pairs: Pairs, at: int, values: np.ndarray, tastes: Tastes | None) -> Fact:
    return Fact(name, tastes.facts(pairs, values, at, "buyer" if name == "taste_buyer" else "exhibitor")) if tastes else Fact(name)


def _weighed(facts: list[Fact], part: Sequence[float], coef: Sequence[float]) -> list[tuple[Fact, Weights]]:
    """Each fact with its weights: later ones their loss, the first the rest."""
    later = [Weights(-coef[0] * fact.loss, -coef[1] * fact.loss) for fact in facts[1:]]
    rest = Weights(part[0] - sum(one.buyer for one in later), part[1] - sum(one.exhibitor for one in later))
    return list(zip(facts, [rest, *later], strict=False))


def product_words(sheet: Demand | Supply) -> dict[str, str]:
    """The words by which a sheet names its product: of the head of its title, then of its translated titles."""
    out: dict[str, str] = {}
    for text in (sheet.title, *(sheet.translations[lang] for lang in sorted(sheet.translations))):
        for word, written in written_words(head(text[:300])).items():
            out.setdefault(word, written)
    return out
