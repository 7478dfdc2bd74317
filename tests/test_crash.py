"""kill -9 of workers and servers: what was acknowledged is there, the next start goes on, nothing happens twice."""

import csv
import io
import os
import random
from email import message_from_bytes

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.audit import AuditEntry
from matchmaker.companies.models import Person
from matchmaker.demands.models import Demand
from matchmaker.demands.tasks import DEMANDS
from matchmaker.expos.models import Slot
from matchmaker.infra import jobs, mail
from matchmaker.infra.db import commit, db
from matchmaker.matching import receivers
from matchmaker.matching.models import Recommendation, StaleMatch
from matchmaker.matching.refresh import refresh
from matchmaker.matching.tasks import ask as ask_for_matches
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.permissions import Actor
from matchmaker.scheduling import actions as scheduling
from matchmaker.scheduling import queries
from matchmaker.scheduling.models import Occupancy, Placement, Unavailable
from matchmaker.sheets.actions import start_import
from matchmaker.sheets.models import ImportedRow

from . import factories
from .crashes import Load
from .processes import free_port, kill, site, wait

pytestmark = pytest.mark.database
CONSOLE = Actor(name="command line", is_system=True)
ROWS, MAILS = 1000, 300
CHUNK = "matchmaker.infra.jobs.Context.chunk"


@pytest.fixture
def place(tmp_path):
    with site(tmp_path, url=os.environ.get("MATCHMAKER_TEST_DATABASE_URL"), forked=True) as made:
        yield made


@pytest.fixture
def inside(place):
    """The site's application context in this process; what others wrote is read anew after ``fresh()``."""
    with place.app.app_context():
        yield place


def fresh() -> None:
    db.session.rollback()
    db.session.expire_all()


def count(model, *where) -> int:
    fresh()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model).where(*where))


def job_state(ident: int) -> str:
    fresh()
    return db.session.scalar(sa.select(jobs.Job.state).where(jobs.Job.id == ident))


def kill_when(place, reached, *, seconds: float = 60) -> None:
    """Start a worker and kill it from outside once something is reached."""
    worker = place.start("worker")
    wait(reached, pause=0.005, seconds=seconds, what=place.log())
    kill(worker)


def dies(place, function: str, calls: int) -> None:
    """Let a worker die right after so many calls of a function: the moments that a kill from outside does not hit."""
    assert place.start("worker", die_after=(function, calls)).wait(timeout=60) == -9, place.log()


def finish(place, ident: int) -> None:
    """Let a worker that is not killed bring the job to its end."""
    worker = place.start("worker")
    wait(lambda: job_state(ident) in ("done", "failed"), what=place.log())
    kill(worker)
    assert job_state(ident) == "done", db.session.get(jobs.Job, ident).error


def test_an_import_goes_on_and_takes_each_row_once(inside):
    expo, buyer = factories.ExpoFactory(), factories.BuyerFactory()
    factories.approve(buyer, expo)
    table = io.StringIO()
    csv.writer(table).writerows([["标题", "数量"], *([f"求购智利车厘子 {n}", f"{n + 1}箱"] for n in range(ROWS))])
    found = start_import(
        CONSOLE, DEMANDS, expo=expo, company_id=buyer.id, content=table.getvalue().encode("gb18030"), file_name="需求.csv", publish=True)
    commit()
    kill_when(inside, lambda: count(ImportedRow) >= 200)
    assert 0 < count(ImportedRow) < ROWS
    dies(inside, CHUNK, 2)
    assert 0 < count(ImportedRow) < ROWS
    finish(inside, found.job_id)
    assert count(ImportedRow, ImportedRow.state == "taken") == count(ImportedRow) == ROWS
    assert count(Demand) == db.session.scalar(sa.select(sa.func.count(sa.distinct(Demand.title)))) == ROWS
    assert count(AuditEntry, AuditEntry.action == "demands.post_demand") == ROWS
    assert db.session.get(jobs.Job, found.job_id).result == {"taken": ROWS, "known": 0, "bad": 0}


def stored_matches() -> list[tuple]:
    fresh()
    rows = db.session.execute(sa.select(Recommendation.demand_id, Recommendation.product_id, Recommendation.score, Recommendation.band))
    return sorted(rows.all())


def test_a_refresh_goes_on_and_stores_what_an_undisturbed_one_stores(inside):
    expo, buyer, exhibitor = factories.ExpoFactory(), factories.BuyerFactory(), factories.CompanyFactory()
    for company in (buyer, exhibitor):
        factories.approve(company, expo)
    for n in range(20):
        factories.show(factories.ProductFactory(company=exhibitor, hs="080929", title=f"Fresh cherries, lot {n}"), expo)
    for n in range(200):
        factories.DemandFactory(expo=expo, company=buyer, hs="080929", title=f"求购智利车厘子 {n}")
    receivers.mark_stale(expo.id)
    ask_for_matches(expo.id)
    commit()
    (ident,) = db.session.scalars(sa.select(jobs.Job.id)).all()
    kill_when(inside, lambda: count(Recommendation) > 0)
    dies(inside, CHUNK, 1)
    assert count(StaleMatch) > 0 and count(Recommendation) > 0
    finish(inside, ident)
    survived = stored_matches()
    assert count(StaleMatch) == 0 and len({row[:2] for row in survived}) == len(survived) > 0
    receivers.mark_stale(expo.id)
    commit()

    class Silent:
        def progress(self, *_args, **_params):
            """Nobody watches."""

        chunk = staticmethod(commit)

    refresh(Silent(), expo.id)
    assert stored_matches() == survived


def fair(*, size: int = 12, meetings: int = 60, tables: int = 8) -> tuple:
    """So many exhibitors and as many buyers who have agreed on some meetings, tables, eight slots."""
    expo = factories.ExpoFactory()
    hall = factories.HallFactory(expo=expo)
    for _ in range(tables):
        factories.TableFactory(hall=hall)
    factories.slots(expo, 8)
    sides = [[factories.CompanyFactory() for _ in range(size)], [factories.BuyerFactory() for _ in range(size)]]
    for company in (*sides[0], *sides[1]):
        factories.approve(company, expo)
        factories.PersonFactory(company=company)
    for n in range(meetings):
        exhibitor, buyer = sides[0][n % size], sides[1][(n + n // size) % size]
        db.session.add(Meeting(expo_id=expo.id, exhibitor_id=exhibitor.id, buyer_id=buyer.id, asked_by_id=buyer.id, state=State.ACCEPTED,
                               asked_at=clock.now(), expires_at=clock.now()))
    db.session.flush()
    return expo, factories.actor(factories.organizer(expo))


def test_an_optimisation_is_taken_up_and_its_plan_is_stored_once(inside):
    expo, organizer = fair()
    ident = scheduling.start_optimising(organizer, expo, seconds=5)
    commit()
    kill_when(inside, lambda: count(jobs.Job, jobs.Job.progress > 0))
    assert count(Placement) == 0
    dies(inside, "matchmaker.scheduling.actions.take_result", 1)
    assert count(Placement) == count(Occupancy) == 0
    finish(inside, ident)
    placed = db.session.get(jobs.Job, ident).result["placed"]
    assert count(Placement) == placed == db.session.scalar(sa.select(sa.func.count(sa.distinct(Placement.meeting_id)))) > 40
    assert count(Occupancy) == 3 * placed  # a table and two people each


def test_a_killed_run_goes_on_from_its_best_plan_and_says_so(inside):
    expo, organizer = fair(size=60, meetings=1200, tables=40)  # too many for the places and of unlike worth: it takes a while
    draw = random.Random(3)  # noqa: S311 - the same expo every time
    slots = list(db.session.scalars(sa.select(Slot.id)))
    for meeting in db.session.scalars(sa.select(Meeting)):
        meeting.match_score = draw.randint(40, 99)
    people = db.session.scalars(sa.select(Person.id))
    db.session.add_all(Unavailable(person_id=person, slot_id=slot) for person in people for slot in draw.sample(slots, 3))
    ident = scheduling.start_optimising(organizer, expo, seconds=20)
    commit()

    def kept() -> dict:
        fresh()
        return db.session.scalar(sa.select(jobs.Job.result).where(jobs.Job.id == ident)) or {}

    kill_when(inside, lambda: kept().get("best") or job_state(ident) == "done", seconds=180)
    best = kept()
    assert job_state(ident) == "running"
    finish(inside, ident)
    quality = queries.draft_of(expo.id).quality
    assert count(Placement) == quality["placed"] >= len(best["best"])
    assert quality["utility"] >= 0.98 * max(point[1] for point in best["curve"])  # a hair of it may have gone for fewer breaks
    assert quality["curve"][:len(best["curve"])] == best["curve"]  # one run, not two
    assert quality["tries"] == 2


def test_a_mail_leaves_once_whatever_happens(inside):
    for n in range(MAILS):
        mail.queue(f"person{n}@example.org", f"Your meeting {n}", "It was moved.")
    commit()
    kill_when(inside, lambda: count(mail.OutboxMail, mail.OutboxMail.state == "sent") >= 20)
    assert count(mail.OutboxMail, mail.OutboxMail.state == "waiting") > 0
    dies(inside, "matchmaker.infra.mail.deliver", 5)  # it has left, but is not marked as sent
    worker = inside.start("worker")
    wait(lambda: count(mail.OutboxMail, mail.OutboxMail.state == "sent") >= MAILS - 2, what=inside.log())
    held = count(mail.OutboxMail, mail.OutboxMail.state == "waiting")
    assert 1 <= held <= 2  # those in the hands of the dead workers wait for the end of their lease of a minute: say that it is over
    db.session.execute(sa.update(mail.OutboxMail).where(mail.OutboxMail.state == "waiting").values(next_at=clock.wall()))
    commit()
    wait(lambda: count(mail.OutboxMail, mail.OutboxMail.state == "sent") == MAILS, what=inside.log())
    kill(worker)
    folder = inside.folder / "mail"
    letters = [message_from_bytes(path.read_bytes())["Message-ID"] for path in folder.glob("*.eml")]
    assert sorted(letters) == sorted(db.session.scalars(sa.select(mail.OutboxMail.message_id)))
    assert len(letters) == MAILS == len(list(folder.iterdir()))


def test_a_killed_server_loses_nothing_that_it_acknowledged(tmp_path):
    with site(tmp_path, url=os.environ.get("MATCHMAKER_TEST_DATABASE_URL")) as place:  # started as an operator starts it
        load = Load(place, free_port())
        load.kill_under_load(deaths=2, writes=60)
        assert load.refused == [] and len(load.acknowledged) >= 120
        assert load.lost() == [] and load.twice() == 0
    assert min(load.restarts) < 60  # it answers again by itself; how soon is measured by benchmarks/crashes.py
