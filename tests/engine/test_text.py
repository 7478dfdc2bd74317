"""The analyzer: one form for what is indexed and what is asked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opencc import OpenCC

from matchmaker.engine.text import clean, detect_language, normalize, script_language, simplified, text_direction, tokens

OPENCC = OpenCC("t2s")


@pytest.mark.parametrize(("asked", "written"), [
    ("5kg", "Cartons of 5 kg"), ("cherry", "Fresh CHERRIES"), ("cereza", "Cerezas frescas"), ("crème", "Creme solaire"),
    ("红酒", "进口红酒礼盒"), ("車釐子", "智利车厘子 JJ级"), ("6204", "Rillenkugellager 6204-2RS"), ("6204-2RS", "bearing 6204-2rs"),
    ("1560 pcs", "1,560 pcs"), ("ABC", "ABC"), ("抹茶", "有機抹茶パウダー"), ("쿠션", "저자극 쿠션 파운데이션"), ("زيتون", "زيت زَيتون"),
])
def test_a_word_that_is_asked_is_found_in_the_text_that_says_it(asked: str, written: str) -> None:
    assert set(tokens(asked)) & set(tokens(written))


def test_different_measures_stay_apart() -> None:
    assert not set(tokens("5 kg")) & set(tokens("50 kg"))


@pytest.mark.parametrize(("text", "lang"), [
    ("求购智利车厘子,JJ级以上", "zh"),
    ("医院集团招便携式彩超 NMPA", "zh"), ("有機抹茶パウダー(宇治)", "ja"), ("저자극 쿠션 파운데이션 15g", "ko"),
    ("Мёд натуральный разнотравье и гречишный", "ru"), ("زيت زيتون بكر ممتاز", "ar"), ("Cerezas frescas de nuestros huertos", "es"),
    ("Sérum apaisant pour les peaux sensibles", "fr"), ("Das Bearbeitungszentrum ist ab Lager lieferbar", "de"),
    ("Cleaned white sesame seed, new crop", "en"), ("", "en"), ("12345", "en"),
])
def test_language_of_a_text(text: str, lang: str) -> None:
    assert detect_language(text) == lang


def test_script_tells_the_language_or_says_latin() -> None:
    assert [script_language(text) for text in ("茶", "お茶です", "Tee", "")] == ["zh", "ja", "latin", "latin"]


def test_arabic_runs_from_right_to_left() -> None:
    assert (text_direction("ar"), text_direction("ar-TN"), text_direction("zh_Hans_CN"), text_direction("")) == ("rtl", "rtl", "ltr", "ltr")


@given(st.text(max_size=300))
def test_any_text_is_analyzed_and_normal_forms_stay(text: str) -> None:
    once = normalize(text)
    assert not any(ord(char) < 32 for char in clean(text))
    assert tokens(once) == tokens(normalize(once))
    assert all(token and not token.isspace() for token in tokens(text))
    assert script_language(text)


@pytest.mark.parametrize("text", ["", "\x00\u202e", "😀" * 5000, "a" * 100_000, "车" * 100_000, "\ud800", "1" * 50_000, "-" * 50_000])
def test_hostile_text_is_read_quickly(text: str) -> None:
    assert isinstance(tokens(text), list)
    assert detect_language(text)


def test_what_is_not_converted_would_be_left_as_it_is() -> None:
    """The short cut for texts without traditional characters is OpenCC's own answer, for every entry of its lists and what it gives."""
    known = {word for *_, entries in OPENCC.dict_cache.values() for pair in entries.items() for word in pair}
    assert len(known) > 5000
    assert [word for word in sorted(known) if simplified(word) != OPENCC.convert(word)] == []


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30))
def test_any_chinese_text_is_what_opencc_makes_of_it(text: str) -> None:
    assert simplified(text) == OPENCC.convert(text)
