"""The company's own documents: the list, putting one in, one document, its file."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import NotFound, Problem
from ...expos.forms import posted_version
from ...i18n import day, lang
from ...infra import storage
from ...infra.tables import write_csv
from ...permissions import ensure
from ...web.guard import current_actor
from .. import actions, cards, consented, consents, files, kinds, queries, rules
from ..forms import AudienceForm, DetailsForm, FileForm, NewForm, ShareForm, audiences, filled, number
from ..models import Document, DocumentVersion
from . import bp

FILE_HEADERS = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@bp.get("/documents")
def index() -> ResponseReturnValue:
    """The locker, by company and product, with the state of each document; a buyer without one sees what was shown to it."""
    rows = queries.locker(current_actor)
    if not rows and current_actor.is_buyer:
        return redirect(url_for("documents.shared"))
    chosen = request.args.get("state", "")
    shown = [row for row in rows if not chosen or rules.state(row, queries.today()) == chosen]
    titles = queries.titles({row.product_id for row in rows if row.product_id})
    return render_template(
        "documents/index.html", groups=cards.by_product(shown, titles), total=len(rows), chosen=chosen, counts=queries.state_counts(rows),
        states=rules.STATES, audiences=rules.AUDIENCES, product_shares=consented.product_shares(current_actor.company_id or 0),
        titles=titles, waiting=consented.waiting_count(current_actor.company_id or 0))


@bp.get("/documents/list.csv")
def index_file() -> ResponseReturnValue:
    """The list of the locker as a table; no cell of it becomes a formula."""
    header = [_("Document"), _("Number"), _("Issuer"), _("Issued on"), _("Valid from"), _("Valid until"), _("State"), _("Scope"),
              _("Product"), _("Who may see it"), "SHA-256"]
    rows, titles = queries.locker(current_actor), dict(queries.products_of(current_actor.company_id or 0))
    body = [[kinds.label(row.kind, lang()), row.number, row.issuer, row.issued_on, row.valid_from, row.expires_on,
             _(rules.STATES[rules.state(row, queries.today())]), row.scope, titles.get(row.product_id or 0, ""),
             _(rules.AUDIENCES[row.audience]), row.current.sha256] for row in rows]
    return Response(write_csv([header, *body]), mimetype="text/csv", headers={
        "Content-Disposition": "attachment; filename=documents.csv", "Cache-Control": "no-store"})


@bp.route("/documents/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Put a document in."""
    ensure(current_actor.company_id is not None)
    form = NewForm(product=request.args.get("product", ""), kind=request.args.get("kind", ""))
    if form.validate_on_submit():
        try:
            content, name = form.uploaded()
            document = actions.add_document(
                current_actor, company_id=current_actor.company_id or 0, fields=form.fields(), content=content, file_name=name,
                product_id=form.product_id())
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_saved_words(document), "success")
            return redirect(url_for("documents.document", document_id=document.id))
    form.offer_for(current_actor.company_id or 0)
    return render_template("documents/new.html", form=form, accept=files.ACCEPT, hints=rules.AUDIENCE_HINTS), form.status


def _saved_words(document: Document) -> str:
    state = rules.state(document, queries.today())
    if state == "expiring" and document.expires_on is not None:
        return _("Kept. It ends on %(day)s: put in the new one here as soon as you have it.", day=day(document.expires_on))
    if state == "expired":
        return _("Kept. It has expired, and is shown so to everybody who sees it.")
    return _("Kept.")


@bp.get("/documents/<int:document_id>")
def document(document_id: int) -> ResponseReturnValue:
    """One document: its owner's page, or the page of a company that may see it."""
    found = queries.readable(current_actor, document_id)
    if current_actor.member_of(found.company_id):
        return own_page(found)
    consents.note_read(current_actor, found, "page")
    return render_template("documents/reader.html", document=found, card=cards.card(found), title=_product_title(found))


def own_page(found: Document, *, share_form: ShareForm | None = None, details_form: DetailsForm | None = None,
             status: int = 200) -> ResponseReturnValue:
    """The owner's page of a document."""
    form = share_form or ShareForm(formdata=None)
    partners = consented.partners(found.company_id)
    form.company.offer([(str(ident), name) for ident, name in partners.items()])
    audience_form = AudienceForm(formdata=None, audience=found.audience, version=found.version)
    audience_form.audience.choices = audiences()
    return render_template(
        "documents/document.html", document=found, card=cards.card(found), title=_product_title(found), shares=consented.shares_of(found),
        reads=consented.reads_of(found), share_form=form, partners=partners, audience_form=audience_form, audiences=rules.AUDIENCES,
        hints=rules.AUDIENCE_HINTS, today=queries.today()), status


@bp.route("/documents/<int:document_id>/edit", methods=["GET", "POST"])
def document_edit(document_id: int) -> ResponseReturnValue:
    """Correct what is said of a document."""
    found = queries.own(current_actor, document_id)
    form = DetailsForm(data=filled(found))
    if form.validate_on_submit():
        try:
            actions.change_document(current_actor, found, fields=form.fields(), version=posted_version(form))
        except Problem as problem:
            _refuse(form, problem, found)
        else:
            flash(_("Saved."), "success")
            return redirect(url_for("documents.document", document_id=found.id))
    form.offer()
    return render_template("documents/edit.html", form=form, document=found, card=cards.card(found), newer=False), form.status


@bp.route("/documents/<int:document_id>/versions", methods=["GET", "POST"])
def document_newer(document_id: int) -> ResponseReturnValue:
    """Put in a newer version; the old one stays."""
    found = queries.own(current_actor, document_id)
    data = filled(found) | {"issued_on": "", "valid_from": "", "expires_on": ""}
    form = FileForm(data=data)
    if form.validate_on_submit():
        try:
            content, name = form.uploaded()
            actions.add_version(current_actor, found, fields=form.fields(), content=content, file_name=name, version=posted_version(form))
        except Problem as problem:
            _refuse(form, problem, found)
        else:
            flash(_("The new version is in. Who may see the document sees this one; the old one stays in your locker."), "success")
            return redirect(url_for("documents.document", document_id=found.id))
    form.offer()
    return render_template(
        "documents/edit.html", form=form, document=found, card=cards.card(found), newer=True, accept=files.ACCEPT), form.status


@bp.post("/documents/<int:document_id>/audience")
def document_audience(document_id: int) -> ResponseReturnValue:
    """Say who may see a document."""
    found, form = queries.own(current_actor, document_id), AudienceForm()
    changed = actions.change_document(current_actor, found, fields={"audience": form.audience.data}, version=posted_version(form))
    flash(_("From now on: %(audience)s.", audience=_(rules.AUDIENCES[changed.audience])), "success")
    return redirect(url_for("documents.document", document_id=found.id, _anchor="sharing"))


@bp.post("/documents/<int:document_id>/remove")
def document_remove(document_id: int) -> ResponseReturnValue:
    """Take a document out for good."""
    actions.remove_document(current_actor, queries.own(current_actor, document_id))
    flash(_("The document and all its versions are gone."), "success")
    return redirect(url_for("documents.index"))


@bp.get("/documents/<int:document_id>/file")
def document_file(document_id: int) -> ResponseReturnValue:
    """The file, as an attachment: the newest version; its owner may ask for an older one."""
    found = queries.readable(current_actor, document_id)
    version = _asked_version(found)
    consents.note_read(current_actor, found, "file")
    return served(found, version)


def served(found: Document, version: DocumentVersion) -> Response:
    """Serve a file as nothing but a file: saved under a name of ours, never shown by the browser, never kept on the way."""
    name = files.safe_name(found.kind, found.number, f"v{version.number}", suffix=version.key.rpartition(".")[2])
    return Response(storage.get(version.key), mimetype=version.media_type, headers={
        **FILE_HEADERS, "Content-Disposition": f"attachment; filename={name}"})


def _asked_version(found: Document) -> DocumentVersion:
    """Return the version asked for; others than the newest are for the owner. Raises ``NotFound``."""
    wanted = request.args.get("version")
    if wanted is None:
        return found.current
    ensure(current_actor.member_of(found.company_id))
    version = next((row for row in found.versions if row.number == number(wanted)), None)
    if version is None:
        raise NotFound()
    return version


def _refuse(form: DetailsForm, problem: Problem, found: Document) -> None:
    """Show what is wrong; who has looked at what somebody else saved meanwhile can save after all."""
    form.refuse(problem)
    form.version.data = found.version


def _product_title(found: Document) -> str:
    return queries.titles([found.product_id], current_actor).get(found.product_id, "") if found.product_id else ""
