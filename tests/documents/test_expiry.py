"""A document that ends is told of in time, once, in the reader's language; cards and other rooms learn of it."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock, events
from matchmaker.catalog import actions as catalog
from matchmaker.catalog.models import ProductCertificate
from matchmaker.documents import actions, queries
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.notices import words
from matchmaker.notices.models import Notice

from .. import factories
from . import papers

pytestmark = pytest.mark.database
TODAY = date(2026, 10, 19)


@pytest.fixture
def owner(context):
    return factories.member(language="zh_Hans_CN")


def put_in(owner, **fields):
    actor = factories.actor(owner)
    return actions.add_document(actor, company_id=actor.company_id, product_id=fields.pop("product_id", None), content=papers.pdf(),
                                file_name="a.pdf", fields={"kind": "ORGANIC"} | fields)


def told() -> list[str]:
    db.session.flush()
    return list(db.session.scalars(sa.select(Notice.kind).where(Notice.kind.startswith("document_exp")).order_by(Notice.id)))


def pass_days(days: int, work) -> None:
    """Let days pass; the job that waits for midnight finds its time."""
    clock.set_now(clock.now() + timedelta(days=days))
    db.session.execute(sa.update(jobs.Job).where(jobs.Job.state == "queued").values(run_at=clock.wall()))
    commit()
    jobs.run_one()
    db.session.expire_all()


def test_what_ends_soon_is_told_at_once_and_at_each_threshold_once(app, owner, work):
    put_in(owner, expires_on="2027-02-01")  # in 105 days
    commit()
    assert told() == []
    for days, expected in ((14, 0), (1, 1), (1, 1), (58, 1), (1, 2), (1, 2), (22, 3), (7, 3), (1, 4), (30, 4)):
        pass_days(days, work)
        assert len(told()) == expected, days
    assert told() == ["document_expiring"] * 3 + ["document_expired"]
    mails = db.session.scalars(sa.select(OutboxMail)).all()
    assert len(mails) == 4 and all("有机认证" in mail.text and mail.language == "zh_Hans_CN" for mail in mails)


def test_who_puts_in_a_paper_that_ends_soon_is_warned_at_once(owner, work):
    paper = put_in(owner, expires_on=TODAY + timedelta(days=20), number="CL-BIO-77")
    assert told() == ["document_expiring"]
    actor = factories.actor(owner)
    actions.change_document(actor, paper, fields={"scope": "Maipo"})
    assert told() == ["document_expiring"]
    actions.add_version(actor, paper, fields={"expires_on": TODAY + timedelta(days=800)}, content=papers.pdf(), file_name="b.pdf")
    assert told() == ["document_expiring"] and queries.due_warnings() == []
    with_words = db.session.scalar(sa.select(Notice))
    assert "Organic certificate CL-BIO-77" in words.sentence(with_words.kind, with_words.params)


def test_others_learn_of_the_day(owner, work):
    seen = []

    def listen(document, **_more):
        seen.append(document.id)

    paper = put_in(owner, expires_on=TODAY + timedelta(days=1))
    commit()
    with events.document_changed.connected_to(listen):
        pass_days(1, work)
        assert seen == []
        pass_days(1, work)
    assert seen == [paper.id]


def test_the_watch_asks_to_be_called_again_at_midnight_in_china(owner, work):
    put_in(owner, expires_on="2027-01-01")
    commit()
    waiting = db.session.scalar(sa.select(jobs.Job).where(jobs.Job.key == "documents.watch"))
    assert 14.9 * 3600 < (waiting.run_at - clock.wall()).total_seconds() < 15 * 3600 + 1  # 09:00 in Shanghai


def card(owner, **certificate):
    actor = factories.actor(owner)
    return catalog.save_product(actor, fields={"title": "Carmenere", "certificates": [{"kind": "ORGANIC"} | certificate]})


def test_a_paper_takes_its_place_behind_the_cards_certificate(owner, work):
    product = card(owner, number="")
    paper = put_in(owner, product_id=product.id, number="77", expires_on="2026-12-01")
    row = product.certificates[0]
    assert (row.document_id, row.expires_on, row.number) == (paper.id, date(2026, 12, 1), "")
    actions.change_document(factories.actor(owner), paper, fields={"expires_on": "2028-12-01"})
    assert row.expires_on == date(2028, 12, 1)
    actions.remove_document(factories.actor(owner), paper)
    db.session.expire_all()
    assert db.session.scalar(sa.select(ProductCertificate.document_id)) is None


def test_another_number_keeps_its_own_word(owner, work):
    product = card(owner, number="other")
    put_in(owner, product_id=product.id, number="77")
    assert product.certificates[0].document_id is None


def test_a_card_names_a_paper_of_its_own_locker_only(owner, work):
    from matchmaker.errors import Invalid

    paper, actor = put_in(owner, expires_on="2026-12-01"), factories.actor(owner)
    product = card(owner, document_id=str(paper.id), expires_on="2030-01-01")
    assert product.certificates[0].expires_on == date(2026, 12, 1)
    foreign = factories.DocumentFactory()
    with pytest.raises(Invalid, match="locker"):
        catalog.save_product(actor, product=product, fields={"certificates": [{"kind": "ORGANIC", "document_id": foreign.id}]})


@pytest.mark.parametrize(("audience", "reads"), [("us", False), ("named", False), ("accepted", True)])
def test_the_card_shows_the_state_and_hides_what_is_not_for_the_reader(browse, owner, work, audience, reads):
    from .test_consent import World

    world = World()
    fields = {"title": "Carmenere", "certificates": [{"kind": "ORGANIC"}]}
    catalog.save_product(world.owner, product=world.wine, fields=fields)
    world.paper(number="SECRET-1", expires_on="2026-10-01", audience=audience)
    commit()
    page = browse(world.users[world.buyer.id]).get(f"/e/ciie-2026/products/{world.wine.id}").text
    assert ("SECRET-1" in page) is reads and ("With a document" in page) is (audience != "us") and "Expired" in page
