"""Levels and profiles of rows: claims, certificates and documents, in batch."""

from datetime import date, timedelta

import pytest

from matchmaker import clock
from matchmaker.catalog import actions as catalog
from matchmaker.catalog.models import GreenClaim, ProductCertificate
from matchmaker.documents.models import Document
from matchmaker.errors import Invalid
from matchmaker.green import queries
from matchmaker.infra.db import db
from matchmaker.trade.green import Level

from .. import factories

pytestmark = [pytest.mark.database, pytest.mark.usefixtures("context")]
TODAY = date(2026, 11, 10)
FULL = {"label": "FSC", "number": "SAMPLE-FSC-1", "issuer": "Sample Forest Body", "scope": "oak plank", "expires_on": TODAY}


def product(*claims, certificates=(), **values):
    """Return a product with claims and certificates as they are written."""
    found = factories.ProductFactory(**values)
    found.claims = [GreenClaim(**({"link": "PROC"} | claim)) for claim in claims]
    found.certificates = [ProductCertificate(**one) for one in certificates]
    db.session.flush()
    return found


def paper(of, **values):
    """Return a document of the locker."""
    row = Document(**({"company_id": of.company_id, "product_id": of.id, "kind": "FSC", "number": "SAMPLE-9", "issuer": "Body",
                       "scope": "oak", "expires_on": TODAY, "created_at": clock.now(), "updated_at": clock.now()} | values))
    db.session.add(row)
    db.session.flush()
    return row


def test_levels_of_many_products_at_once():
    silent, words, full = product(), product({"claim": "Drip irrigation"}), product({"claim": "Oak from FSC forests", **FULL})
    found = queries.levels([silent.id, words.id, full.id, 999_999], TODAY)
    assert found == {silent.id: 0, words.id: 1, full.id: 3}


def test_a_label_falls_on_the_day_after_its_last():
    full = product({"claim": "Oak from FSC forests", **FULL})
    assert queries.levels([full.id], TODAY)[full.id] == 3
    assert queries.levels([full.id], TODAY + timedelta(days=1))[full.id] == 1


def test_a_green_certificate_of_the_card_is_evidence_of_its_label():
    found = product(certificates=[{"kind": "RAINFOREST", "number": "S-1", "issuer": "B", "scope": "coffee", "expires_on": TODAY}])
    profile = queries.profiles([found.id], TODAY)[found.id]
    assert profile.level("PROC") is Level.THIRD_PARTY and profile.links["PROC"][0].evidence.label == "RA"


def test_a_certificate_that_is_not_green_is_no_evidence():
    found = product(certificates=[{"kind": "ISO9001", "number": "S-1", "issuer": "B", "scope": "all", "expires_on": TODAY}])
    assert queries.levels([found.id], TODAY) == {found.id: 0}


def test_a_document_backs_a_claim_and_one_that_nobody_may_know_of_does_not():
    found = product({"claim": "Solar roof", "link": "MFG"})
    kept = paper(found, kind="OTHER", number="", issuer="", scope="", audience="named")
    found.claims[0].document_id = kept.id
    db.session.flush()
    assert queries.levels([found.id], TODAY) == {found.id: 2}
    kept.audience = "us"
    db.session.flush()
    assert queries.levels([found.id], TODAY) == {found.id: 1}


def test_a_label_in_the_locker_is_evidence_by_itself():
    found = product()
    paper(found)
    assert queries.levels([found.id], TODAY) == {found.id: 3}
    assert queries.levels([found.id], TODAY + timedelta(days=1)) == {found.id: 1}


def test_the_search_of_an_organizer_outweighs_that_of_the_company():
    own = {"register_address": "https://register.example/1", "register_on": TODAY}
    found = product({"claim": "Oak", **FULL, **own})
    assert queries.levels([found.id], TODAY) == {found.id: 4}
    found.claims[0].checked_on, found.claims[0].checked_found, found.claims[0].checked_address = TODAY, False, "https://register.example/"
    db.session.flush()
    assert queries.levels([found.id], TODAY) == {found.id: 1}


def saved(user, found, **claim):
    row = {"link": "PROC", "claim": "Oak", **FULL} | claim
    return catalog.save_product(factories.actor(user), product=found, fields={"claims": [row]})


def test_what_an_organizer_found_stays_while_label_number_and_issuer_stay():
    company = factories.CompanyFactory()
    user, found = factories.member(company), product({"claim": "Oak", **FULL}, company=company)
    found.claims[0].checked_on, found.claims[0].checked_found, found.claims[0].checked_address = TODAY, True, "https://register.example/1"
    db.session.flush()
    saved(user, found, scope="oak plank and beech")
    assert (found.claims[0].checked_on, found.claims[0].scope) == (TODAY, "oak plank and beech")
    saved(user, found, number="SAMPLE-FSC-2")
    assert found.claims[0].checked_on is None


def test_a_document_of_another_company_backs_nothing():
    company = factories.CompanyFactory()
    user, theirs, mine = factories.member(company), paper(product()), factories.ProductFactory(company=company)
    with pytest.raises(Invalid):
        saved(user, mine, document_id=theirs.id)


def test_what_a_demand_asks_as_a_record():
    demand = factories.DemandFactory(green_level="third_party", green_links={"LOG": "document"}, green_labels=["FSC"])
    asked = queries.asked(demand)
    assert (asked.level, dict(asked.links), asked.labels) == (Level.THIRD_PARTY, {"LOG": Level.DOCUMENT}, ("FSC",))


def test_a_number_that_is_not_in_the_register_counts_nowhere_on_the_card():
    found = product({"claim": "Oak", **FULL}, certificates=[{"kind": "FSC", "number": FULL["number"], "issuer": "Sample Forest Body",
                                                             "scope": "oak plank", "expires_on": TODAY}])
    assert queries.levels([found.id], TODAY) == {found.id: 3}
    found.claims[0].checked_on, found.claims[0].checked_found, found.claims[0].checked_address = TODAY, False, "https://register.example/"
    db.session.flush()
    assert queries.levels([found.id], TODAY) == {found.id: 1}
