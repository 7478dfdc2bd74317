"""Green evidence in words: what a page shows of a profile, in the reader's language."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from ..errors import N_
from ..i18n import day, lang
from ..sheets.labels import label_name
from ..trade import codes, green, vague
from ..trade.green import LINKS, Level, Profile, Rated, Step
from ..trade.rulebook import Rulebook
from ..trade.shipped import pick
from .records import CLAIM

LEVEL_NAMES = {
    Level.UNKNOWN: N_("Unknown"), Level.CLAIMED: N_("Claimed"), Level.DOCUMENT: N_("Documented"), Level.THIRD_PARTY: N_("Third party"),
    Level.REGISTER: N_("In a register"),
}
ICONS = {"RND": "pencil-ruler", "PROC": "sprout", "MFG": "factory", "LOG": "ship", "MKT": "megaphone", "EOL": "recycle"}
FIELDS = {"number": N_("number"), "issuer": N_("issuer"), "scope": N_("scope"), "expires_on": N_("last day")}
STEPS = {
    "say": N_("Say what you do here: what exactly, how much, since when."),
    "attach": N_("Add a file that shows it: a test report, an invoice, a contract."),
    "renew": N_("It ran out on %(day)s: renew it and write the new number and day."),
    "complete": N_("Add what is missing: %(missing)s."),
    "certify": N_("Let others vouch for it: %(labels)s."),
    "certify_any": N_("Let somebody else check it: no label in our list speaks of this link."),
    "clear": N_("An organizer did not find it in the register: correct the number, or take the label away."),
    "register": N_("Look it up in the label's public register and write address and day, or let the organizer do it."),
    "as_claim": N_("Enter it as a claim with its label: then it can be looked up in the register."),
}
MOST_LABELS = 4  # named in a step


@dataclass(frozen=True, slots=True)
class Cell:
    """One piece of evidence, or an empty link. ``look`` is claim, cert or none; ``notes`` are short facts below it."""

    link: str
    name: str
    icon: str
    level: int
    level_name: str
    look: str
    text: str
    notes: tuple[str, ...]
    vague: tuple[vague.Vague, ...]
    step: str
    rated: Rated | None = None


def chain(profile: Profile, rulebook: Rulebook) -> list[Cell]:
    """Return a cell for each link of the chain, with its strongest evidence."""
    return [cell(profile.links[link][0], rulebook, profile.on) if profile.links[link] else _empty(link) for link in LINKS]


def cell(rated: Rated, rulebook: Rulebook, on: date) -> Cell:
    """Return a piece of evidence in words, as of a day."""
    evidence = rated.evidence
    label = label_name(evidence.label) if evidence.label else ""
    from_card = evidence.ref.kind == CLAIM
    text = evidence.text if from_card and evidence.text else label or codes.label("certificate", evidence.text, lang())
    full = rated.level >= Level.THIRD_PARTY
    vague_words = tuple(vague.find(evidence.text, rulebook, on, labelled=full)) if from_card else ()
    return Cell(
        rated.link, codes.label("chain_link", rated.link, lang()), ICONS.get(rated.link, "leaf"), int(rated.level),
        _(LEVEL_NAMES[rated.level]), "cert" if rated.level >= Level.DOCUMENT else "claim", label if full and label else text,
        tuple(_notes(rated, label, text)), vague_words, step_words(rated.next, rated), rated)


def _notes(rated: Rated, label: str, text: str) -> Iterable[str]:
    evidence = rated.evidence
    if rated.expired and evidence.expires_on:
        yield _("ran out on %(day)s", day=day(evidence.expires_on))
    if label and text != label:
        yield text if rated.level >= Level.THIRD_PARTY else label
    if evidence.ref.closed:
        yield _("a document in the company's locker")
        yield from _check_notes(rated)
        return
    if evidence.number:
        yield _("No. %(number)s", number=evidence.number)
    if evidence.issuer:
        yield evidence.issuer
    if evidence.scope:
        yield evidence.scope
    if evidence.expires_on and not rated.expired:
        yield _("until %(day)s", day=day(evidence.expires_on))
    if evidence.label and rated.missing:
        yield _("not stated: %(missing)s", missing=_joined(_(FIELDS[name]) for name in rated.missing))
    yield from _check_notes(rated)


def _check_notes(rated: Rated) -> Iterable[str]:
    check = rated.evidence.check
    if check is None:
        return
    if not check.found:
        yield _("not found in the register by an organizer on %(day)s", day=day(check.on))
    elif check.by == "organizer":
        yield _("found in the register by an organizer on %(day)s", day=day(check.on))
    else:
        yield _("found in the register by the company itself on %(day)s", day=day(check.on))


def name_of(rated: Rated) -> str:
    """Return what a piece of evidence is called: its label, else its certificate, else the words of the claim."""
    evidence = rated.evidence
    return label_name(evidence.label) if evidence.label else codes.label("certificate", evidence.text, lang())


def step_words(step: Step | None, rated: Rated | None = None) -> str:
    """Return the smallest change that raises a level as a sentence; empty at the top."""
    if step is None:
        return ""
    what = "certify_any" if step.what == "certify" and not step.labels else step.what
    if what == "register" and rated and rated.evidence.ref.kind != CLAIM:
        what = "as_claim"
    ended = rated.evidence.expires_on if rated else None
    return _(STEPS[what]) % {
        "missing": _joined(_(FIELDS[name]) for name in step.missing), "day": day(ended) if ended else "",
        "labels": _joined(label_name(code) for code in step.labels[:MOST_LABELS]),
    }


def _empty(link: str) -> Cell:
    return Cell(link, codes.label("chain_link", link, lang()), ICONS[link], 0, _(LEVEL_NAMES[Level.UNKNOWN]), "none", "", (), (),
                step_words(Step("say")))


def answers_in_words(answers: Sequence[green.Answer]) -> list[tuple[str, str, str, str]]:
    """Return (what is asked, level asked, level shown, state) of what a demand asks and a product shows."""
    return [(_asked_name(one), _(LEVEL_NAMES[one.asked]), _(LEVEL_NAMES[one.has]), one.state) for one in answers]


def _asked_name(one: green.Answer) -> str:
    if one.what == "link":
        return codes.label("chain_link", one.code, lang())
    return label_name(one.code) if one.what == "label" else _("on at least one link")


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What a label is: who awards it, what it covers and what it does not. Both are marked where they are not verified."""

    name: str
    issuer: str
    links: str
    covers: str
    leaves: str
    verified: bool
    coverage_verified: bool


def label_facts(profile: Profile, rulebook: Rulebook) -> list[LabelFacts]:
    """Return the facts of the labels that a profile names."""
    named = {one.evidence.label for one in profile.rated() if one.evidence.label}
    found = []
    for rule in rulebook.on(green.LABEL, profile.on):
        if rule.code in named:
            covers, leaves, sure = green.coverage(rule, lang())
            issuer = pick(rule.data["issuer_en"], rule.data["issuer_zh"], lang())
            links = _joined(codes.label("chain_link", link, lang()) for link in LINKS if link in rule.data["links"])
            found.append(LabelFacts(rule.label(lang()), issuer, links, covers, leaves, rule.verified, sure))
    return found


def level_counts(shown: Iterable[Any]) -> list[tuple[int, str, int]]:
    """Return (level, its name, how many products have it on their strongest link), the strongest first."""
    best = [one.profile.best for one in shown]
    return [(int(level), _(LEVEL_NAMES[level]), best.count(level)) for level in reversed(Level)]


def level_options() -> list[tuple[str, str]]:
    """Return the levels that a filter offers, in the reader's language."""
    return [(word, _(LEVEL_NAMES[level])) for word, level in green.LEVELS.items()]


def level_filter() -> list[tuple[str, str]]:
    """Return the levels as a filter words them: this one or better."""
    options = level_options()
    return [(word, _("%(level)s or better", level=name)) for word, name in options[:-1]] + options[-1:]


def _joined(words: Iterable[Any]) -> str:
    return ("、" if lang() == "zh" else ", ").join(str(word) for word in words)
