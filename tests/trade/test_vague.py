"""Vague words: texts read by hand, and what holds for any text."""

import json
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade import vague
from matchmaker.trade.rulebook import shipped

TEXTS = json.loads((Path(__file__).parent / "cases" / "vague_texts.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 10)
ALL = [(lang, text, words) for lang in ("en", "zh") for text, words in TEXTS[lang]]


def words_of(text, **more):
    return [one.word for one in vague.find(text, shipped(), TODAY, **more)]


@pytest.mark.parametrize(("lang", "text", "words"), ALL, ids=[text for _lang, text, _words in ALL])
def test_a_text_read_by_hand(lang, text, words):
    assert words_of(text) == words


def test_there_are_sixty_words_a_language_and_advice_in_both():
    rules = shipped().all(vague.VAGUE)
    for lang in ("en", "zh"):
        words = [word for rule in rules for word in rule.data[f"words_{lang}"]]
        assert len(words) >= 60 and len(set(words)) == len(words)
        assert all(rule.data[f"say_{lang}"] and rule.label(lang) for rule in rules)


@pytest.mark.parametrize("rule", shipped().all(vague.VAGUE), ids=lambda rule: rule.code)
def test_every_word_of_every_rule_is_found(rule):
    for word in (*rule.data["words_en"], *rule.data["words_zh"]):
        assert words_of(f"({word})"), word


def test_full_width_letters_and_hyphens_of_any_kind_are_read():
    assert words_of("Ｇｒｅｅｎ wine") == ["Ｇｒｅｅｎ"]
    assert words_of("carbon‑neutral, eco — friendly") == ["carbon‑neutral", "eco — friendly"]


def test_a_word_within_a_longer_one_is_no_word():
    assert words_of("greenhouse, Greenland, organically-minded organist, ecology") == []


def test_a_label_in_full_fills_the_words_that_it_stands_for_and_no_praise():
    assert words_of("organic, eco-friendly", labelled=True) == ["eco-friendly"]


@given(st.text(max_size=200))
def test_spans_are_in_order_inside_the_text_and_put_it_together_again(text):
    found = vague.find(text, shipped(), TODAY)
    last = 0
    for one in found:
        assert last <= one.start < one.end <= len(text)
        assert text[one.start:one.end] == one.word
        last = one.end
    assert "".join(words for words, _one in vague.pieces(text, found)) == text


PARTS = ["eco-friendly", "绿色", "green tea", "60%", "recycled", " ", "可降解", "EN 13432", "x", "。", "Carbon Neutral"]
SOME = st.lists(st.sampled_from(PARTS), max_size=12).map(" ".join)


@given(SOME, SOME)
def test_what_is_found_in_mixed_texts_is_found_twice_the_same(first, second):
    text = f"{first} {second}"
    assert vague.find(text, shipped(), TODAY) == vague.find(text, shipped(), TODAY)
    assert [one.word.lower() for one in vague.find(text.upper(), shipped(), TODAY)] == [word.lower() for word in words_of(text)]
