"""The market-entry passport: may a product be exhibited, sold by cross-border e-commerce, sold in general trade, and if not, when?

Pure functions of a rulebook, a record of the goods and a day. Three habits hold throughout:

* *Unknown stays unknown.* A code that is missing or that leaves several classes open, a gate about which nothing is said, a rule that no
  source states: all are unknown, neither yes nor no.
* *A yes or a no stands on read rules only.* A rule that is not verified may ask for more, but it neither exempts nor closes.
* *More papers never worsen a state.* States are ordered ``no < not yet < unknown < yes``, and a road is as far as its worst gate.

Days are calendar days; lengths are typical and never promised (``Rule.data["days"]``: short and long end).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from .gates import ROAD_OF, Document, Gate, GateState, Goods, Listing, Road, State, documents, gate, rank
from .rulebook import Rule, Rulebook

CUSTOMS_MODES: Mapping[Road, tuple[str, ...]] = {Road.GENERAL: ("0110",), Road.CBEC: ("1210", "1239", "9610")}
_LISTED = {True: (GateState.OPEN, "listed"), False: (GateState.CLOSED, "not_listed"), None: (GateState.UNKNOWN, "list_unknown")}


@dataclass(frozen=True, slots=True)
class RoadView:
    """One road of a passport. ``earliest`` and ``latest`` are the ends of the typical day; today where it is open."""

    road: Road
    state: State
    gates: tuple[Gate, ...]
    documents: tuple[Document, ...]
    earliest: date | None
    latest: date | None


@dataclass(frozen=True, slots=True)
class Passport:
    """The passport of a product on a day. ``classes`` are those its code leaves open: exactly one once the class is known."""

    on: date
    classes: tuple[Rule, ...]
    roads: Mapping[Road, RoadView]
    measures: tuple[Rule, ...] = ()

    @property
    def product_class(self) -> Rule | None:
        """Return the class where it is known."""
        return self.classes[0] if len(self.classes) == 1 else None


@dataclass(frozen=True, slots=True)
class _Book:
    """The rules of entry that hold on a day, sorted for look-up: thousands of passports are made of one book."""

    classes: tuple[Rule, ...]
    needs: Mapping[str, tuple[Rule, ...]]
    measures: tuple[Rule, ...]
    documents: tuple[Rule, ...]
    gates: Mapping[str, Rule]


@lru_cache(maxsize=16)
def _book(rulebook: Rulebook, on: date) -> _Book:
    """Return the book of a day; rulebooks are never changed, a corrected one is another object."""
    needs: dict[str, list[Rule]] = {}
    for need in rulebook.on("entry_need", on):
        needs.setdefault(need.data["class"], []).append(need)
    gates = {rule.code: rule for rule in rulebook.on("gate", on)}
    return _Book(rulebook.on("product_class", on), {code: tuple(rules) for code, rules in needs.items()}, rulebook.on("entry_measure", on),
                 rulebook.on("document_need", on), gates)


@lru_cache(maxsize=20_000)
def _open_classes(rulebook: Rulebook, hs: str, on: date, said: str) -> tuple[Rule, ...]:
    rules = _book(rulebook, on).classes
    lengths = {rule.code: max((len(start) for start in rule.data["hs"] if hs.startswith(start)), default=0) for rule in rules}
    longest = max(lengths.values(), default=0)
    found = {code for code, length in lengths.items() if length and length == longest}
    found |= {rule.code for rule in rules if any(start.startswith(hs) and start != hs for start in rule.data["hs"])}
    found |= {rule.data["beside"] for rule in rules if rule.code in found and "beside" in rule.data}
    if said and any(rule.code == said and any(hs.startswith(start) for start in rule.data.get("by_choice", ())) for rule in rules):
        found = {said}
    return tuple(rule for rule in rules if rule.code in (found & {said} or found))


def classes_of(rulebook: Rulebook, hs: str, on: date, said: str = "") -> tuple[Rule, ...]:
    """Return the product classes that a code may mean, or the one of them that was ``said``; empty where none is known.

    The longest beginning wins; classes on an equally long one, those that stand ``beside`` another, and those that begin with a longer
    code than was given stay open together.
    """
    return _open_classes(rulebook, hs, on, said) if hs else ()


def choices(rulebook: Rulebook, hs: str, on: date) -> tuple[Rule, ...]:
    """Return the classes among which an exhibitor may choose for a code: those left open, and those only a choice can tell (used goods)."""
    found = list(classes_of(rulebook, hs, on))
    found += [rule for rule in rulebook.on("product_class", on) if any(hs.startswith(start) for start in rule.data.get("by_choice", ()))]
    return tuple(found) if len(found) > 1 else ()


def needs_of(rulebook: Rulebook, product_class: str, on: date) -> list[Rule]:
    """Return the rules that say which gates a class meets."""
    return list(_book(rulebook, on).needs.get(product_class, ()))


def measures_of(rulebook: Rulebook, goods: Goods, on: date) -> tuple[Rule, ...]:
    """Return the suspensions that touch the goods; those whose origin is not known are left out."""
    return tuple(rule for rule in _book(rulebook, on).measures if goods.origin in rule.data["origins"]
                 and any(goods.hs.startswith(start) for start in rule.data["hs"]))


def passport(rulebook: Rulebook, goods: Goods, on: date) -> Passport:
    """Return the passport of the goods on a day."""
    classes, measures = classes_of(rulebook, goods.hs, on, goods.said_class), measures_of(rulebook, goods, on)
    known = classes[0] if len(classes) == 1 and not classes[0].data.get("outside") else None
    return Passport(on, classes, {road: _road(rulebook, goods, on, road, known, measures) for road in Road}, measures)


def _road(rulebook: Rulebook, goods: Goods, on: date, road: Road, known: Rule | None, measures: Iterable[Rule]) -> RoadView:
    gates = [_measure(rule, road) for rule in measures]
    if road is Road.CBEC and goods.hs:
        gates.append(_listed(_book(rulebook, on).gates.get("positive_list"), goods.listing))
    if known is None:
        gates.append(Gate("class", None, None, GateState.UNKNOWN, "class_unknown" if goods.hs else "no_code"))
        return _view(road, on, gates, ())
    book = _book(rulebook, on)
    gates += [gate(book.gates.get(need.data["gate"]), goods, need, road, on) for need in book.needs.get(known.code, ())
              if road.value in need.data]
    return _view(road, on, _in_turn(gates, on), documents(book.documents, goods, known.code, road, on))


def _view(road: Road, on: date, gates: Iterable[Gate], papers: tuple[Document, ...]) -> RoadView:
    kept = tuple(gates)
    state = min((ROAD_OF[gate.state] for gate in kept), key=rank, default=State.YES)
    waiting = [gate for gate in kept if not gate.is_open]
    ends = [[getattr(gate, end) for gate in waiting] for end in ("earliest", "latest")]
    earliest, latest = (None if state is State.NO or None in days else max(days, default=on) for days in ends)
    return RoadView(road, state, kept, papers, earliest, latest)


def _measure(rule: Rule, road: Road) -> Gate:
    """Return a suspension as a gate. What is only shown may come under another rule: unknown."""
    closed = rule.data["effect"] == "closed" and rule.verified and road is not Road.EXHIBIT
    state, why = (GateState.CLOSED, "suspended") if closed else (GateState.UNKNOWN, "may_be_suspended")
    return Gate(f"measure.{rule.code}", rule, None, state, why)


def _listed(rule: Rule | None, listing: Listing) -> Gate:
    state, why = _LISTED[listing.listed]
    return Gate("positive_list", rule, None, state, why, number=listing.remark)


def _in_turn(gates: list[Gate], on: date) -> list[Gate]:
    """Put the gates in the order in which one looks at them: what stands in the way first, the not needed last."""
    order = list(GateState)[::-1]
    return sorted(gates, key=lambda gate: (order.index(gate.state), gate.latest or on))


def roads_closed(passport: Passport, listing: Listing) -> frozenset[str]:
    """Return the customs modes that the law closes to the goods: those of a road whose state is no, and 9610 for bonded-only goods."""
    closed = {mode for road, modes in CUSTOMS_MODES.items() if passport.roads[road].state is State.NO for mode in modes}
    if listing.bonded_only and not listing.sample:
        closed.add("9610")
    return frozenset(closed)


def closed_modes(rulebook: Rulebook, goods: Goods, on: date) -> frozenset[str]:
    """Return what ``roads_closed`` says of the goods' passport, without making it: for lists of thousands.

    Only suspensions and the list close a road; one that is not yet open, or not known, is not closed. A sample list closes nothing.
    """
    closed = {gate.state is GateState.CLOSED for rule in measures_of(rulebook, goods, on) for gate in (_measure(rule, Road.GENERAL),)}
    modes: set[str] = set(CUSTOMS_MODES[Road.GENERAL] + CUSTOMS_MODES[Road.CBEC]) if True in closed else set()
    if goods.hs and goods.listing.listed is False:
        modes |= set(CUSTOMS_MODES[Road.CBEC])
    if goods.listing.bonded_only and not goods.listing.sample:
        modes.add("9610")
    return frozenset(modes)
