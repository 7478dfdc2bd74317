"""Reference data in the browser, both languages: an organizer corrects a rule, sees which products it touches, reads its history and puts
it back; loads a table, an administrator compares it and puts it in use."""

from datetime import date

import pytest

from matchmaker.expos.models import Expo, Staff
from matchmaker.infra.db import db
from matchmaker.reference import queries

from .. import factories
from .test_green import person, walker

pytestmark = [pytest.mark.browser]
WORDS = {
    "en": {"unverified": "Not verified", "shared": "the same for all expos", "state": "State", "shipped": "As shipped",
           "new": "every line is new", "wait": "Waits for an administrator", "bad": "is no code", "use": "In use"},
    "zh": {"unverified": "未核实", "shared": "所有展会共用", "state": "第1版", "shipped": "随附版本", "new": "每条都是新增",
           "wait": "等待管理员", "bad": "不是编码", "use": "使用中"},
}
CODES = {"en": "NI", "zh": "EC"}  # rules are the same for all expos: each language corrects one of its own
TABLE = "税则号列,最惠国税率(%),RCEP\n22042100,14,9.8%\n08092900,10,免税\nx,1,1%\n"


@pytest.fixture(params=["en", "zh"])
def language(request):
    return request.param


def build(language: str) -> tuple[str, str, str]:
    """Make an expo with a product of Nicaragua or Ecuador and one of Italy; return an organizer's address, an administrator's, a title."""
    slug = f"reference-{language}"
    expo = Expo(series="CIIE", slug=slug, name_en="China International Import Expo", name_zh="中国国际进口博览会",
                starts_on=date(2026, 11, 5), ends_on=date(2026, 11, 10))
    db.session.add(expo)
    db.session.flush()
    titles = []
    for origin, hs in ((CODES[language], "090111"), ("IT", "640399")):
        company = factories.CompanyFactory.build(name=f"Casa {origin} {slug}", country=origin)
        db.session.add(company)
        db.session.flush()
        product = factories.ProductFactory.build(company=company, title=f"Sheet {origin} {slug}", text="Goods.", origin=origin, hs=hs)
        db.session.add(product)
        db.session.flush()
        factories.approve(company, expo)
        factories.show(product, expo)
        titles.append(product.title)
    organizer, admin = (person(language, f"{name}@{slug}.example.org") for name in ("organizer", "admin"))
    admin.is_admin = True
    db.session.add(Staff(expo_id=expo.id, user_id=organizer.id, role="organizer"))
    db.session.flush()
    return organizer.email, admin.email, titles[0]


def test_an_organizer_corrects_a_rule_sees_what_it_touches_and_puts_it_back(site, visit, language):
    (address, _admin, title), words = site.run(lambda: build(language)), WORDS[language]
    code = CODES[language]
    organizer = walker(site, visit, language, address)
    page = organizer.go("/reference")
    assert words["shared"] in page.inner_text("main")
    page.locator("a[href='/reference/rules/agreement']").click()
    page.fill("[name=q]", code)
    page.locator("form.filters button").click()
    page.locator(f"a[href*='/agreement/{code}/']").click()
    assert words["unverified"] in page.inner_text("main") and title in page.inner_text("#touched")
    assert words["shipped"] not in page.inner_text("#history")

    page = organizer.go(f"/reference/rules/agreement/{code}/-/edit")
    page.fill("[name=data_in_force]", f"{code} 2027-01-01")
    page.fill("[name=source]", "Announcement 99")
    page.fill("[name=note]", "date of the announcement")
    page.check("[name=verified]")
    organizer.press("button[value=preview]")
    assert title in page.inner_text("#touched") and "2027" in page.locator("ins").first.inner_text() + page.inner_text(".diff")
    assert site.run(lambda: queries.history("agreement", code, "").number) == 0
    organizer.press("button[value=save]")
    assert words["state"] in page.inner_text("#history") and "date of the announcement" in page.inner_text("#history")
    assert words["unverified"] not in page.inner_text("main") and "Announcement 99" in page.inner_text("main")

    page.locator("#history form button").last.click()
    page.wait_for_load_state()
    assert words["unverified"] in page.inner_text("main") and "Announcement 99" in page.inner_text("#history")
    assert "2024" in page.locator("dl.facts").first.inner_text() + page.inner_text(".split")


def test_a_table_is_loaded_compared_and_put_in_use(site, visit, language, tmp_path):
    organizer_address, admin_address = f"organizer@reference-{language}.example.org", f"admin@reference-{language}.example.org"
    words, file = WORDS[language], tmp_path / "tariff.csv"
    file.write_text(TABLE, encoding="gb18030")
    organizer = walker(site, visit, language, organizer_address)
    page = organizer.go("/reference/tables/new")
    page.set_input_files("[name=file]", str(file))
    page.fill("[name=edition]", f"Tariff 2026 {language}")
    page.fill("[name=part]", f"part {language}")
    page.locator("main form button.primary").click()
    page.locator("#touched").wait_for()  # the page of the progress goes on by itself
    assert words["new"] in page.inner_text("main") and words["wait"] in page.inner_text("main") and "9.8%" in page.inner_text("main")
    page.goto(f"{page.url.partition('?')[0]}?show=bad")
    assert words["bad"] in page.inner_text("main")

    administrator = walker(site, visit, language, admin_address)
    table = administrator.go(page.url)
    table.locator("form[action$='/apply'] button").click()
    table.wait_for_load_state()
    assert words["use"] in table.inner_text("main") and f"Tariff 2026 {language}" in table.inner_text("main")
    assert any(line.scheme == "RCEP" for line in site.run(lambda: list(queries.rates(["22042100"]))))
