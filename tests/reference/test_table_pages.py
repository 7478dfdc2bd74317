"""The pages of official tables: uploading, progress, the preview of differences, putting in use, back, and samples."""

import io

import pytest

from matchmaker.infra.db import commit, db
from matchmaker.permissions import SYSTEM
from matchmaker.reference import actions, queries
from matchmaker.reference.models import Edition
from matchmaker.reference.states import State
from matchmaker.trade.rates import Basis, RateLine

from .. import factories
from .test_rulebook import shown
from .test_tables import WIDE, load

pytestmark = pytest.mark.database


def upload(client, content=WIDE, name="rates.csv", **more):
    data = {"file": (io.BytesIO(content.encode()), name), "kind": "duty", "edition": "Tariff 2026", "part": "2026"} | more
    return client.post("/reference/tables/new", data=data, content_type="multipart/form-data")


def test_an_upload_is_read_by_a_job_shown_as_differences_and_put_in_use(browse, work):
    expo = factories.ExpoFactory()
    wine = shown(expo, "CL", "22042100", title="Cabernet of the valley")
    client = browse(factories.UserFactory(is_admin=True))
    assert "No official table yet" in client.get("/reference").text
    address = upload(client).location
    assert "data-progress" in client.get(address).text
    assert client.get(f"{address}/progress").get_json()["state"] == "queued"
    work()
    assert client.get(f"{address}/progress").get_json()["state"] == "done"
    page = client.get(address).text
    assert "every line is new" in page and wine.title in page and "9.8%" in page and "Not verified" in page
    assert client.post(f"{address}/apply").status_code == 302
    second = upload(client, "code,MFN\n22042100,12%\nx,1%\n").location
    work()
    changed = client.get(f"{second}?show=changed").text
    assert "<del>14%</del>" in changed and "<ins>12%</ins>" in changed
    assert "Row 3" in client.get(f"{second}?show=bad").text and "is no code" in client.get(f"{second}?show=bad").text
    client.post(f"{second}/apply")
    assert "Earlier" in client.get(address).text and "Use again" in client.get(address).text
    client.post(f"{address}/apply")
    assert "180%" in client.get(f"{address}?show=lines").text
    client.post(f"{address}/out")
    assert list(queries.rates()) == []


def test_a_refused_file_says_why_in_the_language_of_the_reader(browse, work):
    client = browse(factories.organizer(factories.ExpoFactory(), language="zh_Hans_CN"))
    address = upload(client, "code,MFN\n2204,0.14\n").location
    work()
    page = client.get(address).text
    assert "无法判断" in page and "nobody can tell" not in page
    assert client.post(f"{address}/discard").status_code == 302 and client.get(address).status_code == 404


@pytest.mark.parametrize("change", [{"edition": ""}, {"part": ""}, {"kind": "x"}, {"name": "x.pdf"}])
def test_a_bad_form_comes_back(browse, change):
    client = browse(factories.organizer(factories.ExpoFactory()))
    assert upload(client, **change).status_code == 422


def test_an_organizer_waits_for_an_administrator(browse, work):
    client = browse(factories.organizer(factories.ExpoFactory()))
    address = upload(client).location
    work()
    assert "Waits for an administrator" in client.get(address).text
    for verb in ("apply", "out"):
        assert client.post(f"{address}/{verb}").status_code == 404
    assert client.post("/reference/samples/out").status_code == 404


def test_samples_are_marked_and_go_by_one_press(browse):
    sample = actions.load_lines(SYSTEM, kind="duty", part="sample", edition="Sample rates", source="invented", sample=True,
                                lines=[RateLine("2204", Basis.MFN, None)])
    actions.apply(SYSTEM, sample)
    commit()
    client = browse(factories.UserFactory(is_admin=True))
    page = client.get("/reference").text
    assert "is a sample" in page and "Sample" in client.get(f"/reference/tables/{sample.id}").text
    client.post("/reference/samples/out")
    db.session.expire_all()
    assert db.session.get(Edition, sample.id).state == State.EARLIER and "is a sample" not in client.get("/reference").text


def test_a_list_of_codes_has_the_same_page(browse):
    version = actions.load(SYSTEM, content=b"code,description\n0809,Plums\n", file_name="x.csv", edition="x")
    commit()
    browser = browse(factories.UserFactory(is_admin=True))
    assert "Plums" in browser.get(f"/reference/tables/{version.id}").text
    assert browser.post(f"/reference/tables/{version.id}/apply").location == "/nomenclature"
    assert "Plums" in browser.get(f"/reference/tables/{version.id}").text and load().id != version.id
