"""The encoder of this process, loaded once behind a lock, with the database as its memory."""

import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import sqlalchemy as sa
from flask import current_app

from ..infra.db import apart, db, insert
from .models import TextVector

if TYPE_CHECKING:
    from ..engine.matching.encoder import CachedEncoder

AT_ONCE = 400  # keys in one statement
_lock = threading.Lock()
_loaded: dict[str, "CachedEncoder"] = {}


class VectorTable:
    """The store of ``CachedEncoder``: rows of ``text_vector``. Writing commits on its own, so that no vector is computed twice
    after a crash and the write lock is not held while the next texts are encoded."""

    def get_many(self, keys: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], bytes]:
        """Return the stored vectors among ``keys`` (encoder name, SHA-256 of the text)."""
        found: dict[tuple[str, str], bytes] = {}
        for start in range(0, len(keys), AT_ONCE):
            part = keys[start:start + AT_ONCE]
            rows = db.session.execute(sa.select(TextVector.model, TextVector.text_hash, TextVector.vector).where(
                TextVector.model == part[0][0], TextVector.text_hash.in_([text_hash for _, text_hash in part])))
            found.update({(row.model, row.text_hash): row.vector for row in rows})
        return found

    def put_many(self, vectors: Mapping[tuple[str, str], bytes]) -> None:
        """Keep vectors; what another worker stored meanwhile stays."""
        rows = [{"model": model, "text_hash": text_hash, "vector": vector} for (model, text_hash), vector in vectors.items()]
        with apart() as session:
            for start in range(0, len(rows), AT_ONCE):
                session.execute(insert(TextVector, session).on_conflict_do_nothing(), rows[start:start + AT_ONCE])


def not_stored(model: str, texts: Iterable[str]) -> list[str]:
    """Return those of ``texts``, each once, that have no vector of the model yet; no vector is read."""
    wanted = {hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(): text for text in texts}
    keys = list(wanted)
    for start in range(0, len(keys), AT_ONCE):
        for found in db.session.scalars(sa.select(TextVector.text_hash).where(
                TextVector.model == model, TextVector.text_hash.in_(keys[start:start + AT_ONCE]))):
            del wanted[found]
    return list(wanted.values())


def encoder() -> "CachedEncoder":
    """Return the encoder that the setting ENCODER names; the first call loads it (a second or two).

    Raises ``EncoderUnavailableError`` when ``use`` is asked for and cannot be had.
    """
    name = current_app.config["ENCODER"]
    with _lock:
        if name not in _loaded:
            from ..engine.matching.encoder import CachedEncoder, load_encoder

            _loaded[name] = CachedEncoder(load_encoder(name), VectorTable())
        return _loaded[name]


def encoder_state() -> str:
    """Say in a few words which encoder this process works with, for /readyz."""
    name = current_app.config["ENCODER"]
    loaded = _loaded.get(name)
    if loaded is None:
        return "not loaded yet"
    if name != "dictionary" and type(loaded.encoder).__name__ == "DictionaryEncoder":
        return "dictionary: works without the encoder"
    return loaded.name
