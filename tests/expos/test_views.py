"""The pages: what each role sees and may send."""

from datetime import date, time

import pytest

from matchmaker import events
from matchmaker.expos import actions, queries
from matchmaker.expos.models import Participation
from matchmaker.expos.rules import Part
from matchmaker.infra.db import commit, db
from matchmaker.permissions import SYSTEM

from ..factories import (
    BuyerFactory,
    CompanyFactory,
    ExpoFactory,
    HallFactory,
    SectionFactory,
    UserFactory,
    actor,
    approve,
    member,
    organizer,
    slots,
)

pytestmark = pytest.mark.database
SETUP = ("setup", "setup/clone", "setup/sections", "setup/halls", "setup/days", "setup/people", "companies", "companies?state=approved")


@pytest.fixture
def world(context):
    """An edition with everything in it, its organizer, and a company of each kind."""
    expo = actions.create_expo(SYSTEM, series="CIIE", slug="ciie-2026", starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    boss = organizer(expo)
    hall = actions.add_hall(SYSTEM, expo, code="7.2", name_zh="七号馆")
    actions.add_tables(SYSTEM, hall, labels="A01-A03")
    actions.set_days(SYSTEM, expo, days=[expo.starts_on], parts=[Part(time(9), time(12), 30)])
    actions.add_interpreter(SYSTEM, expo, name="Lin Xia", languages=["es"])
    exhibitor, buyer = CompanyFactory(name="Aurora Orchards", about="Cherries <b>"), BuyerFactory()
    return {
        "expo": expo, "boss": boss, "exhibitor": exhibitor, "buyer": buyer, "table": hall.tables[0], "hall": hall,
        "part": approve(exhibitor, expo, expo.sections[0], booth="B07"), "waiting": approve(buyer, expo, state="applied", note="请批准")}


def page(client, url, status=200):
    answer = client.get(url)
    assert answer.status_code == status, (url, answer.status_code)
    return answer.get_data(as_text=True)


def test_visitors_read_editions_and_are_told_that_dates_are_not_certain(world, client):
    commit()
    assert "China International Import Expo" in page(client, "/expos")
    text = page(client, "/expos/ciie-2026")
    assert "usual dates, to be confirmed by the organizer" in text and "Food and Agricultural Products" in text and "食品及农产品" in text
    actions.edit_expo(SYSTEM, world["expo"], dates_confirmed=True)
    commit()
    assert "to be confirmed" not in page(client, "/expos/ciie-2026")
    page(client, "/expos/nothing", 404)


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_page_renders_in_both_languages(world, browse, language):
    for user in (world["boss"], member(world["exhibitor"], language=language), UserFactory(is_admin=True, language=language)):
        user.language = language
    boss, admin = browse(world["boss"]), browse(UserFactory(is_admin=True, language=language))
    for path in SETUP:
        page(boss, f"/e/ciie-2026/{path}")
    page(boss, f"/e/ciie-2026/setup/tables/{world['table'].id}")
    page(boss, "/e/ciie-2026/setup/days?on=2026-11-05")
    for part in ("part", "waiting"):
        page(boss, f"/e/ciie-2026/companies/{world[part].id}")
    page(boss, "/e/ciie-2026/exhibitors")
    page(admin, "/expos/new")
    company, applicant = browse(member(world["exhibitor"], language=language)), browse(member(language=language))
    directory = page(company, "/e/ciie-2026/exhibitors")
    assert "Aurora Orchards" in directory and "Cherries &lt;b&gt;" in directory
    page(company, "/expos")
    page(company, "/expos/ciie-2026")
    page(company, "/expos/ciie-2026/withdraw")
    page(applicant, "/expos/ciie-2026/apply")
    assert ("参展商" if language != "en" else "Exhibitors") in directory


def test_an_empty_edition_teaches(context, browse):
    expo = ExpoFactory(slug="empty")
    boss = browse(organizer(expo))
    for path in SETUP:
        page(boss, f"/e/empty/{path}")
    assert "Nobody waits" in page(boss, "/e/empty/companies") and "No hall yet" in page(boss, "/e/empty/setup/halls")


def test_organizers_of_another_edition_and_members_get_404_on_reading_and_writing(world, browse):
    other = ExpoFactory(slug="other-expo")
    strangers = [browse(organizer(other)), browse(member(world["exhibitor"]))]
    ids, before = world, world["expo"].version
    writes = {
        "setup": {}, "setup/clone": {}, "setup/sections": {}, "setup/sections/add": {"code": "X", "name_en": "X"}, "setup/halls": {},
        "setup/halls/add": {"code": "X"}, "setup/tables/add": {"hall": ids["hall"].id, "labels": "Z1"},
        f"setup/tables/{ids['table'].id}/open": {"open": "0"}, f"setup/tables/{ids['table'].id}/slots": {},
        "setup/days": {"days": "2026-11-05", "clear": "1"}, "setup/interpreters": {"name": "X", "languages": "fr"},
        "setup/staff": {"email": "a@example.org", "role": "floor"}, f"companies/{ids['waiting'].id}/approve": {},
        f"companies/{ids['waiting'].id}/decline": {"reason": "no"}, f"companies/{ids['waiting'].id}/place": {},
        "companies/approve": {"part": ids["waiting"].id}}
    for stranger in strangers:
        for path in (*SETUP, f"companies/{ids['part'].id}", f"setup/tables/{ids['table'].id}"):
            page(stranger, f"/e/ciie-2026/{path}", 404)
        for path, data in writes.items():
            assert stranger.post(f"/e/ciie-2026/{path}", data=data).status_code == 404, path
    # nor through the address of their own edition
    own = strangers[0]
    page(own, f"/e/other-expo/companies/{ids['waiting'].id}", 404)
    page(own, f"/e/other-expo/setup/tables/{ids['table'].id}", 404)
    assert own.post(f"/e/other-expo/companies/{ids['waiting'].id}/approve").status_code == 404
    assert own.post(f"/e/other-expo/setup/tables/{ids['table'].id}/open", data={"open": "0"}).status_code == 404
    page(own, "/e/ciie-2026/exhibitors", 404)
    db.session.expire_all()
    assert world["waiting"].state == "applied" and world["expo"].version == before and len(queries.tables_of(world["expo"].id)) == 3


def test_the_directory_is_closed_to_those_who_have_only_applied(world, browse):
    page(browse(member(world["buyer"])), "/e/ciie-2026/exhibitors", 404)


def test_a_company_applies_reads_the_reason_and_withdraws(world, browse):
    company = CompanyFactory()
    me, boss = browse(member(company)), browse(world["boss"])
    assert me.post("/expos/ciie-2026/apply", data={"section": "99999"}).status_code == 422
    sent = me.post("/expos/ciie-2026/apply", data={"section": str(world["expo"].sections[1].id), "note": "Hello", "booth_wish": "36 m²"})
    assert sent.status_code == 302
    part = queries.participation_of(world["expo"].id, company.id)
    assert (part.state, part.section_id, part.note, part.booth_wish) == ("applied", world["expo"].sections[1].id, "Hello", "36 m²")
    look = page(boss, f"/e/ciie-2026/companies/{part.id}")
    assert "36 m²" in look and "No identifier was given." in look
    refused = boss.post(f"/e/ciie-2026/companies/{part.id}/decline", data={"reason": ""})
    assert refused.status_code == 422 and "Give a reason" in refused.get_data(as_text=True)
    declined = boss.post(f"/e/ciie-2026/companies/{part.id}/decline", data={"reason": "Licence missing", "version": part.version})
    assert declined.status_code == 302
    assert "Licence missing" in page(me, "/expos/ciie-2026") and "Apply again" in page(me, "/expos/ciie-2026")
    assert me.post("/expos/ciie-2026/apply", data={"section": "0"}).status_code == 302
    db.session.expire_all()
    assert boss.post(f"/e/ciie-2026/companies/{part.id}/approve", data={"version": part.version}).status_code == 302
    assert boss.post(f"/e/ciie-2026/companies/{part.id}/approve").status_code == 409
    assert me.post("/expos/ciie-2026/withdraw").status_code == 302
    db.session.expire_all()
    assert part.state == "withdrawn"
    assert me.post("/expos/ciie-2026/withdraw").status_code == 409


def test_the_queue_offers_those_without_hints_and_approves_them_together(world, browse):
    clear = CompanyFactory(name="Solvang Fiskeri", country="NO", identifier="923609016", identifier_kind="vat", identifier_status="valid")
    member(clear)
    part = approve(clear, world["expo"], state="applied")
    boss = browse(world["boss"])
    text = page(boss, "/e/ciie-2026/companies")
    assert f'value="{part.id}" checked' in text and f'value="{world["waiting"].id}" checked' not in text
    assert "No identifier was given." in text
    assert "春禾" not in page(boss, "/e/ciie-2026/companies?kind=exhibitor")
    assert boss.post("/e/ciie-2026/companies/approve", data={"part": [part.id, world["waiting"].id, "x"]}).status_code == 302
    db.session.expire_all()
    assert (part.state, world["waiting"].state) == ("approved", "applied")


def test_a_place_is_saved_or_refused_with_words(world, browse):
    boss, part = browse(world["boss"]), world["part"]
    url, sent = f"/e/ciie-2026/companies/{part.id}/place", {"section": "0", "hall": world["hall"].id, "booth": "C12", "meets_at_booth": "y"}
    assert boss.post(url, data=sent | {"max_meetings": "5", "version": part.version}).status_code == 302
    db.session.expire_all()
    assert (part.booth, part.meets_at_booth, part.max_meetings, part.section_id) == ("C12", True, 5, None)
    assert boss.post(url, data=sent | {"version": part.version - 1}).status_code == 409
    wrong = boss.post(url, data=sent | {"booth": ""})
    assert wrong.status_code == 422 and "Only an exhibitor with a booth" in wrong.get_data(as_text=True)


def test_the_edition_is_edited_with_words_for_what_is_wrong(world, browse):
    boss, expo = browse(world["boss"]), world["expo"]
    good = {
        "name_en": "Import Expo", "name_zh": "进博会", "starts_on": "2026-11-05", "ends_on": "2026-11-10", "tz": "Asia/Shanghai",
        "request_days": "5", "request_quota": "20", "max_meetings": "10", "walk_slots": "1", "is_open": "y", "version": expo.version}
    for change, words in (({"ends_on": "2026-11-01"}, "cannot be before"), ({"tz": "Mars"}, "no time zone Mars"),
                          ({"request_days": "0"}, "between 1 and 60"), ({"tz": "Europe/Berlin"}, "while there are slots"),
                          ({"name_zh": ""}, "Please fill this in")):
        answer = boss.post("/e/ciie-2026/setup", data=good | change)
        assert answer.status_code == 422 and words in answer.get_data(as_text=True), change
    assert boss.post("/e/ciie-2026/setup", data=good).status_code == 302
    assert boss.post("/e/ciie-2026/setup", data=good).status_code == 409
    db.session.expire_all()
    assert (expo.name_en, expo.walk_slots, expo.dates_confirmed) == ("Import Expo", 1, False)


def test_sections_halls_and_tables_by_form(world, browse):
    boss, expo = browse(world["boss"]), world["expo"]
    assert boss.post("/e/ciie-2026/setup/sections/add", data={"code": "wine", "name_en": "Wine", "name_zh": "葡萄酒"}).status_code == 302
    assert boss.post("/e/ciie-2026/setup/sections/add", data={"code": "wine", "name_en": "Wine"}).status_code == 422
    db.session.expire_all()
    rows = {f"{key}-{row.id}": value for place, row in enumerate(expo.sections)
            for key, value in (("en", f"{row.name_en}!"), ("zh", row.name_zh), ("place", 99 - place))}
    rows["version"] = expo.version
    assert boss.post("/e/ciie-2026/setup/sections", data=rows).status_code == 302
    assert boss.post("/e/ciie-2026/setup/sections", data=rows).status_code == 409
    db.session.expire_all()
    assert expo.sections[0].code == "WINE" and expo.sections[0].name_en == "Wine!"
    assert boss.post("/e/ciie-2026/setup/halls/add", data={"code": "7.2"}).status_code == 422
    assert boss.post("/e/ciie-2026/setup/halls/add", data={"code": "8.1"}).status_code == 302
    added = {"hall": world["hall"].id, "labels": "B1-B4"}
    assert boss.post("/e/ciie-2026/setup/tables/add", data=added).status_code == 302
    wrong = boss.post("/e/ciie-2026/setup/tables/add", data=added | {"labels": "B9-B1"})
    assert wrong.status_code == 422 and "B9-B1 is not a range" in wrong.get_data(as_text=True)
    assert boss.post("/e/ciie-2026/setup/tables/add", data=added | {"hall": HallFactory().id}).status_code == 422
    assert len(queries.tables_of(expo.id)) == 7
    table, slot = world["table"].id, queries.slots_of(expo.id)[0].id
    assert boss.post(f"/e/ciie-2026/setup/tables/{table}/slots", data={"slot": [slot]}).status_code == 302
    assert queries.closures(expo.id) == {(table, slot)}
    assert boss.post(f"/e/ciie-2026/setup/tables/{table}/open", data={"open": "0"}).status_code == 302
    assert len(queries.tables_of(expo.id)) == 6


def test_days_by_form_ask_before_meetings_lose_their_slot(world, browse):
    boss, expo = browse(world["boss"]), world["expo"]
    sent = {"days": ["2026-11-05", "2026-11-06"], "parts-0-start": "10:00", "parts-0-end": "12:00", "parts-0-minutes": "30",
            "parts-1-start": "", "parts-1-end": "", "parts-1-minutes": "", "version": expo.version}
    for change in ({"days": []}, {"days": ["2026-12-24"]}, {"parts-0-end": "09:00"}, {"parts-0-minutes": "5"}, {"parts-0-end": ""},
                   {"parts-0-start": "", "parts-0-end": ""}):
        assert boss.post("/e/ciie-2026/setup/days", data=sent | change).status_code == 422, change

    def asked(_expo, slot_ids):
        return 3 if slot_ids else 0

    with events.slots_asked.connected_to(asked):
        question = boss.post("/e/ciie-2026/setup/days", data=sent)
        assert question.status_code == 200 and "go back to the tray" in question.get_data(as_text=True)
        db.session.expire_all()
        assert len(queries.slots_of(expo.id)) == 6
        assert boss.post("/e/ciie-2026/setup/days", data=sent | {"confirmed": "1"}).status_code == 302
    assert len(queries.slots_of(expo.id)) == 8
    assert boss.post("/e/ciie-2026/setup/days", data=sent).status_code == 409  # the page is old by now
    db.session.expire_all()
    clear = {"days": ["2026-11-05"], "clear": "1", "version": expo.version}
    assert boss.post("/e/ciie-2026/setup/days", data=clear).status_code == 302
    assert len(queries.slots_of(expo.id)) == 4


def test_people_by_form(world, browse):
    boss, user = browse(world["boss"]), UserFactory(email="wei@example.org")
    commit()
    assert boss.post("/e/ciie-2026/setup/staff", data={"email": "wei@example.org", "role": "mission_leader"}).status_code == 302
    assert actor(user).has_expo_role(world["expo"].id, "mission_leader")
    for data in ({"email": "nobody@example.org", "role": "floor"}, {"email": "wei@example.org", "role": "organizer"}, {"role": "floor"}):
        assert boss.post("/e/ciie-2026/setup/staff", data=data).status_code == 422
    admin = browse(UserFactory(is_admin=True))
    assert admin.post("/e/ciie-2026/setup/staff", data={"email": "wei@example.org", "role": "organizer"}).status_code == 302
    organizing = next(row for row in queries.staff_of(world["expo"].id) if row.user_id == user.id and row.role == "organizer")
    assert boss.post(f"/e/ciie-2026/setup/staff/{organizing.id}/remove").status_code == 404
    assert admin.post(f"/e/ciie-2026/setup/staff/{organizing.id}/remove").status_code == 302
    assert boss.post("/e/ciie-2026/setup/interpreters", data={"name": "Bo", "languages": "fr"}).status_code == 302
    assert boss.post("/e/ciie-2026/setup/interpreters", data={"name": "", "languages": "fr"}).status_code == 422
    lin = queries.interpreters_of(world["expo"].id)[0]
    assert boss.post(f"/e/ciie-2026/setup/interpreters/{lin.id}/remove").status_code == 302
    assert len(queries.interpreters_of(world["expo"].id)) == 1


def test_administrators_make_and_organizers_clone_editions(world, browse):
    admin, boss = browse(UserFactory(is_admin=True)), browse(world["boss"])
    new = {"series": "CICPE", "slug": "cicpe-2027", "starts_on": "2027-04-13", "ends_on": "2027-04-18"}
    assert boss.post("/expos/new", data=new).status_code == 404
    assert admin.post("/expos/new", data=new).status_code == 302
    assert admin.post("/expos/new", data=new).status_code == 422
    clone = {"slug": "ciie-2027", "starts_on": "2027-11-05", "ends_on": "2027-11-10"}
    assert boss.post("/e/ciie-2026/setup/clone", data=clone | {"ends_on": "2027-11-01"}).status_code == 422
    assert boss.post("/e/ciie-2026/setup/clone", data=clone).headers["Location"] == "/e/ciie-2027/setup"
    page(boss, "/e/ciie-2027/setup/days")


def test_the_directory_takes_any_words(world, browse):
    SectionFactory(expo=world["expo"], code="WINE")
    slots(ExpoFactory(), 1)
    me = browse(member(world["exhibitor"]))
    for query in ("words=aurora", "words=%25", "words=%00", "section=abc", "section=1", "country=%3Cb", "page=99"):
        page(me, f"/e/ciie-2026/exhibitors?{query}")
    assert "Nobody found" in page(me, "/e/ciie-2026/exhibitors?words=zzz")
    assert db.session.get(Participation, world["part"].id).state == "approved"


def test_a_buyer_asks_from_the_directory_and_an_exhibitor_does_not(world, browse):
    buyer = BuyerFactory()
    approve(buyer, world["expo"])
    link = f"/e/ciie-2026/ask?company={world['exhibitor'].id}"
    reader = browse(member(buyer))
    assert link in page(reader, "/e/ciie-2026/exhibitors")
    page(reader, link)
    assert "/ask?" not in page(browse(member(world["exhibitor"])), "/e/ciie-2026/exhibitors")
