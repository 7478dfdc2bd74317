"""What every encoder promises, and what the cache adds."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.engine.matching.encoder import CachedEncoder, DictionaryEncoder, Encoder, EncoderUnavailableError, UseEncoder, load_encoder

HOSTILE = ["", " ", "\x00\u202e\u200b", "😀🚀", "車釐子 乾果", "Ünïcödé mixed 中文 и русский عربي", "1" * 4000, "长" * 4000, "\ud800"]


class EncoderPromises:
    """Inherited by the tests of every encoder."""

    @pytest.fixture
    def encoder(self) -> Encoder:
        raise NotImplementedError

    def test_rows_are_float32_of_the_dimension_and_of_length_one(self, encoder: Encoder) -> None:
        vectors = encoder.encode(["车厘子", "fresh cherries", *HOSTILE])
        assert vectors.dtype == np.float32
        assert vectors.shape == (2 + len(HOSTILE), encoder.dim)
        assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)

    def test_nothing_gives_no_rows(self, encoder: Encoder) -> None:
        assert encoder.encode([]).shape == (0, encoder.dim)

    def test_a_text_has_the_same_vector_whatever_stands_beside_it(self, encoder: Encoder) -> None:
        alone, beside = encoder.encode(["橄榄油"]), encoder.encode(["wine", "橄榄油", "特级初榨橄榄油 500ml"])
        assert np.allclose(alone[0], beside[1], atol=1e-5)

    def test_traditional_and_simplified_characters_are_one(self, encoder: Encoder) -> None:
        one, other = encoder.encode(["橄欖油", "橄榄油"])
        assert np.allclose(one, other, atol=1e-5)

    def test_the_same_thing_in_two_languages_is_nearer_than_another(self, encoder: Encoder) -> None:
        oil, same, other = encoder.encode(["橄榄油", "olive oil", "machine tool"])
        assert oil @ same > oil @ other + 0.2

    def test_the_name_carries_a_hash(self, encoder: Encoder) -> None:
        assert len(encoder.name.rsplit("-", 1)[1]) == 12


class TestUseEncoder(EncoderPromises):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return UseEncoder()


class TestDictionaryEncoder(EncoderPromises):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return DictionaryEncoder()


@settings(max_examples=40, deadline=None)
@given(text=st.text(max_size=200))
@pytest.mark.parametrize("encoder", [UseEncoder(), DictionaryEncoder()], ids=["use", "dictionary"])
def test_any_text_gives_a_unit_row(encoder: Encoder, text: str) -> None:
    assert np.isclose(np.linalg.norm(encoder.encode([text])), 1, atol=1e-5)


class Store(dict):
    """A vector cache in memory."""

    def get_many(self, keys: list) -> dict:
        return {key: self[key] for key in keys if key in self}

    def put_many(self, vectors: dict) -> None:
        self.update(vectors)


class Counting(DictionaryEncoder):
    """Remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: list[str]) -> np.ndarray:
        self.asked.extend(texts)
        return super().encode(texts)


class TestCachedEncoder(EncoderPromises):
    @pytest.fixture
    def encoder(self) -> Encoder:
        return CachedEncoder(DictionaryEncoder(), Store())

    def test_each_text_is_encoded_once(self) -> None:
        inner = Counting()
        encoder = CachedEncoder(inner, Store())
        first = encoder.encode(["茶", "tea", "茶"])
        assert inner.asked == ["茶", "tea"]
        assert np.array_equal(encoder.encode(["茶", "tea", "茶"]), first)
        assert inner.asked == ["茶", "tea"]

    def test_a_stored_vector_of_the_wrong_size_is_replaced(self) -> None:
        store = Store()
        encoder = CachedEncoder(DictionaryEncoder(), store)
        right = encoder.encode(["茶"])
        store.update(dict.fromkeys(store, b"1234"))
        assert np.array_equal(encoder.encode(["茶"]), right)


def test_an_unknown_encoder_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown encoder"):
        load_encoder("oracle")


def test_auto_takes_the_multilingual_encoder_where_it_is_installed() -> None:
    assert load_encoder("auto").name == UseEncoder.name


class TestFolderEncoder:
    def test_a_folder_without_a_model_is_refused(self, tmp_path) -> None:
        with pytest.raises(EncoderUnavailableError, match="no model"):
            load_encoder(f"path:{tmp_path}")

    def test_the_missing_package_is_named(self, tmp_path, monkeypatch) -> None:
        monkeypatch.setitem(sys.modules, "sentence_transformers", None)
        (tmp_path / "model.bin").write_bytes(b"weights")
        with pytest.raises(EncoderUnavailableError, match="sentence-transformers is not installed"):
            load_encoder(f"path:{tmp_path}")
