"""Loading, applying and putting back editions of the official list; what the picker and the labels make of it."""

import io

import pytest
import sqlalchemy as sa

from matchmaker.audit import AuditEntry
from matchmaker.errors import Conflict, Invalid, NotFound
from matchmaker.infra.db import db
from matchmaker.permissions import SYSTEM, VISITOR
from matchmaker.reference import actions, queries
from matchmaker.reference.models import Edition, HsLine
from matchmaker.reference.states import State
from matchmaker.trade import hs

from .. import factories

pytestmark = pytest.mark.database
FIRST = ("code,description,中文名称\n0809,Apricots and cherries,杏及樱桃\n0809.21,Sour cherries,欧洲酸樱桃\n"
         "0809.29,Other cherries,其他樱桃\n"
         "08092900,\"Other cherries, fresh\",\n0809.40,Plums and sloes,李及黑刺李\n")
SECOND = ("code,description,中文名称\n0809.21,Sour cherries,酸樱桃\n0809.29,Other cherries,其他樱桃\n0809.30,Peaches and nectarines,桃\n"
          "08,Fruit,水果\n809.1,Apricots,杏\n")


def load(text=FIRST, edition="Tariff 2026", actor=SYSTEM, **more):
    return actions.load(actor, content=text.encode(), file_name="tariff.csv", edition=edition, **more)


def applied(text=FIRST, edition="Tariff 2026"):
    version = load(text, edition)
    actions.apply(SYSTEM, version)
    return version


def upload(client, content, name="tariff.csv", edition="Tariff 2026", **more):
    data = {"file": (io.BytesIO(content), name), "edition": edition, "source": "", "valid_from": "", **more}
    return client.post("/nomenclature", data=data, content_type="multipart/form-data")


def codes(query):
    return [row.code for row in db.session.execute(query)]


def test_a_loaded_list_changes_nothing_before_it_is_applied(context):
    version = load()
    assert version.state == State.DRAFT and version.line_count == 5 and version.source == "tariff.csv"
    assert queries.current() is None and queries.label("080921", "en") == queries.label("0809", "en")
    actions.apply(SYSTEM, version)
    assert queries.current() is version
    assert [entry.action for entry in db.session.scalars(sa.select(AuditEntry))] == ["reference.load", "reference.apply"]


def test_the_differences_are_named_before_an_edition_is_applied(context):
    applied()
    version = load(SECOND, "Tariff 2027")
    assert queries.counts(version) == {"new": 1, "changed": 1, "gone": 3, "bad": 2}
    assert codes(queries.differences(version, "new")) == ["080930"]
    assert codes(queries.differences(version, "gone")) == ["0809", "08092900", "080940"]
    changed = db.session.execute(queries.differences(version, "changed")).one()
    assert (changed.code, changed.zh_before, changed.zh) == ("080921", "欧洲酸樱桃", "酸樱桃")


def test_rolling_back_brings_the_earlier_edition_again_and_keeps_the_later_one(context):
    first, second = applied(), applied(SECOND, "Tariff 2027")
    assert (first.state, second.state) == (State.EARLIER, State.CURRENT)
    assert queries.label("080930", "en").endswith("Peaches and nectarines")
    assert actions.roll_back(SYSTEM) is first
    assert (first.state, second.state) == (State.CURRENT, State.EARLIER)
    assert not queries.label("080930", "en").endswith("Peaches and nectarines")
    assert actions.roll_back(SYSTEM) is second


def test_without_an_earlier_edition_there_is_no_rolling_back(context):
    applied()
    with pytest.raises(Invalid):
        actions.roll_back(SYSTEM)


def test_the_edition_in_use_cannot_be_applied_again_nor_discarded(context):
    version = applied()
    with pytest.raises(Conflict):
        actions.apply(SYSTEM, version)
    with pytest.raises(NotFound):
        actions.discard(SYSTEM, version)


def test_the_database_allows_one_current_edition(context):
    applied()
    db.session.add(Edition(state=State.CURRENT, edition="x", source="y", loaded_at=queries.current().loaded_at))
    with pytest.raises(sa.exc.IntegrityError):
        db.session.flush()


def test_a_discarded_draft_goes_with_its_lines_and_so_does_one_that_is_uploaded_anew(context):
    load()
    version = load(SECOND)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 1
    actions.discard(SYSTEM, version)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HsLine)) == 0


def test_strangers_can_do_nothing(context):
    version = load()
    stranger = factories.actor(factories.member())
    for actor in (stranger, VISITOR):
        for verb in (lambda: load(actor=actor), lambda: actions.apply(actor, version), lambda: actions.roll_back(actor),  # noqa: B023
                     lambda: actions.discard(actor, version), lambda: queries.versions(actor)):  # noqa: B023
            with pytest.raises(NotFound):
                verb()


def test_labels_and_the_picker_use_the_loaded_lines_below_the_headings(context):
    applied()
    heading = queries.label("0809", "en")
    assert queries.label("0809.29.00", "en") == f"{heading} › Other cherries › Other cherries, fresh"
    assert queries.label("0809290090", "en").endswith("Other cherries, fresh")  # the nearest listed one
    assert queries.label("080921", "zh").endswith("欧洲酸樱桃")
    assert [hit.code for hit in queries.search("080929", "en")] == ["080929", "08092900", "0809"]
    assert {"0809", "080921", "080929"} <= {hit.code for hit in queries.search("cherries", "en")}
    assert "080940" in {hit.code for hit in queries.search("黑刺李", "zh")}
    assert queries.search("08092910", "en")[0].code == "08092910"  # unlisted codes stay possible


def test_a_description_in_one_language_serves_readers_of_both(context):
    applied()
    found = next(hit for hit in queries.search("08092900", "zh") if hit.code == "08092900")
    assert found.label_zh == found.label_en == "Other cherries, fresh"


def test_words_with_signs_of_the_database_find_nothing_and_break_nothing(context):
    applied()
    assert queries.search("%%%", "en") == queries.search("___", "en") == []
    queries.search("'; DROP TABLE hs_line; --", "en")


def test_a_code_that_the_edition_lacks_is_a_warning_only(context):
    assert not queries.is_unlisted("080999")
    applied()
    assert queries.is_unlisted("080999") and not queries.is_unlisted("080929") and not queries.is_unlisted("0809")
    assert not queries.is_unlisted("0809290090")  # the list has no lines of ten digits: nothing is known


def test_the_form_warns_of_such_a_code_and_keeps_it(browse):
    applied()
    product = factories.ProductFactory(hs="080999")
    client = browse(factories.member(product.company))
    assert "The loaded list of codes does not have this one." in client.get(f"/products/{product.id}").text
    client.post(f"/products/{product.id}", data={"version": product.version, "title": product.title, "hs": "0809 99"})
    db.session.expire_all()
    assert product.hs == "080999"


def test_an_administrator_uploads_looks_applies_and_puts_back(browse):
    client = browse(factories.UserFactory(is_admin=True, email="wen@example.org"))
    assert "No official list yet" in client.get("/nomenclature").text
    page = client.get(upload(client, FIRST.encode(), valid_from="2026-01-01").location)
    assert "Sour cherries" in page.text and "every line is new" in page.text
    first = db.session.scalars(sa.select(Edition)).one()
    assert first.loaded_by == "wen@example.org" and first.valid_from.isoformat() == "2026-01-01"
    assert client.post(f"/reference/tables/{first.id}/apply").status_code == 302
    address = upload(client, SECOND.encode(), edition="Tariff 2027").location
    assert "<del>欧洲酸樱桃</del> <ins>酸樱桃</ins>" in client.get(f"{address}?show=changed").text
    bad = client.get(f"{address}?show=bad").text
    assert "Row 5" in bad and "is a chapter" in bad and "Row 6" in bad
    client.post(f"{address}/apply")
    assert client.post(f"{address}/apply").status_code == 409
    client.post(f"/reference/tables/{first.id}/apply")
    db.session.expire_all()
    assert queries.current().id == first.id


def test_an_organizer_loads_a_draft_and_an_administrator_decides(browse):
    organizer, other = (browse(factories.organizer(factories.ExpoFactory())) for _person in range(2))
    address = upload(organizer, FIRST.encode()).location
    page = organizer.get(address).text
    assert "Sour cherries" in page and f"{address}/apply" not in page and "an administrator decides" in page
    assert organizer.post(f"{address}/apply").status_code == 404
    assert other.get(address).status_code == 200 and other.post(f"{address}/discard").status_code == 404
    assert queries.current() is None
    administrator = browse(factories.UserFactory(is_admin=True))
    assert f"{address}/apply" in administrator.get(address).text
    assert administrator.post(f"{address}/apply").status_code == 302
    db.session.expire_all()
    assert f"/reference/tables/{queries.current().id}" == address


def test_only_an_administrator_puts_an_edition_back(context):
    first, second = applied(), applied(SECOND, "Tariff 2027")
    organizer = factories.actor(factories.organizer(factories.ExpoFactory()))
    for act in (lambda: actions.apply(organizer, first), lambda: actions.roll_back(organizer)):
        with pytest.raises(NotFound):
            act()
    assert queries.current() is second


def test_bad_rows_are_explained_in_the_language_of_the_reader(browse):
    client = browse(factories.organizer(factories.ExpoFactory(), language="zh_Hans_CN"))
    page = client.get(upload(client, SECOND.encode()).location + "?show=bad").text
    assert "位数字" in page and "is a chapter" not in page


@pytest.mark.parametrize(("content", "name"), [
    (b"", "x.csv"), (b"\x00\x01\x02", "x.csv"), (b"PK\x03\x04", "x.xlsx"),
    (b"code,unit\n080910,kg", "x.csv"), (b"code,description\n1,One", "x.csv")])
def test_a_bad_file_comes_back_with_words_and_leaves_nothing(browse, content, name):
    client = browse(factories.organizer(factories.ExpoFactory()))
    answer = upload(client, content, name)
    assert answer.status_code == 422 and "Tariff 2026" in answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Edition)) == 0


def test_a_draft_can_be_discarded_on_its_page(browse):
    client = browse(factories.organizer(factories.ExpoFactory()))
    address = upload(client, FIRST.encode()).location
    assert client.post(f"{address}/discard").status_code == 302
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("person", ["exhibitor", "buyer", "floor", "newcomer"])
def test_nobody_else_reads_or_changes_the_list(browse, person):
    version = load()
    user = {"exhibitor": factories.member, "buyer": lambda: factories.member(factories.BuyerFactory()),
            "floor": lambda: factories.organizer(factories.ExpoFactory(), "floor"), "newcomer": factories.UserFactory}[person]()
    client = browse(user)
    assert client.get("/nomenclature").status_code == client.get(f"/reference/tables/{version.id}").status_code == 404
    assert upload(client, FIRST.encode()).status_code == 404
    for verb in ("apply", "discard"):
        assert client.post(f"/reference/tables/{version.id}/{verb}").status_code == 404
    db.session.expire_all()
    assert queries.current() is None and db.session.get(Edition, version.id).state == State.DRAFT


def test_the_picker_of_a_company_suggests_loaded_lines(browse):
    applied()
    found = {hit["code"]: hit for hit in browse(factories.member()).get("/hs?q=cherries").get_json()}
    assert found["080921"] == {"value": "080921", "code": "080921", "label": "Sour cherries", "note": hs.label("0809", "en")}
    assert "note" not in found["0809"]


def test_the_commands_load_list_and_roll_back(app, context, tmp_path):
    run = app.test_cli_runner().invoke
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text(FIRST, encoding="utf-8")
    second.write_text(SECOND, encoding="utf-8")
    assert "Tariff 2026 is in use: 5 lines." in run(args=["hs", "load", str(first), "--edition", "Tariff 2026"]).output
    looked = run(args=["hs", "load", str(second), "--edition", "Tariff 2027", "--preview"]).output
    assert "row 5: “08” is a chapter" in looked and "1 new, 1 changed, 3 gone; 2 bad rows left out." in looked
    assert run(args=["hs", "roll-back"]).exit_code == 1
    run(args=["hs", "load", str(second), "--edition", "Tariff 2027", "--valid-from", "2027-01-01", "--source", "Customs"])
    assert "Tariff 2026 is in use again" in run(args=["hs", "roll-back"]).output
    assert "earlier  Tariff 2027 (Customs): 3 lines" in run(args=["hs", "list"]).output
    refused = run(args=["hs", "load", __file__, "--edition", "x"])
    assert refused.exit_code == 1 and "neither a CSV" in refused.output
