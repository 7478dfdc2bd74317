"""One-tap answers from the mail: signed, one person's, for one answer, while the request is open."""

import re

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.audit import AuditEntry
from matchmaker.companies.models import Member
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.meetings import actions, links
from matchmaker.meetings.models import Meeting

from .. import factories

pytestmark = pytest.mark.database


@pytest.fixture
def mailed(fair, asked):
    """The paths of the two links that the seller got."""
    commit()
    text = db.session.scalars(sa.select(OutboxMail.text).where(OutboxMail.to == fair.seller.email)).one()
    accept, decline = re.findall(r"http://localhost(/answer/\S+)", text)
    return accept, decline


def state(meeting):
    return db.session.get(Meeting, meeting.id, populate_existing=True).state


def page(response):
    return response.get_data(as_text=True)


def test_opening_a_link_changes_nothing_and_a_press_accepts(fair, asked, mailed, client):
    for _scan in range(3):
        assert client.get(mailed[0]).status_code == 200
    client.head(mailed[0])
    assert state(asked) == "requested"
    answer = client.post(mailed[0])
    assert answer.status_code == 200 and "Your answer is sent" in page(answer)
    assert state(asked) == "accepted"
    assert asked.answered_by_user_id == fair.seller.id
    assert db.session.scalar(sa.select(AuditEntry.user_id).where(AuditEntry.action == "meetings.accepted")) == fair.seller.id


def test_a_link_signs_nobody_in(asked, mailed, client):
    client.post(mailed[0])
    assert client.get("/e/ciie-2026/requests").status_code == 302


def test_a_press_needs_the_csrf_token(app, asked, mailed, client, monkeypatch):
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    assert client.post(mailed[0]).status_code == 400
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page(client.get(mailed[0]))).group(1)
    assert state(asked) == "requested"
    assert client.post(mailed[0], data={"csrf_token": token}).status_code == 200
    assert state(asked) == "accepted"


def test_declining_from_the_mail_asks_for_the_reason(asked, mailed, client):
    assert "The price does not fit" in page(client.get(mailed[1]))
    assert client.post(mailed[1]).status_code == 422
    assert client.post(mailed[1], data={"reason": "price", "note": "Maybe in spring"}).status_code == 200
    assert (state(asked), asked.decline_reason, asked.decline_note) == ("declined", "price", "Maybe in spring")


def test_a_used_link_says_so(asked, mailed, client):
    client.post(mailed[0])
    assert "closed already" in page(client.get(mailed[0]))
    assert client.post(mailed[1], data={"reason": "price"}).status_code == 409
    assert state(asked) == "accepted"


def test_an_expired_request_says_so(asked, mailed, client):
    clock.set_now(asked.expires_at)
    assert "has expired" in page(client.get(mailed[0]))
    assert client.post(mailed[0]).status_code == 409
    assert state(asked) == "requested"


def test_tampered_links_are_dead(fair, asked, mailed, client, app):
    token = mailed[0].removeprefix("/answer/")
    body, rest = token.split(".", 1)
    other = links.answer_path(asked, company_id=fair.exhibitor.id, user_id=fair.organizer.id, action="accept").removeprefix("/answer/")
    for forged in (token[:-2], "A" + token, other.split(".", 1)[0] + "." + rest, body, "x.y.z", token + "A"):
        assert client.get(f"/answer/{forged}").status_code == 404
        assert client.post(f"/answer/{forged}").status_code == 404
    assert state(asked) == "requested"


def test_a_link_of_another_purpose_is_no_answer(asked, client, app):
    from itsdangerous import URLSafeTimedSerializer

    forged = URLSafeTimedSerializer(app.config["SECRET_KEY"], salt="something else").dumps([asked.id, asked.asked_id, 1, "accept"])
    assert client.post(f"/answer/{forged}").status_code == 404


@pytest.mark.parametrize("lost", ["left", "disabled"])
def test_who_left_the_company_or_was_disabled_answers_no_more(fair, asked, mailed, client, lost):
    if lost == "left":
        db.session.execute(sa.delete(Member).where(Member.user_id == fair.seller.id))
    else:
        fair.seller.disabled_at = clock.wall()
    commit()
    assert client.get(mailed[0]).status_code == 404
    assert client.post(mailed[0]).status_code == 404
    assert state(asked) == "requested"


def test_the_asking_side_gets_no_link_that_works(fair, asked, client):
    path = links.answer_path(asked, company_id=fair.buyer.id, user_id=fair.purchaser.id, action="accept")
    commit()
    assert client.post(path).status_code == 404


def test_the_page_speaks_the_language_of_the_mail(fair, client):
    fair.seller.language = "zh_Hans_CN"
    asked = actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    commit()
    path = links.answer_path(asked, company_id=fair.exhibitor.id, user_id=fair.seller.id, action="accept")
    assert '<html lang="zh-Hans"' in page(client.get(path))
    client.post("/language", data={"language": "en"})
    assert '<html lang="en"' in page(client.get(path))


def test_unconfirmed_addresses_get_no_links(fair):
    factories.member(fair.exhibitor, email_confirmed_at=None, email="typo@example.org")
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    assert "typo@example.org" not in set(db.session.scalars(sa.select(OutboxMail.to)))
