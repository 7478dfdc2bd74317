"""Questions about the loaded nomenclature. Chapters and headings are the shipped ones; what is below them is loaded."""

import re
import unicodedata
from collections.abc import Iterable

import sqlalchemy as sa

from ...infra.db import db, like
from ...permissions import Actor, Role, ensure
from ...trade import hs
from ...trade.hs import HsHit
from ...trade.shipped import pick
from ..models import Edition, HsLine
from ..states import State

KIND = "hs"
JOIN = " › "
LINES = 5  # of a list of suggestions that also has headings
_CHINESE = re.compile(r"[\u3400-\u9fff]+")
_ENDING = re.compile(r"(ies|es|s|y)$")


def keeps(actor: Actor) -> bool:
    """Tell whether the actor reads the editions and loads drafts: whoever organizes an expo."""
    return decides(actor) or Role.ORGANIZER in actor.roles()


def decides(actor: Actor) -> bool:
    """Tell whether the actor says which edition is in use. It is the same for all expos, so only administrators do."""
    return actor.is_system or actor.is_admin


def versions(actor: Actor) -> sa.Select[tuple[Edition]]:
    """Return the query of all editions, the newest first. Raises ``NotFound`` for strangers."""
    ensure(keeps(actor))
    return sa.select(Edition).where(Edition.kind == KIND).order_by(Edition.id.desc())


def current() -> Edition | None:
    """Return the edition in use, if one is loaded."""
    return db.session.scalar(sa.select(Edition).where(Edition.kind == KIND, Edition.state == State.CURRENT))


def search(query: str, lang: object, limit: int = 8) -> list[HsHit]:
    """Return suggestions for words or digits: shipped chapters and headings, and below them lines of the loaded edition."""
    headings = hs.search(query, lang, limit)
    digits = hs.digits_of(query)
    lines = _lines(_by_digits(digits) if digits else _by_words(query), limit)
    if digits and len(digits) > 4:
        exact = [hit for hit in headings if hit.code == digits and digits not in {line.code for line in lines}]
        return [*exact, *lines, *(hit for hit in headings if hit.code != digits)][:limit]
    kept = max(limit - LINES, limit - len(lines))
    return [*headings[:kept], *lines][:limit]


def label(code: str | None, lang: object) -> str | None:
    """Return the name of a code: its heading's, then those of the loaded lines down to it; None when none is known."""
    digits = hs.normalize_code(code)
    heading = hs.label(digits, lang)
    names = [pick(en or zh, zh or en, lang) for en, zh in _path(digits)]
    return JOIN.join([heading, *names]) if heading else None


def is_unlisted(code: str | None) -> bool:
    """Tell whether a code of 6 digits or more is missing in the loaded edition. It may be used all the same: lists differ and age."""
    digits = hs.normalize_code(code)
    if len(digits) < 6:
        return False
    lines = sa.select(HsLine.id).join(Edition, Edition.id == HsLine.version_id).where(Edition.kind == KIND, Edition.state == State.CURRENT)
    below = db.session.scalar(lines.where(sa.func.length(HsLine.code) >= len(digits)).limit(1))  # nothing is said of depths it lacks
    return below is not None and db.session.scalar(lines.where(HsLine.code.startswith(digits)).limit(1)) is None


def _current() -> sa.Select:
    return sa.select(HsLine.code, HsLine.en, HsLine.zh).join(Edition, Edition.id == HsLine.version_id).where(
        Edition.kind == KIND, Edition.state == State.CURRENT, sa.func.length(HsLine.code) >= 6)


def _path(digits: str) -> list[tuple[str, str]]:
    prefixes = [digits[:length] for length in (6, 8, 10) if len(digits) >= length]
    if not prefixes:
        return []
    rows = db.session.execute(_current().where(HsLine.code.in_(prefixes)).order_by(HsLine.code))
    return [(en, zh) for _code, en, zh in rows]


def _by_digits(digits: str) -> list[sa.ColumnElement[bool]]:
    return [HsLine.code.startswith(digits)] if len(digits) >= 4 else []


def _by_words(query: str) -> list[sa.ColumnElement[bool]]:
    """Return one condition for each word: Chinese as written, English without its plural ending."""
    text = unicodedata.normalize("NFKC", query).lower()
    chinese = _CHINESE.findall(text)
    english = [_ENDING.sub("", word) if len(word) > 4 else word for word in re.findall(r"[a-zà-ÿ]{3,}", text)]
    return [like(HsLine.zh, run) for run in chinese[:4]] + [like(HsLine.en, word) for word in english[:6]]


def _lines(conditions: Iterable[sa.ColumnElement[bool]], limit: int) -> list[HsHit]:
    """Return the loaded lines that fulfil all conditions, the less deep first; both labels are filled."""
    conditions = list(conditions)
    if not conditions:
        return []
    rows = db.session.execute(_current().where(*conditions).order_by(sa.func.length(HsLine.code), HsLine.code).limit(limit))
    return [HsHit(code, en or zh, zh or en, 0.0) for code, en, zh in rows]
