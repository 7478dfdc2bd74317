"""One gate into the market: what a class of goods meets on a road, what its exhibitor says and holds, and how far it is open.

See ``trade.entry`` for the passport that is made of gates. Days are calendar days.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from .rulebook import Rule
from .shipped import pick


class Road(StrEnum):
    """What may be done with the goods."""

    EXHIBIT = "exhibit"
    CBEC = "cbec"
    GENERAL = "general"


class State(StrEnum):
    """How far a road is open."""

    YES = "yes"
    NOT_YET = "not_yet"
    NO = "no"
    UNKNOWN = "unknown"


class GateState(StrEnum):
    """How far one gate is open."""

    OPEN = "open"
    EXEMPT = "exempt"
    NOT_NEEDED = "not_needed"
    UNKNOWN = "unknown"
    IN_PROGRESS = "in_progress"
    MISSING = "missing"
    CLOSED = "closed"


STATEMENTS = ("held", "applied", "none", "not_needed")  # what an exhibitor may say of a gate
_ORDER = (State.NO, State.NOT_YET, State.UNKNOWN, State.YES)
ROAD_OF = {GateState.CLOSED: State.NO, GateState.MISSING: State.NOT_YET, GateState.IN_PROGRESS: State.NOT_YET,
            GateState.UNKNOWN: State.UNKNOWN, GateState.OPEN: State.YES, GateState.EXEMPT: State.YES, GateState.NOT_NEEDED: State.YES}


def rank(state: State) -> int:
    """Return where a state stands: no 0, not yet 1, unknown 2, yes 3."""
    return _ORDER.index(state)


@dataclass(frozen=True, slots=True)
class Statement:
    """What the exhibitor says of a gate: one of ``STATEMENTS``, or "" where only a number is given."""

    state: str = ""
    number: str = ""
    applied_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Paper:
    """A document in the locker, by type."""

    document: str
    expires_on: date | None = None

    def holds(self, on: date) -> bool:
        """Tell whether it is still valid on a day."""
        return self.expires_on is None or on <= self.expires_on


@dataclass(frozen=True, slots=True)
class Listing:
    """Whether a code is on the list of cross-border retail imports: None where it is not known. ``remark`` is the list's own."""

    listed: bool | None = None
    remark: str = ""
    bonded_only: bool = False
    source: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Goods:
    """What the passport needs to know. ``said_class`` is the class that the exhibitor chose where the code leaves several open."""

    hs: str = ""
    origin: str = ""
    said_class: str = ""
    sold_at_expo: bool = False
    statements: Mapping[str, Statement] = field(default_factory=dict)
    papers: tuple[Paper, ...] = ()
    listing: Listing = Listing()

    def statement(self, gate: str) -> Statement:
        """Return what is said of a gate."""
        return self.statements.get(gate, Statement())


@dataclass(frozen=True, slots=True)
class Gate:
    """A gate on one road: how far it is open, why, and when it typically will be (both ends; None where no length is known)."""

    code: str
    rule: Rule | None
    need: Rule | None
    state: GateState
    why: str
    number: str = ""
    expires_on: date | None = None
    earliest: date | None = None
    latest: date | None = None

    def text(self, name: str, lang: object) -> str:
        """Return ``issuer``, ``do`` or, of the need, ``note`` in the reader's language."""
        rule = self.need if name == "note" else self.rule
        data = rule.data if rule else {}
        return pick(data.get(f"{name}_en", ""), data.get(f"{name}_zh", ""), lang)

    @property
    def is_open(self) -> bool:
        """Tell whether nothing stands in the way here."""
        return ROAD_OF[self.state] is State.YES


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that a road asks for: ``held``, ``expired``, ``missing``, or ``shipment`` where it is issued with each consignment."""

    rule: Rule
    state: str
    expires_on: date | None = None


def gate(rule: Rule | None, goods: Goods, need: Rule, road: Road, on: date) -> Gate:
    """Return how far the gate of a need is open on a road; ``rule`` is the gate's own, None where none is known for the day."""
    code = need.data["gate"]
    wanted = need.data["exhibit_sold" if road is Road.EXHIBIT and goods.sold_at_expo else road.value]
    said, paper = goods.statement(said_as(rule, code)), _best_paper(rule, goods.papers)
    state, why = _required(wanted, need, rule, said, paper, on)
    earliest, latest = _days(need, rule, road, said, state, on)
    expires = max((day for day in (said.expires_on, paper.expires_on if paper else None) if day), default=None)
    return Gate(code, rule, need, state, why, said.number, expires, earliest, latest)


def said_as(rule: Rule | None, code: str) -> str:
    """Return the name under which product cards state a gate: a filing and a registration by NMPA are stated alike."""
    return str(rule.data.get("said_as", code)) if rule else code


def _required(wanted: str, need: Rule, rule: Rule | None, said: Statement, paper: Paper | None, on: date) -> tuple[GateState, str]:
    if wanted in ("exempt", "not_needed") and need.verified:
        return GateState(wanted), wanted
    if (paper and paper.holds(on)) or _is_held(said, on):
        return GateState.OPEN, "held"
    if wanted == "listed" and said.state == "not_needed":
        return GateState.NOT_NEEDED, "said_not_listed"
    if wanted not in ("needed", "listed") or rule is None:
        return GateState.UNKNOWN, "rule_unverified" if wanted in ("exempt", "not_needed") else "need_unknown"
    if said.state == "applied":
        return GateState.IN_PROGRESS, "applied"
    if said.state == "held" or (said.number and not said.state):  # past its day, as it is not held
        return (GateState.UNKNOWN, "may_be_renewed") if rule.data.get("lapse") == "unknown" else (GateState.MISSING, "expired")
    if said.state == "none":
        return GateState.MISSING, "none"
    return GateState.UNKNOWN, "not_stated"


def _is_held(said: Statement, on: date) -> bool:
    given = said.state == "held" or (not said.state and bool(said.number))
    return given and (said.expires_on is None or on <= said.expires_on)


def _best_paper(rule: Rule | None, papers: Iterable[Paper]) -> Paper | None:
    """Return the paper for a gate that lasts longest."""
    wanted = rule.data["documents"] if rule else ()
    return max((paper for paper in papers if paper.document in wanted), key=lambda paper: paper.expires_on or date.max, default=None)


def _days(need: Rule, rule: Rule | None, road: Road, said: Statement, state: GateState, on: date) -> tuple[date | None, date | None]:
    """Return the typical day of a gate that is on its way or not begun; the day itself where it is open."""
    if ROAD_OF[state] is State.YES:
        return on, on
    days: Any = need.data.get("days", {}).get(road.value) or (rule.data["days"] if rule else None)
    if days is None or state not in (GateState.MISSING, GateState.IN_PROGRESS):
        return None, None
    begun = said.applied_on if state is GateState.IN_PROGRESS and said.applied_on else on
    tomorrow = on + timedelta(1)
    first, last = (max(begun + timedelta(length), tomorrow) for length in days)
    return first, last


def documents(rules: Iterable[Rule], goods: Goods, product_class: str, road: Road, on: date) -> tuple[Document, ...]:
    """Return the papers that a class asks for on a road, with their state; ``rules`` are the needs of the day."""
    wanted = [rule for rule in rules if road.value in rule.data["roads"]
              and ("*" in rule.data["classes"] or product_class in rule.data["classes"])]
    return tuple(_document(rule, goods.papers, on) for rule in wanted)


def _document(rule: Rule, papers: Iterable[Paper], on: date) -> Document:
    mine = [paper for paper in papers if paper.document == rule.data["document"]]
    best = max(mine, key=lambda paper: paper.expires_on or date.max, default=None)
    if best:
        return Document(rule, "held" if best.holds(on) else "expired", best.expires_on)
    return Document(rule, "shipment" if rule.data["per"] == "shipment" else "missing")
