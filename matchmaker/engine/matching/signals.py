"""What speaks for a pair besides its text, and what stands between: one function each.

Every function reads a demand, a product and today's date and returns a Reason, a Gap or None for "unknown". Weights
are log-odds, set by hand until there is feedback to learn from: a known condition that fails costs about as much as two
that hold bring, and all of them together weigh less than the product being the right one.
"""

from datetime import date, timedelta
from decimal import Decimal

from matchmaker.engine.matching.records import Demand, Gap, Price, Quantity, Reason, Supply, Weights

HS_WEIGHTS = {6: 2.5, 4: 2.0, 2: 0.2, 0: -2.0}  # by digits that agree; another chapter speaks against
SECTION_SAME, SECTION_OTHER = 0.3, -0.6
_MASS, _VOLUME, _PIECES = ("kg", "mass"), ("l", "volume"), ("pcs", "pieces")
UNITS: dict[str, tuple[str, str, Decimal | int]] = {
    **dict.fromkeys(("kg", "公斤", "千克"), (*_MASS, 1)), **dict.fromkeys(("g", "克"), (*_MASS, Decimal("0.001"))),
    **dict.fromkeys(("t", "mt", "ton", "tons", "tonne", "tonnes", "吨"), (*_MASS, 1000)),
    **dict.fromkeys(("l", "litre", "litres", "升"), (*_VOLUME, 1)), **dict.fromkeys(("ml", "毫升"), (*_VOLUME, Decimal("0.001"))),
    **dict.fromkeys(("pcs", "pc", "piece", "pieces", "unit", "units", "个", "件", "只", "台"), (*_PIECES, 1)),
    **dict.fromkeys(("set", "sets", "套"), ("set", "sets", 1)),
    **dict.fromkeys(("carton", "cartons", "ctn", "ctns", "箱"), ("carton", "cartons", 1)),
    **dict.fromkeys(("bottle", "bottles", "瓶"), ("bottle", "bottles", 1)),
}


def in_base(quantity: Quantity | None) -> tuple[Decimal, str] | None:
    """The amount in the base of its unit's kind (kg, l, pieces …) and that kind; None without a unit."""
    if quantity is None or not (unit := quantity.unit.strip().lower()):
        return None
    _, kind, factor = UNITS.get(unit, (unit, unit, 1))
    return Decimal(quantity.amount) * Decimal(factor), kind


def section(demand: Demand, supply: Supply, today: date | None) -> Reason | None:
    """Both name a section of the expo."""
    if not demand.section or not supply.section:
        return None
    if demand.section == supply.section:
        return Reason("section", Weights.both(SECTION_SAME), {"section": supply.section})
    return Reason("section_other", Weights.both(SECTION_OTHER), {"wanted": demand.section, "section": supply.section})


def hs(demand: Demand, supply: Supply, today: date | None) -> Reason | None:
    """Both carry a customs code: the longer the common beginning the better; another chapter speaks against.

    A code of two digits that agrees as far as it goes says no more than its chapter.
    """
    if not demand.hs or not supply.hs or len(demand.hs) < 2 or len(supply.hs) < 2:
        return None
    digits = 0
    for left, right in zip(demand.hs[:6], supply.hs[:6], strict=False):
        if left != right:
            break
        digits += 1
    digits -= digits % 2  # a code means something by pairs of digits
    code = "hs" if digits >= 2 else "hs_other"
    return Reason(code, Weights.both(HS_WEIGHTS[digits]), {"digits": digits, "code": supply.hs[:digits], "wanted": demand.hs, "offered": supply.hs})


def origin(demand: Demand, supply: Supply, today: date | None) -> Reason | None:
    """The buyer named the origins wanted."""
    if not demand.origins_wanted or not supply.origin:
        return None
    if supply.origin in demand.origins_wanted:
        return Reason("origin_wanted", Weights.both(0.5), {"country": supply.origin})
    return Reason("origin_other", Weights.both(-0.5), {"country": supply.origin, "wanted": demand.origins_wanted})


def certificates(demand: Demand, supply: Supply, today: date | None) -> Reason | None:
    """Certificates that the buyer asks for and the product has."""
    held = {certificate.kind for certificate in supply.certificates}
    kinds = tuple(kind for kind in dict.fromkeys((*demand.certificates_must, *demand.certificates_nice)) if kind in held)
    return Reason("certificate", Weights.both(min(0.3 * len(kinds), 0.6)), {"kinds": kinds}) if kinds else None


def certificates_missing(demand: Demand, supply: Supply, today: date | None) -> Gap | None:
    """A required certificate is not among those listed; a product that lists none leaves it unknown."""
    held = {certificate.kind for certificate in supply.certificates}
    missing = tuple(kind for kind in demand.certificates_must if kind not in held)
    return Gap("certificate_missing", {"kinds": missing}, Weights.both(-0.6)) if held and missing else None


def certificates_expiring(demand: Demand, supply: Supply, today: date | None) -> Gap | None:
    """A required certificate ends before the delivery window does (or has ended already)."""
    needed_until = demand.window_to or demand.window_from or today
    ending = [certificate for certificate in supply.certificates if certificate.kind in demand.certificates_must
              and certificate.expires_on and needed_until and certificate.expires_on < needed_until]
    if not ending:
        return None
    first = min(ending, key=lambda certificate: (certificate.expires_on, certificate.kind))
    return Gap("certificate_expires", {"kind": first.kind, "expires_on": first.expires_on, "needed_until": needed_until}, Weights.both(-0.4))


def languages(demand: Demand, supply: Supply, today: date | None) -> Reason | None:
    """The booth speaks a language that the buyer asks for."""
    shared = tuple(lang for lang in demand.languages if lang in supply.languages)
    return Reason("language", Weights.both(0.2), {"languages": shared}) if shared else None


def _comparable(budget: Price, price: Price, demand: Demand, supply: Supply) -> bool:
    return bool(budget.currency and budget.currency == price.currency
                and budget.unit.strip() and budget.unit.strip().lower() == price.unit.strip().lower()
                and demand.incoterm and demand.incoterm == supply.incoterm)


def price(demand: Demand, supply: Supply, today: date | None) -> Reason | Gap | None:
    """Price against budget, like with like only: same currency, unit and Incoterm; else unknown."""
    budget, asked = demand.budget, supply.price
    if budget is None or asked is None or not _comparable(budget, asked, demand, supply):
        return None
    most = budget.high if budget.high is not None else budget.low
    least = asked.low if asked.low is not None else asked.high
    if most is None or least is None:
        return None
    facts = {"price": least, "budget": most, "currency": asked.currency, "unit": asked.unit, "incoterm": supply.incoterm}
    return Reason("price", Weights.both(0.4), facts) if least <= most else Gap("price", facts, Weights.both(-0.6))


def quantity(demand: Demand, supply: Supply, today: date | None) -> Reason | Gap | None:
    """First order against minimum order, in units that convert into each other."""
    first, moq = demand.quantity_first, supply.moq
    wanted, least = in_base(first), in_base(moq)
    if first is None or moq is None or wanted is None or least is None or wanted[1] != least[1]:
        return None
    facts = {"wanted": first.amount, "wanted_unit": first.unit, "minimum": moq.amount, "unit": moq.unit}
    return Reason("quantity", Weights.both(0.3), facts) if wanted[0] >= least[0] else Gap("minimum_order", facts, Weights.both(-0.6))


def capacity(demand: Demand, supply: Supply, today: date | None) -> Gap | None:
    """The yearly need is more than twelve months of capacity."""
    year, month = demand.quantity_year, supply.monthly_capacity
    wanted, made = in_base(year), in_base(month)
    if year is None or month is None or wanted is None or made is None or wanted[1] != made[1] or wanted[0] <= 12 * made[0]:
        return None
    return Gap("capacity", {"wanted": year.amount, "wanted_unit": year.unit, "monthly": month.amount, "unit": month.unit}, Weights.both(-0.5))


def window(demand: Demand, supply: Supply, today: date | None) -> Reason | Gap | None:
    """Lead time, counted from today, against the end of the delivery window; transport is not in it."""
    if today is None or demand.window_to is None or supply.lead_time_days is None:
        return None
    ready = today + timedelta(days=supply.lead_time_days)
    facts = {"ready_on": ready, "needed_by": demand.window_to, "lead_time_days": supply.lead_time_days}
    return Reason("window", Weights.both(0.2), facts) if ready <= demand.window_to else Gap("window", facts, Weights.both(-0.5))


def road(demand: Demand, supply: Supply, today: date | None) -> Reason | Gap | None:
    """The roads to market that the buyer can take against those that the product offers."""
    if not demand.roads or not supply.roads:
        return None
    shared = tuple(name for name in demand.roads if name in supply.roads and name not in supply.roads_closed)
    if shared:
        return Reason("road", Weights.both(0.2), {"roads": shared})
    return Gap("road", {"wanted": demand.roads, "offered": supply.roads}, Weights.both(-0.5))


RELEVANCE = (hs, section)
TERMS = (origin, certificates, certificates_missing, certificates_expiring, languages, price, quantity, capacity, window, road)
