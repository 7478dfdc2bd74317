"""The organizers' green report of an expo: what is proven where, what ends, what is vague, what demands ask and supply proves."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from ..demands import queries as demands
from ..demands.models import Demand
from ..expos.models import Expo
from ..expos.queries import require_organizer, today_at
from ..permissions import Actor
from ..reference import queries as reference
from ..trade import green
from ..trade.green import LINKS, Asked, Level
from . import listing, queries, todo
from .listing import Shown

MOST_ENDING = 200
LEAST = (Level.CLAIMED, Level.DOCUMENT, Level.THIRD_PARTY, Level.REGISTER)


@dataclass(frozen=True, slots=True)
class LabelRow:
    """How often a label is named: in full, not in full, run out, ending in 90 days, found in its register, and not found there."""

    code: str
    full: int
    claimed: int
    expired: int
    ending: int
    found: int
    not_found: int


@dataclass(frozen=True, slots=True)
class AskedRow:
    """What demands ask (``what`` level, link or label) and how many products prove it."""

    what: str
    code: str
    level: Level
    demands: int
    products: int


@dataclass(frozen=True, slots=True)
class GroupRow:
    """Products of a section or an origin by the level of their strongest link, and the demands of a section that ask."""

    key: Any
    products: int
    by_level: Mapping[Level, int]
    demands: int | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """The figures of one day. ``links`` is {link: {level: products}}; ``vague`` (rule code, claims) and ``words`` (word, claims)."""

    on: date
    products: int
    best: Mapping[Level, int]
    links: Mapping[str, Mapping[Level, int]]
    labels: Sequence[LabelRow]
    ending: Sequence[tuple[Any, Any, int, str]]
    vague: Sequence[tuple[str, int]]
    words: Sequence[tuple[str, int]]
    vague_products: int
    footprints: int
    asking: int
    demands: int
    asked: Sequence[AskedRow]
    sections: Sequence[GroupRow]
    origins: Sequence[GroupRow]


def of_expo(actor: Actor, expo: Expo) -> Report:
    """Return the green report of an expo as of today; raise ``NotFound`` for who does not organize it."""
    require_organizer(actor, expo)
    on, rules = today_at(expo), reference.rulebook()
    shown, wanted = listing.at_expo(expo, on), demands.published_demands(expo.id)
    vague = todo.vague_words(shown, rules, on)
    asking = [demand for demand in wanted if queries.asked(demand)]
    return Report(
        on=on, products=len(shown), best=_levels(one.profile.best for one in shown),
        links={link: _levels(one.profile.level(link) for one in shown) for link in LINKS}, labels=_labels(shown),
        ending=todo.ending(shown)[:MOST_ENDING],
        vague=Counter(code for _row, _text, words in vague for code in {word.rule.code for word in words}).most_common(),
        words=Counter(name for _row, _text, words in vague for name in {word.word.casefold() for word in words}).most_common(12),
        vague_products=len({row.id for row, _text, _words in vague}), footprints=len(queries.footprints([one.id for one in shown])),
        asking=len(asking), demands=len(wanted), asked=_asked(asking, shown),
        sections=_groups(shown, lambda one: one.row.section_id, asking), origins=_groups(shown, lambda one: one.row.origin))


def _levels(levels: Iterable[Level]) -> dict[Level, int]:
    counts = Counter(levels)
    return {level: counts[level] for level in Level}


def _labels(shown: Iterable[Shown]) -> list[LabelRow]:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for one in shown:
        for rated in one.profile.rated():
            if rated.evidence.label:
                found[rated.evidence.label].update(_states(rated, one.profile.on))
    names = ("full", "claimed", "expired", "ending", "found", "not_found")
    rows = [LabelRow(code, **{name: counts[name] for name in names}) for code, counts in found.items()]
    return sorted(rows, key=lambda row: (-row.full, -row.claimed, row.code))


def _states(rated: green.Rated, on: date) -> list[str]:
    check, states = rated.evidence.check, []
    if rated.expired:
        states.append("expired")
    else:
        states.append("full" if listing.holds(rated) else "claimed")
        ends = rated.evidence.expires_on
        states += ["ending"] if ends and ends <= on + todo.SOON else []
    return states + ([("found" if check.found else "not_found")] if check else [])


def _asked(asking: Sequence[Demand], shown: Sequence[Shown]) -> list[AskedRow]:
    """Return each thing that demands ask with the number of demands, and of products that meet it by ``trade.green.meets``."""
    counts: Counter[tuple[str, str, Level]] = Counter()
    for demand in asking:
        wish = queries.asked(demand)
        counts.update([("level", "", wish.level)] if wish.level else [])
        counts.update(("link", link, level) for link, level in wish.links.items())
        counts.update(("label", code, Level.THIRD_PARTY) for code in wish.labels)
    rows = []
    for (what, code, level), number in sorted(counts.items(), key=lambda item: (item[0][0], -item[1])):
        wish = Asked(level) if what == "level" else Asked(links={code: level}) if what == "link" else Asked(labels=(code,))
        met = sum(1 for one in shown if green.verdict(green.meets(wish, one.profile)) == "met")
        rows.append(AskedRow(what, code, level, number, met))
    return rows


def _groups(shown: Iterable[Shown], key: Callable[[Shown], Any], asking: Sequence[Demand] | None = None) -> list[GroupRow]:
    groups: defaultdict[Any, list[Shown]] = defaultdict(list)
    for one in shown:
        groups[key(one)].append(one)
    ask = Counter(demand.section_id for demand in asking or ())
    for section_id in ask:
        groups.setdefault(section_id, [])
    rows = [GroupRow(name, len(several), {least: sum(1 for one in several if one.profile.best >= least) for least in LEAST},
                     ask[name] if asking is not None else None) for name, several in groups.items()]
    return sorted(rows, key=lambda row: (-row.products, str(row.key)))
