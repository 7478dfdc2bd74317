"""What pages and mails say of a meeting to one of its sides: names, subjects and reasons in the reader's language."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from flask_babel import gettext as _

from .. import clock, i18n
from ..catalog.models import Product
from ..catalog.rules import price_visible
from ..companies.models import Company
from ..companies.standing import of_match
from ..demands.rules import budget_visible
from ..infra.db import db
from ..matching.cards import anonymous, title_for_reader
from ..matching.models import Recommendation
from ..matching.sentences import say
from ..matching.told import Told, told
from ..trade import codes
from . import queries
from .models import Meeting
from .rules import DECLINE_REASONS
from .states import State

SOON = timedelta(days=1)


@dataclass(slots=True)
class Row:
    """A meeting as ``_parts/meeting.html`` draws it, read by one side. ``waits`` says that this side is to answer."""

    id: int
    other_id: int
    state: str
    waits: bool
    mine: bool  # this side asked
    named: bool
    company: str
    company_lang: str
    country: str
    meta: str
    about: str
    about_lang: str
    own: str
    own_lang: str
    message: str
    message_lang: str
    asked_at: datetime
    expires_at: datetime
    band: str = ""
    reasons: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)
    left: str = ""
    soon: bool = False
    url: str = ""


def rows(meetings: Sequence[Meeting], reader_id: int, series: str) -> list[Row]:
    """Return the rows for the company ``reader_id``, each with the stored reasons of its match."""
    matches = queries.recommendations_of(meetings)
    return [row(meeting, reader_id, series, matches.get(meeting.id)) for meeting in meetings]


def row(meeting: Meeting, reader_id: int, series: str, match: Recommendation | None = None) -> Row:
    """Return one meeting as the company ``reader_id`` reads it."""
    other = meeting.buyer if reader_id == meeting.exhibitor_id else meeting.exhibitor
    named = queries.is_named(meeting, reader_id)
    theirs, ours = (meeting.demand, meeting.product) if reader_id == meeting.exhibitor_id else (meeting.product, meeting.demand)
    (about, about_lang), (own, own_lang) = title(theirs), title(ours)
    found = Row(
        id=meeting.id, other_id=other.id, state=shown_state(meeting), waits=False, mine=meeting.asked_by_id == reader_id, named=named,
        company=other_name(meeting, reader_id), company_lang=other.display_lang if named else "", country=other.country,
        meta=_meta(other, named), about=about, about_lang=about_lang, own=own, own_lang=own_lang, message=meeting.message,
        message_lang=meeting.message_lang, asked_at=meeting.asked_at, expires_at=meeting.expires_at)
    if found.state == State.REQUESTED:
        found.waits, found.left = not found.mine, i18n.left(meeting.expires_at)
        found.soon = meeting.expires_at - clock.now() < SOON
    if match is not None:
        found.band = match.band
        shown = _told(meeting, reader_id, match)
        found.reasons, found.gaps = say(shown.reasons, shown.gaps, series)
    return found


def shown_state(meeting: Meeting) -> str:
    """Return the state; a request whose time is over is expired, whether or not the job has come to it."""
    if meeting.state == State.REQUESTED and meeting.expires_at <= clock.now():
        return State.EXPIRED
    return meeting.state


def other_name(meeting: Meeting, reader_id: int) -> str:
    """Return the other side's name for the reader, or what stands for it while the buyer keeps it back."""
    if not queries.is_named(meeting, reader_id):
        return anonymous(meeting.demand.confidentiality if meeting.demand else "anonymous")
    return (meeting.buyer if reader_id == meeting.exhibitor_id else meeting.exhibitor).display_name


def title(sheet: Any) -> tuple[str, str]:
    """Return the best title of a demand or product for the reader, and its language; empty without a sheet."""
    return title_for_reader(sheet.title, sheet.lang, sheet.translations) if sheet is not None else ("", "")


def decline_words(meeting: Meeting) -> str:
    """Return why the other side declined, in the reader's language."""
    return _(DECLINE_REASONS[meeting.decline_reason]) if meeting.decline_reason in DECLINE_REASONS else ""


def _meta(company: Company, named: bool) -> str:
    if company.is_exhibitor:
        return " · ".join(filter(None, (i18n.territory(company.country), company.city)))
    kind = codes.label("buyer_kind", company.buyer_kind, i18n.lang()) if company.buyer_kind else ""
    return " · ".join(filter(None, (kind, company.city if named else "", company.mission if named else "")))


def _told(meeting: Meeting, reader_id: int, match: Recommendation) -> Told:
    """Return what of the match the reader may be told."""
    buyer = reader_id == meeting.buyer_id
    if buyer:
        product = meeting.product or db.session.get(Product, match.product_id)
        open_money = product is not None and price_visible(product, of_match(meeting.state))
    else:
        open_money = budget_visible(meeting.demand, meeting.state)
    return told(match, buyer=buyer, open_money=open_money)
