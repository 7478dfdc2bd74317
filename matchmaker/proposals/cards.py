"""A proposal as pages show it to one of its two sides."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from ..catalog.rules import price_visible
from ..companies.models import Company
from ..companies.standing import of_match
from ..demands.rules import budget_visible, buyer_name_visible
from ..matching import cards, phrases
from . import rules
from .models import Proposal
from .states import State


@dataclass(slots=True)
class Row:
    """A proposal in a list. ``waits`` says that the reader is to answer."""

    id: int
    state: str
    mine: bool
    waits: bool
    company: str
    company_lang: str
    named: bool
    words: str
    before: str
    demand: str
    demand_lang: str
    product: str
    product_lang: str
    reason: str
    created_at: datetime
    can_be_answered: bool
    kind: str  # of its value: quantity, price, days, day, certificates, codes
    answer_to: int | None


def rows(proposals: Iterable[Proposal], reader: Company, states: Mapping[int, str]) -> list[Row]:
    """Return the rows for the company ``reader``; ``states`` are those of its meetings, which decide what it may read."""
    return [_row(proposal, reader, states.get(proposal.other(reader.id))) for proposal in proposals]


def _before_told(proposal: Proposal, reader: Company, meeting: str | None) -> bool:
    """Tell whether the reader may know what the sheet said before: it tells the budget, or the price, to those who may not read them."""
    if proposal.side == "supply":
        return proposal.field != "price" or reader.kind == "exhibitor" or price_visible(proposal.product, of_match(meeting))
    return proposal.field != "budget" or reader.kind == "buyer" or budget_visible(proposal.demand, meeting)


def _row(proposal: Proposal, reader: Company, meeting: str | None) -> Row:
    other = proposal.by if reader.id == proposal.to_id else proposal.to
    named = reader.kind == "buyer" or buyer_name_visible(proposal.demand, meeting)
    name = other.display_name if named else cards.anonymous(proposal.demand.confidentiality)
    before = _before_told(proposal, reader, meeting)
    demand, product = (cards.title_for_reader(sheet.title, sheet.lang, sheet.translations) for sheet in (proposal.demand, proposal.product))
    return Row(
        id=proposal.id, state=proposal.state, mine=reader.id == proposal.by_id,
        waits=reader.id == proposal.to_id and proposal.state == State.OPEN, company=name, company_lang=other.display_lang if named else "",
        named=named, words=phrases.change(proposal.side, proposal.field, proposal.value),
        before=phrases.value(proposal.field, proposal.before) if before else "", demand=demand[0], demand_lang=demand[1],
        product=product[0], product_lang=product[1], reason=proposal.reason, created_at=proposal.created_at,
        can_be_answered=rules.can_be_answered(proposal.value), kind=proposal.value["is"], answer_to=proposal.answers_id)
