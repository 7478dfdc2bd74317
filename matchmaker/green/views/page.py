"""The blueprint, the items of the navigation, and the panel on the pages of a product."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...access import BUYERS, EXHIBITORS, ORGANIZERS
from ...catalog.models import Product
from ...demands.models import Demand
from ...documents.queries import today
from ...expos.models import Expo
from ...expos.queries import today_at
from ...permissions import Actor
from ...reference import queries as reference
from ...trade import green
from ...trade.green import LEVELS
from ...web import filters, nav, panels
from .. import cards, listing, queries, todo, transport

bp = Blueprint("green", __name__)
MOST_ROWS = 6  # of a panel
NAV = (
    nav.Entry(47, _l("Green evidence"), "leaf", "green.index", EXHIBITORS),
    nav.Entry(47, _l("Green products"), "leaf", "green.products", BUYERS, needs_expo=True),
    nav.Entry(64, _l("Green report"), "leaf", "green.report", ORGANIZERS, needs_expo=True),
)


def _panel(actor: Actor, expo: Expo | None, product: Product) -> Mapping[str, Any]:
    """The evidence of a product, on its own page and on the exhibitor's."""
    on, rules = today_at(expo) if expo else today(), reference.rulebook()
    found, own = queries.profiles([product.id], on)[product.id], actor.member_of(product.company_id)
    plan = transport.plan_for(product, {})
    estimate = transport.in_short(plan, transport.reckon(plan, rules, on)) if plan else ""
    more = url_for("green.product", product_id=product.id) if expo else url_for("green.index") if own else ""
    words = _("All evidence, footprint and transport") if expo else _("The evidence of all your products")
    return {"cells": cards.chain(found, rules), "on": on, "own": own, "estimate": estimate, "more": more, "more_words": words}


def _companies(expo: Expo, value: str) -> set[int]:
    return {one.row.company_id for one in listing.at_expo(expo, today_at(expo)) if one.profile.best >= LEVELS[value]}


def _products(product_ids: Iterable[int], expo: Expo, value: str) -> list[int]:
    return listing.with_level(product_ids, LEVELS[value], today_at(expo))


def _demand_panel(actor: Actor, expo: Expo | None, demand: Demand) -> Mapping[str, Any] | None:
    """What a demand asks of green evidence, and how the reader's own products stand to it; nothing where it asks nothing."""
    asked = queries.asked(demand)
    if not (asked and expo and actor.is_exhibitor and actor.company_id):
        return None
    on = today_at(expo)
    shown = [(one.row, green.meets(asked, one.profile)) for one in listing.of_company(actor.company_id, on) if one.row.state == "published"]
    order = ("met", "short", "unknown")
    rows = sorted(((row, green.verdict(found), cards.answers_in_words(found)) for row, found in shown), key=lambda one: order.index(one[1]))
    return {"rows": rows[:MOST_ROWS], "on": on}


def _organizer_panel(actor: Actor, expo: Expo | None, _subject: Any) -> Mapping[str, Any] | None:
    """How much of the supply is proven, on the organizers' home."""
    if expo is None or not actor.organizes(expo.id):
        return None
    on = today_at(expo)
    shown = listing.at_expo(expo, on)
    return {"counts": cards.level_counts(shown), "all": len(shown), "ending": len(todo.ending(shown)), "on": on} if shown else None


def _company_panel(actor: Actor, _expo: Expo | None, company: Any) -> Mapping[str, Any] | None:
    """What ends soon, on the exhibitor's home; nothing where nothing does."""
    if not (actor.member_of(company.id) and actor.is_exhibitor):
        return None
    ending = todo.ending(listing.of_company(company.id, today()))
    return {"ending": ending[:MOST_ROWS]} if ending else None


FILTERS = (filters.Filter("evidence", 40, _l("Green evidence"), cards.level_filter, companies=_companies, products=_products),)
PANELS = (
    panels.Panel("green", 40, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "green/_panel.html", _panel),
    panels.Panel("green asked", 40, frozenset({panels.DEMAND}), "green/_asked.html", _demand_panel),
    panels.Panel("green supply", 40, frozenset({panels.ORGANIZER}), "green/_supply.html", _organizer_panel),
    panels.Panel("green ending", 40, frozenset({panels.COMPANY}), "green/_ending.html", _company_panel),
)
