"""Forty organizers at once, on four server processes: one wins, the others read why, and nobody is promised what is not stored."""

import os

import pytest

from ..processes import site
from .race import BROWSERS, Arena, Figures

pytestmark = pytest.mark.database
URL = os.environ.get("MATCHMAKER_TEST_DATABASE_URL")


@pytest.fixture(scope="module")
def arena(tmp_path_factory):
    with site(tmp_path_factory.mktemp("race"), url=URL, forked=True) as made:
        yield Arena(made)


@pytest.mark.parametrize("what", ["same_table", "same_person"])
def test_one_wins_and_the_others_read_why(arena, what):
    figures = Figures()
    for number in range(3):
        shots = getattr(arena, what)(number)
        arena.count(shots, figures)
        (winner,) = [shot for shot in shots if shot.status == 200]
        assert (winner.body["slot"], len(shots)) == (winner.slot, BROWSERS)
        assert {shot.status for shot in shots if shot is not winner} == {409}
        if what == "same_table":  # the winner's name stands in every refusal
            refusals = [shot.body["error"] for shot in shots if shot is not winner]
            assert len({words.partition(" were put")[0].partition(" have taken")[0] for words in refusals}) == 1
    assert (figures.won, figures.double, figures.broken_promises, figures.errors, figures.silent) == (3, 0, 0, 0, 0), arena.site.log()


def test_without_the_constraint_whoever_comes_second_asks_the_rules_again(arena):
    """Two guards stand one behind the other: the draft is held while the rules are asked, and the database has the last word."""
    figures = Figures()
    with arena.without_the_constraint():
        for number in range(2):
            arena.count(arena.same_table(number), figures)
    assert (figures.won, figures.double, figures.broken_promises, figures.errors) == (2, 0, 0, 0), arena.site.log()
