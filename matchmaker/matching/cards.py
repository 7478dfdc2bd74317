"""What a card shows, from the row of a query: names, prices and sentences in the reader's language."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from .. import i18n
from ..catalog.rules import price_visible
from ..companies.standing import of_match
from ..demands.rules import budget_visible, buyer_name_visible
from ..landed import queries as landed
from ..landed.cards import basis_line, saved
from ..landed.sentences import amount as money_span
from ..landed.sentences import scheme
from ..trade import codes
from ..trade.charges import Span
from . import phrases, sentences
from .told import Told, told
from .waterfall import chance, percent


@dataclass(slots=True)
class Card:
    """A match as ``_parts/match.html`` draws it; ``item`` in templates. The reader's own sheet is ``own``."""

    demand_id: int
    product_id: int
    other_id: int
    band: str
    company: str
    company_lang: str
    title: str
    title_lang: str
    translation: str | None
    own: str
    own_lang: str
    reasons: list[str]
    gaps: list[str]
    saved: bool
    computed_at: datetime
    meeting: str | None
    chance: int | None = None  # of 100, that the other side accepts when asked; None until the model is calibrated
    goal: int | None = None  # the same with one change
    one_change: str = ""  # that change, in words
    gap_codes: list[str] = field(default_factory=list)
    changes: dict[str, str] = field(default_factory=dict)  # the best change for each gap, by the gap's name
    named: bool = True  # the other company's name is shown
    url: str = ""
    ask_url: str = ""
    hidden_for: str = ""
    country: str = ""
    hs: str = ""
    booth: str = ""
    price: Decimal | None = None
    price_open: bool = True  # whether the exhibitor lets the reader know the price
    currency: str = ""
    price_unit: str = ""
    landed: str = ""  # what one unit costs in China, duty and taxes in, where that is known
    landed_basis: str = ""
    saving: str = ""
    moq: str = ""
    lead: str = ""
    letter: str = ""
    meta: str = ""
    facts: list[tuple[str, str]] = field(default_factory=list)


def product_card(row: Any, expo_series: str, states: Mapping[int, str]) -> Card:
    """Return the card of a product, for a buyer."""
    name, name_lang = company_name(row)
    state = states.get(row.exhibitor_id)
    open_price = price_visible(row, of_match(state))
    price, more = _price(row) if open_price else (None, "")
    place = " ".join(filter(None, (row.hall, row.booth)))
    return Card(
        **_shared(row, expo_series, told(row, buyer=True, open_money=open_price), row.chance_exhibitor),
        other_id=row.exhibitor_id, company=name, company_lang=name_lang,
        meeting=state, price_open=open_price, country=row.country, hs=phrases.dotted(row.hs), booth=place, price=price,
        currency=row.currency, price_unit=more, moq=phrases.amount(row.moq, row.moq_unit), lead=lead_time(row.lead_time_days))


def add_costs(several: Sequence[Card], on: date) -> None:
    """Say what one unit costs in China by general trade, on cards whose price the reader may know and whose rates are known."""
    found = landed.costs([card.product_id for card in several if card.price_open and card.price is not None], on)
    for card in several:
        cost = found.get(card.product_id)
        if cost is None or cost.low is None or cost.high is None:
            continue
        card.landed = money_span(Span(cost.low, cost.high))
        card.landed_basis = basis_line(on, cost.sample)
        if cost.scheme is not None and cost.saving:
            card.saving = _("%(amount)s below the MFN rate: %(scheme)s", amount=saved(cost), scheme=scheme(cost.scheme))


def demand_card(row: Any, expo_series: str, states: Mapping[int, str]) -> Card:
    """Return the card of a demand, for an exhibitor: without the buyer's name and budget where those are kept back."""
    state = states.get(row.buyer_id)
    named, open_budget = buyer_name_visible(row, state), budget_visible(row, state)
    name, name_lang = company_name(row) if named else (anonymous(row.confidentiality), "")
    budget = _budget(row) if open_budget else _("told after agreement")
    return Card(
        **_shared(row, expo_series, told(row, buyer=False, open_money=open_budget), row.chance_buyer),
        other_id=row.buyer_id, company=name, company_lang=name_lang, meeting=state,
        named=named, country=row.country, letter=name if named else "·", meta=_meta(row, named),
        facts=[(_("Quantity"), phrases.amount(row.quantity_first, row.unit)), (_("Budget"), budget),
               (_("Needed by"), i18n.day(row.window_to) if row.window_to else "")])


def _shared(row: Any, expo_series: str, match: Told, calibrated: float | None) -> dict[str, Any]:
    good, bad = sentences.say(match.reasons, match.gaps, expo_series)
    own, own_lang = title_for_reader(row.own_title, row.own_lang, row.own_translations)
    best, known = match.best, calibrated is not None
    return {
        "demand_id": row.demand_id, "product_id": row.product_id, "band": row.band, "title": row.title, "title_lang": row.lang,
        "translation": i18n.translated(row.lang, row.translations), "own": own, "own_lang": own_lang, "reasons": good, "gaps": bad,
        "saved": bool(row.saved), "computed_at": row.computed_at, "hidden_for": getattr(row, "reason", ""),
        "chance": percent(chance(match.total)) if known else None,
        "goal": percent(chance(match.total + match.lift(best))) if known and best else None,
        "one_change": _one_change(best) if best else "", "gap_codes": [item["code"] for item in match.gaps],
        "changes": {sentences.label(one["gap"]): _one_change(one) for one in match.by_lift},
    }


def _one_change(repair: Mapping[str, Any]) -> str:
    """Return "minimum order 500 cartons instead of 1,000 cartons"."""
    words = phrases.change(repair["side"], repair["field"], repair["value"])
    before = phrases.value(repair["field"], repair["before"])
    return _("%(change)s instead of %(value)s", change=words, value=before) if before else words


def company_name(row: Any) -> tuple[str, str]:
    """Return the company's name for the reader and its language (empty when not known), as ``Company.display_name`` does."""
    name = i18n.best(row.name_en or row.name, row.name_zh or row.name_en or row.name)
    if name == row.name_zh or (row.country == "CN" and any("\u4e00" <= sign <= "\u9fff" for sign in name)):
        return name, "zh"
    return name, "en" if name == row.name_en else ""


def anonymous(confidentiality: str) -> str:
    """Return what stands for the name of a buyer who keeps it back."""
    return _("Buyer, named after acceptance") if confidentiality == "matched" else _("Anonymous buyer")


def title_for_reader(title: str, lang: str, translations: Mapping[str, Any]) -> tuple[str, str]:
    """Return the best title for the reader and its language."""
    other = i18n.translated(lang, translations)
    return (other, i18n.lang()) if other else (title, lang)


def lead_time(days: int | None) -> str:
    """Return a lead time in words; unknown is empty."""
    return "" if days is None else ngettext("%(num)s day", "%(num)s days", days)


def _price(row: Any) -> tuple[Decimal | None, str]:
    """Return the lower price and what follows it: the upper end, the unit, the Incoterm and port."""
    low = row.price_low if row.price_low is not None else row.price_high
    if low is None:
        return None, ""
    parts = []
    if row.price_high is not None and row.price_high != low:
        parts.append(_("to %(price)s", price=i18n.money(row.price_high, row.currency)))
    if row.price_unit:
        parts.append(_("per %(unit)s", unit=codes.unit_label(row.price_unit, 1, i18n.lang())))
    if row.incoterm:
        parts.append(" ".join(filter(None, (row.incoterm, row.port))))
    return low, " · ".join(parts)


def _budget(row: Any) -> str:
    ends = [end for end in (row.budget_low, row.budget_high) if end is not None]
    if not ends:
        return ""
    if row.budget_low is None:
        return _("up to %(price)s", price=phrases.price(row.budget_high, row.currency, row.budget_unit, row.incoterm))
    last = phrases.price(ends[-1], row.currency, row.budget_unit, row.incoterm)
    return f"{i18n.money(ends[0], row.currency)} – {last}" if len(set(ends)) == 2 else last


def _meta(row: Any, named: bool) -> str:
    kind = codes.label("buyer_kind", row.buyer_kind, i18n.lang()) if row.buyer_kind else ""
    return " · ".join(filter(None, (kind, row.city if named else "")))
