"""Headings proposed from a title: by search at first, then as learned from what companies assigned."""

from datetime import timedelta
from functools import cache

import numpy as np
import pytest

from matchmaker import clock
from matchmaker.infra.db import db
from matchmaker.reference import headings
from matchmaker.trade import hs

from .. import factories

pytestmark = pytest.mark.database
TOYS = ("0809", "2204", "8539", "1509")


class Toy:
    """An encoder that adds a random direction for each character: quick, and near for words in common."""

    name, dim = "toy", 48

    def encode(self, texts):
        rows = [sum((self.direction(ord(sign)) for sign in text.lower() or " "), np.zeros(self.dim)) for text in texts]
        return np.array([row / np.linalg.norm(row) for row in rows], np.float32).reshape(-1, self.dim)

    @staticmethod
    @cache
    def direction(number: int):
        return np.random.default_rng(number).normal(size=Toy.dim)


@pytest.fixture
def few(app, monkeypatch):
    """The classifier over four headings, fitted by hand; none at first."""
    monkeypatch.setattr("matchmaker.engine.matching.encoder.load_encoder", lambda _name: Toy())
    entries = {code: hs.headings()[code] for code in TOYS}
    monkeypatch.setattr(headings.hs, "headings", lambda: entries)
    monkeypatch.setattr(headings, "_fitted", {})
    return entries


def test_before_anything_is_learned_the_labels_are_searched_and_no_probability_is_named(context, monkeypatch):
    monkeypatch.setattr(headings, "_fitted", {})  # another test may have fitted one
    found = headings.propose("fresh cherries", "en")
    assert ("0809", None) in found and len(found) <= headings.MOST
    assert headings.propose("", "en") == headings.propose("  ", "zh") == headings.propose("qwzxv", "en") == []


def test_a_fitted_classifier_gives_probabilities_that_fall_and_do_not_exceed_one(context, few):
    headings.fit()
    found = headings.propose("车厘子", "zh")
    assert found[0][0] == "0809"
    chances = [chance for _code, chance in found]
    assert chances == sorted(chances, reverse=True) and 0 < sum(chances) <= 1 + 1e-6
    assert headings.propose("12345 !!", "en") == []


def test_published_titles_with_codes_are_learned_the_newest_first(context, few, monkeypatch):
    old, now = clock.now() - timedelta(days=400), clock.now()
    factories.ProductFactory(title="Zorblax lamp", hs="85395000", updated_at=now)
    factories.ProductFactory(title="Zorblax draft", hs="8539", state="draft")
    factories.ProductFactory(title="No code")
    factories.ProductFactory(title="Chapter only", hs="85", updated_at=old)
    factories.ProductFactory(title="Old oil", hs="1509", updated_at=old)
    factories.DemandFactory(title="求购灯", hs="8539", updated_at=now)
    assert headings.assigned() == {("Zorblax lamp", "8539"), ("Old oil", "1509"), ("求购灯", "8539")}
    monkeypatch.setattr(headings, "MOST_TITLES", 2)
    assert headings.assigned() == {("Zorblax lamp", "8539"), ("求购灯", "8539")}


def test_what_was_assigned_is_proposed_again(context, few):
    factories.ProductFactory(title="Zorblax Mark II", hs="8539")
    headings.fit()
    assert headings.propose("Zorblax Mark II", "en")[0][0] == "8539"


def test_a_few_new_titles_are_not_worth_a_new_fit_and_many_are(context, few):
    first = headings.fit()
    factories.ProductFactory(title="One more oil", hs="1509")
    assert headings.fit() is first
    for number in range(headings.FEW):
        factories.ProductFactory(title=f"Oil number {number}", hs="1509")
    assert headings.fit() is not first


def test_the_encoded_labels_are_kept_for_the_next_process(app, context, few, monkeypatch):
    headings.fit()
    stored = headings.stored_labels()
    assert stored.is_file()
    monkeypatch.setattr(headings, "_fitted", {})
    monkeypatch.setattr("matchmaker.engine.matching.headings.HeadingClassifier._encode", lambda *_: pytest.fail("encoded again"))
    assert headings.fit().propose("车厘子")[0].code == "0809"
    stored.write_bytes(b"no such file of numbers")
    monkeypatch.undo()


def test_the_endpoint_gives_code_name_and_percentage_to_companies_only(browse, few):
    headings.fit()
    found = browse(factories.member()).get("/hs/proposals", query_string={"title": "车厘子"}).get_json()
    assert found[0]["code"] == "0809" and found[0]["chance"].endswith("%") and found[0]["label"]
    assert browse(factories.member()).get("/hs/proposals").get_json() == []
    assert browse(factories.UserFactory()).get("/hs/proposals?title=x").status_code == 404


def test_the_command_learns(app, context, few):
    factories.ProductFactory(title="Zorblax Mark II", hs="8539")
    assert app.test_cli_runner().invoke(args=["hs", "learn"]).output == "1 titles learned over 4 headings.\n"


@pytest.mark.parametrize("title", ["\x00", "🍒" * 500, "<script>alert(1)</script>", "a" * 5000, "'; DROP TABLE hs_line;--", "\u202e反"])
def test_hostile_titles_give_a_list(browse, title):
    assert isinstance(browse(factories.member()).get("/hs/proposals", query_string={"title": title}).get_json(), list)


def test_a_card_without_code_shows_the_proposals_and_takes_the_one_that_is_chosen(browse):
    product = factories.ProductFactory(title="Fresh cherries", hs="")
    client = browse(factories.member(product.company))
    page = client.get(f"/products/{product.id}").text
    assert 'type="radio" name="hs" value="0809"' in page
    client.post(f"/products/{product.id}", data={"version": product.version, "title": product.title, "hs": ["", "0809"]})
    db.session.expire_all()
    assert product.hs == "0809"
    assert 'type="radio" name="hs" value="0809"' not in client.get(f"/products/{product.id}").text


def test_what_is_typed_goes_before_a_proposal_and_neither_is_no_code(browse):
    product = factories.ProductFactory(title="Fresh cherries", hs="")
    client = browse(factories.member(product.company))
    client.post(f"/products/{product.id}", data={"version": product.version, "title": product.title, "hs": ["2204", "0809"]})
    db.session.expire_all()
    assert product.hs == "2204"
    client.post(f"/products/{product.id}", data={"version": product.version, "title": product.title, "hs": ["", ""]})
    db.session.expire_all()
    assert product.hs == ""
