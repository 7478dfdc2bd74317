"""The access table names every endpoint, and what it does not allow is not there."""

import re

import pytest

from matchmaker.access import ACCESS
from matchmaker.permissions import Role

from . import factories

pytestmark = pytest.mark.database


def endpoints(app):
    return {rule.endpoint for rule in app.url_map.iter_rules()}


def test_every_endpoint_is_in_the_table_and_every_row_is_an_endpoint(app):
    assert endpoints(app) == set(ACCESS)


def test_the_table_names_no_unknown_role():
    assert {role for roles in ACCESS.values() for role in roles} <= set(Role)


def test_a_new_endpoint_without_a_row_answers_404(app, client, monkeypatch):
    monkeypatch.delitem(ACCESS, "accounts.privacy")
    assert client.get("/privacy").status_code == 404


def people():
    """One user per role of the table, all at one expo."""
    expo = factories.ExpoFactory(slug="ciie-2026")
    exhibitor, buyer = factories.CompanyFactory(), factories.BuyerFactory()
    factories.approve(exhibitor, expo)
    factories.approve(buyer, expo)
    return {
        Role.EXHIBITOR_MEMBER: factories.member(exhibitor, owner=False), Role.EXHIBITOR_OWNER: factories.member(exhibitor),
        Role.BUYER_MEMBER: factories.member(buyer, owner=False), Role.BUYER_OWNER: factories.member(buyer),
        Role.MISSION_LEADER: factories.organizer(expo, "mission_leader"), Role.INTERPRETER: factories.organizer(expo, "interpreter"),
        Role.FLOOR: factories.organizer(expo, "floor"), Role.ORGANIZER: factories.organizer(expo),
        Role.ADMIN: factories.UserFactory(is_admin=True), Role.NEWCOMER: factories.UserFactory(),
    }


def address(rule) -> str:
    """Return an address of ``rule`` with numbers and words that exist nowhere."""
    path = re.sub(r"<(?:path:)?expo>", "ciie-2026", rule.rule)
    path = re.sub(r"<int:[^>]+>", "999999", path)
    return re.sub(r"<[^>]+>", "no-such-thing", path)


def test_every_role_meets_every_address_as_the_table_says(app, browse):
    """A role that the table does not name gets 404 (signed in) or sign-in (visitor); a named one never gets a server error.

    The page that says 404 is the same for every address: each role sees it once, and is refused in JSON from then on.
    """
    wrong, refused = [], set()
    browsers = {Role.VISITOR: app.test_client()} | {role: browse(user) for role, user in people().items()}
    for rule in app.url_map.iter_rules():
        if rule.endpoint in ("static", "accounts.sign_out"):
            continue
        for method in rule.methods & {"GET", "POST"}:
            for role, browser in browsers.items():
                may, accept = role in ACCESS[rule.endpoint], "application/json" if role in refused else "text/html"
                status = browser.open(address(rule), method=method, headers={"Accept": "text/html" if may else accept}).status_code
                refused |= {role} if status == 404 and not may else set()
                wrong += judge(rule.endpoint, role, method, status)
    assert wrong == []


def judge(endpoint, role, method, status) -> list[str]:
    allowed = role in ACCESS[endpoint]
    if status >= 500:
        return [f"{role} {method} {endpoint}: {status}"]
    if allowed or ACCESS[endpoint] == {Role.VISITOR}:
        return []
    expected = 302 if role is Role.VISITOR else 404
    return [] if status == expected else [f"{role} {method} {endpoint}: {status} instead of {expected}"]
