"""Official tables of all kinds: the upload, the reading with its progress, what a draft changes, and putting it in use and back."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...errors import Invalid, Problem
from ...infra.db import db
from ...infra.jobs import Job
from ...web.guard import current_actor
from ...web.pages import Page, page_number, paginate
from .. import actions, goods, queries
from ..forms import TableForm
from ..models import Edition
from ..states import State
from . import bp

ROWS = 50
LISTED = 12  # products that are listed of all that are touched


@bp.route("/reference/tables/new", methods=["GET", "POST"])
def table_new() -> ResponseReturnValue:
    """Load an official table: a file, what it holds, and which table it replaces."""
    form = TableForm()
    queries.tables(current_actor)
    if form.validate_on_submit():
        try:
            version = actions.load_table(
                current_actor, kind=form.kind.data, part=form.part.data or "", content=form.file.data.read(),
                file_name=form.file.data.filename or "", edition=form.edition.data or "", source=form.source.data or "",
                valid_from=form.valid_from.data, valid_to=form.valid_to.data, verified=bool(form.verified.data), defaults=form.defaults())
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("reference.table", version_id=version.id))
    return render_template("reference/table_new.html", form=form, parts=queries.parts_in_use()), form.status


@bp.get("/reference/tables/<int:version_id>")
def table(version_id: int) -> ResponseReturnValue:
    """A table: how far it is read, why it was refused, or what it brings and which products that concerns."""
    version = queries.table_for(current_actor, version_id)
    if version.state in (State.READING, State.REFUSED):
        return render_template("reference/table_wait.html", version=version, job=_progress(version), reason=_reason)
    whole = {"lines": version.line_count, queries.BAD: version.bad_count}
    counts = queries.counts(version) if version.state == State.DRAFT else whole
    asked = request.args.get("show", "")
    kind = asked if asked in counts else next((kind for kind in counts if counts[kind]), next(iter(counts)))
    page = _bad_rows(version) if kind == queries.BAD else paginate(
        queries.table_lines(version) if kind == "lines" else queries.differences(version, kind), page_number(), ROWS, scalars=False)
    products = goods.once(queries.touched_by(version, goods.organized(current_actor)))
    return render_template(
        "reference/table.html", version=version, counts=counts, kind=kind, page=page, before=queries.in_use(version.kind, version.part),
        reason=_reason, products=products[:LISTED], touched=len(products))


@bp.get("/reference/tables/<int:version_id>/progress")
def table_progress(version_id: int) -> ResponseReturnValue:
    """How far the reading is, for js/progress.js."""
    version = queries.table_for(current_actor, version_id)
    return jsonify(**_progress(version), next=url_for("reference.table", version_id=version.id))


@bp.post("/reference/tables/<int:version_id>/apply")
def table_apply(version_id: int) -> ResponseReturnValue:
    """Use a table from now on."""
    version = queries.table_for(current_actor, version_id)
    actions.apply(current_actor, version)
    flash(ngettext("%(edition)s is in use: one line.", "%(edition)s is in use: %(num)s lines.", version.line_count,
                   edition=version.edition), "success")
    return redirect(_home_of(version))


@bp.post("/reference/tables/<int:version_id>/out")
def table_out(version_id: int) -> ResponseReturnValue:
    """Use a table no more."""
    version = queries.table_for(current_actor, version_id)
    actions.take_out(current_actor, version)
    flash(_("%(edition)s is not used any more. What only it said is unknown now.", edition=version.edition), "success")
    return redirect(_home_of(version))


@bp.post("/reference/tables/<int:version_id>/discard")
def table_discard(version_id: int) -> ResponseReturnValue:
    """Forget a draft."""
    version = queries.table_for(current_actor, version_id)
    home = _home_of(version)
    actions.discard(current_actor, version)
    flash(_("The draft is gone. Nothing else was changed."), "success")
    return redirect(home)


@bp.post("/reference/samples/out")
def samples_out() -> ResponseReturnValue:
    """Take every sample out of use."""
    count = actions.drop_samples(current_actor)
    flash(ngettext("One sample table is not used any more.", "%(num)s sample tables are not used any more.", count), "success")
    return redirect(url_for("reference.home"))


def _home_of(version: Edition) -> str:
    """Return the address of the list that the table stands in."""
    return url_for("reference.nomenclature" if version.kind == "hs" else "reference.home")


def _progress(version: Edition) -> dict[str, object]:
    """Return what the progress macro and its script show; a reading that was given up says so."""
    job = db.session.get(Job, version.job_id) if version.job_id else None
    done = version.state != State.READING
    state = "done" if done else job.state if job is not None else "failed"
    message = str(Invalid(job.message, **job.params)) if job is not None and job.message else ""
    return {"state": state, "done": 100 if done else round(100 * job.progress) if job else 0, "total": 100, "message": message}


def _reason(bad: dict) -> str:
    return str(Invalid(bad["message"], **bad["params"]))


def _bad_rows(version: Edition) -> Page:
    number = min(page_number(), max(1, -(-len(version.problems) // ROWS)))
    return Page(version.problems[(number - 1) * ROWS:number * ROWS], number, ROWS, len(version.problems))
