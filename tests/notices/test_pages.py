"""The page of notices and the bell."""

import pytest
import sqlalchemy as sa

from matchmaker import clock
from matchmaker.infra.db import commit, db
from matchmaker.notices.models import Notice

pytestmark = pytest.mark.database


def page(response):
    return response.get_data(as_text=True)


def unread(user):
    return db.session.scalar(sa.select(sa.func.count(Notice.id)).where(Notice.user_id == user.id, Notice.read_at.is_(None)))


def test_the_bell_counts_and_the_page_tells(fair, asked, browse):
    seller = browse(fair.seller)
    text = page(seller.get("/notices"))
    assert "Notices, 1 unread" in text and "Qingchuan Foods asks to meet you." in text
    assert unread(fair.seller) == 1


def test_a_notice_is_read_by_opening_it_and_leads_on(fair, asked, browse):
    seller = browse(fair.seller)
    notice = db.session.scalars(sa.select(Notice)).one()
    answer = seller.post(f"/notices/{notice.id}/open")
    assert answer.location == f"/e/ciie-2026/meetings/{asked.id}" and seller.get(answer.location).status_code == 200
    assert unread(fair.seller) == 0


def test_all_can_be_read_at_once_and_other_peoples_stay(fair, asked, browse):
    db.session.add(Notice(user_id=fair.nosy.id, kind="member_joined", params={}, created_at=clock.now()))
    commit()
    browse(fair.seller).post("/notices/read")
    assert (unread(fair.seller), unread(fair.nosy)) == (0, 1)


def test_other_peoples_notices_are_not_there(fair, asked, browse):
    notice = db.session.scalars(sa.select(Notice)).one()
    for who in (fair.purchaser, fair.nosy, fair.organizer):
        browser = browse(who)
        assert browser.post(f"/notices/{notice.id}/open").status_code == 404
        assert "asks to meet you" not in page(browser.get("/notices"))
    assert unread(fair.seller) == 1


def test_visitors_are_sent_to_sign_in(client):
    assert client.get("/notices").status_code == 302


def test_the_same_notice_speaks_each_readers_language(fair, asked, browse):
    fair.seller.language = "zh_Hans_CN"
    commit()
    assert "晴川食品" in page(browse(fair.seller).get("/notices"))


def test_a_kind_of_another_version_breaks_no_page(fair, browse):
    odd = {"kind": "of_the_future", "params": {"x": {"as": "riddle"}}, "url": "//evil.example"}
    db.session.add(Notice(user_id=fair.seller.id, created_at=clock.now(), **odd))
    commit()
    seller = browse(fair.seller)
    assert "of_the_future" in page(seller.get("/notices"))
    notice = db.session.scalars(sa.select(Notice)).one()
    assert seller.post(f"/notices/{notice.id}/open").location == "/notices"
