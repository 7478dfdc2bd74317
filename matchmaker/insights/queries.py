"""Figures for the homes. Each says how it is counted; what is not known yet is None, never 0."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .. import clock
from ..catalog.models import Listing, Product
from ..companies.models import Company, Person
from ..demands.models import Demand
from ..expos import queries as expos
from ..expos.models import Expo, Participation, Section
from ..infra.db import db
from ..matching.models import Recommendation
from ..meetings.models import Meeting, MeetingOutcome
from ..meetings.states import AGREED, State
from ..scheduling import queries as scheduling
from ..scheduling.models import Placement, Plan


@dataclass(frozen=True, slots=True)
class Balance:
    """Supply and demand of a section: how many products and demands, and how many of each have no counterpart at all."""

    section: Section
    products: int
    products_alone: int
    demands: int
    demands_alone: int

    @property
    def covered(self) -> int | None:
        """Percent of the demands with at least one match; None without demands."""
        return round(100 * (1 - self.demands_alone / self.demands)) if self.demands else None


@dataclass(frozen=True, slots=True)
class Funnel:
    """From asking to intentions; shares in percent, None while nothing can be counted."""

    asked: int
    answered: int
    accepted: int
    placed: int
    held: int
    missed: int
    intentions: int
    buyers: int
    cells: int  # tables x slots

    def share(self, part: int, whole: int) -> int | None:
        return round(100 * part / whole) if whole else None

    @property
    def acceptance(self) -> int | None:
        return self.share(self.accepted, self.answered)

    @property
    def kept(self) -> int | None:
        return self.share(self.held, self.held + self.missed)

    @property
    def table_use(self) -> int | None:
        return self.share(self.placed, self.cells) if self.placed else None

    @property
    def intention(self) -> int | None:
        return self.share(self.intentions, self.held)

    @property
    def per_buyer(self) -> float | None:
        return round(self.placed / self.buyers, 1) if self.buyers and self.placed else None


def count(query: sa.Select) -> int:
    """Return how many rows ``query`` has."""
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0


def balances(expo: Expo) -> list[Balance]:
    """Return supply and demand by section, as of the stored matches."""
    matched_products = sa.select(Recommendation.product_id).where(Recommendation.expo_id == expo.id)
    matched_demands = sa.select(Recommendation.demand_id).where(Recommendation.expo_id == expo.id)
    products = _by_section(
        sa.select(Listing.section_id, sa.func.count(), sa.func.sum(sa.case((Listing.product_id.in_(matched_products), 0), else_=1)))
        .join(Product, Product.id == Listing.product_id).where(Listing.expo_id == expo.id, Product.state == "published"),
        Listing.section_id)
    demands = _by_section(
        sa.select(Demand.section_id, sa.func.count(), sa.func.sum(sa.case((Demand.id.in_(matched_demands), 0), else_=1)))
        .where(Demand.expo_id == expo.id, Demand.state == "published"), Demand.section_id)
    rows = [Balance(section, *products.get(section.id, (0, 0)), *demands.get(section.id, (0, 0))) for section in expo.sections]
    return sorted((row for row in rows if row.products or row.demands), key=lambda row: -row.demands)


def _by_section(query: sa.Select, column: sa.ColumnElement) -> dict[int, tuple[int, int]]:
    return {section: (total, int(alone or 0)) for section, total, alone in db.session.execute(query.group_by(column)) if section}


def funnel(expo: Expo) -> Funnel:
    """Return the figures from asking to intentions."""
    here = Meeting.expo_id == expo.id
    states = dict(db.session.execute(sa.select(Meeting.state, sa.func.count()).where(here).group_by(Meeting.state)).all())
    answered = count(sa.select(Meeting.id).where(here, Meeting.answered_at.is_not(None)))
    accepted = count(sa.select(Meeting.id).where(here, Meeting.answered_at.is_not(None), Meeting.state != State.DECLINED))
    intentions = count(
        sa.select(MeetingOutcome.meeting_id).join(Meeting).where(here, MeetingOutcome.result == "intention").distinct())
    held_plan = scheduling.published_of(expo.id)
    placed = count(sa.select(Placement.id).where(Placement.plan_id == held_plan.id)) if held_plan else 0
    figures = expos.figures(expo)
    return Funnel(
        asked=sum(states.values()), answered=answered, accepted=accepted, placed=placed, held=states.get(State.HELD, 0),
        missed=states.get(State.MISSED, 0), intentions=intentions, buyers=figures["buyers"],
        cells=len(expos.tables_of(expo.id)) * len(expos.slots_of(expo.id)))


@dataclass(frozen=True, slots=True)
class OrganizerFacts:
    """What waits for an organizer."""

    applications: int
    oldest_application: datetime | None
    tray: int
    draft: Plan | None
    draft_changes: int
    demands_alone: int
    nobody_attends: int
    requests: int


def organizer_facts(expo: Expo) -> OrganizerFacts:
    """Return what waits, counted now."""
    draft, held = scheduling.draft_of(expo.id), scheduling.published_of(expo.id)
    plan = draft or held
    waiting = sa.select(Participation).where(Participation.expo_id == expo.id, Participation.state == "applied")
    alone = sa.select(Demand.id).where(
        Demand.expo_id == expo.id, Demand.state == "published",
        Demand.id.not_in(sa.select(Recommendation.demand_id).where(Recommendation.expo_id == expo.id)))
    met = sa.union_all(
        sa.select(Meeting.exhibitor_id).where(Meeting.expo_id == expo.id, Meeting.state.in_([str(s) for s in AGREED])),
        sa.select(Meeting.buyer_id).where(Meeting.expo_id == expo.id, Meeting.state.in_([str(s) for s in AGREED])))
    attended = sa.select(Person.company_id).where(Person.attends)
    return OrganizerFacts(
        applications=count(waiting), oldest_application=db.session.scalar(sa.select(sa.func.min(Participation.applied_at)).where(
            Participation.expo_id == expo.id, Participation.state == "applied")),
        tray=len(scheduling.tray(expo.id, plan.id if plan else None)), draft=draft, draft_changes=_changes(held, draft),
        demands_alone=count(alone), nobody_attends=count(sa.select(Company.id).where(Company.id.in_(met), Company.id.not_in(attended))),
        requests=count(sa.select(Meeting.id).where(Meeting.expo_id == expo.id, Meeting.state == State.REQUESTED)))


def _changes(held: Plan | None, draft: Plan | None) -> int:
    if draft is None:
        return 0
    places = sa.select(Placement.meeting_id, Placement.slot_id, Placement.table_id)
    new, old = (
        {row.meeting_id: (row.slot_id, row.table_id) for row in db.session.execute(places.where(Placement.plan_id == plan.id))}
        if plan else {} for plan in (draft, held))
    return sum(new.get(ident) != old.get(ident) for ident in new.keys() | old.keys())


@dataclass(frozen=True, slots=True)
class CompanyFacts:
    """How a company stands at an expo."""

    to_answer: int
    answered: int
    asked_of_us: int
    agreed: int
    next_at: datetime | None
    people: int
    sheets: int
    drafts: int
    profile_gaps: int


def company_facts(company: Company, expo: Expo) -> CompanyFacts:
    """Return the figures of a company's home."""
    ours = sa.or_(Meeting.exhibitor_id == company.id, Meeting.buyer_id == company.id)
    asked = sa.select(Meeting.id).where(Meeting.expo_id == expo.id, ours, Meeting.asked_by_id != company.id)
    waiting = asked.where(Meeting.state == State.REQUESTED, Meeting.expires_at > clock.now())
    thing = Product if company.is_exhibitor else Demand
    sheet = sa.select(thing.id).where(thing.company_id == company.id)
    days = scheduling.day_of([person.id for person in company.people], expo.id)
    upcoming = [row.slot.starts_at for row in days if row.slot.ends_at > clock.now() and row.meeting.state == State.PLACED]
    return CompanyFacts(
        to_answer=count(waiting), answered=count(asked.where(Meeting.answered_at.is_not(None))), asked_of_us=count(asked),
        agreed=count(sa.select(Meeting.id).where(Meeting.expo_id == expo.id, ours, Meeting.state.in_([str(s) for s in AGREED]))),
        next_at=min(upcoming, default=None), people=sum(person.attends for person in company.people),
        sheets=count(sheet.where(thing.state == "published")), drafts=count(sheet.where(thing.state == "draft")),
        profile_gaps=sum(not value for value in (
            company.name_en, company.name_zh, company.about, company.identifier, company.city, company.languages)))
