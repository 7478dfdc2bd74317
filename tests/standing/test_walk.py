"""Every page and file, for every reader: what nobody verified is marked, figures say their basis and day, samples say that they are.

The walk goes from each word on a screen to its rule (``pages``), so that a page which names a rule without asking how sure it is fails
here. In one of the worlds nobody verified anything: there every word of every rule needs its mark, also of those that are verified today.
"""

import re
from collections import Counter, defaultdict

import pytest
import sqlalchemy as sa

from matchmaker.access import ACCESS
from matchmaker.infra.db import db
from matchmaker.permissions import Role
from matchmaker.reference.models import RuleRevision

from .. import factories
from . import pages
from .figures import figures
from .world import PARTS, WORDS, World, readers, tag

pytestmark = pytest.mark.database
STATED = ("documents.", "papers.", "notices.", "green.report_file")  # files that say what companies state, and how often
MARKED = {"catalog.product", "comparison.compare", "crossborder.desk", "crossborder.exhibits", "green.product", "landed.product",
          "matching.recommendations", "passports.index", "passports.passport", "reference.rules"}
FLIPPED = {"catalog.product", "crossborder.exhibits", "passports.index", "passports.passport", "reference.rules"}
FIGURES = {
    "cost": {"catalog.product", "landed.product", "comparison.compare", "matching.recommendations"},
    "saving": {"catalog.product", "landed.product", "comparison.compare", "matching.recommendations"},
    "range": {"catalog.product", "green.product"}, "limit": {"crossborder.desk"}, "length": {"passports.index", "passports.passport"},
    "reach": {"catalog.product", "crossborder.desk", "passports.index", "passports.passport"},
}


def walk(app, browse, world):
    """Yield (who, endpoint, address, answer) of all that each reader can open; no address may fail.

    What the table of access does not allow a reader is refused before anything is read (test_access): it is not asked for.
    """
    for who, browser in readers(world, app, browse).items():
        roles = factories.actor(world.users[who]).roles() if who in world.users else {Role.VISITOR}
        for endpoint, address in world.addresses(app, who):
            if not roles & ACCESS[endpoint]:
                continue
            answer = browser.get(address, headers={"Accept-Language": "en"})
            assert answer.status_code < 500, (who, address)
            if answer.status_code == 200:
                yield who, endpoint, address, answer


@pytest.mark.parametrize(("language", "verified"), [("en", None), ("zh_Hans_CN", False)])
def test_what_is_not_verified_is_marked_and_figures_say_what_they_rest_on(app, browse, context, monkeypatch, language, verified):
    flags = tag(monkeypatch, verified)
    world = World(language)
    doubtful = {number for number, sure in flags.items() if not sure}
    known = figures(world, language)
    assert len(known.said["cost"]) > 5 and len(known.said["range"]) > 5 and all(known.said.values())
    found, seen, met, shown, blind, fooled = [], Counter(), set(), defaultdict(set), set(), set()
    for who, endpoint, address, answer in walk(app, browse, world):
        seen[who] += 1
        wrongs = []
        if answer.mimetype == "text/html":
            kinds, said = known.kinds(answer.text), pages.numbers(answer.text)
            met |= said
            for kind in kinds:
                shown[kind].add(endpoint)
            page = pages.read(answer.text) if kinds or said else pages.NOTHING
            wrongs = pages.unmarked(page, doubtful) + known.unfounded(page, kinds)
            # the walk itself: it sees marks that are missing, and facts that are verified no more
            if endpoint not in blind and any(not numbers.isdisjoint(doubtful) for _text, numbers in pages.facts(page)):
                blind |= {endpoint} if pages.unmarked(pages.read(pages.without_marks(answer.text)), doubtful) else set()
            fooled |= {endpoint} if verified is None and endpoint not in fooled and pages.unmarked(page, flags) else set()
        elif not endpoint.startswith(STATED):
            wrongs = pages.unmarked_in_file(answer.data, answer.mimetype, doubtful)
        found += [f"{who} {address}: {wrong}" for wrong in wrongs]
    assert not found, "\n".join(found[:40])
    assert min(seen.values()) > 5 and seen["buyer"] > 100 and seen["organizer"] > 100
    assert {number for number in flags if number < PARTS} - met == set(), "rules that no page shows"
    assert {number for number in flags if number >= WORDS} & met, "names of papers are stated somewhere"
    assert {kind: places - shown[kind] for kind, places in FIGURES.items() if places - shown[kind]} == {}
    assert blind >= (MARKED if verified is False else {"catalog.product", "green.product", "landed.product", "reference.rules"})
    assert verified is False or FLIPPED - fooled == set()


def test_a_figure_without_basis_and_mark_is_seen(app, browse, context):
    world = World()
    known, buyer, exhibitor = figures(world, "en"), browse(world.users["buyer"]), browse(world.users["exhibitor"])
    wine = f"/e/ciie-2026/products/{world.products[0].id}"
    for browser, address, kinds in (
            (buyer, wine, {"cost", "saving", "range", "reach"}), (buyer, f"{wine}/cost", {"cost", "saving", "line without standing"}),
            (buyer, "/e/ciie-2026/cross-border", {"limit"}), (buyer, "/e/ciie-2026/cross-border?road=0110", {"reach"}),
            (exhibitor, "/market-entry", {"length", "reach"}), (buyer, f"{wine}/passport", {"length", "reach"})):
        page = browser.get(address).text
        assert known.unfounded(pages.read(page), known.kinds(page)) == []
        for said in (known.basis, known.today, "basis-of", "data-standing"):
            page = page.replace(said, "")
        found = known.unfounded(pages.read(pages.without_marks(page)), known.kinds(page))
        assert {wrong.split(":")[0] for wrong in found} == kinds, address


def test_without_the_samples_everything_works_and_says_unknown(app, browse, context):
    language = "zh_Hans_CN"
    world = World(language)
    known = figures(world, language)
    assert browse(world.users["administrator"]).post("/reference/samples/out").status_code == 302
    seen = Counter()
    for who, endpoint, address, answer in walk(app, browse, world):
        seen[who, endpoint] += 1
        if answer.mimetype == "text/html":
            assert known.basis not in answer.text and not known.kinds(answer.text) & {"cost", "saving"}, (who, address)
        if endpoint in ("landed.product", "landed.own", "comparison.compare"):
            assert "未知" in answer.text, address
    several = len(world.products)
    assert seen["buyer", "passports.passport"] == seen["exhibitor", "landed.own"] == several
    assert seen["buyer", "green.product"] == 2 * several and seen["buyer", "landed.product"] == 3 * several
    assert seen["buyer", "comparison.compare"] == seen["buyer", "comparison.workbook"] == 1


@pytest.mark.parametrize("language", ["en", "zh_Hans_CN"])
def test_every_rule_has_a_page_that_says_how_sure_it_is(app, browse, context, monkeypatch, language):
    tag(monkeypatch)
    browser = browse(factories.organizer(factories.ExpoFactory(), language=language))
    for rule in db.session.scalars(sa.select(RuleRevision)).all():
        page = browser.get(f"/reference/rules/{rule.kind}/{rule.code}/{rule.slot or '-'}")
        assert page.status_code == 200, (rule.kind, rule.code)
        marks = set(re.findall(r'<main.*?data-standing="(\w+)"', page.text, re.DOTALL))
        assert marks == {"unverified" if not rule.verified else "own" if rule.source == "OWN" else "verified"}, (rule.kind, rule.code)
