"""Pages of companies as each role sees them; strangers see nothing and change nothing."""

import pytest
import sqlalchemy as sa

from matchmaker.companies.models import Company, CompanyBlock, Member, Person
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail
from matchmaker.trade.identifiers import sample_uscc

from .. import factories

pytestmark = pytest.mark.database
ORCHARD = {
    "name": "Huerta del Río SpA",
    "name_en": "River Orchards",
    "country": "CL",
    "languages": ["es", "ru"],
    "about": "Cerezas.",
    "about_lang": "es",
    "website": "huerta.example",
    "size": "small",
    "attends": "y",
}


def only(model):
    return db.session.scalars(sa.select(model)).one()


def test_a_newcomer_registers_an_exhibitor(browse):
    browser = browse(factories.UserFactory())
    assert browser.get("/start").status_code == browser.get("/companies/new/exhibitor").status_code == 200
    response = browser.post("/companies/new/exhibitor", data=ORCHARD)
    company = only(Company)
    assert response.headers["Location"] == f"/companies/{company.id}"
    assert (company.kind, company.country, company.languages, company.website) == (
        "exhibitor",
        "CL",
        ["es", "ru"],
        "https://huerta.example",
    )
    page = browser.get("/company").text
    assert "River Orchards" in page
    assert '<p lang="es" dir="ltr">Cerezas.</p>' in page


def test_a_newcomer_registers_a_buyer_with_its_credit_code(browse):
    browser = browse(factories.UserFactory(language="zh_Hans_CN"))
    assert browser.get("/companies/new/buyer").status_code == 200
    code = sample_uscc(3)
    assert (
        browser.post(
            "/companies/new/buyer",
            data={
                "name": "春禾超市",
                "identifier": code,
                "buyer_kind": "supermarket",
                "mission": "上海交易团",
                "about_lang": "zh",
                "country": "CL",
            },
        ).status_code
        == 302
    )
    company = only(Company)
    assert (company.kind, company.country, company.identifier, company.identifier_status) == ("buyer", "CN", code, "valid")
    assert db.session.scalar(sa.select(sa.func.count(Person.id))) == 0, "without the tick nobody attends"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"name": ""}, "Please fill this in."),
        ({"country": "CN"}, "outside mainland China"),
        ({"country": ""}, "choose a country"),
        ({"website": "javascript:alert(1)"}, "begins with https"),
        ({"identifier": "123", "identifier_kind": "lei"}, "check digit is wrong"),
        ({"languages": ["xx"]}, "language of the list"),
        ({"size": "enormous"}, "Please choose"),
        ({"about_lang": "xx"}, "language of the list"),
        ({"identifier_kind": "passport", "identifier": "1"}, "Please choose"),
    ],
)
def test_bad_input_is_refused_in_words_and_kept(browse, change, words):
    browser = browse(factories.UserFactory())
    response = browser.post("/companies/new/exhibitor", data=ORCHARD | {"city": "Curicó"} | change)
    assert response.status_code == 422
    assert words in response.text
    assert "Curicó" in response.text
    assert db.session.scalar(sa.select(sa.func.count(Company.id))) == 0


def test_no_third_kind_of_company(browse):
    assert browse(factories.UserFactory()).get("/companies/new/organizer").status_code == 404


def test_an_owner_edits_and_a_lost_race_is_told(browse):
    company = factories.CompanyFactory()
    browser = browse(factories.member(company))
    version = company.version
    assert f'value="{version}"' in browser.get(f"/companies/{company.id}/edit").text
    assert browser.post(f"/companies/{company.id}/edit", data=ORCHARD | {"version": version}).status_code == 302
    lost = browser.post(f"/companies/{company.id}/edit", data=ORCHARD | {"version": version, "city": "Curicó"})
    assert lost.status_code == 409
    assert "Curicó" in lost.text and "Somebody else changed this" in lost.text
    db.session.refresh(company)
    assert company.city == ""
    again = browser.post(f"/companies/{company.id}/edit", data=ORCHARD | {"version": company.version, "city": "Curicó"})
    assert again.status_code == 302


def test_an_edit_without_a_version_saves_nothing(browse):
    company = factories.CompanyFactory()
    browser = browse(factories.member(company))
    assert browser.post(f"/companies/{company.id}/edit", data=ORCHARD).status_code == 409


def test_fields_that_are_not_on_the_form_are_ignored(browse):
    company = factories.CompanyFactory()
    browser = browse(factories.member(company))
    browser.post(
        f"/companies/{company.id}/edit",
        data=ORCHARD | {"version": company.version, "kind": "buyer", "is_sample": "1", "identifier_status": "valid"},
    )
    assert (company.kind, company.is_sample, company.identifier_status) == ("exhibitor", False, "unchecked")


PAGES = ["", "/edit", "/members", "/people", "/people/new", "/people/{person}", "/blocks"]
POSTS = [
    "/edit",
    "/switch",
    "/members",
    "/members/{member}/owner",
    "/members/{member}/remove",
    "/people/new",
    "/people/{person}",
    "/people/{person}/remove",
    "/blocks/{other}",
    "/blocks/{other}/remove",
    "/invitations/1/withdraw",
]
FOR_OWNERS = {"/edit", "/people/new", "/people/{person}"}


def world():
    company, other = factories.CompanyFactory(name="Canary Orchards"), factories.BuyerFactory()
    factories.member(company)
    person = db.session.scalars(sa.select(Person).where(Person.company_id == company.id)).one()
    place = db.session.scalars(sa.select(Member).where(Member.company_id == company.id)).one()
    return company, {"person": person.id, "member": place.id, "other": other.id}


def picture():
    """Everything the pages could have changed."""
    return [db.session.execute(sa.select(*model.__table__.columns)).all() for model in (Company, Member, Person, CompanyBlock)]


@pytest.mark.parametrize("who", ["owner of another company", "buyer", "organizer", "newcomer"])
def test_strangers_read_and_write_nothing(browse, who):
    company, ids = world()
    browser = browse(
        {
            "owner of another company": factories.member,
            "buyer": lambda: factories.member(factories.BuyerFactory()),
            "organizer": lambda: factories.organizer(factories.ExpoFactory()),
            "newcomer": factories.UserFactory,
        }[who]()
    )
    before = picture()
    for path in PAGES:
        response = browser.get(f"/companies/{company.id}" + path.format(**ids))
        assert (path, response.status_code) == (path, 404)
        assert "Canary" not in response.text
    for path in POSTS:
        response = browser.post(
            f"/companies/{company.id}" + path.format(**ids), data=ORCHARD | {"version": 1, "email": "a@example.org", "owner": "1"}
        )
        assert (path, response.status_code) == (path, 404)
    assert picture() == before
    assert db.session.scalar(sa.select(sa.func.count(OutboxMail.id))) == 0


def test_a_member_reads_everything_and_changes_only_blocks(browse):
    company, ids = world()
    browser = browse(factories.member(company, owner=False))
    for path in PAGES:
        assert (path, browser.get(f"/companies/{company.id}" + path.format(**ids)).status_code) == (
            path,
            404 if path in FOR_OWNERS else 200,
        )
    for path in POSTS:
        status = browser.post(
            f"/companies/{company.id}" + path.format(**ids), data=ORCHARD | {"version": 1, "email": "a@example.org"}
        ).status_code
        assert (path, status) == (path, 302 if path.startswith(("/blocks", "/switch")) else 404)


def test_ids_of_another_company_do_not_fit_into_ones_own(browse):
    mine, (_theirs, ids) = factories.CompanyFactory(), world()
    browser = browse(factories.member(mine))
    before = picture()
    for path in ("/members/{member}/owner", "/members/{member}/remove", "/people/{person}", "/people/{person}/remove"):
        assert browser.post(f"/companies/{mine.id}" + path.format(**ids), data={"name": "Taken", "owner": "1"}).status_code == 404
    assert picture() == before


def test_inviting_and_joining_by_the_mailed_link(app, browse):
    company = factories.CompanyFactory(name_en="River Orchards")
    owner = browse(factories.member(company))
    assert owner.post(f"/companies/{company.id}/members", data={"email": "nonsense"}).status_code == 422
    assert owner.post(f"/companies/{company.id}/members", data={"email": "amina@example.org"}).status_code == 302
    assert "amina@example.org" in owner.get(f"/companies/{company.id}/members").text
    link = "/invite/" + only(OutboxMail).text.split("/invite/")[1].split()[0]
    visitor = app.test_client()
    assert "River Orchards" in visitor.get(link).text
    visitor.post(link)
    assert db.session.scalar(sa.select(sa.func.count(Member.id))) == 1, "a visitor joins nothing"
    wrong = browse(factories.UserFactory())
    assert "another address" in wrong.get(link).text
    assert wrong.post(link).status_code == 422
    amina = browse(factories.UserFactory(email="amina@example.org"))
    assert "River Orchards" in amina.get("/start").text
    assert amina.post(link).headers["Location"] == f"/companies/{company.id}"
    assert amina.get("/company").status_code == 200
    assert amina.post(link).status_code == 422
    assert "does not work" in visitor.get(link).text


def test_a_role_taken_by_an_owner_ends_the_sessions_of_the_other(browse):
    company = factories.CompanyFactory()
    owner, user = browse(factories.member(company)), factories.member(company, owner=False)
    theirs = browse(user)
    place = db.session.scalars(sa.select(Member).where(Member.user_id == user.id)).one()
    assert owner.post(f"/companies/{company.id}/members/{place.id}/owner", data={"owner": "1"}).status_code == 302
    assert theirs.get("/account").status_code == 302
    assert owner.get("/account").status_code == 200
    last = db.session.scalars(sa.select(Member).where(Member.user_id != user.id)).one()
    owner.post(f"/companies/{company.id}/members/{place.id}/owner", data={"owner": "0"})
    assert owner.post(f"/companies/{company.id}/members/{last.id}/remove").status_code == 422


def test_a_person_of_two_companies_switches(browse):
    first, second = factories.CompanyFactory(name_en="First Orchards"), factories.CompanyFactory(name_en="Second Orchards")
    user = factories.member(first)
    db.session.add(Member(company_id=second.id, user_id=user.id, is_owner=False, joined_at=user.created_at))
    commit()
    browser = browse(user)
    assert "<h1" in (page := browser.get("/company").text) and "First Orchards</h1>" in page
    browser.post(f"/companies/{second.id}/switch")
    assert "Second Orchards</h1>" in browser.get("/company").text
    assert browser.post(f"/companies/{factories.CompanyFactory().id}/switch").status_code == 404


def test_people_are_named_and_removed(browse):
    company = factories.CompanyFactory()
    browser = browse(factories.member(company))
    assert (
        browser.post(
            f"/companies/{company.id}/people/new", data={"name": "赵岚", "languages": ["zh", "so"], "attends": "y", "user_id": ""}
        ).status_code
        == 302
    )
    person = db.session.scalars(sa.select(Person).where(Person.name == "赵岚")).one()
    assert (person.languages, person.attends, person.user_id) == (["zh", "so"], True, None)
    page = browser.get(f"/companies/{company.id}/people/{person.id}").text
    assert 'value="so" checked' in page
    assert browser.post(f"/companies/{company.id}/people/{person.id}", data={"name": ""}).status_code == 422
    browser.post(f"/companies/{company.id}/people/{person.id}/remove")
    assert "赵岚" not in browser.get(f"/companies/{company.id}/people").text.split('class="flashes"')[0]


def test_blocking_is_found_done_and_taken_back(browse):
    company, buyer = factories.CompanyFactory(), factories.BuyerFactory(name="春禾超市", name_en="Spring Market")
    browser = browse(factories.member(company))
    assert "Spring Market" in browser.get(f"/companies/{company.id}/blocks?q=春禾").text
    assert browser.post(f"/companies/{company.id}/blocks/{buyer.id}").status_code == 302
    assert only(CompanyBlock).blocked_id == buyer.id
    assert "Unblock" in browser.get(f"/companies/{company.id}/blocks").text
    browser.post(f"/companies/{company.id}/blocks/{buyer.id}/remove")
    assert db.session.scalar(sa.select(sa.func.count(CompanyBlock.id))) == 0


def test_what_companies_write_is_never_markup(browse):
    company = factories.CompanyFactory(name="<script>alert(1)</script>", name_en="<img src=x onerror=alert(1)>", about="<b>bold</b>")
    browser = browse(factories.member(company, name="<i>Eve</i>"))
    for path in PAGES[:4]:
        page = browser.get(f"/companies/{company.id}{path}").text
        assert "<script>alert" not in page and "<img src=x" not in page and "<b>bold" not in page and "<i>Eve" not in page
