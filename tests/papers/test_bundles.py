"""Bundles: put together, seen on one page and in one ZIP, and left by what is taken back."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from matchmaker import clock
from matchmaker.companies.models import CompanyBlock
from matchmaker.documents import actions as locker
from matchmaker.documents import consented, consents
from matchmaker.documents import queries as documents
from matchmaker.errors import Invalid, NotFound
from matchmaker.infra.db import commit, db
from matchmaker.meetings import actions as meetings
from matchmaker.papers import actions, archives, queries

from .. import factories
from ..documents import papers
from ..documents.test_consent import World, world  # noqa: F401

pytestmark = pytest.mark.database


def make(world, *rows, **more):  # noqa: F811
    return actions.make_bundle(
        world.owner, owner_id=world.winery.id, company_id=world.buyer.id, documents=rows, title="For our talk", **more)


def test_a_bundle_opens_its_documents_to_one_company(world):  # noqa: F811
    one, two, left_out = world.paper(), world.paper(kind="GACC", product_id=None), world.paper()
    bundle = make(world, one, two)
    assert queries.contents(bundle) == [one, two]
    assert documents.visible(world.buyer.id, [one, two, left_out]) == {one.id, two.id}
    with pytest.raises(NotFound):
        queries.bundle_for(world.actor(world.stranger), bundle.id)


@pytest.mark.parametrize("by_reader", [True, False])
def test_a_block_closes_it_to_the_other_side(world, by_reader):  # noqa: F811
    bundle = make(world, world.paper())
    pair = (world.buyer.id, world.winery.id) if by_reader else (world.winery.id, world.buyer.id)
    db.session.add(CompanyBlock(company_id=pair[0], blocked_id=pair[1], created_at=clock.wall()))
    commit()
    with pytest.raises(NotFound):
        queries.bundle_for(world.actor(world.buyer), bundle.id)
    assert queries.bundles(world.actor(world.buyer), made=False) == []


def test_what_is_taken_back_leaves_it(world):  # noqa: F811
    one, two, three = (world.paper() for _ in range(3))
    bundle = make(world, one, two, three)
    consents.withdraw(world.owner, consented.shares_of(one)[0])
    locker.change_document(world.owner, two, fields={"audience": "us"})
    assert queries.contents(bundle) == [three]
    locker.remove_document(world.owner, three)
    db.session.expire_all()
    assert queries.contents(bundle) == []


def test_a_bundle_taken_back_takes_its_own_consents_along_and_no_others(world):  # noqa: F811
    one, two = world.paper(), world.paper()
    consents.share(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, document=two)
    bundle = make(world, one, two)
    actions.withdraw_bundle(world.owner, bundle)
    assert queries.contents(bundle) == [] and documents.visible(world.buyer.id, [one, two]) == {two.id}
    with pytest.raises(NotFound):
        queries.bundle_for(world.actor(world.buyer), bundle.id)


def test_a_bundle_ends_with_its_day_and_with_its_meeting(world):  # noqa: F811
    dated, met = make(world, world.paper(), until=documents.today()), make(world, world.paper(), meeting=world.meeting)
    assert queries.contents(dated) and queries.contents(met)
    clock.set_now(clock.now() + timedelta(days=1))
    assert not queries.contents(dated) and queries.contents(met)
    meetings.cancel(world.owner, world.meeting, reason="The harvest is late.")
    db.session.expire_all()
    assert not queries.contents(met) and not queries.stands(met)


def test_what_cannot_be_put_together(world):  # noqa: F811
    foreign = factories.DocumentFactory()
    with pytest.raises(NotFound):
        make(world, foreign)
    with pytest.raises(Invalid):
        make(world)
    with pytest.raises(NotFound):
        actions.make_bundle(world.owner, owner_id=world.winery.id, company_id=world.stranger.id, documents=[world.paper()], title="x")
    with pytest.raises(Invalid):
        actions.make_bundle(world.owner, owner_id=world.winery.id, company_id=world.buyer.id, documents=[world.paper()], title=" ")


def test_the_page_and_the_zip_with_its_manifest(world, browse):  # noqa: F811
    one, two = world.paper(number="77/A", expires_on="2026-10-01"), world.paper(kind="GACC", product_id=None)
    bundle = make(world, one, two)
    commit()
    reader, stranger = browse(world.users[world.buyer.id]), browse(world.users[world.stranger.id])
    page = reader.get(f"/documents/bundles/{bundle.id}").text
    assert "77/A" in page and "Expired" in page
    answer = reader.get(f"/documents/bundles/{bundle.id}/bundle.zip")
    assert answer.headers["Content-Disposition"].startswith("attachment") and answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "01-ORGANIC-77-A.pdf", "02-GACC.pdf"]
        assert archive.read("01-ORGANIC-77-A.pdf") == papers.pdf()
        manifest = json.loads(archive.read("manifest.json"))
    assert [row["associatedMedia"]["sha256"] for row in manifest["certificates"]] == [one.current.sha256, two.current.sha256]
    assert {stranger.get(f"/documents/bundles/{bundle.id}{end}").status_code for end in ("", "/bundle.zip", "/bundle.json")} == {404}
    assert stranger.post(f"/documents/bundles/{bundle.id}/withdraw").status_code == 404
    assert reader.post(f"/documents/bundles/{bundle.id}/withdraw").status_code == 404
    assert {row.how for row, _name in consented.reads_of(one)} == {"page", "bundle"}


def test_a_bundle_for_a_meeting_by_its_page(world, browse):  # noqa: F811
    paper = world.paper()
    commit()
    browser = browse(world.users[world.winery.id])
    path = f"/e/ciie-2026/meetings/{world.meeting.id}/papers"
    assert world.buyer.display_name in browser.get(path).text
    answer = browser.post(path, data={"company": world.buyer.id, "title": "证书", "documents": [paper.id]})
    assert answer.status_code == 302
    assert browse(world.users[world.buyer.id]).get(answer.headers["Location"]).status_code == 200
    assert browse(world.users[world.stranger.id]).get(path).status_code == 404


def test_a_zip_holds_one_file_in_memory_at_a_time():
    loaded = []

    def load(number):
        loaded.append(number)
        return b"x" * 1000

    pieces = archives.zipped((f"{number}.pdf", lambda number=number: load(number)) for number in range(3))
    next(pieces)
    assert loaded == [0]
    rest = b"".join(pieces)
    assert loaded == [0, 1, 2] and rest.endswith(b"\0\0")
