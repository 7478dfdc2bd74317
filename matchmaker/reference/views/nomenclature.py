"""Pages of the official nomenclature for organizers, and the proposals of headings for who writes a sheet."""

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from ...errors import Problem
from ...web.forms import strip
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from .. import actions, headings, queries
from ..forms import LoadForm
from . import bp


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
            return redirect(url_for("reference.table", version_id=version.id))
    page = paginate(queries.versions(current_actor), page_number(), 20)
    return render_template("reference/index.html", form=form, page=page), form.status
