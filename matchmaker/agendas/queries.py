"""Questions about agendas: whose they are, who may read them, and what stands in them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _
from sqlalchemy.orm import joinedload

from .. import clock
from ..accounts.models import User
from ..companies.models import Company, Person
from ..expos.models import Expo, Hall, HallWalk, Interpreter, Mission, NegotiationTable, Participation, Slot
from ..expos.queries import takes_part
from ..expos.states import APPROVED
from ..infra.db import Base, db, like, one
from ..meetings.models import Meeting
from ..permissions import Actor, ExpoRole, ensure
from ..scheduling.models import Placement, Plan
from ..scheduling.queries import WITH_ALL
from .models import CalendarFeed, Move
from .rules import FEEDS, SWEEP, expires_at

MODELS: dict[str, type[Base]] = {
    "person": Person, "company": Company, "table": NegotiationTable, "interpreter": Interpreter, "mission": Mission, "hall": Hall}
MOVE = (
    joinedload(Move.slot), joinedload(Move.from_slot), joinedload(Move.table).joinedload(NegotiationTable.hall),
    joinedload(Move.meeting).options(joinedload(Meeting.exhibitor), joinedload(Meeting.buyer), joinedload(Meeting.expo)))


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose agenda it is: ``kind`` is person, company, table, interpreter, mission or hall; ``company_id`` the side it belongs to."""

    kind: str
    row: Any

    @property
    def ref_id(self) -> int:
        return self.row.id

    @property
    def company_id(self) -> int | None:
        """The company whose side this is; None for tables, interpreters, missions and halls."""
        return {"person": lambda: self.row.company_id, "company": lambda: self.row.id}.get(self.kind, lambda: None)()

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        match self.kind:
            case "company":
                return self.row.display_name
            case "table":
                return _("Hall %(hall)s, table %(table)s", hall=self.row.hall.code, table=self.row.label)
            case "hall":
                return _("Hall %(hall)s", hall=self.row.code)
        return self.row.name


def find(kind: str, ref_id: int) -> Subject:
    """Return whose agenda it is; raise ``NotFound``."""
    ensure(kind in MODELS)
    model = MODELS[kind]
    return Subject(kind, one(sa.select(model).where(model.id == ref_id)))


def subject_for(actor: Actor, expo: Expo, kind: str, ref_id: int) -> Subject:
    """Return whose agenda it is, for one who may read it at this expo; raise ``NotFound`` for others.

    Organizers and floor staff read all of their expo; a company's members their own; an interpreter and a mission's leader theirs.
    """
    found = find(kind, ref_id)
    company = found.company_id
    here = takes_part(expo.id, company) if company else found.row.expo_id == expo.id
    ensure(here and (actor.has_expo_role(expo.id, ExpoRole.ORGANIZER, ExpoRole.FLOOR) or may_share(actor, found)))
    return found


def may_share(actor: Actor, subject: Subject) -> bool:
    """Tell whether the actor may make the secret address of this calendar, and read it on a page."""
    if subject.company_id is not None:
        return actor.member_of(subject.company_id)
    own = {"interpreter": "user_id", "mission": "leader_id"}.get(subject.kind)
    mine = own is not None and actor.user_id is not None and getattr(subject.row, own) == actor.user_id
    return subject.kind in FEEDS and (mine or actor.organizes(subject.row.expo_id))


def feed_of(kind: str, ref_id: int) -> CalendarFeed | None:
    """Return the calendar feed, if one was made."""
    return db.session.scalar(sa.select(CalendarFeed).where(CalendarFeed.kind == kind, CalendarFeed.ref_id == ref_id))


def is_alive(subject: Subject) -> bool:
    """Tell whether a feed may still be read: a person's account is not disabled, the interpreter has not left."""
    if subject.kind == "person":
        user = db.session.get(User, subject.row.user_id) if subject.row.user_id else None
        return user is not None and user.disabled_at is None
    return subject.row.is_active if subject.kind == "interpreter" else True


def rows_of(expo_id: int, subject: Subject, on: date | None = None) -> list[Placement]:
    """Return the published placements of an agenda at an expo, by time."""
    query = (
        sa.select(Placement).options(*WITH_ALL).join(Plan).join(Slot, Slot.id == Placement.slot_id)
        .join(Meeting, Meeting.id == Placement.meeting_id)
        .where(Plan.expo_id == expo_id, Plan.state == "published", _belongs(subject)).order_by(Slot.starts_at, Placement.id))
    return list(db.session.scalars(query.where(Slot.on == on) if on else query))


def _belongs(subject: Subject) -> sa.ColumnElement[bool]:
    ref = subject.ref_id
    match subject.kind:
        case "person":
            return sa.or_(Placement.exhibitor_person_id == ref, Placement.buyer_person_id == ref)
        case "company":
            return sa.or_(Meeting.exhibitor_id == ref, Meeting.buyer_id == ref)
        case "table":
            return Placement.table_id == ref
        case "interpreter":
            return Placement.interpreter_id == ref
        case "hall":
            return Placement.table_id.in_(sa.select(NegotiationTable.id).where(NegotiationTable.hall_id == ref))
    coming = sa.select(Participation.company_id).where(Participation.mission_id == ref)
    return sa.or_(Meeting.exhibitor_id.in_(coming), Meeting.buyer_id.in_(coming))


def walks(expo_id: int) -> dict[tuple[int, int], int]:
    """Return {(hall, hall): minutes on foot}, both ways, where they are known."""
    rows = db.session.execute(
        sa.select(HallWalk.a_id, HallWalk.b_id, HallWalk.minutes).join(Hall, Hall.id == HallWalk.a_id).where(Hall.expo_id == expo_id))
    return {pair: minutes for a, b, minutes in rows for pair in ((a, b), (b, a))}


def open_move(meeting_id: int) -> Move | None:
    """Return the open question to move a meeting."""
    return db.session.scalar(sa.select(Move).options(*MOVE).where(Move.meeting_id == meeting_id, Move.state == "asked"))


def move_of(meeting_id: int, move_id: int) -> Move:
    """Return a question to move a meeting; raise ``NotFound``."""
    return one(sa.select(Move).options(*MOVE).where(Move.id == move_id, Move.meeting_id == meeting_id))


def open_moves(expo_id: int, company_id: int | None = None) -> list[Move]:
    """Return the open questions at an expo that have not run out, of one company or of all, the most urgent first."""
    query = sa.select(Move).options(*MOVE).join(Meeting, Meeting.id == Move.meeting_id).where(
        Meeting.expo_id == expo_id, Move.state == "asked")
    if company_id is not None:
        query = query.where(sa.or_(Meeting.exhibitor_id == company_id, Meeting.buyer_id == company_id))
    found = list(db.session.scalars(query.order_by(Move.id).limit(500)))
    return sorted((move for move in found if expires_at(move) > clock.now()), key=expires_at)


def asked() -> list[Move]:
    """Return all open questions, also those whose time is over: few at any moment."""
    return list(db.session.scalars(sa.select(Move).options(*MOVE).where(Move.state == "asked").order_by(Move.id)))


def seconds_to_sweep() -> float | None:
    """Return in how many seconds to look for questions whose time is over; None when none is open."""
    ends = [expires_at(move) for move in asked()]
    return min(max((min(ends) - clock.now()).total_seconds(), 1.0), SWEEP) if ends else None


def own_subjects(actor: Actor, expo: Expo) -> list[Subject]:
    """Return the interpreters and missions that are the actor's own at an expo."""
    found = [Subject("interpreter", row) for row in db.session.scalars(
        sa.select(Interpreter).where(Interpreter.expo_id == expo.id, Interpreter.user_id == actor.user_id, Interpreter.is_active))]
    return found + [Subject("mission", row) for row in db.session.scalars(
        sa.select(Mission).where(Mission.expo_id == expo.id, Mission.leader_id == actor.user_id))]


def listed(expo: Expo, kind: str, words: str) -> sa.Select[Any]:
    """Return the query of those of a kind at an expo who have an agenda, with ``words`` in the name."""
    coming = sa.select(Participation.company_id).where(Participation.expo_id == expo.id, Participation.state == APPROVED)
    match kind:
        case "company":
            query, names = sa.select(Company).where(Company.id.in_(coming)), (Company.name, Company.name_en, Company.name_zh)
        case "person":
            query, names = sa.select(Person).where(Person.company_id.in_(coming), Person.attends), (Person.name,)
        case "table":
            query = sa.select(NegotiationTable).options(joinedload(NegotiationTable.hall)).join(Hall).where(Hall.expo_id == expo.id)
            return query.where(like(NegotiationTable.label, words)).order_by(Hall.position, NegotiationTable.label)
        case "hall":
            return sa.select(Hall).where(Hall.expo_id == expo.id, like(Hall.code, words)).order_by(Hall.position, Hall.id)
        case _:
            model: Any = MODELS[kind]
            query, names = sa.select(model).where(model.expo_id == expo.id), (model.name,)
    return query.where(sa.or_(*(like(name, words) for name in names))).order_by(names[0])
