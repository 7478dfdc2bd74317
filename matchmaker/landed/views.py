"""Pages of landed cost: what a product costs in China, with every step, for its exhibitor and for buyers who may see its price."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from .. import clock
from ..catalog import queries as catalog
from ..catalog.models import Product
from ..demands.models import Demand
from ..demands.queries import mine as own_demands
from ..expos.models import Expo
from ..expos.queries import today_at
from ..infra.db import db
from ..permissions import Actor, ensure
from ..reference import queries as reference
from ..trade.bills import GENERAL_TRADE, Inquiry
from ..trade.roads import is_import_road
from ..trade.rulebook import Rule
from ..web import panels
from ..web.guard import current_actor
from . import cards, queries
from .forms import CostForm, consignment, unit_name

bp = Blueprint("landed", __name__)
MOST_DEMANDS = 50  # of a buyer, to take road and quantity from
NAMED = ("agreement", "preference", "special_zone", "relief")  # kinds of rules that a question may name


def _panel(actor: Actor, expo: Expo | None, product: Product) -> Mapping[str, Any] | None:
    """One unit by general trade, for whoever may see the price."""
    if not product.hs and not actor.member_of(product.company_id):
        return None
    on = today_at(expo) if expo else clock.now().date()
    shown = product.id in catalog.open_prices(actor.company_id, [product])
    more = url_for("landed.product", expo=expo.slug, product_id=product.id) if expo else url_for("landed.own", product_id=product.id)
    if not shown:
        return {"shown": False}
    found = queries.cost(queries.inquiry(product, on))
    return {"shown": True, "cost": cards.ladder(found, named()), "unit": unit_name(product), "more": more}


PANELS = (panels.Panel("landed", 20, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "landed/_panel.html", _panel),)


def named() -> dict[str, Rule]:
    """Return the rules by the codes that a question may name."""
    book = reference.rulebook()
    return {rule.code: rule for kind in NAMED for rule in book.all(kind)}


@bp.get("/e/<expo>/products/<int:product_id>/cost")
def product(product_id: int) -> ResponseReturnValue:
    """The landed cost of a product shown at the expo."""
    found = catalog.product_at(current_actor, g.expo, product_id)
    ensure(found.id in catalog.open_prices(current_actor.company_id, [found]))
    demands = list(db.session.scalars(own_demands(current_actor).where(Demand.expo_id == g.expo.id).limit(MOST_DEMANDS))) \
        if current_actor.is_buyer else []
    return _page(found, g.expo, demands)


@bp.get("/products/<int:product_id>/cost")
def own(product_id: int) -> ResponseReturnValue:
    """The landed cost of a product of one's own."""
    return _page(catalog.own(current_actor, product_id), None, [])


def _page(found: Product, expo: Expo | None, demands: list[Demand]) -> ResponseReturnValue:
    on = today_at(expo) if expo else clock.now().date()
    demand = next((one for one in demands if str(one.id) == request.args.get("demand")), None)
    asked = queries.inquiry(found, on)
    form = CostForm.of(_defaults(found, asked, demand), sorted({rule.data["expo"] for rule in reference.rulebook().on("relief", on)}))
    form.validate()
    answer = queries.cost(form.over(asked, found))
    return render_template(
        "landed/product.html", product=found, expo=expo, form=form, cost=cards.ladder(answer, named()), asked=answer.inquiry,
        consignment=consignment(answer.inquiry.quantity, found),
        unit=unit_name(found), demands=demands, demand=demand, mine=current_actor.member_of(found.company_id)), form.status


def _defaults(found: Product, asked: Inquiry, demand: Demand | None) -> dict[str, Any]:
    """Return road and quantity of the chosen demand where they fit, else the minimum order by general trade."""
    quantity, road = asked.quantity, GENERAL_TRADE
    if demand and demand.quantity_first and demand.unit == found.price_unit:
        quantity = demand.quantity_first
    if demand and is_import_road(demand.road):
        road = demand.road
    return {"road": road, "quantity": f"{quantity.normalize():f}", "on": asked.on, "origin": asked.origin, "order_items": 1}
