"""Imports: good rows are taken once, bad ones are named, whatever happens to the worker."""

import io

import pytest

from matchmaker.catalog.models import Product
from matchmaker.catalog.tasks import PRODUCTS
from matchmaker.companies.models import Member
from matchmaker.demands import actions as demand_actions
from matchmaker.demands.models import Demand
from matchmaker.demands.tasks import DEMANDS
from matchmaker.errors import NotFound
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.sheets import actions, queries
from matchmaker.sheets.models import ImportedRow, SheetImport

from .. import factories
from ..infra.test_tables import QUOTES, xlsx

pytestmark = pytest.mark.database
MIXED = "标题,数量,HS编码,到货日期,奇怪的列\n求购智利车厘子,500箱,0809.29,2027-01-15,a\n,5,,,b\n橄榄油,-3,99999,下周,c\n咖啡豆,,,,\n"


@pytest.fixture
def world(context):
    """A buyer and an exhibitor at one expo."""

    class World:
        expo = factories.ExpoFactory()
        section = factories.SectionFactory(expo=expo)
        buyer, exhibitor = factories.BuyerFactory(), factories.CompanyFactory()

    factories.approve(World.buyer, World.expo, World.section)
    factories.approve(World.exhibitor, World.expo)
    World.owner, World.seller = factories.member(World.buyer), factories.member(World.exhibitor)
    commit()
    return World


def begin(world, content, name="demands.csv", kind=DEMANDS, publish=True):
    user, company = (world.owner, world.buyer) if kind is DEMANDS else (world.seller, world.exhibitor)
    found = actions.start_import(
        factories.actor(user),
        kind,
        expo=world.expo,
        company_id=company.id,
        content=content if isinstance(content, bytes) else content.encode(),
        file_name=name,
        publish=publish,
    )
    commit()
    return found


def demands():
    return db.session.query(Demand).order_by(Demand.id).all()


def test_good_rows_are_taken_and_bad_ones_named_with_row_and_column(world, work):
    found = begin(world, MIXED.encode("gb18030"))
    work()
    assert [(demand.title, demand.unit, demand.state, demand.section_id) for demand in demands()] == [
        ("求购智利车厘子", "carton", "published", None),
        ("咖啡豆", "", "published", None),
    ]
    assert queries.counts(found.id) == {"taken": 2, "known": 0, "bad": 2} and found.unknown_columns == ["奇怪的列"]
    bad = {row.row_number: {problem["column"] for problem in row.problems} for row in db.session.scalars(queries.bad_rows(found.id))}
    assert bad == {3: {"标题"}, 4: {"数量", "HS编码", "到货日期"}}
    assert found.finished_at is not None and queries.job_of(found).state == "done"


def test_requests_for_quotation_come_in_with_texts_of_several_lines(world, work):
    found = begin(world, QUOTES)
    work()
    assert [(demand.title, demand.quantity_first) for demand in demands()] == [("Trekking bikes 27.5", 50), ('12.3"radio for cars', 1)]
    assert demands()[0].lang == "ar" and "Frame: steel" in demands()[0].text
    assert found.unknown_columns == ["Country", "Quotes Left", "Posted"]


def test_a_list_comes_in_with_one_demand_a_line_and_a_workbook_with_products(world, work):
    begin(world, "三轮摩托车全浮大六孔半轴\n脱水板\n" + "很长的需求," * 60, "list.txt")
    found = begin(
        world,
        xlsx(
            [
                ["Product name", "Price", "Currency", "MOQ", "Origin", "Certificates"],
                ["Cherries JJ", 41.5, "USD", "960 cartons", "智利", "GACC, organic"],
                ["Kiwis", 3, "XXX", "", "", ""],
            ]
        ),
        "p.xlsx",
        PRODUCTS,
        publish=False,
    )
    work()
    assert [demand.title for demand in demands()] == ["三轮摩托车全浮大六孔半轴", "脱水板", "很长的需求"] and len(demands()[2].text) == 360
    product = db.session.query(Product).one()
    assert (product.state, product.moq, product.moq_unit, product.origin, product.listings[0].expo_id) == (
        "draft",
        960,
        "carton",
        "CL",
        world.expo.id,
    )
    assert [row.kind for row in product.certificates] == ["GACC", "ORGANIC"] and queries.counts(found.id)["bad"] == 1


def test_a_section_is_named_by_code_or_name_and_unknown_without(world, work):
    found = begin(world, "title,section\nOlive oil,FOOD\nCherries,食品及农产品\nDrills,Nowhere\nToys,\n")
    work()
    assert [demand.section_id for demand in demands()] == [world.section.id, world.section.id, None]
    assert [row.row_number for row in db.session.scalars(queries.bad_rows(found.id))] == [4]


def many(count):
    return "title,quantity\n" + "".join(f"Demand number {n},{n + 1}\n" for n in range(count))


class Killed(BaseException):
    """The process ends here; no handler of the product sees it."""


def test_a_worker_that_dies_in_the_middle_loses_nothing_and_does_nothing_twice(world, work, monkeypatch):
    found = begin(world, many(250))
    post, calls = demand_actions.post_demand, []

    def dying(*args, **more):
        calls.append(1)
        if len(calls) == 150:
            raise Killed
        return post(*args, **more)

    monkeypatch.setattr(demand_actions, "post_demand", dying)
    with pytest.raises(Killed):
        jobs.run_one()
    db.session.rollback()
    assert len(demands()) == 100, "the first hundred are kept, the half chunk is not"
    monkeypatch.setattr(demand_actions, "post_demand", post)
    job = queries.job_of(found)
    job.lease_until = job.created_at  # the lease of the dead runs out
    commit()
    work()
    assert len(demands()) == 250 and len({demand.title for demand in demands()}) == 250
    assert queries.counts(found.id)["taken"] == 250


def test_the_same_file_again_is_the_same_import_while_it_runs_and_known_rows_afterwards(world, work):
    first = begin(world, MIXED)
    assert begin(world, MIXED).id == first.id
    work()
    second = begin(world, MIXED)
    assert second.id != first.id
    work()
    assert len(demands()) == 2 and queries.counts(second.id) == {"taken": 0, "known": 2, "bad": 2}


def test_two_workers_cannot_take_a_row_twice(world, work):
    found = begin(world, many(3))
    work()
    db.session.add(ImportedRow(import_id=found.id, row_number=2, state="taken", digest="x"))
    with pytest.raises(Exception, match=r"UNIQUE|unique"):
        commit()
    db.session.rollback()


def test_who_has_left_the_company_imports_nothing_more(world, work):
    found = begin(world, many(3))
    db.session.query(Member).filter_by(user_id=world.owner.id).delete()
    commit()
    work()
    assert demands() == [] and queries.job_of(found).state == "failed"


def test_strangers_and_the_wrong_kind_of_company_start_no_import(world):
    for user, company, kind in ((world.seller, world.buyer, DEMANDS), (world.owner, world.buyer, PRODUCTS)):
        with pytest.raises(NotFound):
            actions.start_import(
                factories.actor(user), kind, expo=world.expo, company_id=company.id, content=b"title\nx", file_name="x.csv", publish=True
            )


# pages and commands


def upload(browser, world, content, name="demands.csv", at="/demands/import", **more):
    return browser.post(at, data={"file": (io.BytesIO(content), name), "expo": world.expo.id, "publish": "yes"} | more)


def test_upload_progress_result_and_the_rows_to_mend(world, browse, work):
    browser = browse(world.owner)
    assert browser.get("/demands/import").status_code == 200
    answer = upload(browser, world, MIXED.encode())
    page = answer.headers["Location"]
    assert answer.status_code == 302 and "data-progress" in browser.get(page).text
    assert browser.get(page + "/state").json == {"state": "queued", "done": 0, "total": 4, "message": ""}
    work()
    assert browser.get(page + "/state").json["state"] == "done"
    text = browser.get(page).text
    assert "奇怪的列" in text and "Row 4" in text and "is not a day" in text and "no HS code" in text
    browser.post("/language", data={"language": "zh_Hans_CN"})
    assert browser.get(page).status_code == 200
    assert "MIXED" not in browser.get("/demands").text and "demands.csv" in browser.get("/demands").text


def test_the_table_of_bad_rows_runs_no_formula_and_comes_in_again(world, browse, work):
    browser = browse(world.owner)
    page = upload(browser, world, b'Title,Quantity\n"=HYPERLINK(""http://x"")",-1\n@SUM,-2\n').headers["Location"]
    work()
    answer = browser.get(page + "/errors.csv")
    assert answer.mimetype == "text/csv" and answer.headers["Content-Disposition"].startswith("attachment")
    lines = answer.text.removeprefix("\ufeff").splitlines()
    assert lines[0] == "Title,Quantity,Row,Error" and lines[1].startswith("\"'=HYPERLINK") and lines[2].startswith("'@SUM,'-2,3,")
    mended = answer.data.decode().replace("'-1", "1").replace("'-2", "2")
    upload(browser, world, mended.encode("utf-8"), "mended.csv")
    work()
    assert [demand.title for demand in demands()] == ['=HYPERLINK("http://x")', "@SUM"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "x.csv"),
        (b"\x89PNG\x00", "x.csv"),
        (b"PK\x03\x04", "x.xlsx"),
        (b"a,b\n1,2", "x.csv"),
        (b"title\nx", "x.php"),
        (b"title\nx", ""),
    ],
)
def test_a_hostile_upload_answers_422_with_words(world, browse, content, name):
    answer = upload(browse(world.owner), world, content, name)
    assert answer.status_code == 422 and "error-summary" in answer.text
    assert db.session.query(SheetImport).count() == 0


def test_strangers_get_404_on_every_address_of_an_import(world, browse, work):
    found = begin(world, MIXED)
    for person in (world.seller, factories.member(factories.BuyerFactory()), factories.organizer(world.expo)):
        browser = browse(person)
        assert {browser.get(f"/imports/{found.id}{path}").status_code for path in ("", "/state", "/errors.csv")} == {404}
    assert upload(browse(world.owner), world, b"title\nx", expo=factories.ExpoFactory().id).status_code == 422


@pytest.mark.parametrize("number", [2**31, 2**63, 10**30])
def test_a_number_that_no_database_holds_is_not_there(world, browse, number):
    browser = browse(world.owner)
    at_expo = f"/e/{world.expo.slug}"
    addresses = (f"/imports/{number}", f"/demands/{number}", f"{at_expo}/demands/{number}", f"{at_expo}/products/{number}")
    assert [browser.get(address).status_code for address in addresses] == [404] * 4


def test_the_command_imports_shows_progress_and_names_the_bad_rows(app, world, tmp_path):
    path = tmp_path / "demands.csv"
    path.write_bytes(MIXED.encode("gb18030"))
    run = app.test_cli_runner().invoke(args=["demands", "import", str(path), "--expo", world.expo.slug, "--company", world.buyer.name])
    assert run.exit_code == 0, run.output
    assert (
        "row 4: 数量: " in run.output and "2 taken, 0 known from an earlier import, 2 bad, of 4." in run.output and "奇怪的列" in run.output
    )
    again = app.test_cli_runner().invoke(
        args=["demands", "import", str(path), "--expo", world.expo.slug, "--company", str(world.buyer.id), "--language", "zh_Hans_CN"]
    )
    assert "0 taken, 2 known" in again.output
    products = app.test_cli_runner().invoke(
        args=["catalog", "import", str(path), "--expo", world.expo.slug, "--company", str(world.exhibitor.id), "--draft"]
    )
    assert "taken" in products.output
    db.session.expire_all()
    assert len(demands()) == 2 and {product.state for product in db.session.query(Product)} == {"draft"}


@pytest.mark.parametrize("arguments", [("--expo", "nowhere", "--company", "1"), ("--expo", "", "--company", "nobody")])
def test_the_command_says_what_it_does_not_know(app, world, tmp_path, arguments):
    path = tmp_path / "x.csv"
    path.write_text("title\nx")
    arguments = [world.expo.slug if word == "" else word for word in arguments]
    run = app.test_cli_runner().invoke(args=["demands", "import", str(path), *arguments])
    assert run.exit_code == 1 and "Error" in run.output
