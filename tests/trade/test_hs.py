import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.trade import hs


def test_the_96_chapters_in_use_are_there_and_the_reserved_one_is_not():
    assert len(hs.chapters()) == 96
    assert set(hs.chapters()) == {f"{n:02d}" for n in range(1, 98)} - {"77"}


def test_all_1228_headings_are_there_each_once_and_in_a_chapter_in_use():
    codes = [row["code"] for row in hs.read("hs_headings")["rows"]]
    assert hs.read("hs_headings")["complete"] is True
    assert len(codes) == len(set(codes)) == len(hs.headings()) == 1228
    assert codes == sorted(codes)
    assert all(re.fullmatch(r"\d{4}", code) and code[2:] != "00" for code in codes)
    assert {code[:2] for code in codes} == set(hs.chapters())


def test_every_heading_has_a_label_and_words_that_do_not_repeat():
    for entry in hs.headings().values():
        assert entry.en.strip() and entry.zh.strip(), entry.code
        for words in (entry.words_en, entry.words_zh):
            assert words and all(word.strip() == word != "" for word in words), entry.code
            assert len({word.casefold() for word in words}) == len(words), entry.code


def test_both_languages_are_filled_and_in_their_own_script():
    for entry in [*hs.chapters().values(), *hs.headings().values()]:
        assert entry.en.isascii() and entry.en.strip() == entry.en != ""
        assert any("\u4e00" <= char <= "\u9fff" for char in entry.zh)
        assert all(any("\u4e00" <= char <= "\u9fff" for char in word) for word in entry.words_zh), entry.code


@pytest.mark.parametrize(("query", "code"), [
    ("车厘子", "0809"), ("cherries", "0809"), ("Cherry", "0809"), ("0809", "0809"), ("红酒", "2204"),
    ("red wine", "2204"), ("2204.21", "220421"), ("彩超", "9018"), ("牛油果", "0804"), ("avocados", "0804"),
    ("婴儿奶粉", "1901"), ("手机", "8517"), ("green coffee", "0901"), ("五轴加工中心", "8457"), ("面膜", "3304"),
    ("SiC module", "8541"), ("wooden toys", "9503"), ("行李箱", "4202"), ("求购智利车厘子,JJ 级以上,海运冷柜", "0809"),
    ("3D打印机", "8485"), ("采购CT机", "9022"), ("冰鲜和牛", "0201"), ("stainless steel pan", "7323"),
    ("UHT full-cream milk 12 x 1 L, shelf life 12 months, Chinese back label ready", "0401"),
    ("LED灯", "8539"),
])
def test_a_search_finds_what_people_call_it(query, code):
    assert hs.search(query, "zh")[0].code == code
    assert hs.search(query, "en")[0].code == code


def test_a_longer_code_also_offers_its_heading():
    assert [hit.code for hit in hs.search("2204.21", "en")] == ["220421", "2204"]


def test_the_first_digits_list_the_chapter_and_then_its_headings():
    codes = [hit.code for hit in hs.search("08", "en", limit=20)]
    assert codes[:3] == ["08", "0801", "0802"] and codes[-1] == "0814"


def test_a_search_without_an_answer_is_empty():
    assert hs.search("xyzzy", "en") == [] == hs.search("", "zh") == hs.search("  ,", "zh") == hs.search("77", "zh")


def test_a_word_being_typed_finds_already():
    assert "0901" in [hit.code for hit in hs.search("coff", "en")]


@given(st.text(max_size=60))
def test_any_text_can_be_searched_and_hits_come_best_first(text):
    hits = hs.search(text, "zh", limit=5)
    assert len(hits) <= 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(hs.is_valid(hit.code) for hit in hits)


@pytest.mark.parametrize(("written", "digits"), [
    ("0809.29", "080929"), ("0809 29 00", "08092900"), ("0809-29", "080929"), ("0809", "0809"), ("8471300000", "8471300000"),
    ("cherries", ""), ("123", ""), (None, ""), ("", ""), ("٠٨٠٩", ""),
])
def test_a_code_is_read_however_it_is_written(written, digits):
    assert hs.normalize_code(written) == digits


@pytest.mark.parametrize("code", ["08", "0809", "0809.29", "08092900", "2204", "0104", "6813"])
def test_real_codes_are_valid(code):
    assert hs.is_valid(code)


@pytest.mark.parametrize("code", ["77", "7701", "98", "00", "0800", "0815", "0899", "080", "abcd", "", None])
def test_impossible_codes_are_not_valid(code):
    assert not hs.is_valid(code)


def test_a_label_falls_back_from_subheading_to_heading_to_chapter():
    assert hs.label("080929", "zh_Hans_CN") == hs.label("0809", "zh") == "樱桃、杏、桃、李"
    assert hs.label("0809", "en").startswith("Cherries")
    assert hs.label("0199", "en") == "Live animals"
    assert hs.label("7701", "en") is None
    assert hs.label(None, "en") is None
