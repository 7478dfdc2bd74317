"""Pages of passports: of one product, the exhibitor's to-do list, one page to print, and which expo suits a company."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .. import clock
from ..access import EXHIBITORS
from ..catalog import queries as catalog
from ..catalog import statements
from ..catalog.models import Product
from ..companies.standing import Standing, standing
from ..errors import N_
from ..expos.models import Expo
from ..expos.queries import approved_parts, today_at
from ..i18n import day, reading_in, translated
from ..permissions import Actor, ensure
from ..trade.gates import Road
from ..web import filters, nav, panels
from ..web.guard import current_actor
from ..web.pages import cut, page_number
from . import choosing, pages, printing, queries, todo

bp = Blueprint("passports", __name__)
NAV = (nav.Entry(46, _l("Market entry"), "book-open-check", "passports.index", EXHIBITORS),)
STEPS_A_PAGE = 40
WITHIN = (30, 90, 180)  # days from today by which a buyer may want a road to be open


@bp.get("/market-entry")
def index() -> ResponseReturnValue:
    """What there is to do over all products, the next deadline first."""
    ensure(current_actor.is_exhibitor)
    today, next_expo = clock.now().date(), _next_expo()
    products = {product.id: product for product in queries.of_company(current_actor)}
    mine = queries.passports(products, today, own=True)
    steps = todo.steps(mine, queries.goods(products, today, own=True), next_expo.starts_on if next_expo else None)
    page = cut(steps, page_number(), STEPS_A_PAGE)
    return render_template(
        "passports/index.html", page=page, products=products,
        steps=[pages.step(step, products[step.product_id], today) for step in page.items],
        summaries=[(products[ident], pages.marks(found)) for ident, found in mine.items()], expo=next_expo, today=today)


@bp.get("/products/<int:product_id>/passport")
def own(product_id: int) -> ResponseReturnValue:
    """The passport of a product of one's own."""
    product = catalog.own(current_actor, product_id)
    return _page(product, clock.now().date(), Standing.OWN, url_for("passports.own_file", product_id=product_id),
                 [(_("Market entry"), url_for("passports.index")), (_title(product), "")])


@bp.get("/e/<expo>/products/<int:product_id>/passport")
def passport(product_id: int) -> ResponseReturnValue:
    """The passport of a product as it is shown at the expo."""
    product = catalog.product_at(current_actor, g.expo, product_id)
    return _page(product, today_at(g.expo), _standing(product), url_for("passports.file", product_id=product_id),
                 [(_title(product), url_for("catalog.product", product_id=product_id)), (_("Market-entry passport"), "")])


@bp.get("/products/<int:product_id>/passport.pdf")
def own_file(product_id: int) -> Response:
    """One page to print, of a product of one's own."""
    return _file(catalog.own(current_actor, product_id), clock.now().date(), Standing.OWN)


@bp.get("/e/<expo>/products/<int:product_id>/passport.pdf")
def file(product_id: int) -> Response:
    """One page to print."""
    product = catalog.product_at(current_actor, g.expo, product_id)
    return _file(product, today_at(g.expo), _standing(product))


@bp.get("/which-expo")
def which_expo() -> ResponseReturnValue:
    """Which of the three expos suits what the company makes: sections, demands of earlier editions, dates, work of entry."""
    ensure(current_actor.is_exhibitor)
    return render_template("passports/which_expo.html", offers=choosing.offers(current_actor), today=clock.now().date())


def _title(product: Product) -> str:
    return translated(product.lang, product.translations) or product.title


def _page(product: Product, on: date, how: Standing, pdf_url: str, crumbs: list[tuple[str, str]]) -> str:
    numbers = pages.may_read_numbers(product, how)
    shown, mine = _shown(product, on, how), how is Standing.OWN
    return render_template(
        "passports/passport.html", product=product, passport=shown, mine=mine, numbers=numbers, pdf_url=pdf_url, crumbs=crumbs,
        audience=_(statements.AUDIENCES[product.entry_audience]))


def _shown(product: Product, on: date, how: Standing) -> pages.Shown:
    own = how is Standing.OWN
    found = queries.passports([product.id], on, own=own)[product.id]
    listing = queries.listings([product.hs], on)[product.hs] if product.hs else None
    return pages.show(product, found, numbers=pages.may_read_numbers(product, how), sample=bool(listing and listing.sample))


def _standing(product: Product) -> Standing:
    """Return how far the reader is with the product's company; who runs the expo reads it as a stranger."""
    return standing(current_actor.company_id, product.company_id)


def _file(product: Product, on: date, how: Standing) -> Response:
    wanted = request.args.get("lang", "")
    with reading_in({"en": "en", "zh": "zh_Hans_CN"}.get(wanted, str(get_locale()))):
        content = printing.as_pdf(product, _shown(product, on, how))
    return Response(content, mimetype="application/pdf", headers={
        "Content-Disposition": f"inline; filename=passport-{product.id}.pdf", "Cache-Control": "private, no-store"})


def _next_expo() -> Expo | None:
    parts = [part.expo for part in approved_parts(current_actor.company_id or 0) if part.expo.ends_on >= clock.now().date()]
    return parts[0] if parts else None


def _panel(actor: Actor, expo: Expo | None, subject: Product) -> Mapping[str, Any] | None:
    own = expo is None
    how = Standing.OWN if own else standing(actor.company_id, subject.company_id)
    on = today_at(expo) if expo else clock.now().date()
    url = url_for("passports.own" if own else "passports.passport", product_id=subject.id)
    return {"passport": _shown(subject, on, how), "url": url}


PANELS = (panels.Panel("passport", 10, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "passports/_panel.html", _panel),)


def _entry_options() -> list[tuple[str, str]]:
    """Return what a buyer may ask for: a road that is open now, or typically by a day."""
    today = clock.now().date()
    found = []
    for road, now, by in ((Road.GENERAL, _("Can be sold now, general trade"), N_("General trade by %(day)s")),
                          (Road.CBEC, _("By bonded import now"), N_("By bonded import by %(day)s"))):
        found.append((road.value, now))
        found += [(f"{road.value}-{days}", _(by, day=day(today + timedelta(days)))) for days in WITHIN]
    return found


def _enter(product_ids: Iterable[int], expo: Expo, value: str) -> set[int]:
    road, _dash, days = value.partition("-")
    today = today_at(expo)
    return queries.entering(product_ids, Road(road), today, today + timedelta(int(days)) if days else None)


def _companies(expo: Expo, value: str) -> set[int]:
    owners = queries.owners_at(expo.id)
    return {owners[product_id] for product_id in _enter(owners, expo, value)}


FILTERS = (filters.Filter("entry", 20, _l("Market entry"), _entry_options, companies=_companies, products=_enter),)
