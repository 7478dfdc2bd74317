"""Pages of bundles, their ZIP, the structured export, and the published schemas."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa
from flask import Blueprint, Response, flash, g, jsonify, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from .. import audit, clock
from ..catalog.models import Product
from ..catalog.states import PUBLISHED
from ..companies.models import Company
from ..documents import cards, consented, consents, files
from ..documents import queries as documents
from ..documents.forms import number
from ..documents.models import Document
from ..documents.rules import STATES
from ..errors import N_, Invalid, Problem
from ..infra import storage
from ..infra.db import db, get
from ..permissions import ensure
from ..web.guard import current_actor
from . import actions, archives, exports, queries, schemas
from .forms import BundleForm
from .models import Bundle

bp = Blueprint("papers", __name__)
CLOSED = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"}


@bp.get("/documents/bundles")
def index() -> ResponseReturnValue:
    """Bundles made by the company, and those that others put together for it."""
    made, got = (queries.bundles(current_actor, made=made) for made in (True, False))
    return render_template("papers/index.html", made=[(row, len(queries.contents(row)), queries.stands(row)) for row in made],
                           got=[(row, len(queries.contents(row))) for row in got])


@bp.route("/documents/bundles/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Put documents together for a company."""
    ensure(current_actor.company_id is not None)
    return _make(BundleForm(company=request.args.get("company", "")), None)


@bp.route("/e/<expo>/meetings/<int:meeting_id>/papers", methods=["GET", "POST"])
def for_meeting(meeting_id: int) -> ResponseReturnValue:
    """Put documents together for a meeting; they are open as long as it stands."""
    meeting = queries.meeting_of(current_actor, g.expo.id, meeting_id)
    ensure(current_actor.company_id in (meeting.exhibitor_id, meeting.buyer_id))
    other = meeting.other(current_actor.company_id or 0)
    ensure(other in consented.partners(current_actor.company_id or 0))
    return _make(BundleForm(company=str(other)), meeting)


def _make(form: BundleForm, meeting: Any) -> ResponseReturnValue:
    owner = current_actor.company_id or 0
    mine = queries.own_documents(owner)
    if form.validate_on_submit():
        try:
            chosen = [row for row in mine if str(row.id) in (form.documents.data or [])]
            bundle = actions.make_bundle(
                current_actor, owner_id=owner, company_id=_receiver(form), documents=chosen, title=form.title.data or "",
                note=form.note.data or "", until=form.last_day(), meeting=meeting)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("%(company)s sees the bundle from now on.", company=bundle.company.display_name), "success")
            return redirect(url_for("papers.bundle", bundle_id=bundle.id))
    form.company.offer([(str(ident), name) for ident, name in consented.partners(owner).items()])
    titles = documents.titles({row.product_id for row in mine if row.product_id})
    return render_template("papers/new.html", form=form, meeting=meeting, cards=[cards.card(row) for row in mine], titles=titles,
                           partners=consented.partners(owner)), form.status


def _receiver(form: BundleForm) -> int:
    chosen = number(form.company.data)
    if chosen is None:
        raise Invalid(N_("Please choose."), field="company")
    return chosen


@bp.get("/documents/bundles/<int:bundle_id>")
def bundle(bundle_id: int) -> ResponseReturnValue:
    """One page: for who made it, and for whom it is."""
    found = queries.bundle_for(current_actor, bundle_id)
    rows, mine = queries.contents(found), current_actor.member_of(found.owner_id)
    consents.note_reads(current_actor, rows, "page")
    inside = {row.id for row in rows}
    return render_template(
        "papers/bundle.html", bundle=found, cards=[cards.card(row) for row in rows], mine=mine, stands=queries.stands(found),
        left=[cards.card(item.document) for item in found.items if item.document_id not in inside] if mine else [],
        titles=documents.titles({row.product_id for row in rows if row.product_id}, current_actor), states=STATES)


@bp.get("/documents/bundles/<int:bundle_id>/bundle.zip")
def bundle_file(bundle_id: int) -> ResponseReturnValue:
    """The files with a manifest, made while they are sent."""
    found = queries.bundle_for(current_actor, bundle_id)
    rows = queries.contents(found)
    ensure(bool(rows))
    consents.note_reads(current_actor, rows, "bundle")
    named = [(row, _file_name(place, row)) for place, row in enumerate(rows, 1)]
    manifest = json.dumps(_manifest(found, named), ensure_ascii=False, indent=1).encode()
    parts = [("manifest.json", lambda: manifest)]
    parts += [(name, lambda key=row.current.key: storage.get(key)) for row, name in named]
    name = files.safe_name("bundle", str(found.id), suffix="zip")
    return Response(stream_with_context(archives.zipped(parts)), mimetype="application/zip", headers={
        **CLOSED, "Content-Disposition": f"attachment; filename={name}"})


@bp.get("/documents/bundles/<int:bundle_id>/bundle.json")
def bundle_export(bundle_id: int) -> ResponseReturnValue:
    """The manifest alone."""
    found = queries.bundle_for(current_actor, bundle_id)
    rows = queries.contents(found)
    consents.note_reads(current_actor, rows, "page")
    return _exported(_manifest(found, [(row, _file_name(place, row)) for place, row in enumerate(rows, 1)]), "bundle")


@bp.post("/documents/bundles/<int:bundle_id>/withdraw")
def bundle_withdraw(bundle_id: int) -> ResponseReturnValue:
    """Take a bundle back, at once."""
    found = queries.own_bundle(current_actor, bundle_id)
    actions.withdraw_bundle(current_actor, found)
    flash(_("Taken back: %(company)s no longer sees it.", company=found.company.display_name), "success")
    return redirect(url_for("papers.index"))


@bp.get("/documents/export.json")
def export() -> ResponseReturnValue:
    """The company's own locker as structured data."""
    company = get(Company, current_actor.company_id)
    rows = documents.locker(current_actor)
    audit.record_apart(current_actor, "papers.export", company, documents=len(rows))
    return _exported(exports.locker(company, rows, _products(rows, drafts=True), clock.now(), documents.today()), "locker")


@bp.get("/schemas/<name>.json")
def published(name: str) -> ResponseReturnValue:
    """A schema, for everybody."""
    address = url_for("papers.published", name=name, _external=True)
    response = jsonify({"$id": address, **schemas.schema(name)})
    response.mimetype = "application/schema+json"
    response.headers["Cache-Control"] = "public, max-age=3600"
    return response


def _exported(record: Mapping[str, Any], name: str) -> Response:
    return Response(json.dumps(record, ensure_ascii=False, indent=1), mimetype="application/json", headers={
        **CLOSED, "Content-Disposition": f"attachment; filename={name}.json",
        "Link": f'<{url_for("papers.published", name=name, _external=True)}>; rel="describedby"'})


def _manifest(found: Bundle, named: Sequence[tuple[Document, str]]) -> Mapping[str, Any]:
    shown = _products([row for row, _name in named], drafts=False)
    return exports.bundle(found.owner, found.company, found.title, named, shown, clock.now(), documents.today())


def _products(rows: Sequence[Document], *, drafts: bool) -> dict[int, Product]:
    """Return the products of documents by id; ``drafts`` too only for their owner."""
    query = sa.select(Product).where(Product.id.in_({row.product_id for row in rows if row.product_id}))
    return {row.id: row for row in db.session.scalars(query.order_by(Product.id)) if drafts or row.state == PUBLISHED}


def _file_name(place: int, row: Document) -> str:
    return files.safe_name(f"{place:02}", row.kind, row.number, suffix=row.current.key.rpartition(".")[2])
