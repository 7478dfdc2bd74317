"""Why a meeting has no place, and the changes that are offered and taken."""

import pytest

from matchmaker.expos.queries import participation_of
from matchmaker.infra.db import commit, db
from matchmaker.meetings.states import State
from matchmaker.scheduling import queries

from .. import factories
from .test_plans import Fair

pytestmark = pytest.mark.database


def test_a_card_of_the_tray_says_why_and_an_offered_change_is_taken(context, browse):
    fair = Fair(tables=1, slots=4)
    # the only time left to both is the one that another pair, free to move, stands at
    for person_of, slots in ((fair.exhibitors[1], (0, 1, 2)), (fair.buyers[1], ())):
        _busy(person_of, [fair.slots[n] for n in slots])
    fair.move(fair.meetings[0], slot=3)
    commit()
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule/meetings/{fair.meetings[3].id}"
    page = browser.get(url).text
    assert "Why it has no place" in page
    found = tray_offers(fair, fair.meetings[3].id)
    offer = next(offer for offer in found.changes if offer.moves and not offer.outside)
    assert "Put this into the draft" in browser.get(f"{url}?try={offer.key}").text
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 302
    rows = {row.meeting_id: row.slot_id for row in queries.placements(fair.draft().id)}
    assert rows[fair.meetings[3].id] == fair.slots[3].id
    assert rows[fair.meetings[0].id] != fair.slots[3].id
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 409  # not twice


def test_a_maximum_is_raised_with_the_change_that_needs_it(context, browse):
    fair = Fair(tables=2, slots=4)
    part = participation_of(fair.expo.id, fair.buyers[0].id)
    part.max_meetings = 1
    fair.move(fair.meetings[0])
    commit()
    browser = browse(factories.organizer(fair.expo))
    url = f"/e/{fair.expo.slug}/schedule/meetings/{fair.meetings[2].id}"
    offer = next(offer for offer in tray_offers(fair, fair.meetings[2].id).changes if offer.raises)
    assert not offer.outside and "a maximum of 2 meetings" in offer.raises[0] and "instead of 1" in offer.raises[0]
    assert "Raise the maximum and put this into the draft" in browser.get(f"{url}?try={offer.key}").text
    assert browser.post(f"{url}/take", data={"change": offer.key}).status_code == 302
    db.session.expire_all()
    assert participation_of(fair.expo.id, fair.buyers[0].id).max_meetings == 2
    assert queries.placement_of(fair.draft().id, fair.meetings[2].id) is not None


def test_a_maximum_is_told_in_all_and_not_what_is_left_of_it(context):
    fair = Fair(tables=2, slots=4)
    fair.expo.max_meetings = 2
    fair.meetings[0].state = State.HELD
    fair.meetings[2].state = State.ACCEPTED
    fair.move(fair.meetings[1])
    third = fair.agreed(fair.exhibitors[0], factories.BuyerFactory())
    factories.approve(third.buyer, fair.expo)
    factories.PersonFactory(company=third.buyer)
    said = tray_offers(fair, third.id).blockers
    assert said == [f"{fair.exhibitors[0].display_name} has reached the maximum of 2 meetings."]


def tray_offers(fair, meeting_id):
    from matchmaker.engine import scheduling as engine
    from matchmaker.scheduling import tray
    from matchmaker.scheduling.load import engine_plan, load

    world = load(fair.expo, fair.draft())
    return tray.offers(world, engine.Finder(world.instance, engine_plan(world, fair.draft())), meeting_id)


def _busy(company, slots):
    from matchmaker.companies.queries import attending
    from matchmaker.scheduling.models import Unavailable

    db.session.add_all(Unavailable(person_id=person.id, slot_id=slot.id) for person in attending(company.id) for slot in slots)
    db.session.flush()
