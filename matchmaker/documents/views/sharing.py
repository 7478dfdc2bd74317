"""Consent by press: giving, taking back, and what others have shown us."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import N_, Invalid, Problem
from ...web.guard import current_actor
from ...web.redirects import safe_next
from .. import cards, consented, consents, queries
from ..forms import ShareForm, number
from . import bp
from .locker import own_page


@bp.post("/documents/<int:document_id>/share")
def document_share(document_id: int) -> ResponseReturnValue:
    """Show a document to a company."""
    found, form = queries.own(current_actor, document_id), ShareForm()
    try:
        given = consents.share(
            current_actor, owner_id=found.company_id, company_id=_company(form), document=found, until=form.last_day())
    except Invalid as problem:
        form.refuse(problem)
        return own_page(found, share_form=form, status=form.status)
    flash(_("%(company)s sees it from now on.", company=given.company.display_name), "success")
    return redirect(url_for("documents.document", document_id=found.id, _anchor="sharing"))


@bp.route("/documents/products/<int:product_id>/share", methods=["GET", "POST"])
def share_product(product_id: int) -> ResponseReturnValue:
    """Show all documents of a product to a company, those to come too."""
    title = queries.own_product_title(current_actor, product_id)
    form, partners = ShareForm(), consented.partners(current_actor.company_id or 0)
    if form.validate_on_submit():
        try:
            given = consents.share(current_actor, owner_id=current_actor.company_id or 0, company_id=_company(form),
                                   product_id=product_id, until=form.last_day())
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("%(company)s sees all documents of this product from now on.", company=given.company.display_name), "success")
            return redirect(url_for("documents.index"))
    form.company.offer([(str(ident), name) for ident, name in partners.items()])
    return render_template("documents/share_product.html", form=form, title=title, partners=partners), form.status


@bp.post("/documents/shares/<int:share_id>/withdraw")
def withdraw(share_id: int) -> ResponseReturnValue:
    """Take a consent back, at once."""
    given = consented.own_share(current_actor, share_id)
    consents.withdraw(current_actor, given)
    flash(_("Taken back: %(company)s no longer sees it.", company=given.company.display_name), "success")
    return redirect(safe_next(url_for("documents.index")))


@bp.get("/documents/shared")
def shared() -> ResponseReturnValue:
    """What other companies have shown us."""
    groups: dict[int, tuple[str, list[cards.Card]]] = {}
    rows = consented.shared_with(current_actor)
    for row in rows:
        groups.setdefault(row.company_id, (row.company.display_name, []))[1].append(cards.card(row))
    titles = queries.titles({row.product_id for row in rows if row.product_id}, current_actor)
    return render_template("documents/shared.html", groups=list(groups.values()), titles=titles)


def _company(form: ShareForm) -> int:
    """Return the chosen company; raise ``Invalid`` for none."""
    chosen = number(form.company.data)
    if chosen is None:
        raise Invalid(N_("Please choose."), field="company")
    return chosen
