"""Questions about demands."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from .. import events
from ..companies.models import Company
from ..companies.queries import blocks_between
from ..expos.models import Expo, Participation
from ..expos.queries import require_belongs
from ..expos.states import APPROVED
from ..i18n import best, is_chinese, lang
from ..infra.db import db, like, one
from ..permissions import Actor, ExpoRole, ensure
from ..trade import codes
from .models import Demand
from .rules import budget_visible, buyer_name_visible
from .states import PUBLISHED

WITH_ALL = (joinedload(Demand.company), joinedload(Demand.expo), joinedload(Demand.section))
SEERS = (ExpoRole.ORGANIZER, ExpoRole.FLOOR, ExpoRole.MISSION_LEADER)  # who runs the expo reads all of a demand


@dataclass(frozen=True, slots=True)
class ShownBuyer:
    """What a reader is shown of the buyer: ``name`` is a description while the name is hidden; ``company_id`` only with the name."""

    name: str
    lang: str
    visible: bool
    budget_visible: bool
    company_id: int | None = None


def own(actor: Actor, demand_id: int) -> Demand:
    """Return a demand of one of the actor's companies; raise ``NotFound`` for strangers."""
    demand = one(sa.select(Demand).options(*WITH_ALL).where(Demand.id == demand_id))
    ensure(actor.member_of(demand.company_id))
    return demand


def mine(actor: Actor, *, state: str = "", words: str = "") -> sa.Select[tuple[Demand]]:
    """Return the query of the acting company's demands, the latest change first."""
    query = sa.select(Demand).options(joinedload(Demand.expo), joinedload(Demand.section)).where(Demand.company_id == actor.company_id)
    if state:
        query = query.where(Demand.state == state)
    for word in words.split()[:6]:
        query = query.where(sa.or_(like(Demand.title, word), like(Demand.text, word), Demand.hs.startswith(word, autoescape=True)))
    return query.order_by(Demand.updated_at.desc(), Demand.id.desc())


def state_counts(company_id: int) -> dict[str, int]:
    """Return how many demands of a company are in each state."""
    rows = db.session.execute(sa.select(Demand.state, sa.func.count()).where(Demand.company_id == company_id).group_by(Demand.state))
    return dict(rows.all())


def shown_at(expo_id: int) -> sa.Select[tuple[Demand]]:
    """Return the query of the published demands of buyers that take part in an expo."""
    return (
        sa.select(Demand)
        .join(Participation, sa.and_(Participation.company_id == Demand.company_id, Participation.expo_id == Demand.expo_id))
        .where(Demand.expo_id == expo_id, Demand.state == PUBLISHED, Participation.state == APPROVED).order_by(Demand.id))


def published_demands(expo_id: int) -> list[Demand]:
    """Return the demands shown at an expo, with company and section (for matching and reports)."""
    return list(db.session.scalars(shown_at(expo_id).options(*WITH_ALL)))


def published_at(expo_id: int, company_id: int | None) -> list[Demand]:
    """Return a company's own published demands at an expo."""
    return list(db.session.scalars(shown_at(expo_id).where(Demand.company_id == company_id)))


def count_published(expo_id: int) -> int:
    """Return how many demands are shown at an expo."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(shown_at(expo_id).order_by(None).subquery())) or 0


def demand_at(actor: Actor, expo: Expo, demand_id: int) -> Demand:
    """Return a demand as it is shown at the expo.

    Raises ``NotFound`` for drafts and closed ones, for who does not belong to the expo, for rivals, and where either company
    blocked the other.
    """
    require_belongs(actor, expo)
    demand = one(shown_at(expo.id).options(*WITH_ALL).where(Demand.id == demand_id))
    ensure(may_see(actor, demand))
    return demand


def may_see(actor: Actor, demand: Demand) -> bool:
    """Tell whether the actor may read a published demand: exhibitors that are not blocked, its company, and who runs the expo."""
    if _sees_all(actor, demand):
        return True
    return actor.is_exhibitor and not blocks_between(actor.company_id, demand.company_id)


def meeting_state(demand: Demand, company_id: int | None) -> str | None:
    """Return the state of the meeting of the demand's buyer and ``company_id`` at the expo; the room of meetings answers."""
    answers = events.pairs_asked.send(demand.expo, company_id=company_id) if company_id else ()
    return next((states[demand.company_id] for _receiver, states in answers if states and demand.company_id in states), None)


def shown_company(demand: Demand, actor: Actor, state: str | None) -> ShownBuyer:
    """Return what the actor is shown of the buyer. ``state`` is the state of the two companies' meeting, None without one."""
    everything = _sees_all(actor, demand)
    money = everything or budget_visible(demand, state)
    if everything or buyer_name_visible(demand, state):
        company = demand.company
        return ShownBuyer(best(company.name_en, company.name_zh) or company.name, _name_language(company), True, money, company.id)
    kind = codes.label("buyer_kind", demand.company.buyer_kind, lang())
    return ShownBuyer(_("%(kind)s, name not shown yet", kind=kind) if kind else _("A buyer, name not shown yet"), lang(), False, money)


def _name_language(company: Company) -> str:
    shown = company.name_zh if is_chinese() else company.name_en
    return lang() if shown else "zh" if company.country == "CN" else ""


def matches_beside(actor: Actor, demand: Demand) -> dict[str, Any] | None:
    """Return the best matches of a published demand of one's own; the room of matches answers, None without it or before publication."""
    if demand.state != PUBLISHED:
        return None
    return next((answer for _receiver, answer in events.matches_asked.send(demand, actor=actor) if answer), None)


def _sees_all(actor: Actor, demand: Demand) -> bool:
    return actor.member_of(demand.company_id) or actor.has_expo_role(demand.expo_id, *SEERS)


def titles_with_codes(limit: int) -> list[tuple[datetime, str, str]]:
    """Return (changed at, title, HS code) of the newest published demands that have a code."""
    query = sa.select(Demand.updated_at, Demand.title, Demand.hs).where(Demand.state == PUBLISHED, Demand.hs != "")
    rows = db.session.execute(query.order_by(Demand.updated_at.desc(), Demand.id.desc()).limit(limit))
    return [tuple(row) for row in rows]
