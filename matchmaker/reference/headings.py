"""Headings of the Harmonized System proposed from a title, learned from what companies and organizers assigned.

Each process fits one classifier, in the background, and keeps it until the assigned titles have changed enough. Until it is
there the labels are searched: such proposals have no probability.
"""

import os
import tempfile
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import structlog
from flask import Flask, current_app

from .. import events
from ..i18n import lang
from ..trade import hs

if TYPE_CHECKING:
    from ..engine.matching.headings import HeadingClassifier, Label

log = structlog.get_logger()
MOST = 3
MOST_TITLES = 20_000  # the newest; older ones are forgotten
LOOK_AGAIN = 600.0  # seconds after which the assigned titles are looked at again
FEW, SHARE = 20, 0.05  # so many titles more or less, and this share of those learned, make a new fit worth its time
FOUND = 40.0  # score of a search hit that is worth proposing without a classifier


class Fitted(NamedTuple):
    """A classifier and the (title, heading) pairs that it learned."""

    classifier: "HeadingClassifier"
    pairs: frozenset[tuple[str, str]]


_fitted: dict[str, Fitted] = {}  # by the setting ENCODER
_looked: dict[str, float] = {}  # when the assigned titles were looked at
_lock = threading.Lock()


def propose(title: str, language: object) -> list[tuple[str, float | None]]:
    """Return up to three headings for a title, the likeliest first, each with its probability from 0 to 1.

    None instead of a probability says that the words were only found in the labels. Empty: nothing to propose.
    """
    title = " ".join(title.split())[:200]
    if not title:
        return []
    present = classifier()
    if present is not None:
        return [(found.code, found.probability) for found in present.propose(title, MOST)]
    hits = hs.search(title, language, limit=10)
    return [(hit.code, None) for hit in hits if len(hit.code) == 4 and hit.score >= FOUND][:MOST]


def proposed(title: str) -> list[dict[str, str]]:
    """Return the proposals as forms and scripts show them: code, name, and the percentage where one is known."""
    return [{"code": code, "label": hs.label(code, lang()) or "", "chance": "" if chance is None else f"{min(99.0, 100 * chance):.0f}%"}
            for code, chance in propose(title, lang())]


def classifier() -> "HeadingClassifier | None":
    """Return the classifier of this process; None while the first one is being fitted. Has it fitted anew when it is time."""
    name = current_app.config["ENCODER"]
    if not current_app.testing and time.monotonic() - _looked.get(name, -LOOK_AGAIN) >= LOOK_AGAIN:  # tests fit by hand
        _looked[name] = time.monotonic()  # also when it fails: proposals are a comfort, the next try has time
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        threading.Thread(target=_fit_beside, args=(app,), name="headings", daemon=True).start()
    fitted = _fitted.get(name)
    return fitted.classifier if fitted else None


def fit() -> "HeadingClassifier":
    """Fit here and now, unless the assigned titles are nearly those learned; return the classifier. One fit at a time.

    Workers call it when they start, and with them the embedded server.
    """
    name = current_app.config["ENCODER"]
    with _lock:
        _looked[name] = time.monotonic()
        fitted, pairs = _fitted.get(name), assigned()
        if fitted is None or _changed_enough(fitted.pairs, pairs):
            fitted = _fitted[name] = Fitted(_fit(name, sorted(pairs)), pairs)
        return fitted.classifier


def learn() -> frozenset[tuple[str, str]]:
    """Learn here and now, so that the first process that serves reads the encoded labels and does not wait; return what was learned."""
    fit()
    return _fitted[current_app.config["ENCODER"]].pairs


def assigned() -> frozenset[tuple[str, str]]:
    """Return the newest (title, heading) pairs of published products and demands."""
    rows = [row for _receiver, found in events.headings_asked.send(None, limit=MOST_TITLES) for row in found]
    rows.sort(key=lambda row: row[0], reverse=True)
    return frozenset((" ".join(title.split()), code[:4]) for _changed_at, title, code in rows[:MOST_TITLES] if len(code) >= 4)


def labels() -> "list[Label]":
    """Return the shipped headings as the classifier reads them."""
    from ..engine.matching.headings import Label

    return [Label(entry.code, entry.en, entry.zh, (*entry.words_en, *entry.words_zh)) for entry in hs.headings().values()]


def stored_labels() -> Path:
    """Return the file of the encoded labels."""
    return Path(current_app.instance_path) / f"headings-{current_app.config['ENCODER']}.npz"


def _changed_enough(learned: frozenset, present: frozenset) -> bool:
    return len(learned ^ present) >= max(FEW, SHARE * len(learned))


def _fit(name: str, pairs: list[tuple[str, str]]) -> "HeadingClassifier":
    """Fit, and keep the encoded labels in the instance folder: encoding them takes half a minute, reading them an instant."""
    from ..engine.matching.encoder import load_encoder
    from ..engine.matching.headings import HeadingClassifier

    stored = stored_labels()
    found = HeadingClassifier(labels(), load_encoder(name), hs.no_goods()).fit(
        [title for title, _code in pairs], [code for _title, code in pairs], stored=stored)
    found.propose("车厘子")  # the dictionaries are read now, not when the first reader waits
    handle, part = tempfile.mkstemp(dir=stored.parent)
    os.close(handle)
    found.save(Path(part))
    Path(part).replace(stored)  # whole or not at all: other processes read it
    log.info("headings learned", titles=len(pairs))
    return found


def _fit_beside(app: Flask) -> None:
    try:
        with app.app_context():
            fit()
    except Exception as error:
        log.warning("headings not learned", exc_info=error)
