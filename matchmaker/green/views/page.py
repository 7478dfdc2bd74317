"""The blueprint, the items of the navigation, and the panel on the pages of a product."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...access import BUYERS, EXHIBITORS, ORGANIZERS
from ...catalog.models import Product
from ...documents.queries import today
from ...expos.models import Expo
from ...expos.queries import today_at
from ...permissions import Actor
from ...trade.green import LEVELS
from ...web import filters, nav, panels
from .. import cards, listing, queries, transport

bp = Blueprint("green", __name__)
NAV = (
    nav.Entry(47, _l("Green evidence"), "leaf", "green.index", EXHIBITORS),
    nav.Entry(47, _l("Green products"), "leaf", "green.products", BUYERS, needs_expo=True),
    nav.Entry(64, _l("Green report"), "leaf", "green.report", ORGANIZERS, needs_expo=True),
)


def _panel(actor: Actor, expo: Expo | None, product: Product) -> Mapping[str, Any]:
    """The evidence of a product, on its own page and on the exhibitor's."""
    on, rules = today_at(expo) if expo else today(), queries.rulebook()
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


FILTERS = (filters.Filter("evidence", 40, _l("Green evidence"), cards.level_filter, companies=_companies, products=_products),)
PANELS = (panels.Panel("green", 40, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "green/_panel.html", _panel),)
