"""Evidence as others read it: one product in full with its transport, and the products of an expo by verified evidence."""

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from ...catalog import queries as catalog
from ...catalog.rules import BOUNDARIES, FOOTPRINTS
from ...demands import queries as demands
from ...expos.models import Expo
from ...expos.queries import section_choices, today_at
from ...i18n import lang, territory
from ...reference import queries as reference
from ...sheets.forms import label_options
from ...trade import codes, green
from ...web.forms import strip
from ...web.guard import current_actor
from ...web.pages import Page, page_number
from .. import cards, listing, queries, transport
from .page import bp

PAGE = 24


@bp.get("/e/<expo>/products/<int:product_id>/green")
def product(product_id: int) -> ResponseReturnValue:
    """All evidence of a product, its declared footprint, and what bringing it to China gives off."""
    found, on, rules = catalog.product_at(current_actor, g.expo, product_id), today_at(g.expo), reference.rulebook()
    profile = queries.profiles([found.id], on)[found.id]
    plan = transport.plan_for(found, request.args)
    estimate = transport.reckon(plan, rules, on) if plan else None
    return render_template(
        "green/product.html", product=found, on=on, chain=cards.chain(profile, rules),
        evidence=[cards.cell(one, rules, on) for one in profile.rated()], facts=cards.label_facts(profile, rules),
        asked=_asked_by_mine(g.expo, profile), mine=current_actor.member_of(found.company_id),
        footprints=found.footprints, standards=FOOTPRINTS, boundaries=BOUNDARIES, plan=plan, estimate=estimate,
        short=transport.in_short(plan, estimate) if plan and estimate else "", lines=transport.lines(plan, estimate) if plan else [],
        span=transport.span, modes=transport.MODES, starts=transport.options(plan.mode, china=False) if plan else [],
        ends=transport.options(plan.mode, china=True) if plan else [])


def _asked_by_mine(expo: Expo, profile: green.Profile) -> list[tuple[str, list[tuple[str, str, str, str]], str]]:
    """Return (title of the demand, answers in words, verdict) for the reader's own demands that ask for green evidence."""
    if not current_actor.is_buyer:
        return []
    answers = [(demand, green.meets(queries.asked(demand), profile)) for demand in demands.published_at(expo.id, current_actor.company_id)]
    return [(demand.title, cards.answers_in_words(found), green.verdict(found)) for demand, found in answers if found]


@bp.get("/e/<expo>/green")
def products() -> ResponseReturnValue:
    """The products of the expo by verified evidence."""
    on, rules = today_at(g.expo), reference.rulebook()
    shown, wanted = listing.for_reader(current_actor, g.expo, on), _wanted()
    hits = sorted((one for one in shown if wanted(one)), key=lambda one: -one.profile.best)
    number = max(1, min(page_number(), -(-len(hits) // PAGE)))
    rows = [(one, cards.chain(one.profile, rules), _proven(one)) for one in hits[(number - 1) * PAGE:number * PAGE]]
    return render_template(
        "green/products.html", page=Page(rows, number, PAGE, len(hits)), all=len(shown), wanted=wanted, on=on,
        chosen=request.args.get("level", "third_party"), levels=cards.level_options(), links=codes.choices("chain_link", lang()),
        labels=label_options(), sections=section_choices(g.expo.id),
        origins=sorted(((code, territory(code)) for code in {one.row.origin for one in shown} if code), key=lambda pair: pair[1]))


def _proven(shown: listing.Shown) -> list[str]:
    """Return the names of the labels and certificates that others vouch for."""
    names = dict(label_options())
    rated = [one for one in shown.profile.rated() if one.level >= green.Level.THIRD_PARTY]
    return sorted({names.get(one.evidence.label, one.evidence.label) or codes.label("certificate", one.evidence.text, lang())
                   for one in rated})


def _wanted() -> listing.Wanted:
    """Return the filter of the address; without one, what a third party vouches for. What is not known filters nothing."""
    args = request.args
    return listing.Wanted(
        level=green.LEVELS.get(args.get("level", "third_party"), green.Level.UNKNOWN),
        link=args.get("link", "") if args.get("link") in green.LINKS else "",
        label=args.get("label", "") if args.get("label") in dict(label_options()) else "",
        section_id=_ident(args.get("section", "")), company_id=_ident(args.get("company", "")),
        origin=args.get("origin", "")[:2], words=tuple(strip(args.get("words", ""))[:100].split()[:6]))


def _ident(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
