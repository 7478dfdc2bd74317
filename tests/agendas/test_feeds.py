"""The calendar feed: a secret address that dies with the right to read it."""

import pytest

from matchmaker import clock
from matchmaker.agendas import feeds
from matchmaker.agendas.queries import Subject
from matchmaker.companies import actions as companies
from matchmaker.companies.models import Person
from matchmaker.companies.queries import membership
from matchmaker.infra.db import db
from matchmaker.scheduling import queries

from .. import factories

pytestmark = pytest.mark.database


class Team:
    """A company with an owner and a colleague who has a calendar feed."""

    def __init__(self) -> None:
        self.company = factories.CompanyFactory()
        self.owner = factories.member(self.company)
        self.colleague = factories.member(self.company, owner=False)
        (self.person,) = queries.my_people(factories.actor(self.colleague))
        self.feed = feeds.renew(factories.actor(self.colleague), Subject("person", self.person), "en")
        self.address = f"/calendar/{self.feed.token}.ics"


@pytest.fixture
def team(context):
    return Team()


def test_the_feed_is_read_without_signing_in(team, client):
    answer = client.get(team.address)
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert b"BEGIN:VCALENDAR" in answer.data


def test_a_wrong_address_is_not_there(team, client):
    assert client.get("/calendar/none.ics").status_code == 404


def test_a_new_address_ends_the_old_one(team, client):
    feeds.renew(factories.actor(team.colleague), Subject("person", team.person), "en")
    assert client.get(team.address).status_code == 404


def test_who_is_taken_out_of_the_company_reads_its_calendar_no_longer(team, client):
    companies.remove_member(factories.actor(team.owner), membership(team.company.id, team.colleague.id))
    assert client.get(team.address).status_code == 404


def test_a_person_given_to_another_account_gets_no_old_address(team, client):
    other = factories.member(team.company, owner=False)
    db.session.delete(*queries.my_people(factories.actor(other)))
    db.session.flush()
    given = {"name": team.person.name, "languages": ["en"], "attends": True, "user_id": other.id}
    companies.save_person(factories.actor(team.owner), team.company, team.person, **given)
    assert db.session.get(Person, team.person.id).user_id == other.id
    assert client.get(team.address).status_code == 404


def test_a_disabled_account_has_no_calendar(team, client):
    team.colleague.disabled_at = clock.wall()
    db.session.flush()
    assert client.get(team.address).status_code == 404
