"""Asking for a document, and answering with one press."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import Problem
from ...i18n import lang
from ...permissions import ensure
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from ...web.redirects import safe_next
from .. import consented, consents, kinds, queries, rules
from ..forms import AskForm, DeclineForm, number
from ..models import DocumentRequest
from . import bp


@bp.get("/documents/asked")
def asked() -> ResponseReturnValue:
    """Requests for documents: to answer, and our own."""
    return _page(DeclineForm(formdata=None), None)


def _page(form: DeclineForm, refused: DocumentRequest | None) -> ResponseReturnValue:
    ours = request.args.get("tab", "ours" if current_actor.is_buyer else "theirs") == "ours"
    page = paginate(consented.requests(current_actor, asked=not ours), page_number())
    fitting = {row.id: next(iter(consented.fitting(row)), None) for row in page.items if not ours and row.state == "open"}
    titles = queries.titles({row.product_id for row in page.items if row.product_id}, current_actor)
    return render_template(
        "documents/asked.html", page=page, ours=ours, fitting=fitting, label=lambda code: kinds.label(code, lang()),
        states=rules.REQUEST_STATES, titles=titles, form=form,
        refused=refused.id if refused else None, waiting=consented.waiting_count(current_actor.company_id or 0)), form.status


@bp.route("/documents/ask/<int:company_id>", methods=["GET", "POST"])
def ask(company_id: int) -> ResponseReturnValue:
    """Ask an exhibitor for a document: one that it has, or one of a kind."""
    form = AskForm(product=request.args.get("product", ""), kind=request.args.get("kind", ""), document=request.args.get("document", ""))
    product_id, document_id = number(form.product.data), number(form.document.data)
    ensure(current_actor.is_buyer and consented.may_ask(current_actor.company_id or 0, company_id, product_id))
    document = queries.announced(company_id, document_id) if document_id else None
    if form.validate_on_submit():
        try:
            consents.ask(current_actor, owner_id=company_id, kind=form.kind.data or "", product_id=product_id, document=document,
                         note=form.note.data or "")
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("You have asked. The answer reaches you as a notice."), "success")
            return redirect(safe_next(url_for("documents.asked", tab="ours")))
    form.kind.offer(list(kinds.labels(lang()).items()))
    title = queries.titles([product_id], current_actor).get(product_id, "") if product_id else ""
    return render_template("documents/ask.html", form=form, company=queries.company(company_id), document=document, title=title,
                           label=kinds.label(document.kind, lang()) if document else ""), form.status


@bp.post("/documents/asked/<int:request_id>/share")
def asked_share(request_id: int) -> ResponseReturnValue:
    """One press: the document that fits is shown to who asked."""
    found = consented.request_for(current_actor, request_id)
    given = consents.answer_with(current_actor, found)
    flash(_("%(company)s sees it from now on.", company=given.company.display_name), "success")
    return redirect(url_for("documents.asked"))


@bp.post("/documents/asked/<int:request_id>/decline")
def asked_decline(request_id: int) -> ResponseReturnValue:
    """No, with a reason."""
    found, form = consented.request_for(current_actor, request_id), DeclineForm()
    try:
        consents.decline(current_actor, found, reason=form.reason.data or "")
    except Problem as problem:
        form.refuse(problem)
        return _page(form, found)
    flash(_("Declined. The other side reads your reason."), "success")
    return redirect(url_for("documents.asked"))


@bp.post("/documents/asked/<int:request_id>/withdraw")
def asked_withdraw(request_id: int) -> ResponseReturnValue:
    """Ask no longer."""
    consents.take_back(current_actor, consented.request_for(current_actor, request_id))
    flash(_("Taken back."), "success")
    return redirect(url_for("documents.asked", tab="ours"))
