"""Pages of products: the exhibitor's own cards, and the card as the other side reads it at an expo."""

from collections.abc import Mapping

from flask import Blueprint, Response, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from .. import clock
from ..access import EXHIBITORS
from ..documents import kinds
from ..documents import queries as documents
from ..documents.rules import is_announced
from ..documents.rules import state as document_state
from ..errors import N_, Invalid, Problem
from ..expos.forms import posted_version
from ..expos.models import Participation
from ..expos.queries import approved_parts, today_at
from ..i18n import day, lang
from ..infra import storage
from ..permissions import ensure
from ..reference import queries as reference
from ..sheets import assigning
from ..sheets import queries as imports
from ..sheets.forms import HeadingForm, VersionForm
from ..sheets.labels import labels
from ..sheets.views import upload_page
from ..trade import vague
from ..web import nav, panels
from ..web.forms import strip
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from . import actions, queries, reading, rules, states
from .forms import NOT_SHOWN, PictureForm, ProductForm, filled
from .models import Product, ProductPicture
from .tasks import PRODUCTS

bp = Blueprint("catalog", __name__)
NAV = (nav.Entry(20, _l("Products"), "package", "catalog.index", EXHIBITORS),)


@bp.get("/products")
def index() -> ResponseReturnValue:
    """The company's products."""
    ensure(current_actor.is_exhibitor)
    state, words = request.args.get("state", ""), strip(request.args.get("q", ""))[:100]
    state = state if state in states.STATES else ""
    page = paginate(queries.mine(current_actor, state=state, words=words), page_number(), 24)
    return render_template(
        "catalog/index.html", page=page, state=state, words=words, counts=queries.state_counts(current_actor.company_id),
        parts=approved_parts(current_actor.company_id), imports=imports.latest(current_actor.company_id, PRODUCTS.name))


@bp.route("/products/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A new card."""
    ensure(current_actor.is_exhibitor)
    if request.method == "POST" and request.form.get("do") == "read":
        return _read_text(strip(request.form.get("pasted", ""))[:reading.MOST])
    return _edit(ProductForm(), None)


def _read_text(pasted: str) -> ResponseReturnValue:
    """The form, filled with what a pasted text says; nothing is stored before somebody has looked and saved."""
    found = reading.read_product(pasted, clock.now().date())
    form = ProductForm(formdata=None, data=reading.filled(found, pasted))
    form.offer(_documents(current_actor.company_id))
    if not found.fields:
        form.refuse(Invalid(N_("Nothing could be read. Paste the text of a product, or fill in the fields.")))
    parts = approved_parts(current_actor.company_id)
    return _page(form, None, parts, {part.expo_id: part.section_id for part in parts}, reading.marks(found, pasted)), form.status


@bp.route("/products/<int:product_id>", methods=["GET", "POST"])
def edit(product_id: int) -> ResponseReturnValue:
    """Read and change a card of one's own."""
    product = queries.own(current_actor, product_id)
    return _edit(ProductForm(data=filled(product)), product)


def _edit(form: ProductForm, product: Product | None) -> ResponseReturnValue:
    parts = approved_parts(product.company_id if product else current_actor.company_id)
    before = product.state if product else ""
    if form.validate_on_submit():
        try:
            saved = actions.save_product(
                current_actor, fields=form.fields(), original=form.original.data or "", product=product,
                shown_at=_posted_places([part.expo_id for part in parts]),
                version=posted_version(form) if product else None)
            if request.form.get("do") == "publish" and saved.state != states.PUBLISHED:
                actions.publish_product(current_actor, saved)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_saved_words(saved, before), "success")
            return redirect(url_for("catalog.edit", product_id=saved.id))
    form.offer(_documents(product.company_id if product else current_actor.company_id))
    if request.method == "GET" and product is None:
        places = {part.expo_id: part.section_id for part in parts}
    else:
        places = _posted_places([part.expo_id for part in parts]) if request.method == "POST" else {
            listing.expo_id: listing.section_id for listing in product.listings}
    words = form.original.data or ""
    pieces = reading.marks(reading.read_product(words, clock.now().date()), words) if words else []
    return _page(form, product, parts, places, pieces), form.status


def _page(form: ProductForm, product: Product | None, parts: list[Participation], places: Mapping[int, int | None],
          pieces: list[tuple[str, str]]) -> str:
    return render_template(
        "catalog/edit.html", form=form, product=product, parts=parts, places=places, hs_label=reference.label(form.hs.data, lang()),
        pieces=pieces, picture_form=PictureForm(formdata=None), most_pictures=rules.MOST_PICTURES,
        vague_in=_vague_in, panels=panels.of_page(panels.OWN_PRODUCT, current_actor, product) if product else [])


def _documents(company_id: int) -> list[tuple[str, str]]:
    """Return the documents that a claim can name, for a picker."""
    held = documents.held_by([company_id])[company_id]
    return [(str(one.id), " · ".join(filter(None, (kinds.label(one.kind, lang()), one.number, one.expires_on and day(one.expires_on)))))
            for one in held]


def _vague_in(text: str) -> list[vague.Vague]:
    """Return the vague words of a claim as it is edited."""
    return vague.find(text or "", kinds.rulebook(), clock.now().date())


def _saved_words(product: Product, before: str = "") -> str:
    if product.state != states.PUBLISHED:
        return _("Saved. Nobody else sees it before you publish it.")
    if not product.listings:
        return _("Published, but shown nowhere yet: choose an expo below.")
    expos = _(", ").join(listing.expo.label for listing in product.listings)
    if before == states.PUBLISHED:
        return _("Saved. Buyers at %(expos)s see it so from now on.", expos=expos)
    return _("Published. Buyers at %(expos)s find it.", expos=expos)


@bp.post("/products/<int:product_id>/publish")
def publish(product_id: int) -> ResponseReturnValue:
    """Publish a card from the list."""
    product = actions.publish_product(current_actor, queries.own(current_actor, product_id), version=posted_version(VersionForm()))
    flash(_saved_words(product), "success")
    return redirect(url_for("catalog.index"))


@bp.post("/products/<int:product_id>/withdraw")
def withdraw(product_id: int) -> ResponseReturnValue:
    """Show a card no longer."""
    actions.withdraw_product(current_actor, queries.own(current_actor, product_id), version=posted_version(VersionForm()))
    flash(_("Withdrawn: buyers no longer see it. You can publish it again."), "success")
    return redirect(url_for("catalog.edit", product_id=product_id))


@bp.post("/products/<int:product_id>/pictures")
def add_picture(product_id: int) -> ResponseReturnValue:
    """Add a picture."""
    product, form = queries.own(current_actor, product_id), PictureForm()
    if form.validate_on_submit():
        try:
            actions.add_picture(current_actor, product, content=form.picture.data.read())
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The picture is there."), "success")
            return redirect(url_for("catalog.edit", product_id=product_id, _anchor="pictures"))
    return render_template("catalog/picture.html", product=product, form=form), form.status


@bp.post("/products/<int:product_id>/pictures/<int:picture_id>/remove")
def remove_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """Take a picture away."""
    actions.remove_picture(current_actor, queries.own(current_actor, product_id), picture_id=picture_id)
    flash(_("The picture is gone."), "success")
    return redirect(url_for("catalog.edit", product_id=product_id, _anchor="pictures"))


@bp.get("/products/<int:product_id>/pictures/<int:picture_id>")
def own_picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """A picture of one's own card."""
    return _picture(queries.picture_of(queries.own(current_actor, product_id), picture_id))


@bp.route("/products/import", methods=["GET", "POST"])
def import_table() -> ResponseReturnValue:
    """Upload a table of products."""
    ensure(current_actor.is_exhibitor)
    return upload_page(PRODUCTS, "catalog/import.html")


@bp.get("/e/<expo>/products/<int:product_id>")
def product(product_id: int) -> ResponseReturnValue:
    """A product as the other side reads it."""
    found = queries.product_at(current_actor, g.expo, product_id)
    return _shown(found, HeadingForm.over(found))


@bp.post("/e/<expo>/products/<int:product_id>/heading")
def assign_heading(product_id: int) -> ResponseReturnValue:
    """An organizer gives the product another HS code."""
    found, form = queries.product_at(current_actor, g.expo, product_id), HeadingForm()
    try:
        assigning.assign_heading(current_actor, found, expo=g.expo, hs=form.hs.data or "", version=posted_version(form))
    except Invalid as problem:
        form.refuse(problem)
        return _shown(found, form), form.status
    flash(_("The code is set. The company is told."), "success")
    return redirect(url_for("catalog.product", product_id=product_id))


def _shown(found: Product, form: HeadingForm) -> str:
    others = queries.company_products(current_actor, g.expo, found.company_id).where(Product.id != found.id).limit(4)
    return render_template(
        "catalog/product.html", product=found, listing=queries.listing_at(found, g.expo.id), others=paginate(others, 1, 4).items,
        papers=_papers(found), price_open=found.id in queries.open_prices(current_actor.company_id, [found]), disposals=rules.DISPOSALS,
        hs_label=reference.label(found.hs, lang()), is_stated=rules.is_stated, today=today_at(g.expo),
        heading_form=form if current_actor.organizes(g.expo.id) else None, mine=current_actor.member_of(found.company_id),
        panels=panels.of_page(panels.PRODUCT, current_actor, found, g.expo), **labels())


def _papers(product: Product) -> dict[int, tuple[str, bool]]:
    """Return {certificate: (state of its document today, whether the reader may see that)}."""
    behind = {row.id: row.document for row in product.certificates if row.document is not None}
    seen = documents.visible(current_actor.company_id, behind.values())
    return {ident: (document_state(document, documents.today()), document.id in seen) for ident, document in behind.items()
            if document.id in seen or is_announced(document.audience)}


@bp.get("/e/<expo>/products/<int:product_id>/pictures/<int:picture_id>")
def picture(product_id: int, picture_id: int) -> ResponseReturnValue:
    """A picture of a product at the expo."""
    return _picture(queries.picture_of(queries.product_at(current_actor, g.expo, product_id), picture_id))


def _picture(found: ProductPicture) -> Response:
    """Serve what we have encoded ourselves, and even that as nothing but a picture."""
    key = found.thumb_key if request.args.get("size") == "thumb" else found.key
    return Response(storage.get(key), mimetype="image/webp", headers={
        "Content-Disposition": "inline", "Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, max-age=600"})


def _posted_places(expo_ids: list[int]) -> dict[int, int | None]:
    """Return the expos chosen in the form, with their sections: a field ``shown-<expo>`` each."""
    places = {}
    for expo_id in expo_ids:
        chosen = request.form.get(f"shown-{expo_id}", NOT_SHOWN)
        if chosen != NOT_SHOWN:
            places[expo_id] = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 10 else None
    return places
