"""Which rates of duty goods of an origin may be charged on a day, the proof that each needs, and the lowest.

The rules of the choice, each by the book of the day:

* Goods of most origins pay the MFN rate, or the annual provisional rate where there is one and it is lower. Origins named by the rule of
  the general rate pay that one.
* An agreement or a one-sided preference that is in force for the origin may give a lower rate; it needs proof of origin. An agreement
  without a loaded rate, or without a known day for the partner, is named and not chosen: its rate is unknown.
* A one-sided zero tariff needs no rate line, its rule is the rate; goods under a tariff quota have it inside the quota only.
* Additional, anti-dumping and countervailing duties come on top of whichever rate is chosen.

What may apply and is not known is an :class:`Open` question. One that blocks makes the duty unknown; the others are named beside it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from .agreements import Agreement, Preference, agreements_for, preferences_for, undated_agreements_for
from .charges import SHORTEST, ZERO, Charge, Lines, Span, Standing, Tariff, least_sure
from .rates import Basis, RateLine, Rates
from .rulebook import Rule, Rulebook

PROOF_KIND: Final = "proof"
QUOTA: Final = "QUOTA"  # code of the proof that quota goods need

Effect = Literal["lower", "higher", "either"]


@dataclass(frozen=True, slots=True)
class Scheme:
    """A rate of duty that goods may be charged: its basis, the agreement or preference, the rate, the rule and the proof it needs.

    ``confirmed`` is false where the rule behind it is not verified: what follows from it holds only if that is confirmed.
    """

    basis: Basis
    tariff: Tariff
    code: str = ""
    rule: Rule | None = None
    proof: Rule | None = None

    @property
    def confirmed(self) -> bool:
        """Tell whether the rule behind the rate is verified (rates of tables have a standing of their own)."""
        return self.rule is None or self.rule.verified

    @property
    def standing(self) -> Standing:
        """How sure the rate is, the rule behind it included."""
        return least_sure((self.tariff.standing, Standing.RULE if self.confirmed else Standing.UNVERIFIED))


@dataclass(frozen=True, slots=True)
class Open:
    """What may apply and is not known: a basis, the scheme's code, why, and where the figure would go if it did.

    ``why``: ``no_rate`` (in force, no rate loaded), ``no_day`` (agreement without a day for the partner), ``after_known`` (preference
    beyond its last known day), ``quota`` (only inside the quota), ``not_loaded`` (no table that would say), ``no_origin``, ``measure``
    (the rate is by a unit that the price does not tell), ``list`` (a list that is not loaded).
    """

    basis: str
    why: str
    code: str = ""
    effect: Effect = "either"
    blocks: bool = False
    rule: Rule | None = field(default=None, compare=False)
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """The schemes that may be chosen (the preferred of two equal ones first), the duties on top, and the open questions."""

    schemes: tuple[Scheme, ...]
    on_top: tuple[Scheme, ...]
    open: tuple[Open, ...]

    def best(self, value: Span, measures: Mapping[str, Decimal], *, confirmed: bool = False) -> tuple[Scheme, Span] | None:
        """Return the scheme with the lowest duty on a value and that duty; None where none is known.

        With ``confirmed`` only schemes whose rule is verified are asked. Between ranges the lower upper end wins.
        """
        found = [(scheme, duty) for scheme in self.schemes if scheme.confirmed or not confirmed
                 if (duty := scheme.tariff.on(value, measures)) is not None]
        return min(found, key=lambda pair: (pair[1].high, pair[1].low), default=None)

    def base(self, value: Span, measures: Mapping[str, Decimal]) -> tuple[Scheme, Span] | None:
        """Return the scheme that needs no proof and its duty (what an agreement saves is measured against the MFN rate)."""
        found = [(scheme, duty) for scheme in self.schemes if scheme.basis in (Basis.MFN, Basis.GENERAL)
                 if (duty := scheme.tariff.on(value, measures)) is not None]
        return found[0] if found else None


@dataclass(frozen=True, slots=True)
class Routes:
    """What the book of a day says of one origin: agreements and preferences with their proofs, and the rules of the bases."""

    origin: str
    agreements: tuple[tuple[Agreement, Rule | None], ...]
    undated: tuple[Agreement, ...]
    preferences: tuple[tuple[Preference, str, Rule | None], ...]
    bases: Mapping[str, Rule]
    quota_proof: Rule | None


def routes(origin: str, on: date, book: Rulebook) -> Routes:
    """Return what the book says of an origin on a day."""
    if not origin:
        return Routes("", (), (), (), {}, None)
    return Routes(
        origin, tuple((deal, _proof(book, deal.code, on)) for deal in agreements_for(origin, on, book)),
        tuple(undated_agreements_for(origin, book)),
        tuple((scheme, status, _proof(book, scheme.code, on)) for scheme, status in preferences_for(origin, on, book)),
        {rule.code: rule for rule in book.on("duty_basis", on)}, _proof(book, QUOTA, on))


def choose(code: str, origin: str, on: date, book: Rulebook, rates: Rates, *, in_quota: bool = False, zone: str = "") -> Choice:
    """Return the rates that goods of a customs code (digits) and origin (two letters) may be charged on a day.

    ``in_quota``: the importer holds a quota certificate; ``zone``: the special zone that the goods enter ("" for none).
    """
    found = book.find("special_zone", zone, on) if zone else None
    return chosen(Lines(rates, code, on), routes(origin, on, book), in_quota=in_quota, zone=found)


def chosen(lines: Lines, by: Routes, *, in_quota: bool = False, zone: Rule | None = None) -> Choice:
    """Return the rates of a code (its lines) by an origin's routes: what :func:`choose` does, for whoever asks of many."""
    schemes: list[Scheme] = []
    questions: list[Open] = []
    quota = lines.tariff(Basis.TRQ)
    for found in (*_base(lines, by), *_agreements(lines, by), *_preferences(lines, by, quota, in_quota),
                  *_quota(by, quota, in_quota), *_zone(lines, zone)):
        if isinstance(found, Scheme):
            schemes.append(found)
        else:
            questions.append(found)
    if schemes:  # a rate is known that the goods may be charged; the base rate could only be lower
        questions = [replace(one, blocks=False, effect="lower") if one.blocks else one for one in questions]
    on_top, more = _on_top(lines, by)
    return Choice(tuple(sorted(schemes, key=_preferred)), on_top, (*questions, *more))


def _preferred(scheme: Scheme) -> tuple[bool, bool, bool]:
    """Of equal rates: the one without proof, then the confirmed one, then the MFN rate before a provisional one."""
    return scheme.proof is not None, not scheme.confirmed, scheme.basis is not Basis.MFN


def _base(lines: Lines, by: Routes) -> Iterator[Scheme | Open]:
    """MFN and provisional rate, or the general rate."""
    if len(lines.code) < SHORTEST:
        yield Open("code", "not_stated", blocks=True)
        return
    if not by.origin:
        yield Open(Basis.MFN, "no_origin", blocks=True)
        return
    general = by.bases.get(Basis.GENERAL)
    basis = Basis.GENERAL if general and by.origin in general.data.get("origins", ()) else Basis.MFN
    if found := lines.tariff(basis):
        yield Scheme(basis, found)
    else:
        yield Open(basis, "no_rate", blocks=True)
    if basis is Basis.GENERAL:
        return  # a provisional rate is for goods that have the MFN rate
    if found := lines.tariff(Basis.PROV):
        yield Scheme(Basis.PROV, found)
    elif Basis.PROV not in lines.complete:
        yield Open(Basis.PROV, "not_loaded", effect="lower", rule=by.bases.get(Basis.PROV))


def _agreements(lines: Lines, by: Routes) -> Iterator[Scheme | Open]:
    for deal, proof in by.agreements:
        if found := lines.tariff(Basis.FTA, deal.code, by.origin):
            yield Scheme(Basis.FTA, found, deal.code, deal.rule, proof)
        elif Basis.FTA not in lines.complete:
            yield Open(Basis.FTA, "no_rate", deal.code, "lower", rule=deal.rule)
    for deal in by.undated:
        yield Open(Basis.FTA, "no_day", deal.code, "lower", rule=deal.rule)


def _preferences(lines: Lines, by: Routes, quota: Tariff | None, in_quota: bool) -> Iterator[Scheme | Open]:
    """One-sided zero tariffs: the rule is the rate."""
    for scheme, status, proof in by.preferences:
        if status == "unknown":
            yield Open(Basis.PREF, "after_known", scheme.code, "lower", rule=scheme.rule)
        elif quota and not in_quota:
            yield Open(Basis.PREF, "quota", scheme.code, "lower", rule=scheme.rule)
        else:
            line = RateLine(lines.code, Basis.PREF, ZERO, scheme=scheme.code, valid_from=scheme.rule.valid_from,
                            valid_to=scheme.rule.valid_to, source=scheme.rule.source, verified=scheme.verified)
            yield Scheme(Basis.PREF, Tariff((Charge(),), (line,)), scheme.code, scheme.rule, proof)


def _quota(by: Routes, quota: Tariff | None, in_quota: bool) -> Iterator[Scheme | Open]:
    if quota and in_quota:
        yield Scheme(Basis.TRQ, quota, proof=by.quota_proof)
    elif quota:
        yield Open(Basis.TRQ, "quota", effect="lower", rule=by.bases.get(Basis.TRQ))


def _zone(lines: Lines, zone: Rule | None) -> Iterator[Scheme | Open]:
    """Zero-tariff lines of a special zone: only where they are loaded (special preferential lines under the zone's code)."""
    if zone is None:
        return
    if found := lines.tariff(Basis.PREF, zone.code):
        yield Scheme(Basis.PREF, found, zone.code, zone)
    else:
        yield Open("zone", "list", zone.code, "lower", rule=zone)


def _on_top(lines: Lines, by: Routes) -> tuple[tuple[Scheme, ...], tuple[Open, ...]]:
    """Return the duties that come on top, and those that may: blocking where the origin is known to be concerned."""
    added: list[Scheme] = []
    questions: list[Open] = []
    for basis in (Basis.ADD, Basis.AD_CVD):
        kinds = lines.schemes(basis, by.origin) if by.origin else []
        added += [Scheme(basis, found, kind) for kind in kinds if (found := lines.tariff(basis, kind, by.origin))]
        if not kinds and basis not in lines.complete:
            rule = by.bases.get(basis)
            named = rule.data.get("origins", ()) if rule else ()
            if not named or by.origin in named:  # a rule that names origins concerns no others
                questions.append(Open(basis, "not_loaded", effect="higher", blocks=by.origin in named, rule=rule))
    return tuple(added), tuple(questions)


def _proof(book: Rulebook, code: str, on: date) -> Rule | None:
    """Return the document that proves the origin under a scheme; ``*`` is the one of schemes without a row of their own."""
    return book.find(PROOF_KIND, code, on) or book.find(PROOF_KIND, "*", on)
