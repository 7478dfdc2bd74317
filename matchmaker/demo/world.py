"""The world while it is built: what its stages hand on to each other."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from .. import clock
from ..accounts.actions import NOTICE_VERSION
from ..accounts.models import User
from ..companies.models import Company
from ..expos.models import Expo
from ..infra.db import db
from ..permissions import SYSTEM, Actor
from .console import Console
from .data import Share, Texts

SEED = 20261106
ZONE = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 11, 6, 9, 10, tzinfo=ZONE)  # the demo's own now, at every start


@dataclass(slots=True)
class World:
    """The parts of the world by the keys of the files. ``draw`` is the only source of chance."""

    share: Share
    texts: Texts
    console: Console
    nobody: str  # the hash of a password that is thrown away: such accounts cannot sign in
    draw: random.Random = field(default_factory=lambda: random.Random(SEED))  # noqa: S311 - the same world every time, no secret
    expos: dict[str, Expo] = field(default_factory=dict)  # by series
    organizer: Actor = SYSTEM
    floor: Actor = SYSTEM
    companies: dict[str, Company] = field(default_factory=dict)
    actors: dict[int, list[Actor]] = field(default_factory=dict)  # company -> its members, the owner first

    def owner(self, company_id: int) -> Actor:
        """Return the owner of a company."""
        return self.actors[company_id][0]

    def section(self, series: str, code: str) -> int | None:
        """Return the id of a section by its code; None when the edition has none of it."""
        return next((section.id for section in self.expos[series].sections if section.code == code), None)

    def anybody(self, company_id: int) -> Actor:
        """Return one of those who act for a company."""
        return self.draw.choice(self.actors[company_id])


def at(text: str) -> datetime:
    """Return an instant of the expo's place, written like ``2026-10-16 10:20``."""
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def go_to(instant: datetime | str) -> None:
    """Let the world's clock stand at ``instant``."""
    clock.set_now(at(instant) if isinstance(instant, str) else instant)


def office_hours(world: World, first: str, last: str) -> datetime:
    """Return a random instant between two days, during the hours in which people work."""
    begin, end = at(first), at(last)
    day = begin + (end - begin) * world.draw.random()
    return day.replace(hour=world.draw.randint(8, 18), minute=world.draw.randint(0, 59), second=0, microsecond=0)


def account(world: World, email: str, name: str, *, chinese: bool) -> User:
    """Return a new account with a confirmed address.

    Not by ``accounts.register``: that one mails links and counts sign-ups, both of no use to people who do not exist.
    """
    now = clock.wall()
    user = User(
        email=email, name=name, password_hash=world.nobody, language="zh_Hans_CN" if chinese else "en", notice_version=NOTICE_VERSION,
        notice_at=now, email_confirmed_at=now, created_at=now)
    db.session.add(user)
    db.session.flush()
    return user
