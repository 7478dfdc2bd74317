"""Every page and file, for every reader: what nobody verified is marked, figures say their basis and day, samples say that they are.

The walk goes from each word on a screen to its rule (``pages``), so that a page which names a rule without asking how sure it is fails
here. In one of the worlds nobody verified anything: there every word of every rule needs its mark, also of those that are verified today.
"""

import re
from collections import Counter, defaultdict

import pytest
import sqlalchemy as sa

from matchmaker.clock import now
from matchmaker.green import transport
from matchmaker.i18n import reading_in
from matchmaker.infra.db import db
from matchmaker.landed import queries as landed
from matchmaker.landed.cards import basis_line
from matchmaker.landed.sentences import amount
from matchmaker.reference import queries as reference
from matchmaker.reference.models import RuleRevision
from matchmaker.trade.charges import Span

from . import pages
from .world import PARTS, World, readers, tag

pytestmark = pytest.mark.database
STATED = ("documents.", "papers.", "notices.", "green.report_file")  # files that say what companies state, and how often
MARKED = {"catalog.product", "comparison.compare", "crossborder.desk", "crossborder.exhibits", "green.product", "landed.product",
          "matching.recommendations", "passports.index", "passports.passport", "reference.rules"}

FLIPPED = {"catalog.product", "crossborder.exhibits", "passports.index", "passports.passport", "reference.rules"}


def walk(app, browse, world):
    """Yield (who, endpoint, address, answer) of all that each reader can open; no address may fail."""
    for who, browser in readers(world, app, browse).items():
        for endpoint, address in world.addresses(app, who):
            answer = browser.get(address, headers={"Accept-Language": "en"})
            assert answer.status_code < 500, (who, address)
            if answer.status_code == 200:
                yield who, endpoint, address, answer


def wrongs(endpoint, answer, doubtful):
    """Return what an answer shows of doubtful rules without a mark."""
    if answer.mimetype == "text/html":
        return pages.unmarked(answer.text, doubtful)
    return [] if endpoint.startswith(STATED) else pages.unmarked_in_file(answer.data, answer.mimetype, doubtful)


def figures(world, language):
    """Return (what units of the products cost in China, what their carriage gives off) as the pages write it."""
    today = now().date()
    with reading_in(language):
        costs = landed.costs([one.id for one in world.products], today).values()
        plans = [plan for one in world.products if (plan := transport.plan_for(one, {}))]
        return ({amount(Span(cost.low, cost.high)) for cost in costs if cost.low is not None},
                {transport.in_short(plan, transport.reckon(plan, reference.rulebook(), today)) for plan in plans})


def said_basis(language):
    """Return what must stand with a cost that rests on samples: its day, and that it does."""
    with reading_in(language):
        return basis_line(now().date(), sample=True)


def frame(text):
    """Return the panel or card of a figure, else the page."""
    return next((node for node in text.above() if node.has("panel", "card") or node.name == "main"), text)


def unfounded(html, costs, ranges, basis):
    """Return the figures of a page that do not say what they rest on: costs their day and that a sample is in them, ranges that their
    factors are not verified."""
    found = []
    if not any(figure in html for figure in (*costs, *ranges)):
        return []
    for text in pages.read(html).walk():
        if any(cost in text.text for cost in costs) and basis not in frame(text).words():
            found.append(text.text)
        if any(each in text.text for each in ranges) and not pages.is_marked(pages.entry(text)):
            found.append(text.text)
    return found


@pytest.mark.parametrize(("language", "verified"), [("en", None), ("zh_Hans_CN", False)])
def test_what_is_not_verified_is_marked_and_figures_say_what_they_rest_on(app, browse, context, language, verified):
    flags = tag(verified)
    world = World(language)
    doubtful = {number for number, sure in flags.items() if not sure}
    costs, ranges = figures(world, language)
    basis = said_basis(language)
    assert len(costs) > 5 and len(ranges) > 5
    found, seen, met, shown, blind, fooled = [], Counter(), set(), defaultdict(set), set(), set()
    for who, endpoint, address, answer in walk(app, browse, world):
        seen[who] += 1
        found += [f"{who} {address}: {wrong}" for wrong in wrongs(endpoint, answer, doubtful)]
        if answer.mimetype == "text/html":
            found += [f"{who} {address}: {wrong}" for wrong in unfounded(answer.text, costs, ranges, basis)]
            met |= set(map(int, pages.TAG.findall(answer.text)))
            shown["cost"] |= {endpoint} if any(cost in answer.text for cost in costs) else set()
            shown["range"] |= {endpoint} if any(each in answer.text for each in ranges) else set()
            # the walk itself: it sees marks that are missing, and facts that are verified no more
            blind |= {endpoint} if endpoint not in blind and pages.unmarked(pages.without_marks(answer.text), doubtful) else set()
            fooled |= {endpoint} if endpoint not in fooled and verified is None and pages.unmarked(answer.text, flags) else set()
    assert not found, "\n".join(found[:40])
    assert min(seen.values()) > 5 and seen["buyer"] > 100 and seen["organizer"] > 100
    assert {number for number in flags if number < PARTS} - met == set(), "rules that no page shows"
    assert {"catalog.product", "landed.product", "comparison.compare", "matching.recommendations"} <= shown["cost"]
    assert {"catalog.product", "green.product"} <= shown["range"]
    assert blind >= (MARKED if verified is False else {"catalog.product", "green.product", "landed.product", "reference.rules"})
    assert verified is False or FLIPPED - fooled == set()


def test_a_figure_without_basis_and_mark_is_seen(app, browse, context):
    world = World()
    costs, ranges = figures(world, "en")
    page = browse(world.users["buyer"]).get(f"/e/ciie-2026/products/{world.products[0].id}").text
    assert unfounded(page, costs, ranges, said_basis("en")) == []
    assert len(unfounded(pages.without_marks(page).replace(said_basis("en"), ""), costs, ranges, said_basis("en"))) == 2


def test_without_the_samples_everything_works_and_says_unknown(app, browse, context):
    language = "zh_Hans_CN"
    world = World(language)
    costs, _ranges = figures(world, language)
    assert browse(world.users["administrator"]).post("/reference/samples/out").status_code == 302
    seen = Counter()
    for who, endpoint, address, answer in walk(app, browse, world):
        seen[who, endpoint] += 1
        if answer.mimetype == "text/html":
            assert said_basis(language) not in answer.text and not any(cost in answer.text for cost in costs), (who, address)
        if endpoint in ("landed.product", "landed.own", "comparison.compare"):
            assert "未知" in answer.text, address
    several = len(world.products)
    assert seen["buyer", "passports.passport"] == seen["exhibitor", "landed.own"] == several
    assert seen["buyer", "green.product"] == 2 * several and seen["buyer", "landed.product"] == 3 * several
    assert seen["buyer", "comparison.compare"] == seen["buyer", "comparison.workbook"] == 1


def test_every_rule_has_a_page_that_says_how_sure_it_is(app, browse, context):
    tag()
    world = World()
    browser = browse(world.users["organizer"])
    rows = db.session.execute(sa.select(RuleRevision.kind, RuleRevision.code, RuleRevision.slot, RuleRevision.verified)).all()
    for kind, code, slot, verified in rows:
        page = browser.get(f"/reference/rules/{kind}/{code}/{slot or '-'}")
        assert page.status_code == 200, (kind, code)
        marks = set(re.findall(r'<main.*?data-standing="(\w+)"', page.text, re.DOTALL))
        assert marks == {"verified" if verified else "unverified"}, (kind, code)
