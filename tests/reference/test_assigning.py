"""An organizer gives a company's sheet another HS code: audited, the company is told, matches are counted anew."""

import pytest
import sqlalchemy as sa

from matchmaker import events
from matchmaker.audit import AuditEntry
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import db
from matchmaker.notices import words
from matchmaker.notices.models import Notice
from matchmaker.sheets.assigning import assign_heading

from .. import factories

pytestmark = pytest.mark.database


@pytest.fixture
def fair(context):
    """An expo with a product and a demand, and the people concerned."""
    expo = factories.ExpoFactory(slug="ciie-2026")
    product, demand = factories.ProductFactory(hs="2204"), factories.DemandFactory(expo=expo)
    for company in (product.company, demand.company):
        factories.approve(company, expo)
    factories.show(product, expo)
    return expo, product, demand, factories.organizer(expo)


def told() -> list[tuple[str, str, str]]:
    return [(notice.kind, notice.url, words.sentence(notice.kind, notice.params)) for notice in db.session.scalars(sa.select(Notice))]


def test_the_company_is_told_and_the_step_is_audited(fair):
    expo, product, demand, user = fair
    factories.member(product.company)
    factories.member(demand.company)
    sent = []
    with events.product_changed.connected_to(lambda sheet: sent.append(sheet)):
        assign_heading(factories.actor(user), product, expo=expo, hs="0809.29")
    assign_heading(factories.actor(user), demand, expo=expo, hs="0809")
    assert (product.hs, demand.hs, sent) == ("080929", "0809", [product])
    assert [(kind, url) for kind, url, _text in told()] == [
        ("heading_changed", f"/products/{product.id}"), ("heading_set", f"/demands/{demand.id}")]
    assert "from 2204 to 080929" in told()[0][2]
    entry = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "sheets.assign_heading")).first()
    assert entry.changes == {"was": "2204", "hs": "080929"} and entry.expo_id == expo.id


@pytest.mark.parametrize("code", ["", "cherry", "9999", "2204", "22 04"])
def test_no_code_and_the_present_code_are_refused(fair, code):
    expo, product, _demand, user = fair
    with pytest.raises(Invalid):
        assign_heading(factories.actor(user), product, expo=expo, hs=code)
    assert product.hs == "2204" and told() == []


def test_a_sheet_that_changed_meanwhile_is_left_alone(fair):
    expo, product, _demand, user = fair
    with pytest.raises(Conflict):
        assign_heading(factories.actor(user), product, expo=expo, hs="0809", version=product.version + 1)


def test_only_organizers_of_the_expo_may(fair):
    expo, product, demand, _user = fair
    others = [factories.member(product.company), factories.member(demand.company), factories.organizer(expo, "floor"),
              factories.organizer(factories.ExpoFactory())]
    for user in others:
        with pytest.raises(NotFound):
            assign_heading(factories.actor(user), product, expo=expo, hs="0809")


def test_the_pages_offer_it_to_organizers_alone(fair, browse):
    expo, product, demand, user = fair
    for page, other in ((f"products/{product.id}", demand.company), (f"demands/{demand.id}", product.company)):
        path = f"/e/{expo.slug}/{page}"
        client = browse(user)
        assert "Set the code" in client.get(path).text
        assert client.post(f"{path}/heading", data={"hs": "nonsense"}).status_code == 422
        assert client.post(f"{path}/heading", data={"hs": "0809"}).status_code == 302
        assert "0809" in client.get(path).text
        stranger = browse(factories.member(other))
        assert "Set the code" not in stranger.get(path).text
        assert stranger.post(f"{path}/heading", data={"hs": "0805"}).status_code == 404
        elsewhere = browse(factories.organizer(factories.ExpoFactory()))
        assert elsewhere.post(f"{path}/heading", data={"hs": "0805"}).status_code == 404
    db.session.expire_all()
    assert product.hs == demand.hs == "0809"
