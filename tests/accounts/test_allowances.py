"""Searches, files and calendars are limited: one count over all processes, a page or JSON in two languages that says when to go on."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker import access
from matchmaker.accounts import limits
from matchmaker.accounts.allowances import ALLOWANCES
from matchmaker.accounts.models import Counter
from matchmaker.agendas import feeds
from matchmaker.agendas.queries import Subject
from matchmaker.clock import wall
from matchmaker.errors import TooMany
from matchmaker.infra.db import commit, db

from .. import factories

pytestmark = pytest.mark.database
TEMPLATES = Path(__file__).parents[2] / "templates"
NOT_MADE_FOR_A_READER = {"static", "papers.published"}  # files of ours that are the same for all


@pytest.fixture
def buyer(browse):
    expo = factories.ExpoFactory(slug="ciie-2026")
    company = factories.BuyerFactory()
    factories.approve(company, expo)
    return browse(factories.member(company))


def test_searches_are_limited_for_a_person_and_not_for_the_next(app, browse, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "SEARCHES_PER_MINUTE", 3)
    other = browse(factories.UserFactory(is_admin=True))
    paths = ["/e/ciie-2026/exhibitors?words=wine", "/hs?q=wine", "/demands?q=wine", "/e/ciie-2026/exhibitors?words=%E9%85%92"]
    assert [buyer.get(path).status_code for path in paths] == [200, 200, 200, 429]
    assert buyer.get("/e/ciie-2026/exhibitors").status_code == 200, "a list without words is no search"
    assert buyer.get("/e/ciie-2026/exhibitors?words=&section=").status_code == 200
    assert other.get("/people?q=wine").status_code == 200


def test_the_refusal_says_when_to_go_on(app, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "SEARCHES_PER_MINUTE", 0)
    page = buyer.get("/e/ciie-2026/exhibitors?words=wine", headers={"Accept-Language": "zh-CN", "Accept": "text/html"})
    assert page.status_code == 429 and page.headers["Retry-After"] == "60" and page.headers["Cache-Control"] == "no-store"
    assert "more searches than one person makes in a minute" in buyer.get("/hs?q=a", headers={"Accept": "text/html"}).text
    answer = buyer.get("/hs?q=wine", headers={"Accept": "application/json"})
    assert answer.json == {"error": "These were more searches than one person makes in a minute. Wait a minute, then go on.", "status": 429}
    assert answer.headers["Retry-After"] == "60"


def test_the_refusal_in_chinese(app, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "SEARCHES_PER_MINUTE", 0)
    buyer.post("/language", data={"language": "zh_Hans_CN"})
    page = buyer.get("/e/ciie-2026/exhibitors?words=酒", headers={"Accept": "text/html"})
    assert page.status_code == 429 and "一分钟" in page.text and "searches" not in page.text


def test_files_are_limited_apart_from_searches(app, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "FILES_PER_MINUTE", 2)
    paths = ["/documents/list.csv", "/documents/export.json", "/e/ciie-2026/compare.xlsx"]
    assert [buyer.get(path).status_code for path in paths] == [200, 200, 429]
    assert buyer.get("/hs?q=wine").status_code == 200


def test_a_minute_later_all_is_well(app, buyer, monkeypatch):
    monkeypatch.setitem(app.config, "SEARCHES_PER_MINUTE", 1)
    assert [buyer.get("/hs?q=wine").status_code for _try in range(3)] == [200, 429, 429]
    monkeypatch.setattr(limits.clock, "wall", lambda now=wall() + timedelta(minutes=2): now)
    assert buyer.get("/hs?q=wine").status_code == 200


def test_a_calendar_is_limited_by_its_address_generously(app, client, monkeypatch):
    assert app.config["FEEDS_PER_HOUR"] >= 12 * 10, "ten devices that ask every five minutes"
    monkeypatch.setitem(app.config, "FEEDS_PER_HOUR", 2)
    company = factories.CompanyFactory()
    user = factories.member(company)
    one, other = (feeds.renew(factories.actor(user), Subject("company", company), "en"),
                  feeds.renew(factories.actor(user), Subject("person", company.people[0]), "en"))
    commit()
    answers = [client.get(f"/calendar/{one.token}.ics") for _try in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429] and answers[2].headers["Retry-After"] == "3600"
    assert client.get(f"/calendar/{other.token}.ics").status_code == 200


def test_wrong_addresses_of_calendars_fill_no_table(client):
    for number in range(5):
        assert client.get(f"/calendar/wrong-{number}.ics").status_code == 404
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Counter)) == 0


def test_what_the_reader_may_not_have_is_not_counted(app, client):
    assert client.get("/hs?q=wine").status_code == 302
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Counter)) == 0


def test_every_address_of_a_file_is_in_the_table(app):
    """A new ``.pdf`` or ``.xlsx`` without a limit fails here, until somebody says what it is."""
    last = {rule.endpoint: rule.rule.rsplit("/", 1)[-1] for rule in app.url_map.iter_rules()}
    looks_like_one = {endpoint for endpoint, name in last.items() if "." in name or name == "file"}
    assert looks_like_one - NOT_MADE_FOR_A_READER - {"agendas.calendar"} == access.FILES


def test_every_search_box_has_a_name_that_counts():
    boxes = {name for path in TEMPLATES.rglob("*.html") for box in re.findall(r'<input[^>]*type="search"[^>]*>', path.read_text())
             for name in re.findall(r' name="(\w+)"', box)}
    assert boxes and boxes <= set(access.SEARCH_WORDS)


def test_every_allowance_has_a_setting(app):
    assert all(app.config[setting] > 0 for setting, _minutes, _message in ALLOWANCES.values())


@settings(deadline=None)
@given(st.lists(st.integers(0, 150), min_size=1, max_size=40))
def test_no_window_ever_lets_more_through_than_the_limit(app, gaps):
    """Whatever the pauses (seconds) between tries: no stretch of a window's length that begins with a window holds more than the limit."""
    limit, length, base, at, passed = 4, 60, wall().replace(second=0, microsecond=0), 0, []
    with app.app_context(), pytest.MonkeyPatch.context() as patch:
        for gap in gaps:
            at += gap
            patch.setattr(limits.clock, "wall", lambda now=base + timedelta(seconds=at): now)
            try:
                limits.hit("search:property", limit=limit, minutes=length // 60)
            except TooMany:
                continue
            passed.append(at)
        limits.forget("search:property")
    windows = {moment // length for moment in passed}
    assert all(sum(moment // length == window for moment in passed) <= limit for window in windows)
