"""Who is told what, in which language, and that nobody else is."""

import pytest
import sqlalchemy as sa

from matchmaker import clock, events
from matchmaker.companies import actions as companies
from matchmaker.companies.models import Person
from matchmaker.expos import actions as expos
from matchmaker.expos.queries import participation_of
from matchmaker.i18n import reading_in
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.meetings import actions
from matchmaker.notices import words
from matchmaker.notices.models import Notice
from matchmaker.permissions import SYSTEM
from matchmaker.scheduling.diff import Change
from matchmaker.scheduling.models import Placement, Plan

from .. import factories

pytestmark = pytest.mark.database


def told() -> set[tuple[int, str]]:
    """Everybody who was told something since the last call: (user, kind)."""
    db.session.flush()
    rows = set(db.session.execute(sa.select(Notice.user_id, Notice.kind)))
    db.session.execute(sa.delete(Notice))
    return rows


def mailed() -> dict[str, OutboxMail]:
    """The mails since the last call, by receiver."""
    db.session.flush()
    found = {row.to: row for row in db.session.scalars(sa.select(OutboxMail))}
    for row in found.values():
        db.session.expunge(row)
    db.session.execute(sa.delete(OutboxMail))
    return found


def test_a_request_is_told_to_the_asked_side_only(fair, asked):
    colleague = factories.member(fair.exhibitor, owner=False)
    assert told() == {(fair.seller.id, "meeting_requested")}
    actions.withdraw(fair.purchaser_acts, asked)
    assert told() == {(fair.seller.id, "meeting_withdrawn"), (colleague.id, "meeting_withdrawn")}


def test_answers_are_told_to_the_side_that_asked(fair, asked):
    told()
    actions.accept(fair.seller_acts, asked)
    assert told() == {(fair.purchaser.id, "meeting_accepted")}
    actions.cancel(fair.seller_acts, asked, reason="No visa")
    assert told() == {(fair.purchaser.id, "meeting_cancelled")}


def test_a_meeting_called_off_by_the_organizer_is_told_to_both(fair, asked):
    actions.accept(fair.seller_acts, asked)
    told()
    actions.cancel(fair.organizer_acts, asked, reason="The hall is closed")
    assert told() == {(fair.purchaser.id, "meeting_called_off"), (fair.seller.id, "meeting_called_off")}


def test_expiry_is_told_to_the_side_that_asked(fair, asked):
    told()
    clock.set_now(asked.expires_at)
    actions.expire(SYSTEM, asked)
    assert told() == {(fair.purchaser.id, "meeting_expired")}


def test_disabled_members_are_not_told(fair):
    fair.seller.disabled_at = clock.wall()
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    assert told() == set() and mailed() == {}


def test_each_receiver_reads_the_own_language(fair, asked):
    chinese = factories.member(fair.exhibitor, language="zh_Hans_CN")
    first = mailed()[fair.seller.email]
    assert first.subject == "Qingchuan Foods asks to meet you" and first.language == "en"
    assert "想谈 500 箱。" in first.text and "求购特级初榨橄榄油" in first.text and "CIIE 2026" in first.text
    assert 'lang="zh-Hans"' in first.html and first.text.count("/answer/") == 2
    actions.withdraw(fair.purchaser_acts, asked)
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    other = mailed()[chinese.email]
    assert other.subject.startswith("晴川食品") and "进博会 2026" in other.text and other.language == "zh_Hans_CN"


def test_the_links_of_two_colleagues_differ(fair, asked):
    colleague = factories.member(fair.exhibitor)
    mailed()
    actions.withdraw(fair.purchaser_acts, asked)
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor)
    mails = mailed()
    lines = mails[fair.seller.email].text.splitlines() + mails[colleague.email].text.splitlines()
    assert len({line for line in lines if "/answer/" in line}) == 4


def test_a_declined_request_brings_reason_and_word(fair, asked):
    mailed()
    actions.decline(fair.seller_acts, asked, reason="timing", note="Ask us again in March.")
    mail = mailed()[fair.purchaser.email]
    assert "Vega Olivar" in mail.subject and "Ask us again in March." in mail.text
    notice = db.session.scalars(sa.select(Notice).where(Notice.kind == "meeting_declined")).one()
    with reading_in("en"):
        assert words.sentence(notice.kind, notice.params) == "Vega Olivar declined your request: The time does not fit."


def test_markup_in_names_and_words_stays_text(fair):
    fair.buyer.name_en = "<script>alert(1)</script> & Sons"
    actions.ask(fair.purchaser_acts, fair.expo, other=fair.exhibitor, message="<b>hi</b>")
    html = mailed()[fair.seller.email].html
    assert "<script>" not in html and "<b>hi</b>" not in html and "&lt;b&gt;hi" in html


def test_a_hidden_buyer_is_not_named_in_notices_and_mails(fair):
    fair.demand.confidentiality = "matched"
    meeting = actions.ask(fair.seller_acts, fair.expo, other=fair.buyer, demand=fair.demand)
    mailed()
    actions.decline(fair.purchaser_acts, meeting, reason="price")
    mail = mailed()[fair.seller.email]
    assert "Qingchuan" not in mail.subject + mail.text + mail.html and "晴川" not in mail.html
    notice = db.session.scalars(sa.select(Notice).where(Notice.user_id == fair.seller.id)).one()
    assert "Qingchuan" not in str(notice.params) and "晴川" not in str(notice.params)


def person(user) -> Person:
    return db.session.scalars(sa.select(Person).where(Person.user_id == user.id)).one()


@pytest.fixture
def seats(fair, asked):
    """A published plan, two tables, two slots, and the people who sit."""
    actions.accept(fair.seller_acts, asked)
    actions.place(fair.organizer_acts, asked)
    hall = factories.HallFactory(expo=fair.expo, code="7.2")
    tables = [factories.TableFactory(hall=hall, label=label) for label in ("C07", "C08")]
    slots = factories.slots(fair.expo, 2)
    plan = Plan(expo_id=fair.expo.id, number=1, state="published", created_at=clock.now(), edited_at=clock.now())
    db.session.add(plan)
    db.session.flush()

    def seat(slot=0, table=0, seller=None, purchaser=None):
        return Placement(
            plan_id=plan.id, meeting_id=asked.id, meeting=asked, slot=slots[slot], table=tables[table] if table is not None else None,
            exhibitor_person_id=(seller or person(fair.seller)).id, buyer_person_id=(purchaser or person(fair.purchaser)).id)

    def publish(kind, old, new):
        told(), mailed()
        with db.session.no_autoflush:
            events.plan_published.send(plan, changes=[Change(kind, asked, old, new)])
        for row in (old, new):
            if row is not None and row in db.session:
                db.session.expunge(row)
        return told()

    return seat, publish


def test_a_new_place_is_told_to_those_who_sit_and_to_nobody_else(fair, seats):
    factories.member(fair.exhibitor)  # a colleague who does not sit there
    seat, publish = seats
    assert publish("new", None, seat()) == {(fair.seller.id, "plan_new"), (fair.purchaser.id, "plan_new")}
    mails = mailed()
    assert set(mails) == {fair.seller.email, fair.purchaser.email}
    assert mails[fair.seller.email].subject == "One change in your schedule at CIIE 2026"
    assert "Qingchuan Foods: Nov 5, 2026 09:00, hall 7.2, table C07" in mails[fair.seller.email].text
    assert "/e/ciie-2026/my-day" in mails[fair.seller.email].text


def test_a_moved_meeting_says_where_it_was(fair, seats):
    seat, publish = seats
    assert publish("moved", seat(), seat(slot=1, table=None)) == {(fair.seller.id, "plan_moved"), (fair.purchaser.id, "plan_moved")}
    text = mailed()[fair.seller.email].text
    assert "moved to Nov 5, 2026 09:30, the exhibitor's booth" in text and "It was Nov 5, 2026 09:00, hall 7.2, table C07" in text


def test_a_dropped_meeting_is_told_to_those_who_sat(fair, seats):
    seat, publish = seats
    assert publish("dropped", seat(), None) == {(fair.seller.id, "plan_dropped"), (fair.purchaser.id, "plan_dropped")}


def test_a_colleague_who_takes_over_gets_a_new_meeting(fair, seats):
    seat, publish = seats
    colleague = factories.member(fair.exhibitor)
    assert publish("people", seat(), seat(seller=person(colleague))) == {
        (fair.seller.id, "plan_left"), (colleague.id, "plan_new"), (fair.purchaser.id, "plan_people")}


def test_where_nobody_who_sits_has_an_account_the_members_are_told(fair, seats):
    seat, publish = seats
    nameless = factories.PersonFactory(company=fair.exhibitor, name="Rosa Prieto")
    assert publish("new", None, seat(seller=nameless)) == {(fair.seller.id, "plan_new"), (fair.purchaser.id, "plan_new")}


def test_publishing_nothing_tells_nobody(fair, seats):
    plan = db.session.scalars(sa.select(Plan)).one()
    told(), mailed()
    events.plan_published.send(plan, changes=[])
    assert told() == set() and mailed() == {}


def test_organizers_of_that_expo_are_told_who_applies(fair):
    company = factories.CompanyFactory()
    user = factories.member(company)
    expos.apply(factories.actor(user), fair.expo)
    assert told() == {(fair.organizer.id, "participation_applied")}
    part = participation_of(fair.expo.id, company.id)
    expos.approve(fair.organizer_acts, part)
    assert told() == {(user.id, "participation_approved")}
    mailed()
    expos.decline(fair.organizer_acts, part, reason="The licence has run out.")
    assert told() == {(user.id, "participation_declined")}
    assert "The licence has run out." in mailed()[user.email].text


def test_colleagues_are_told_who_joined(fair):
    newcomer = factories.UserFactory(name="Inés Prado")
    commit()  # the counters of mails are written apart
    companies.invite(fair.seller_acts, fair.exhibitor, email=newcomer.email)
    from matchmaker.companies.queries import invitations_for

    told()
    companies.accept_own_invitation(factories.actor(newcomer), newcomer, invitations_for(newcomer)[0].id)
    assert told() == {(fair.seller.id, "member_joined")}


def test_every_kind_has_a_sentence_that_its_parameters_fill():
    from matchmaker.notices.rules import KINDS

    names = {"company", "reason", "expo", "name", "when", "where", "old_when", "old_where", "change", "title", "code", "was", "label",
             "day", "days", "document"}
    for kind, row in KINDS.items():
        assert row.text % dict.fromkeys(names, "x"), kind
