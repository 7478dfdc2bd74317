"""Whoever signs in comes to a page of theirs, whatever they are."""

import pytest

from matchmaker import clock
from matchmaker.companies.models import Member
from matchmaker.infra.db import db

from .. import factories

pytestmark = pytest.mark.database


@pytest.mark.parametrize("role", ["organizer", "floor", "interpreter", "mission_leader"])
def test_who_helps_to_run_an_expo_has_a_home(browse, context, role):
    expo = factories.ExpoFactory()
    assert browse(factories.organizer(expo, role)).get("/", follow_redirects=True).status_code == 200


def test_staff_of_an_expo_with_a_company_that_does_not_take_part_has_a_home(browse, context):
    expo, user = factories.ExpoFactory(), factories.member()
    db.session.add(factories.Staff(expo_id=expo.id, user_id=user.id, role="floor"))
    assert browse(user).get("/", follow_redirects=True).status_code == 200


def test_a_newcomer_is_led_to_the_first_step(browse, context):
    answer = browse(factories.UserFactory()).get("/")
    assert answer.status_code == 302 and answer.location == "/start"


def test_who_acts_for_another_company_comes_to_the_expos_of_that_one(browse, context):
    """Two companies at two expos: the home never shows one company at the other's expo."""
    first, second = factories.ExpoFactory(), factories.ExpoFactory(series="CICPE")
    one, two = factories.CompanyFactory(), factories.CompanyFactory()
    factories.approve(one, first)
    factories.approve(two, second)
    user = factories.member(one)
    db.session.add(Member(company_id=two.id, user_id=user.id, is_owner=True, joined_at=clock.wall()))
    browser = browse(user)
    assert browser.get(f"/e/{first.slug}/requests").status_code == 200
    assert browser.post(f"/companies/{two.id}/switch").status_code == 302
    assert browser.get("/", follow_redirects=True).status_code == 200
    assert browser.get(f"/e/{second.slug}/requests").status_code == 200
    assert browser.get(f"/e/{first.slug}/requests").status_code == 404


def test_a_plain_member_is_not_led_to_pages_of_owners(browse, context):
    expo, company = factories.ExpoFactory(), factories.CompanyFactory()
    factories.approve(company, expo)
    edit = f"/companies/{company.id}/edit"
    assert edit in browse(factories.member(company)).get("/").text
    assert edit not in browse(factories.member(company, owner=False)).get("/").text
