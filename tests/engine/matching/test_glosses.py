"""Chinese read in English by longest match, and the product words of other languages."""

from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.matching.glosses import gloss, product_words, read_trade_words, segments
from matchmaker.engine.text import normalize


def test_names_that_traders_use_are_known() -> None:
    assert [gloss(name) for name in ("车厘子", "牛油果", "奇异果", "三文鱼")] == ["cherry", "avocado", "kiwifruit", "salmon"]
    assert "doppler ultrasound" in gloss("彩超")


def test_the_longest_word_wins() -> None:
    assert [piece for piece, _ in segments("橄榄油")] == ["橄榄油"]


def test_traditional_characters_are_read() -> None:
    assert gloss("車釐子") == gloss("车厘子")


def test_words_of_asking_say_nothing() -> None:
    assert gloss("求购车厘子") == "cherry"


def test_product_words_of_other_languages() -> None:
    assert product_words("Cerezas frescas Lapins") == "cherry"
    assert product_words("زيت زيتون بكر ممتاز") == "olive oil extra virgin"
    assert "bearing" in read_trade_words("Rillenkugellager 6204-2RS")


def test_a_word_inside_another_is_not_a_product_word() -> None:
    assert product_words("Thermalbad und Schüttgut") == ""


def test_a_quality_alone_names_no_product() -> None:
    assert product_words("congelado") == ""


@given(st.text(max_size=120) | st.text("车厘子橄榄油abc 12,。", max_size=40))
def test_the_pieces_of_any_text_make_up_the_text(text: str) -> None:
    assert "".join(piece for piece, _ in segments(text)) == normalize(text)
