"""The comparison of up to five products, on screen and as a spreadsheet. What was chosen is kept in the session, per expo."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, make_response, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..access import BUYERS
from ..catalog import queries as catalog
from ..catalog.models import Product
from ..expos.models import Expo
from ..infra.spreadsheets import write_workbook
from ..landed.views import named
from ..permissions import Actor, ensure
from ..web import nav, panels
from ..web.guard import current_actor
from ..web.redirects import safe_next
from . import cards, queries

bp = Blueprint("comparison", __name__)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def chosen(slug: str) -> list[int]:
    """Return the ids of the products chosen at an expo, in the order of choosing."""
    return list(session.get("compared", {}).get(slug, ()))


def _keep(slug: str, product_ids: list[int]) -> None:
    session["compared"] = {**session.get("compared", {}), slug: product_ids}


def _count(_actor: Actor) -> int | None:
    return len(chosen(g.expo.slug)) or None if "expo" in g and g.expo else None


NAV = (nav.Entry(44, _l("Compare"), "scale", "comparison.compare", BUYERS, _count, needs_expo=True),)


def _panel(actor: Actor, expo: Expo | None, product: Product) -> Mapping[str, Any] | None:
    """The button on a product's page, for buyers."""
    if expo is None or not actor.is_buyer:
        return None
    ids = chosen(expo.slug)
    return {"chosen": product.id in ids, "count": len(ids), "full": len(ids) >= queries.MOST, "most": queries.MOST}


PANELS = (panels.Panel("comparison", 5, frozenset({panels.PRODUCT}), "comparison/_panel.html", _panel),)


@bp.get("/e/<expo>/compare")
def compare() -> ResponseReturnValue:
    """The products side by side."""
    found = _found()
    table = cards.table(found, named())
    return render_template(
        "comparison/compare.html", table=table, found=found, demands=queries.demands(current_actor, g.expo),
        lines=cards.basis(table, found), most=queries.MOST, differences=request.args.get("differences") == "yes")


@bp.get("/e/<expo>/compare.xlsx")
def workbook() -> ResponseReturnValue:
    """The same as a spreadsheet."""
    found = _found()
    answer = make_response(write_workbook(cards.workbook(cards.table(found, named()), found)))
    answer.headers["Content-Type"] = XLSX
    answer.headers["Content-Disposition"] = f'attachment; filename="compare-{g.expo.slug}.xlsx"'
    return answer


def _found() -> queries.Comparison:
    ensure(current_actor.is_buyer)
    demand = request.args.get("demand", "")
    return queries.compare(current_actor, g.expo, chosen(g.expo.slug), int(demand) if demand.isascii() and demand.isdigit() else None)


@bp.post("/e/<expo>/compare/<int:product_id>")
def add(product_id: int) -> ResponseReturnValue:
    """Put a product beside the others; five at most."""
    ensure(current_actor.is_buyer)
    product, ids = catalog.product_at(current_actor, g.expo, product_id), chosen(g.expo.slug)
    if product.id not in ids and len(ids) >= queries.MOST:
        flash(_("Five at a time: take one out first."), "warning")
    elif product.id not in ids:
        _keep(g.expo.slug, [*ids, product.id])
        flash(_("Added to the comparison."), "success")
    return redirect(safe_next(url_for(".compare")))


@bp.post("/e/<expo>/compare/<int:product_id>/remove")
def remove(product_id: int) -> ResponseReturnValue:
    """Take a product out."""
    ensure(current_actor.is_buyer)
    _keep(g.expo.slug, [one for one in chosen(g.expo.slug) if one != product_id])
    return redirect(safe_next(url_for(".compare")))
