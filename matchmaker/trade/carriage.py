"""From a price under an Incoterm (2020) to the value at the Chinese border, CIF: what is added, given or assumed.

Assumptions are rules of the kind ``carriage``, each a share of the price (insurance: of price and freight), so that an organizer can
correct them. A price delivered (DAP, DPU) holds all carriage; one delivered duty paid (DDP) holds the taxes too.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from .charges import ONE, Span, Standing
from .rulebook import Rule, Rulebook

TO_PORT, FREIGHT, INSURANCE = "to_port", "freight", "insurance"
#: What the price of each Incoterm lacks on the way to CIF.
LACKS: Final = {
    "EXW": (TO_PORT, FREIGHT, INSURANCE), "FCA": (TO_PORT, FREIGHT, INSURANCE), "FAS": (FREIGHT, INSURANCE), "FOB": (FREIGHT, INSURANCE),
    "CFR": (INSURANCE,), "CPT": (INSURANCE,), "CIF": (), "CIP": (), "DAP": (), "DPU": (), "DDP": (),
}
DELIVERED: Final = frozenset({"DAP", "DPU"})
DUTY_PAID: Final = "DDP"
WAYS: Final = ("sea", "air", "land")


@dataclass(frozen=True, slots=True)
class Leg:
    """A part of the way to CIF: its yuan, and the share and rule where it is assumed."""

    kind: str
    amount: Span
    standing: Standing
    share: Decimal | None = None
    rule: Rule | None = None


@dataclass(frozen=True, slots=True)
class Shares:
    """The assumed shares for one Incoterm, origin and way, None where no rule says one or the price holds the leg."""

    to_port: Rule | None
    freight: Rule | None
    insurance: Rule | None


def shares(incoterm: str, origin: str, way: str, on: date, book: Rulebook) -> Shares:
    """Return the rules of what is assumed for the legs that a price lacks."""
    lacks = LACKS[incoterm]
    return Shares(
        book.find("carriage", f"TO_PORT_{incoterm}", on) if TO_PORT in lacks else None,
        freight_rule(origin, way, on, book) if FREIGHT in lacks else None,
        book.find("carriage", "INSURANCE", on) if INSURANCE in lacks else None)


def freight_rule(origin: str, way: str, on: date, book: Rulebook) -> Rule | None:
    """Return the rule of freight by a way; without a way the one that names the origin, else by sea."""
    rows = [rule for rule in book.on("carriage", on) if rule.data.get("way") in ((way,) if way else ("land", "sea"))]
    named = [rule for rule in rows if origin in rule.data.get("origins", ())]
    return next(iter([*named, *(rule for rule in rows if not rule.data.get("origins"))]), None)


def share_of(rule: Rule | None) -> Decimal:
    """Return the share that a rule assumes; 0 where there is none."""
    return Decimal(str(rule.data["share"])) if rule else Decimal(0)


def legs(price: Span, incoterm: str, found: Shares, freight: Decimal | None, insurance: Decimal | None) -> list[Leg]:
    """Return what comes to a price (in yuan) on the way to CIF.

    ``freight`` and ``insurance`` are yuan for the whole consignment where the reader gave them; freight that is given is the whole
    carriage to the port of entry. Insurance is assumed on price and carriage.
    """
    way: list[Leg] = []
    lacks = LACKS[incoterm]
    if FREIGHT in lacks and freight is not None:
        way.append(Leg(FREIGHT, Span(freight, freight), Standing.STATED))
    elif FREIGHT in lacks:
        way += [_assumed(kind, price, rule) for kind, rule in ((TO_PORT, found.to_port), (FREIGHT, found.freight)) if rule]
    if INSURANCE in lacks and insurance is not None:
        way.append(Leg(INSURANCE, Span(insurance, insurance), Standing.STATED))
    elif INSURANCE in lacks and found.insurance:
        before = price
        for leg in way:
            before = before.plus(leg.amount)
        way.append(_assumed(INSURANCE, before, found.insurance))
    return way


def factor(found: Shares) -> Decimal:
    """Return CIF / price where everything is assumed."""
    return (ONE + share_of(found.to_port) + share_of(found.freight)) * (ONE + share_of(found.insurance))


def _assumed(kind: str, value: Span, rule: Rule) -> Leg:
    share = share_of(rule)
    return Leg(kind, Span(value.low * share, value.high * share), Standing.ASSUMED, share, rule)
