"""What an exhibitor still has to do for the market: over all products, the next deadline first."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from ..trade.entry import Passport
from ..trade.gates import Document, Gate, GateState, Goods, Road, Statement, said_as

SOON = timedelta(days=90)
CODE, CLASS, BEGIN, WAIT, STATE, RENEW, PAPER = "code", "class", "begin", "wait", "state", "renew", "paper"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do for a product. ``due``: the day by which to begin, or on which something ends; None: no day is known.

    ``kind``: give the code, say the class, begin, wait, say where one stands, renew, or put a paper into the locker.
    """

    product_id: int
    kind: str
    roads: tuple[Road, ...]
    due: date | None = None
    gate: Gate | None = None
    document: Document | None = None

    def is_late(self, on: date) -> bool:
        """Tell whether the day to begin is past."""
        return self.kind in (BEGIN, RENEW) and self.due is not None and self.due < on


def steps(passports: Mapping[int, Passport], goods: Mapping[int, Goods], target: date | None) -> list[Step]:
    """Return the steps over all products, the next deadline first. ``target`` is the day on which all should be done: the next expo's."""
    found = [step for product_id, passport in passports.items() for step in _steps(product_id, passport, goods[product_id], target)]
    return sorted(found, key=lambda step: (step.due is None, step.due or date.max, _ORDER.index(step.kind), step.product_id))


_ORDER = (CODE, CLASS, RENEW, BEGIN, STATE, WAIT, PAPER)


def _steps(product_id: int, passport: Passport, goods: Goods, target: date | None) -> Iterator[Step]:
    if passport.product_class is None:
        yield Step(product_id, CLASS if goods.hs else CODE, tuple(Road))
        return
    for code, gates in _by_gate(passport).items():
        roads, gate = tuple(gates), next(iter(gates.values()))
        kind = _kind(gate, goods.statement(said_as(gate.rule, code)), passport.on)
        if kind:
            yield Step(product_id, kind, roads, _due(kind, gate, passport.on, target), gate)
    for rule_code, document in _papers(passport).items():
        roads = tuple(road for road, view in passport.roads.items() if any(one.rule.code == rule_code for one in view.documents))
        yield Step(product_id, RENEW if document.state == "expired" else PAPER, roads, document.expires_on, None, document)


def _by_gate(passport: Passport) -> dict[str, dict[Road, Gate]]:
    """Return {gate: {road: how it is there}} of what stands in the way or ends soon; of a gate the furthest from open comes first."""
    found: dict[str, dict[Road, Gate]] = {}
    for road, view in passport.roads.items():
        for gate in view.gates:
            ends = gate.state is GateState.OPEN and gate.expires_on is not None and gate.expires_on - passport.on <= SOON
            if (not gate.is_open or ends) and gate.need is not None:
                found.setdefault(gate.code, {})[road] = gate
    worst = list(GateState)[::-1]
    return {code: dict(sorted(gates.items(), key=lambda pair: worst.index(pair[1].state))) for code, gates in found.items()}


def _kind(gate: Gate, said: Statement, on: date) -> str:
    if gate.state is GateState.MISSING:
        return RENEW if gate.why == "expired" else BEGIN
    if gate.state is GateState.IN_PROGRESS:
        return WAIT
    if gate.state is GateState.OPEN or gate.why == "may_be_renewed":
        return RENEW
    return STATE if gate.why in ("not_stated", "need_unknown") and not said.state else ""


def _due(kind: str, gate: Gate, on: date, target: date | None) -> date | None:
    if kind == RENEW:
        return gate.expires_on
    if kind == WAIT:
        return gate.latest
    if kind == BEGIN and target and gate.latest:
        return target - (gate.latest - on)
    return None


def _papers(passport: Passport) -> dict[str, Document]:
    """Return the papers that are asked for once per product and are not there, or have ended."""
    wanted: Iterable[Document] = (document for view in passport.roads.values() for document in view.documents)
    return {document.rule.code: document for document in wanted if document.state in ("missing", "expired")}
