"""Pages of the official nomenclature for organizers, and the proposals of headings for who writes a sheet."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...errors import Invalid, Problem
from ...web.forms import strip
from ...web.guard import current_actor
from ...web.pages import Page, page_number, paginate
from .. import actions, headings, queries
from ..forms import LoadForm
from ..models import Edition
from . import bp

ROWS = 50


@bp.get("/hs/proposals")
def proposals() -> ResponseReturnValue:
    """Headings for a title, for js/proposals.js: code, name, and the percentage where one is known."""
    return jsonify(headings.proposed(strip(request.args.get("title", ""))))


@bp.route("/nomenclature", methods=["GET", "POST"])
def nomenclature() -> ResponseReturnValue:
    """The edition in use, the earlier ones, and the upload of another."""
    form = LoadForm()
    if form.validate_on_submit():
        try:
            version = actions.load(
                current_actor, content=form.file.data.read(), file_name=form.file.data.filename or "", edition=form.edition.data,
                source=form.source.data or "", valid_from=form.valid_from.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("reference.nomenclature_version", version_id=version.id))
    page = paginate(queries.versions(current_actor), page_number(), 20)
    return render_template("reference/index.html", form=form, page=page, current=queries.current()), form.status


@bp.get("/nomenclature/<int:version_id>")
def nomenclature_version(version_id: int) -> ResponseReturnValue:
    """What an edition brings: new, changed and gone lines, and the rows that were left out."""
    version = queries.version_for(current_actor, version_id)
    counts = queries.counts(version)
    asked = request.args.get("show", "")
    kind = asked if asked in counts else next((kind for kind in counts if counts[kind]), queries.NEW)
    page = _bad_rows(version) if kind == queries.BAD else paginate(queries.differences(version, kind), page_number(), ROWS, scalars=False)
    return render_template("reference/version.html", version=version, counts=counts, kind=kind, page=page, current=queries.current(),
                           reason=lambda bad: str(Invalid(bad["message"], **bad["params"])))


@bp.post("/nomenclature/<int:version_id>/apply")
def nomenclature_apply(version_id: int) -> ResponseReturnValue:
    """Use an edition from now on."""
    version = queries.version_for(current_actor, version_id)
    actions.apply(current_actor, version)
    flash(ngettext("%(edition)s is in use: one line.", "%(edition)s is in use: %(num)s lines.", version.line_count,
                   edition=version.edition), "success")
    return redirect(url_for("reference.nomenclature"))


@bp.post("/nomenclature/<int:version_id>/discard")
def nomenclature_discard(version_id: int) -> ResponseReturnValue:
    """Forget a draft."""
    actions.discard(current_actor, queries.version_for(current_actor, version_id))
    flash(_("The draft is gone. Nothing else was changed."), "success")
    return redirect(url_for("reference.nomenclature"))


def _bad_rows(version: Edition) -> Page:
    """Return a page of the bad rows that were kept."""
    number = min(page_number(), max(1, -(-len(version.problems) // ROWS)))
    return Page(version.problems[(number - 1) * ROWS:number * ROWS], number, ROWS, len(version.problems))
