"""Pages of an import (progress, result, the rows to mend) and the suggestions of HS codes."""

from typing import Any

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..errors import Problem
from ..expos.queries import approved_parts
from ..i18n import lang
from ..infra.db import db
from ..infra.jobs import Job
from ..infra.tables import write_csv
from ..reference import queries as reference
from ..trade import hs
from ..web.forms import strip
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from . import queries
from .actions import Kind, start_import
from .forms import ImportForm
from .models import ImportedRow, SheetImport

bp = Blueprint("sheets", __name__)
LISTS = {"products": ("catalog.index", "catalog.import_table"), "demands": ("demands.index", "demands.import_table")}


@bp.get("/hs")
def hs_codes() -> ResponseReturnValue:
    """Suggest HS chapters, headings and lines of the loaded nomenclature for words in either language, or digits."""
    words = strip(request.args.get("q", ""))[:100]
    hits = reference.search(words, lang(), limit=8) if words else []
    return jsonify([_suggestion(hit) for hit in hits])


def _suggestion(hit: hs.HsHit) -> dict[str, str]:
    """Return what the picker shows; a line of the nomenclature, be it “Other”, with the heading that it stands under."""
    name = hit.label_zh if lang() == "zh" else hit.label_en
    heading = hs.label(hit.code, lang()) or ""
    return {"value": hit.code, "code": hit.code, "label": name} | ({"note": heading} if len(hit.code) > 4 and heading != name else {})


def upload_page(kind: Kind, template: str) -> ResponseReturnValue:
    """Show the form that takes a table of ``kind`` for the company acted for; an upload leads to its progress."""
    parts, form = approved_parts(current_actor.company_id), ImportForm()
    form.expo.choices = [(str(part.expo_id), part.expo.label) for part in parts]
    if form.validate_on_submit():
        expo = next(part.expo for part in parts if str(part.expo_id) == form.expo.data)
        try:
            found = start_import(
                current_actor, kind, expo=expo, company_id=current_actor.company_id, content=form.file.data.read(),
                file_name=form.file.data.filename or "", publish=form.publish.data == "yes")
        except Problem as problem:
            form.refuse(problem)
        else:
            return redirect(url_for("sheets.import_page", import_id=found.id))
    return render_template(template, form=form, parts=parts), form.status


@bp.get("/imports/<int:import_id>")
def import_page(import_id: int) -> ResponseReturnValue:
    """The progress of an import; when it is done, what was taken and which rows to mend."""
    found = queries.import_for(current_actor, import_id)
    index, again = LISTS[found.kind]
    return render_template(
        "sheets/import.html", found=found, job=_progress(queries.job_of(found), found), counts=queries.counts(found.id),
        page=paginate(queries.bad_rows(found.id), page_number(), 50), words=words_of, index=url_for(index), again=url_for(again))


@bp.get("/imports/<int:import_id>/state")
def import_state(import_id: int) -> ResponseReturnValue:
    """The progress for js/progress.js."""
    found = queries.import_for(current_actor, import_id)
    return jsonify(_progress(queries.job_of(found), found))


@bp.get("/imports/<int:import_id>/errors.csv")
def import_errors(import_id: int) -> ResponseReturnValue:
    """The rows that could not be taken, with what is wrong: to be mended and uploaded again."""
    found = queries.import_for(current_actor, import_id)
    rows = db.session.scalars(queries.bad_rows(found.id)).all()
    width = max((len(row.cells) for row in rows), default=1)
    header = [*(found.columns or ["Title"])[:width], *[""] * (width - len(found.columns or ["Title"]))]
    table = [[*header, "Row", "Error"]] + [
        [*row.cells, *[""] * (width - len(row.cells)), row.row_number, " ".join(words_of(row))] for row in rows]
    name = f"import-{found.id}-errors.csv"
    return Response(write_csv(table), mimetype="text/csv", headers={"Content-Disposition": f"attachment; filename={name}"})


def words_of(row: ImportedRow) -> list[str]:
    """Return what is wrong with a row, in the reader's language."""
    found = []
    for problem in row.problems:
        message = problem["message"]  # marked with N_ where it is raised
        text = _(message)
        text = text % problem["params"] if problem["params"] else text
        found.append(f"{problem['column']}: {text}" if problem["column"] else text)
    return found


def _progress(job: Job | None, found: SheetImport) -> dict[str, Any]:
    if job is None or found.finished_at:
        return {"state": "done", "done": found.total, "total": found.total, "message": ""}
    return {"state": job.state if job.state != "done" else "running", "done": int(job.params.get("done", 0)), "total": found.total,
            "message": job.words}
