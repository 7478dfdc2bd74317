"""The pages of the rules: an organizer finds, reads, corrects, adds, withdraws and puts back; every rule shows its mark."""

from html import unescape
from html.parser import HTMLParser

import pytest

from matchmaker.infra.db import commit, db
from matchmaker.reference import queries
from matchmaker.trade.rulebook import shipped, shipped_kinds, slot_of
from matchmaker.trade.schema import schema

from .. import factories
from .test_rulebook import shown

pytestmark = pytest.mark.database
CHILE = "/reference/rules/agreement/CL/-"
FORM = {"based_on": "0", "en": "Chile", "zh": "智利", "valid_from": "", "valid_to": "", "source": "Notice 12 of 2026", "note": "a test",
        "data_in_force": "CL 2027-01-01", "data_note_en": "", "data_note_zh": ""}


class Typed(HTMLParser):
    """What a form would send if nobody touched it."""

    def __init__(self, page):
        super().__init__()
        self.data, self.select, self.area = {}, "", ""
        self.feed(page[page.index('<form method="post" class="form"'):])

    def handle_starttag(self, tag, attrs):
        said = dict(attrs)
        if tag == "input" and said.get("name") and (said.get("type") not in ("checkbox", "radio") or "checked" in said):
            self.data.setdefault(said["name"], []).append(said.get("value", ""))
        elif tag in ("select", "textarea"):
            self.select, self.area = (said["name"], "") if tag == "select" else ("", said["name"])
        elif tag == "option" and "selected" in said:
            self.data[self.select] = said["value"]

    def handle_data(self, text):
        if self.area:
            self.data[self.area] = self.data.get(self.area, "") + text

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = ""


@pytest.fixture
def expo(context):
    return factories.ExpoFactory()


@pytest.fixture
def client(browse, expo):
    return browse(factories.organizer(expo))


def rule():
    db.session.expire_all()
    return queries.history("agreement", "CL", "")


def test_the_home_counts_and_names_all_kinds(client):
    text = client.get("/reference").text
    for kind in shipped_kinds():
        assert schema(kind).en in text and f"/reference/rules/{kind}" in text
    assert "the same for all expos" in text


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
@pytest.mark.parametrize("kind", shipped_kinds())
def test_every_rule_on_a_list_and_on_its_page_carries_its_mark(browse, expo, kind, language):
    client = browse(factories.organizer(expo, language=language))
    marks = {"en": ("Verified", "Not verified", "This site's own"), "zh_Hans_CN": ("已核实", "未核实", "本站自编")}[language]
    listed = client.get(f"/reference/rules/{kind}").text
    rows = listed.split("<li>")
    for one in shipped().all(kind):
        row = next(row for row in rows if f"/reference/rules/{kind}/{one.code}/{slot_of(one) or '-'}?" in row)
        assert f">{marks[1]}<" in row.replace("</svg>", ">") or one.verified, one.code
    one = shipped().all(kind)[-1]
    page = unescape(client.get(f"/reference/rules/{kind}/{one.code}/{slot_of(one) or '-'}").text)
    assert one.label(language) in page and all(title in page for title in one.sources(language))
    assert (marks[1] if not one.verified else marks[2] if one.source == "OWN" else marks[0]) in page


def test_lists_are_searched_and_filtered_by_state_and_day(client):
    assert "China-Peru" in client.get("/reference/rules/agreement?q=peru").text
    assert "China-Chile" not in client.get("/reference/rules/agreement?q=peru").text
    unverified = client.get("/reference/rules/agreement?state=unverified").text
    assert "Nicaragua" in unverified and "China-Peru" not in unverified
    assert "AFRICA" not in client.get("/reference/rules/preference?time=now&on=2026-04-30").text
    assert "AFRICA" in client.get("/reference/rules/preference?time=now&on=2026-05-01").text
    assert client.get("/reference/rules/preference?on=nonsense&state=x&time=y").status_code == 200
    assert "Nothing found" in client.get("/reference/rules/agreement?q=zzzz").text


def test_a_correction_shows_what_it_touches_before_it_counts(client, expo):
    wine = shown(expo, title="Cabernet of the valley")
    commit()
    form = client.get(f"{CHILE}/edit").text
    assert "CL 2006-10-01" in form and "Nothing is saved yet" in form
    preview = client.post(f"{CHILE}/edit", data=FORM | {"step": "preview"}).text
    assert wine.title in preview and "Chile Jan 1, 2027" in preview.replace("\xa0", " ") and rule().number == 0
    again = client.post(f"{CHILE}/edit", data=FORM | {"step": "edit"}).text
    assert "CL 2027-01-01" in again and rule().number == 0
    assert client.post(f"{CHILE}/edit", data=FORM | {"step": "save"}).status_code == 302
    assert rule().present.data["in_force"] == {"CL": "2027-01-01"}
    page = client.get(CHILE).text
    assert "a test" in page and wine.title in page and "State 1" in page


def test_what_changes_nothing_is_not_confirmed(client):
    same = FORM | {"en": "China-Chile free trade agreement", "zh": "中国—智利自由贸易协定", "source": "F3", "verified": "y",
                   "data_in_force": "CL 2006-10-01", "step": "preview"}
    page = client.post(f"{CHILE}/edit", data=same).text
    assert "It says the same as before." in page and "Confirm, for all expos" not in page and "Go on writing" in page


def test_all_that_is_wrong_is_said_at_once_and_each_thing_once(client):
    wrong = {"source": "", "note": "", "valid_from": "2026-05-01", "valid_to": "2025-05-01", "data_in_force": "CHILE 2020-01-01",
             "step": "preview"}
    answer = client.post(f"{CHILE}/edit", data=FORM | wrong)
    assert answer.status_code == 422 and "4 things to correct" in answer.text
    assert "lies before the first" in answer.text and "CHILE" in answer.text and answer.text.count("Please fill this in.") == 4


def test_a_late_correction_is_a_clear_conflict_and_keeps_what_was_typed(client):
    client.post(f"{CHILE}/edit", data=FORM | {"step": "save"})
    late = client.post(f"{CHILE}/edit", data=FORM | {"step": "save", "source": "Notice 13"})
    assert late.status_code == 409 and "Notice 13" in late.text and "Somebody else corrected" in late.text
    assert rule().number == 1
    again = Typed(late.text).data  # looked at beside the other's correction, it can be sent after all
    assert "Notice 12" in client.post(f"{CHILE}/edit", data=again | {"step": "preview"}).text
    assert client.post(f"{CHILE}/edit", data=again | {"step": "save"}).status_code == 302 and rule().number == 2


def test_touched_products_carry_the_reader_s_title(expo, browse):
    wine = shown(expo)
    wine.translations = {"zh": {"title": "佳美娜红葡萄酒"}}
    organizer = factories.organizer(expo)
    organizer.language = "zh_Hans_CN"
    commit()
    assert "佳美娜红葡萄酒" in browse(organizer).get(CHILE).text


@pytest.mark.parametrize(("change", "words"), [
    ({"data_in_force": "Chile 2006"}, "Write a line for each country"), ({"data_in_force": ""}, "Please fill this in"),
    ({"data_in_force": "XX 2006-10-01"}, "no two-letter code"), ({"source": ""}, "Please fill this in"),
    ({"data_note_en": "only English"}, "Write it in English and in Chinese"),
    ({"valid_from": "2027-01-01", "valid_to": "2026-01-01"}, "lies before")])
def test_what_a_rule_cannot_say_comes_back_at_its_field(client, change, words):
    answer = client.post(f"{CHILE}/edit", data=FORM | change | {"step": "save"})
    assert answer.status_code == 422 and words in answer.text and rule().number == 0


def test_putting_back_and_withdrawing(client):
    client.post(f"{CHILE}/edit", data=FORM | {"step": "save"})
    client.post(f"{CHILE}/back", data={"based_on": "1", "number": "0"})
    assert rule().present == shipped().find("agreement", "CL", expo_day())
    assert client.post(f"{CHILE}/back", data={"based_on": "1", "number": "1"}).status_code == 409
    client.post(f"{CHILE}/withdraw", data={"based_on": "2", "note": "ended"})
    assert rule().present is None
    assert "Withdrawn" in client.get(CHILE).text and "Withdrawn" in client.get("/reference/rules/agreement").text
    assert "Let it hold again" in client.get(CHILE).text and client.get(f"{CHILE}/edit").status_code == 200


def expo_day():
    from matchmaker import clock

    return clock.now().date()


def test_a_rule_is_added(client):
    form = FORM | {"code": "XY", "valid_from": "2027-01-01", "step": "save"}
    assert "Add Chile" in client.post("/reference/rules/agreement/new", data=form | {"step": "preview"}).text
    assert client.post("/reference/rules/agreement/new", data=form).status_code == 302
    assert client.get("/reference/rules/agreement/XY/2027-01-01").status_code == 200
    assert client.post("/reference/rules/agreement/new", data=form).status_code == 409


@pytest.mark.parametrize("kind", shipped_kinds())
def test_every_kind_has_a_form_that_gives_back_what_is_shipped(client, kind):
    one = shipped().all(kind)[0]
    address = f"/reference/rules/{kind}/{one.code}/{slot_of(one) or '-'}"
    data = Typed(client.get(f"{address}/edit").text).data | {"note": "as it was"}
    answer = client.post(f"{address}/edit", data=data | {"step": "save"})
    assert answer.status_code == 302, answer.text
    db.session.expire_all()
    kept = queries.history(kind, one.code, slot_of(one)).present.data
    assert kept == {name: value for name, value in one.data.items() if value not in (None, "", [], {})}


@pytest.mark.parametrize("path", ["/reference/rules/nothing", "/reference/rules/agreement/NO/-", "/reference/rules/agreement/CL/2001-01-01",
                                  "/reference/rules/nothing/new", "/reference/rules/agreement/NO/-/edit"])
def test_what_is_not_there_is_not_found(client, path):
    assert client.get(path).status_code == 404


def test_the_products_of_other_organizers_are_not_named(browse, expo, context):
    other = factories.ExpoFactory()
    secret = shown(other, title="Hidden vintage")
    commit()
    assert secret.title not in browse(factories.organizer(expo)).get(CHILE).text
    assert secret.title in browse(factories.UserFactory(is_admin=True)).get(CHILE).text
