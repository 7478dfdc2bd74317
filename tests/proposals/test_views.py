"""Pages of proposals, as each side and as strangers read them."""

import pytest
import sqlalchemy as sa

from matchmaker.companies.actions import block
from matchmaker.infra.db import commit, db
from matchmaker.matching.models import Agreed
from matchmaker.proposals import actions
from matchmaker.proposals.models import Proposal

from .conftest import strangers
from .test_actions import MINIMUM, ORDER

pytestmark = pytest.mark.database


def url(fair, path=""):
    return f"/e/{fair.expo.slug}{path}"


def match_url(fair, verb=""):
    return url(fair, f"/matches/{fair.demand.id}/{fair.product.id}{verb}")


@pytest.fixture
def offered(fair):
    """The exhibitor has offered a minimum of 500."""
    made = actions.offer(fair.exhibitor, fair.expo, **fair.pair, **MINIMUM)
    commit()
    return made


def state(proposal):
    return db.session.scalar(sa.select(Proposal.state).where(Proposal.id == proposal.id))


def test_the_match_offers_one_press_for_ones_own_sheet(fair, browse):
    exhibitor, buyer = browse(fair.exhibitor_user), browse(fair.buyer_user)
    page = exhibitor.get(match_url(fair)).text
    assert page.count('name="field"') == 1 and 'value="moq"' in page and "Minimum order 500 cartons" in page
    assert 'value="quantity_first"' in buyer.get(match_url(fair)).text
    answer = exhibitor.post(match_url(fair, "/offer"), data=MINIMUM)
    assert answer.status_code == 302 and answer.location.endswith(match_url(fair))
    page = exhibitor.get(match_url(fair)).text
    assert 'name="field"' not in page and "has not answered yet" in page
    assert "waits for your answer" in buyer.get(match_url(fair)).text


def test_pressing_twice_says_that_it_is_proposed_already(fair, offered, browse):
    answer = browse(fair.exhibitor_user).post(match_url(fair, "/offer"), data=MINIMUM)
    assert answer.status_code == 409 and db.session.scalar(sa.select(sa.func.count()).select_from(Proposal)) == 1


def test_nobody_presses_for_the_other_side(fair, browse):
    assert browse(fair.buyer_user).post(match_url(fair, "/offer"), data=MINIMUM).status_code == 404
    assert browse(fair.exhibitor_user).post(match_url(fair, "/offer"), data=ORDER).status_code == 404


def test_accepting_agrees_and_leads_back_to_the_match(fair, offered, browse):
    buyer = browse(fair.buyer_user)
    page = buyer.get(url(fair, "/proposals")).text
    assert "One proposal waits for you" in page and f"/proposals/{offered.id}/accept" in page
    answer = buyer.post(url(fair, f"/proposals/{offered.id}/accept"))
    assert answer.status_code == 302 and answer.location.endswith(match_url(fair))
    assert state(offered) == "accepted" and db.session.scalar(sa.select(Agreed.value))["amount"] == "500"
    assert "Agreed between you two" in buyer.get(match_url(fair)).text
    assert buyer.post(url(fair, f"/proposals/{offered.id}/accept")).status_code == 409


def test_refusing_with_a_word(fair, offered, browse):
    assert browse(fair.buyer_user).post(url(fair, f"/proposals/{offered.id}/refuse"), data={"reason": "Too little."}).status_code == 302
    assert state(offered) == "refused"
    assert "Too little." in browse(fair.exhibitor_user).get(url(fair, "/proposals?tab=all")).text


def test_a_refusal_of_too_many_words_keeps_them(fair, offered, browse):
    answer = browse(fair.buyer_user).post(url(fair, f"/proposals/{offered.id}/refuse"), data={"reason": "no " * 120})
    assert answer.status_code == 422 and "no no no" in answer.text and state(offered) == "open"


def test_an_own_figure_goes_the_other_way(fair, offered, browse):
    answer = browse(fair.buyer_user).post(url(fair, f"/proposals/{offered.id}"), data={"figure": "700"})
    assert answer.status_code == 302 and answer.location.endswith("tab=made") and state(offered) == "answered"
    assert "700 cartons" in browse(fair.exhibitor_user).get(url(fair, "/proposals")).text


@pytest.mark.parametrize("figure", ["", "many", "-3", "500"])
def test_a_bad_figure_is_kept_with_words(fair, offered, browse, figure):
    answer = browse(fair.buyer_user).post(url(fair, f"/proposals/{offered.id}"), data={"figure": figure})
    assert answer.status_code == 422 and f'value="{figure}"' in answer.text and "aria-invalid" in answer.text and state(offered) == "open"


def test_taking_back(fair, offered, browse):
    exhibitor = browse(fair.exhibitor_user)
    assert "Take it back" in exhibitor.get(url(fair, "/proposals?tab=made")).text
    assert exhibitor.post(url(fair, f"/proposals/{offered.id}/withdraw")).status_code == 302 and state(offered) == "withdrawn"


def test_strangers_read_and_write_nothing(fair, offered, browse):
    for user in strangers(fair.expo):
        stranger = browse(user)
        assert stranger.get(url(fair, f"/proposals/{offered.id}")).status_code == 404
        assert offered.to.display_name not in stranger.get(url(fair, "/proposals")).text
        for path in ("", "/accept", "/refuse", "/withdraw"):
            assert stranger.post(url(fair, f"/proposals/{offered.id}{path}"), data={"figure": "700"}).status_code == 404
        assert stranger.post(match_url(fair, "/offer"), data=MINIMUM).status_code == 404
    assert state(offered) == "open"


def test_each_side_answers_only_what_is_its_own(fair, offered, browse):
    exhibitor, buyer = browse(fair.exhibitor_user), browse(fair.buyer_user)
    for path in ("/accept", "/refuse", ""):
        assert exhibitor.post(url(fair, f"/proposals/{offered.id}{path}"), data={"figure": "700"}).status_code == 404
    assert buyer.post(url(fair, f"/proposals/{offered.id}/withdraw")).status_code == 404 and state(offered) == "open"


def test_a_blocked_company_offers_and_answers_nothing(fair, offered, browse):
    exhibitor = browse(fair.exhibitor_user)
    block(fair.buyer, fair.demand.company, fair.product.company)
    commit()
    assert exhibitor.post(match_url(fair, "/offer"), data=MINIMUM).status_code == 404
    assert exhibitor.get(match_url(fair)).status_code == 404 and state(offered) == "withdrawn"


def test_an_anonymous_buyer_is_named_on_no_page(fair, offered, browse):
    fair.demand.confidentiality = "anonymous"
    commit()
    exhibitor = browse(fair.exhibitor_user)
    for path in ("/proposals?tab=made", f"/proposals/{offered.id}"):
        page = exhibitor.get(url(fair, path)).text
        assert "Anonymous buyer" in page
        assert not any(name in page for name in (fair.demand.company.name, fair.demand.company.name_en, fair.demand.company.display_name))


def test_homes_show_what_waits_and_what_stands_between(fair, offered, browse):
    home = browse(fair.buyer_user).get("/").text
    assert "One proposal waits for you" in home and "Minimum order 500 cartons" in home and "What stands between" in home
    home = browse(fair.exhibitor_user).get("/").text
    assert "Made by us, not answered yet" in home and "Demands for your products" in home


def test_the_navigation_counts_what_waits(fair, offered, browse):
    for user, count in ((fair.buyer_user, True), (fair.exhibitor_user, False)):
        page = browse(user).get(url(fair, "/recommendations")).text
        link = page.split(f'href="{url(fair, "/proposals")}"', 1)[1].split("</a>", 1)[0]
        assert ('class="count"' in link) is count
