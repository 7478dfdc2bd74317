"""The structured export validates against the schemas that are published, and says no more than its reader may know."""

import json

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry, Resource

from matchmaker.infra.db import commit
from matchmaker.papers import schemas

from ..documents.test_consent import World, world  # noqa: F401
from .test_bundles import make

pytestmark = pytest.mark.database


def fetched(browser) -> dict[str, dict]:
    """Return every schema as anybody gets it, under its address."""
    found = {}
    for name in schemas.NAMES:
        answer = browser.get(f"/schemas/{name}.json")
        assert answer.status_code == 200 and answer.mimetype == "application/schema+json"
        found[name] = answer.json
    return found


def errors(browser, record) -> list[str]:
    known = fetched(browser)
    registry = Registry().with_resources([(schema["$id"], Resource.from_contents(schema)) for schema in known.values()])
    validator = Draft202012Validator(known[record["schema"]], registry=registry, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(record)]


def test_the_schemas_are_schemas_and_open_to_everybody(client):
    for name, schema in fetched(client).items():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(f"/schemas/{name}.json")
    assert client.get("/schemas/../secret_key.json").status_code == 404 and client.get("/schemas/none.json").status_code == 404


def test_a_locker_is_valid_and_whole(world, browse):  # noqa: F811
    world.wine.hs, world.wine.origin, world.wine.price_low, world.wine.currency = "22042100", "CL", 4321, "USD"
    world.winery.identifier, world.winery.identifier_kind = "76.123.456-7", "cl.rut"
    world.paper(number="7", issuer="SAG", issued_on="2026-01-01", expires_on="2027-01-01", scope="Maipo", lang="es")
    world.paper(kind="CERTIFICATE_OF_ORIGIN", number="CO-1", issuer="SOFOFA", audience="us")
    world.paper(kind="GACC", product_id=None, endless=True)
    commit()
    browser = browse(world.users[world.winery.id])
    answer = browser.get("/documents/export.json")
    record = json.loads(answer.data)
    assert errors(browser, record) == []
    assert len(record["certificates"]) == 1 and len(record["products"][0]["hasCertification"]) == 2
    origin = record["certificatesOfOrigin"][0]
    assert (origin["exchangedDocument"]["typeCode"], origin["originCountry"], origin["importCountry"]) == ("861", "CL", "CN")
    assert origin["includedSupplyChainConsignmentItem"][0]["applicableProductClassification"][0]["codeValue"] == "22042100"
    assert record["party"]["identifier"]["value"] == "76.123.456-7" and "4321" not in answer.text
    assert answer.headers["Link"].startswith("<http://localhost/schemas/locker.json>")


def test_an_empty_locker_is_valid(world, browse):  # noqa: F811
    commit()
    browser = browse(world.users[world.stranger.id])
    assert errors(browser, browser.get("/documents/export.json").json) == []


def test_a_bundle_is_valid_and_tells_no_identifier_price_or_draft(world, browse):  # noqa: F811
    world.winery.identifier, world.winery.identifier_kind, world.wine.state = "76.123.456-7", "cl.rut", "draft"
    bundle = make(world, world.paper(number="7"), world.paper(kind="CERTIFICATE_OF_ORIGIN", number="CO-1"))
    commit()
    browser = browse(world.users[world.buyer.id])
    record = browser.get(f"/documents/bundles/{bundle.id}/bundle.json").json
    assert errors(browser, record) == []
    assert record["exporterParty"]["legalName"] == world.winery.name and record["importerParty"]["legalName"] == world.buyer.name
    text = json.dumps(record)
    assert "76.123" not in text and world.wine.title not in text and "products" not in record
    assert world.wine.title not in browser.get(f"/documents/bundles/{bundle.id}").text


def test_what_breaks_a_schema_is_found(world, browse):  # noqa: F811
    """The check can fail: a record with a wrong day, an unknown field, or without a hash is refused."""
    world.paper(number="7", expires_on="2027-01-01", product_id=None)
    commit()
    browser = browse(world.users[world.winery.id])
    record = browser.get("/documents/export.json").json
    for change in ({"expires": "soon"}, {"price": 1}, {"certificationStatus": "fine"}):
        broken = json.loads(json.dumps(record))
        broken["certificates"][0] |= change
        assert errors(browser, broken), change
