"""A slice of the demo's world: deterministic, every state of a meeting in it, sign-ins in a private file."""

import stat
from collections.abc import Iterator
from datetime import datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from matchmaker import clock
from matchmaker.accounts.passwords import verify_password
from matchmaker.catalog.models import Product
from matchmaker.companies.models import Company
from matchmaker.companies.queries import blocks_between
from matchmaker.demands.models import Demand
from matchmaker.demo import sign_ins
from matchmaker.demo.build import build
from matchmaker.demo.console import Console
from matchmaker.demo.data import Share
from matchmaker.demo.world import START, World
from matchmaker.expos.models import Expo, Participation
from matchmaker.infra.db import commit, db
from matchmaker.infra.jobs import Job
from matchmaker.infra.mail import OutboxMail
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.permissions import Role
from matchmaker.scheduling import queries as scheduling
from matchmaker.scheduling.models import Placement
from matchmaker.trade.identifiers import is_sample_uscc
from tests.conftest import wipe

pytestmark = pytest.mark.database
SLICE = Share(exhibitors=12, buyers=20, requests=70, requests_elsewhere=4, seconds=60)


@pytest.fixture(scope="module")
def world(app: Flask) -> Iterator[World]:
    """The slice, built once for the questions of this file."""
    with app.app_context():
        yield build(SLICE, Console(quiet=True))
        db.session.close()
    with app.app_context():
        wipe()


def picture() -> list[tuple]:
    """Return the world without what belongs to the machine: ids, hashes, the seconds that a verb took."""
    exhibitor, buyer = sa.orm.aliased(Company), sa.orm.aliased(Company)
    meeting = (sa.select(exhibitor.name, buyer.name, Expo.slug, Meeting.state, Meeting.asked_at, Meeting.answered_at, Meeting.message)
               .join(exhibitor, exhibitor.id == Meeting.exhibitor_id).join(buyer, buyer.id == Meeting.buyer_id)
               .join(Expo, Expo.id == Meeting.expo_id).order_by(Meeting.id))
    queries = (
        sa.select(Company.name, Company.identifier, Company.languages).order_by(Company.id),
        sa.select(Product.title, Product.state, Product.updated_at).order_by(Product.id),
        sa.select(Demand.title, Demand.state, Demand.created_at).order_by(Demand.id), meeting,
    )
    rows = [tuple(_plain(value) for value in row) for query in queries for row in db.session.execute(query)]
    places = db.session.scalars(sa.select(Placement).options(*scheduling.WITH_ALL).order_by(Placement.plan_id, Placement.meeting_id))
    return rows + [(_plain(row.slot.starts_at), row.table.label if row.table else "", row.meeting.buyer.name) for row in places]


def _plain(value: object) -> str:
    return f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else str(value)


def test_meetings_of_every_state_are_there(world):
    expo = world.expos["CIIE"]
    states = set(db.session.scalars(sa.select(Meeting.state).where(Meeting.expo_id == expo.id)))
    assert states == {str(state) for state in State}


def test_both_sides_ask_and_every_instant_lies_in_the_past(world):
    meetings = db.session.scalars(sa.select(Meeting)).all()
    assert {meeting.asked_by_id == meeting.buyer_id for meeting in meetings} == {True, False}
    assert all(meeting.asked_at < START and (meeting.answered_at or meeting.asked_at) < START for meeting in meetings)


def test_no_open_request_is_past_its_time(world):
    late = sa.select(Meeting.id).where(Meeting.state == State.REQUESTED, Meeting.expires_at <= START)
    assert db.session.scalars(late).all() == []


def test_one_version_is_published_and_the_next_is_a_draft_with_cards_in_the_tray(world):
    expo = world.expos["CIIE"]
    published, draft = scheduling.published_of(expo.id), scheduling.draft_of(expo.id)
    assert published.number == 1 < draft.number and published.published_at < START
    assert scheduling.tray(expo.id, draft.id) and published.quality["placed"]


def test_no_card_of_the_draft_stands_in_a_slot_that_began_before_it_was_published(world):
    draft = scheduling.draft_of(world.expos["CIIE"].id)
    late = [row for row in scheduling.placements(draft.id) if row.slot.starts_at < START and row.meeting.state == State.ACCEPTED]
    assert late == []


def test_applications_wait_were_declined_and_withdrawn(world):
    query = sa.select(Participation.state, sa.func.count()).where(Participation.expo_id == world.expos["CIIE"].id)
    counts = dict(db.session.execute(query.group_by(Participation.state)).all())
    assert counts["applied"] == 4 and counts["declined"] == counts["withdrawn"] == 1


def test_identifiers_are_samples_and_companies_are_marked(world):
    companies = db.session.scalars(sa.select(Company)).all()
    assert all(company.is_sample for company in companies)
    assert all(is_sample_uscc(company.identifier) for company in companies if company.kind == "buyer")
    assert all("SAMPLE" in company.identifier for company in companies if company.kind == "exhibitor" and company.identifier)


def test_rivals_block_each_other(world):
    one, other = world.companies["hollerthal-praezision"], world.companies["kirigasawa-seiki"]
    assert blocks_between(one.id, other.id)


def test_no_old_mail_waits_and_no_job_failed(world):
    assert db.session.scalar(sa.select(sa.func.count()).select_from(OutboxMail).where(OutboxMail.state != "sent")) == 0
    assert set(db.session.scalars(sa.select(Job.state))) <= {"done", "queued"}


def test_there_is_one_sign_in_for_each_role_in_a_file_that_only_its_owner_reads(world, tmp_path):
    text = sign_ins.write(tmp_path)
    file = tmp_path / sign_ins.FILE
    assert stat.S_IMODE(file.stat().st_mode) == 0o600 and sign_ins.read(tmp_path) == text
    assert {role for role, _user, _who in sign_ins.choose()} == {str(role) for role in Role} - {"visitor", "newcomer"}
    for role, user, _who in sign_ins.choose():
        line = next(line for line in text.splitlines() if line.startswith(role))
        assert line[18:].split()[0] == user.email and verify_password(user.password_hash, line[18:].split()[1])


def test_the_same_slice_is_the_same_world(world):
    first = picture()
    db.session.close()
    wipe()
    build(SLICE, Console(quiet=True))
    assert picture() == first
    clock.set_now(None)
    commit()
