"""One sign-in for each role, with random passwords, in a file that only the owner of the folder can read."""

import os
import secrets
from collections import Counter
from pathlib import Path

import sqlalchemy as sa

from ..accounts.models import User
from ..accounts.passwords import hash_password
from ..companies.models import Company, Member, Person
from ..expos.models import Expo, Interpreter, Participation, Slot, Staff
from ..expos.states import APPROVED
from ..infra.db import db
from ..matching.models import Recommendation
from ..meetings.models import Meeting
from ..meetings.states import State
from ..permissions import ExpoRole
from ..scheduling.models import Placement, Plan
from .world import START

FILE = "demo_sign_ins.txt"
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # without those that look alike
STAFF_ROLES = {"organizer": ExpoRole.ORGANIZER, "floor staff": ExpoRole.FLOOR, "mission leader": ExpoRole.MISSION_LEADER}


def write(folder: Path) -> str:
    """Give each role's account a new password, write the file, and return its text. The caller commits."""
    lines = [f"{'role':<17} {'address':<44} {'password':<16} who"]
    for role, user, who in choose():
        password = "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))
        user.password_hash = hash_password(password)
        lines.append(f"{role:<17} {user.email:<44} {password:<16} {who}")
    db.session.flush()
    text = "\n".join(lines) + "\n"
    _write_private(folder / FILE, text)
    return text


def read(folder: Path) -> str | None:
    """Return the text of the file, or None when there is none."""
    path = folder / FILE
    return path.read_text(encoding="utf-8") if path.is_file() else None


def choose() -> list[tuple[str, User, str]]:
    """Return (role, account, who it is): the companies and the interpreter with the most to show, and the staff of CIIE."""
    expo = db.session.scalars(sa.select(Expo).where(Expo.series == "CIIE").order_by(Expo.starts_on.desc()).limit(1)).one()
    found = []
    for kind in ("exhibitor", "buyer"):
        company = _richest(expo, kind)
        if company is None:
            continue
        for member in _members(company.id):
            role = f"{kind} {'owner' if member.is_owner else 'member'}"
            found.append((role, member.user, f"{member.user.name}, {company.name_en or company.name}"))
    for role, code in STAFF_ROLES.items():
        named = sa.select(User).join(Staff, Staff.user_id == User.id).where(Staff.expo_id == expo.id, Staff.role == code)
        user = db.session.scalars(named.order_by(Staff.id)).first()
        if user is not None:
            found.append((role, user, user.name))
    interpreter = _busiest_interpreter(expo)
    if interpreter is not None:
        found.append(("interpreter", interpreter.user, f"{interpreter.name}, Chinese and {', '.join(interpreter.languages)}"))
    admin = db.session.scalars(sa.select(User).where(User.is_admin).order_by(User.id)).first()
    return [*found, ("administrator", admin, admin.name)]


def _richest(expo: Expo, kind: str) -> Company | None:
    """Return the company with an owner and a colleague (or, where none has, with an account) that has the most to show: the owner's
    meetings still to come today, requests to answer, matches."""
    side = {"exhibitor": Meeting.exhibitor_id, "buyer": Meeting.buyer_id}[kind]
    points: Counter[int] = Counter()
    for query, weight in (
        (_placed_today(expo, kind), 6.0),
        (sa.select(side, sa.func.count()).where(
            Meeting.expo_id == expo.id, Meeting.state == State.REQUESTED, Meeting.asked_by_id != side, Meeting.match_score.is_not(None)
        ).group_by(side), 4.0),
        (_matches(expo, kind), 0.6),
    ):
        for company_id, count in db.session.execute(query):
            points[company_id] += weight * count
    staffed = sa.select(Member.company_id).group_by(Member.company_id)
    able = _able(expo, kind, staffed.having(sa.func.count() > 1)) or _able(expo, kind, staffed)
    return max(able, key=lambda company: (points[company.id], -company.id), default=None)


def _able(expo: Expo, kind: str, staffed: sa.Select) -> list[Company]:
    return list(db.session.scalars(
        sa.select(Company).join(Participation, Participation.company_id == Company.id)
        .where(Participation.expo_id == expo.id, Participation.state == APPROVED, Company.kind == kind, Company.id.in_(staffed))))


def _placed_today(expo: Expo, kind: str) -> sa.Select:
    """Return how many meetings the owner of each company sits at on the demo's day, by the published plan."""
    seat = {"exhibitor": Placement.exhibitor_person_id, "buyer": Placement.buyer_person_id}[kind]
    return (
        sa.select(Person.company_id, sa.func.count()).select_from(Placement).join(Person, Person.id == seat)
        .join(Member, sa.and_(Member.user_id == Person.user_id, Member.company_id == Person.company_id, Member.is_owner))
        .join(Plan, Plan.id == Placement.plan_id).join(Slot, Slot.id == Placement.slot_id)
        .where(Plan.expo_id == expo.id, Plan.state == "published", Slot.starts_at > START, Slot.on == START.date())
        .group_by(Person.company_id))


def _matches(expo: Expo, kind: str) -> sa.Select:
    side = {"exhibitor": Recommendation.exhibitor_id, "buyer": Recommendation.buyer_id}[kind]
    return sa.select(side, sa.func.count()).where(Recommendation.expo_id == expo.id, Recommendation.band != "possible").group_by(side)


def _members(company_id: int) -> list[Member]:
    query = sa.select(Member).options(sa.orm.joinedload(Member.user)).where(Member.company_id == company_id)
    return list(db.session.scalars(query.order_by(Member.is_owner.desc(), Member.id).limit(2)))


def _busiest_interpreter(expo: Expo) -> Interpreter | None:
    """Return the interpreter with the most meetings on the demo's day."""
    booked = dict(db.session.execute(
        sa.select(Placement.interpreter_id, sa.func.count()).join(Plan).join(Slot, Slot.id == Placement.slot_id)
        .where(Plan.expo_id == expo.id, Plan.state == "published", Slot.on == START.date()).group_by(Placement.interpreter_id)).all())
    rows = db.session.scalars(sa.select(Interpreter).where(Interpreter.expo_id == expo.id, Interpreter.user_id.is_not(None)))
    return max(rows, key=lambda row: (booked.get(row.id, 0), -row.id), default=None)


def _write_private(path: Path, text: str) -> None:
    """Write the file anew with mode 0600 from its first byte on."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
