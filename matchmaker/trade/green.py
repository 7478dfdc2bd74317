"""Evidence of green claims along the chain: four levels, derived from what is there on a day, never given by hand.

| level | what is there |
|---|---|
| claimed | words, or a label named without number, issuer, scope or expiry, or one that has run out |
| document | a file that backs the words and has not run out |
| third party | number, issuer, scope and an expiry not yet passed, of a label that others award and that covers the link |
| register | the same, and somebody found it in the label's public register: who, when, at which address |

The last day of validity counts in full: what is valid until 10 November lowers the level on 11 November. A search in the register
that found nothing leaves a claim, whatever else there is. There is no sum over links: a profile says the level of each.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import IntEnum
from typing import Any

from .rulebook import Rule, Rulebook
from .shipped import pick

LINKS = ("RND", "PROC", "MFG", "LOG", "MKT", "EOL")
LABEL = "label"  # the kind of the rules of labels
DECLARATION = "declaration"  # the kind of label that the maker awards itself
STATED = ("number", "issuer", "scope", "expires_on")  # without one of these a label is a claim


class Level(IntEnum):
    """How strong the evidence is."""

    UNKNOWN = 0
    CLAIMED = 1
    DOCUMENT = 2
    THIRD_PARTY = 3
    REGISTER = 4


LEVELS = {"claimed": Level.CLAIMED, "document": Level.DOCUMENT, "third_party": Level.THIRD_PARTY, "register": Level.REGISTER}


@dataclass(frozen=True, slots=True)
class Held:
    """A file that backs a claim; ``expires_on`` is its last day, None where it has none."""

    ident: int
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """A search in a public register: what came of it, on which day, by whom (``organizer`` or ``company``), at which address."""

    found: bool
    on: date
    by: str
    address: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is said and shown of one link. An empty ``link`` with a label stands for all links that the label covers.

    ``owners`` are the names of the company that says it: a certificate that it issues to itself is no third party's.
    ``ref`` is the caller's own mark, never looked at here.
    """

    link: str = ""
    text: str = ""
    label: str = ""
    number: str = ""
    issuer: str = ""
    scope: str = ""
    expires_on: date | None = None
    document: Held | None = None
    check: Check | None = None
    owners: tuple[str, ...] = ()
    ref: Any = None


@dataclass(frozen=True, slots=True)
class Step:
    """The smallest change that raises the level: ``what`` is say, attach, renew, complete, certify, clear or register."""

    what: str
    missing: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rated:
    """One piece of evidence at one link on a day. ``falls_on`` is the first day on which the level is lower, None where none is known."""

    evidence: Evidence
    link: str
    level: Level
    missing: tuple[str, ...]
    expired: bool
    falls_on: date | None
    next: Step | None


@dataclass(frozen=True, slots=True)
class Profile:
    """The evidence of a product by link, the strongest first. ``loose`` says something of no link."""

    on: date
    links: Mapping[str, tuple[Rated, ...]]
    loose: tuple[Rated, ...] = ()

    def level(self, link: str) -> Level:
        """Return the level of a link: that of its strongest evidence."""
        found = self.links.get(link, ())
        return found[0].level if found else Level.UNKNOWN

    @property
    def best(self) -> Level:
        """Return the level of the strongest link: what a filter by level asks for, no mark for the whole."""
        return max((self.level(link) for link in LINKS), default=Level.UNKNOWN)

    def rated(self) -> tuple[Rated, ...]:
        """Return all evidence, each once, at the link where it is strongest."""
        found: dict[int, Rated] = {}
        for one in (*(one for several in self.links.values() for one in several), *self.loose):
            held = found.get(id(one.evidence))
            if held is None or one.level > held.level:
                found[id(one.evidence)] = one
        return tuple(found.values())


@dataclass(frozen=True, slots=True)
class Asked:
    """What a demand asks for: a level on at least one link, levels of single links, labels. Nothing of it is a must by itself."""

    level: Level = Level.UNKNOWN
    links: Mapping[str, Level] = field(default_factory=dict)
    labels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.level or self.links or self.labels)


@dataclass(frozen=True, slots=True)
class Answer:
    """How a product stands to one thing asked: ``what`` is level, link or label; ``state`` is met, short or unknown (nothing is said)."""

    what: str
    code: str
    asked: Level
    has: Level
    state: str


def label_rule(rulebook: Rulebook, code: str, on: date) -> Rule | None:
    """Return the rule of a label on a day; None for a label that is not known."""
    return rulebook.find(LABEL, code, on) if code else None


def label_of_certificate(rulebook: Rulebook, kind: str, on: date) -> str:
    """Return the label that a kind of certificate (vocabulary ``certificate``) stands for; empty where it is no green one."""
    return next((rule.code for rule in rulebook.on(LABEL, on) if kind in rule.data.get("certificates", ())), "")


def coverage(rule: Rule, lang: object) -> tuple[str, str, bool]:
    """Return (what the label covers, what it does not, whether that is verified) in the reader's language."""
    said = rule.data.get("coverage", {})
    return (pick(said.get("covers_en", ""), said.get("covers_zh", ""), lang), pick(said.get("not_en", ""), said.get("not_zh", ""), lang),
            bool(said.get("verified")))


def missing(evidence: Evidence) -> tuple[str, ...]:
    """Return which of number, issuer, scope and expiry are not stated."""
    return tuple(name for name in STATED if not getattr(evidence, name))


def level(evidence: Evidence, link: str, rulebook: Rulebook, on: date) -> Level:
    """Return the level of a piece of evidence at a link on a day."""
    if not (evidence.text or evidence.label):
        return Level.UNKNOWN
    check = evidence.check if evidence.check and evidence.check.on <= on else None
    if _expired(evidence, on) or (check and not check.found):
        return Level.CLAIMED
    if not missing(evidence) and _covers(evidence, link, rulebook, on):
        if check and check.address:
            return Level.REGISTER
        if _by_others(evidence, rulebook, on):
            return Level.THIRD_PARTY
    document = evidence.document
    return Level.DOCUMENT if document and (document.expires_on is None or on <= document.expires_on) else Level.CLAIMED


def _expired(evidence: Evidence, on: date) -> bool:
    return evidence.expires_on is not None and on > evidence.expires_on


def _covers(evidence: Evidence, link: str, rulebook: Rulebook, on: date) -> bool:
    rule = label_rule(rulebook, evidence.label, on)
    return rule is None or not link or link in rule.data["links"]


def _by_others(evidence: Evidence, rulebook: Rulebook, on: date) -> bool:
    rule = label_rule(rulebook, evidence.label, on)
    own = {_folded(name) for name in evidence.owners if name}
    return (rule is None or rule.data["kind"] != DECLARATION) and _folded(evidence.issuer) not in own


def _folded(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())


def links_of(evidence: Evidence, rulebook: Rulebook, on: date) -> tuple[str, ...]:
    """Return the links of which a piece of evidence says something."""
    if evidence.link:
        return (evidence.link,)
    rule = label_rule(rulebook, evidence.label, on)
    return tuple(link for link in LINKS if link in rule.data["links"]) if rule else ()


def falls_on(evidence: Evidence, link: str, rulebook: Rulebook, on: date) -> date | None:
    """Return the first day after ``on`` on which the level is lower, as far as it is known today."""
    now = level(evidence, link, rulebook, on)
    ends = {evidence.expires_on, evidence.document.expires_on if evidence.document else None} - {None}
    days = sorted(day + timedelta(days=1) for day in ends if day is not None and day >= on)
    return next((day for day in days if level(evidence, link, rulebook, day) < now), None)


def next_step(evidence: Evidence, link: str, rulebook: Rulebook, on: date) -> Step | None:
    """Return what would raise the evidence by a level, the smallest change first; None at the top."""
    now = level(evidence, link, rulebook, on)
    if now is Level.UNKNOWN:
        return Step("say")
    if evidence.check and evidence.check.on <= on and not evidence.check.found:
        return Step("clear")
    if _expired(evidence, on):
        return Step("renew")
    if now is Level.REGISTER:
        return None
    if now is Level.THIRD_PARTY:
        return Step("register")
    able = _covers(evidence, link, rulebook, on) and _by_others(evidence, rulebook, on)
    if evidence.label and able and missing(evidence):
        return Step("complete", missing=missing(evidence))
    if now is Level.CLAIMED:
        return Step("attach")
    return Step("certify", labels=labels_for(link, rulebook, on))


def labels_for(link: str, rulebook: Rulebook, on: date) -> tuple[str, ...]:
    """Return the labels by which others vouch for a link."""
    return tuple(rule.code for rule in rulebook.on(LABEL, on) if link in rule.data["links"] and rule.data["kind"] != DECLARATION)


def rate(evidence: Evidence, link: str, rulebook: Rulebook, on: date) -> Rated:
    """Return a piece of evidence with its level, what it lacks, when it falls and what would raise it."""
    return Rated(
        evidence, link, level(evidence, link, rulebook, on), missing(evidence), _expired(evidence, on),
        falls_on(evidence, link, rulebook, on), next_step(evidence, link, rulebook, on))


def profile(evidence: Iterable[Evidence], rulebook: Rulebook, on: date) -> Profile:
    """Return the profile of a product on a day."""
    links: dict[str, list[Rated]] = {link: [] for link in LINKS}
    loose = []
    for one in evidence:
        places = [link for link in links_of(one, rulebook, on) if link in links]
        for link in places:
            links[link].append(rate(one, link, rulebook, on))
        if not places:
            loose.append(rate(one, "", rulebook, on))
    return Profile(on, {link: tuple(sorted(found, key=lambda one: -one.level)) for link, found in links.items()}, tuple(loose))


def best_level(evidence: Iterable[Evidence], rulebook: Rulebook, on: date) -> Level:
    """Return what ``profile(...).best`` says, without the rest: for batches."""
    return max((level(one, link, rulebook, on) for one in evidence for link in links_of(one, rulebook, on)), default=Level.UNKNOWN)


def meets(asked: Asked, found: Profile) -> tuple[Answer, ...]:
    """Return how a product stands to all that a demand asks for, in the order of asking.

    A level is met where one link reaches it, a label where it is stated in full and has not run out. A product that says nothing
    there is unknown, never short.
    """
    answers = [_answer("level", "", asked.level, found.best)] if asked.level else []
    answers += [_answer("link", link, wanted, found.level(link)) for link, wanted in asked.links.items()]
    for code in asked.labels:
        named = [one for one in found.rated() if one.evidence.label == code]
        has = max((one.level for one in named), default=Level.UNKNOWN)
        full = any(not one.missing and not one.expired and one.next != Step("clear") for one in named)
        answers.append(Answer("label", code, Level.THIRD_PARTY, has, "met" if full else "short" if named else "unknown"))
    return tuple(answers)


def verdict(answers: Iterable[Answer]) -> str:
    """Return ``met`` where all is met, ``short`` where something is short, else ``unknown``; empty where nothing is asked."""
    states = {answer.state for answer in answers}
    return next((state for state in ("short", "unknown", "met") if state in states), "")


def _answer(what: str, code: str, wanted: Level, has: Level) -> Answer:
    return Answer(what, code, wanted, has, "met" if has >= wanted else "unknown" if has is Level.UNKNOWN else "short")
