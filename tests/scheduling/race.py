"""Volleys: forty browsers on four server processes put different meetings at the same table and time, or a person at forty."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import quantiles
from typing import Any

import sqlalchemy as sa

from matchmaker import clock
from matchmaker.infra.db import Base, commit, db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.scheduling.models import Occupancy, Placement, Plan

from .. import factories
from ..processes import Site, answers, signed_in, wait

SERVERS, BROWSERS, SLOTS = 4, 40, 8


@dataclass(frozen=True)
class Shot:
    """One request of a volley and its answer."""

    meeting: int
    slot: int
    table: int
    status: int
    body: dict[str, Any]
    seconds: float


@dataclass
class Figures:
    """What came of some volleys."""

    volleys: int = 0
    won: int = 0
    double: int = 0  # meetings at a place, or a person, that was taken already
    broken_promises: int = 0  # answers 200 that are not stored, or stored ones that nobody was promised
    errors: int = 0  # 5xx
    silent: int = 0  # refusals without a reason in words
    seconds: list[float] = field(default_factory=list)

    def percentile(self, percent: int) -> float:
        """Return the seconds within which so many of a hundred requests were answered."""
        return quantiles(self.seconds, n=100)[percent - 1]


class Arena:
    """An expo with forty agreed meetings of different companies, forty more of one exhibitor, and four servers."""

    def __init__(self, site: Site):
        self.site = site
        with site.app.app_context():
            expo = factories.ExpoFactory(slug="ciie-2026", max_meetings=SLOTS)
            hall = factories.HallFactory(expo=expo)
            self.expo = expo.id
            self.tables = [factories.TableFactory(hall=hall).id for _ in range(BROWSERS)]
            self.slots = [slot.id for slot in factories.slots(expo, SLOTS)]
            buyers = [self._company(expo, factories.BuyerFactory()) for _ in range(BROWSERS)]
            exhibitors = [self._company(expo, factories.CompanyFactory()) for _ in range(BROWSERS)]
            self.apart = [self._agreed(expo, *pair) for pair in zip(exhibitors, buyers, strict=True)]
            asked = self._company(expo, factories.CompanyFactory())
            self.shared = [self._agreed(expo, asked, buyer) for buyer in buyers]
            self.organizers = [signed_in(site.app, factories.organizer(expo)) for _ in range(BROWSERS)]
            commit()
        self.ports = [site.serve()[1] for _ in range(SERVERS)]
        for port in self.ports:
            wait(lambda port=port: answers(port), what=f"a server on {port}: {site.log()}")

    @staticmethod
    def _company(expo, company):
        factories.approve(company, expo)
        factories.PersonFactory(company=company)
        return company

    @staticmethod
    def _agreed(expo, exhibitor, buyer) -> int:
        meeting = Meeting(expo_id=expo.id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                          asked_at=clock.now(), expires_at=clock.now())
        db.session.add(meeting)
        db.session.flush()
        return meeting.id

    @contextmanager
    def without_the_constraint(self) -> Iterator[None]:
        """Take the unique constraint of occupancy away for a while; the draft is empty afterwards."""
        bare = sa.MetaData(naming_convention=Base.metadata.naming_convention)
        for table in Base.metadata.sorted_tables:
            table.to_metadata(bare)
        copy = bare.tables["occupancy"]
        copy.constraints = {rule for rule in copy.constraints if not isinstance(rule, sa.UniqueConstraint)}
        self._make(copy)
        yield
        self._make(Occupancy.__table__)

    def _make(self, occupancy: sa.Table) -> None:
        with self.site.app.app_context(), db.engine.begin() as connection:
            connection.execute(sa.delete(Placement))
            connection.execute(sa.schema.DropTable(Occupancy.__table__))
            occupancy.create(connection)

    def same_table(self, number: int) -> list[Shot]:
        """Forty organizers put forty meetings at one table and time, another for each ``number``."""
        slot, table = self.slots[number % SLOTS], self.tables[number // SLOTS % BROWSERS]
        return self._volley([(meeting, slot, table) for meeting in self.apart])

    def same_person(self, number: int) -> list[Shot]:
        """Forty organizers put the meetings of one exhibitor, who has one person, at forty tables at one time."""
        slot = self.slots[number % SLOTS]
        return self._volley([(meeting, slot, table) for meeting, table in zip(self.shared, self.tables, strict=True)])

    def _volley(self, moves: Sequence[tuple[int, int, int]]) -> list[Shot]:
        with self.site.app.app_context(), db.engine.begin() as connection:  # the time is free; who sits elsewhere moves
            connection.execute(sa.delete(Placement).where(Placement.slot_id == moves[0][1]))
        gun = threading.Barrier(len(moves))
        with ThreadPoolExecutor(len(moves)) as pool:
            return list(pool.map(self._shoot, [gun] * len(moves), range(len(moves)), moves))

    def _shoot(self, gun: threading.Barrier, browser: int, move: tuple[int, int, int]) -> Shot:
        meeting, slot, table = move
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[browser % SERVERS], timeout=60)
        try:
            connection.connect()
            headers = self.organizers[browser] | {"Content-Type": "application/json", "Accept": "application/json"}
            gun.wait(timeout=30)
            began = time.perf_counter()
            place = json.dumps({"slot": slot, "table": table})
            connection.request("POST", f"/e/ciie-2026/schedule/meetings/{meeting}/move", place, headers)
            response = connection.getresponse()
            text = response.read().decode()
            seconds = time.perf_counter() - began
        finally:
            connection.close()
        body = json.loads(text) if response.headers.get_content_type() == "application/json" else {}
        return Shot(meeting, slot, table, response.status, body, seconds)

    def placed(self, slot: int) -> list[tuple[int, int]]:
        """Return (meeting, table) of what the draft has in a slot."""
        query = sa.select(Placement.meeting_id, Placement.table_id).join(Plan).where(
            Plan.expo_id == self.expo, Plan.state == "draft", Placement.slot_id == slot)
        with self.site.app.app_context():
            return [tuple(row) for row in db.session.execute(query)]

    def count(self, shots: Sequence[Shot], figures: Figures) -> None:
        """Add what came of a volley, as the database has it now."""
        meetings, places = {shot.meeting for shot in shots}, {(shot.slot, shot.table) for shot in shots}
        placed = [(meeting, table) for meeting, table in self.placed(shots[0].slot) if (shots[0].slot, table) in places]
        stored = {(meeting, table) for meeting, table in placed if meeting in meetings}
        promised = {(shot.meeting, shot.table) for shot in shots if shot.status == 200}
        refused = [shot for shot in shots if 400 <= shot.status < 500]
        figures.volleys += 1
        figures.won += len(promised)
        figures.double += max(0, len(stored) - 1)
        figures.broken_promises += len(stored ^ promised)
        figures.errors += sum(shot.status >= 500 for shot in shots)
        figures.silent += sum(shot.status != 409 or len(shot.body.get("error", "").split()) < 4 for shot in refused)
        figures.seconds += [shot.seconds for shot in shots]
