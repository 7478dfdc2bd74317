"""Setting up sections, halls and tables."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from ...errors import Invalid
from ...web.guard import current_actor
from .. import actions, queries
from ..forms import NamedForm, TablesForm, posted_rows
from ..models import Hall, NegotiationTable
from . import bp
from .setup import tried


@bp.get("/e/<expo>/setup/sections")
def setup_sections() -> ResponseReturnValue:
    """The sections, in order."""
    queries.require_organizer(current_actor, g.expo)
    return render_template("expos/sections.html", form=NamedForm(formdata=None))


@bp.post("/e/<expo>/setup/sections")
def setup_edit_sections() -> ResponseReturnValue:
    """Rename and order the sections."""
    queries.require_organizer(current_actor, g.expo)
    try:
        rows = posted_rows(request.form, [row.id for row in g.expo.sections])
        actions.edit_sections(current_actor, g.expo, rows=rows, version=_version())
    except Invalid as problem:
        form = NamedForm(formdata=None)
        form.refuse(problem)
        return render_template("expos/sections.html", form=form, typed=request.form), 422
    flash(_("Saved."), "success")
    return redirect(url_for("expos.setup_sections"))


@bp.post("/e/<expo>/setup/sections/add")
def setup_add_section() -> ResponseReturnValue:
    """Add a section."""
    queries.require_organizer(current_actor, g.expo)
    form = NamedForm()
    if tried(form, lambda: actions.add_section(
            current_actor, g.expo, code=form.code.data, name_en=form.name_en.data, name_zh=form.name_zh.data)):
        flash(_("Added."), "success")
        return redirect(url_for("expos.setup_sections"))
    return render_template("expos/sections.html", form=form), 422


@bp.get("/e/<expo>/setup/halls")
def setup_halls() -> ResponseReturnValue:
    """Halls and tables."""
    queries.require_organizer(current_actor, g.expo)
    return _halls()


@bp.post("/e/<expo>/setup/halls")
def setup_edit_halls() -> ResponseReturnValue:
    """Rename and order the halls."""
    queries.require_organizer(current_actor, g.expo)
    actions.edit_halls(
        current_actor, g.expo, rows=posted_rows(request.form, [row.id for row in queries.halls_of(g.expo.id)]), version=_version())
    flash(_("Saved."), "success")
    return redirect(url_for("expos.setup_halls"))


@bp.post("/e/<expo>/setup/halls/add")
def setup_add_hall() -> ResponseReturnValue:
    """Add a hall."""
    queries.require_organizer(current_actor, g.expo)
    form = NamedForm()
    if tried(form, lambda: actions.add_hall(
            current_actor, g.expo, code=form.code.data, name_en=form.name_en.data, name_zh=form.name_zh.data)):
        flash(_("Added."), "success")
        return redirect(url_for("expos.setup_halls"))
    return _halls(hall_form=form)


@bp.post("/e/<expo>/setup/tables/add")
def setup_add_tables() -> ResponseReturnValue:
    """Add a range of tables to a hall."""
    queries.require_organizer(current_actor, g.expo)
    form, made = _tables_form(), []
    if tried(form, lambda: made.extend(actions.add_tables(
            current_actor, queries.of_expo(Hall, g.expo, form.hall.data), labels=form.labels.data))):
        flash(ngettext("%(num)s table added.", "%(num)s tables added.", len(made)), "success")
        return redirect(url_for("expos.setup_halls"))
    return _halls(tables_form=form)


@bp.get("/e/<expo>/setup/tables/<int:ident>")
def setup_table(ident: int) -> ResponseReturnValue:
    """One table: open or closed, and the slots in which it is not there."""
    queries.require_organizer(current_actor, g.expo)
    table = queries.of_expo(NegotiationTable, g.expo, ident)
    closed = {slot_id for table_id, slot_id in queries.closures(g.expo.id) if table_id == ident}
    days: dict = {}
    for slot in queries.slots_of(g.expo.id):
        days.setdefault(slot.on, []).append(slot)
    return render_template("expos/table.html", table=table, days=days, closed=closed)


@bp.post("/e/<expo>/setup/tables/<int:ident>/open")
def setup_open_table(ident: int) -> ResponseReturnValue:
    """Open or close a table for the edition."""
    table = queries.of_expo(NegotiationTable, g.expo, ident)
    actions.set_table_open(current_actor, g.expo, table, is_open=request.form.get("open") == "1")
    said = _("Table %(label)s is open.", label=table.label) if table.is_open else _("Table %(label)s is closed.", label=table.label)
    flash(said, "success")
    return redirect(url_for("expos.setup_table", ident=ident))


@bp.post("/e/<expo>/setup/tables/<int:ident>/slots")
def setup_close_table(ident: int) -> ResponseReturnValue:
    """Close a table in the ticked slots."""
    table = queries.of_expo(NegotiationTable, g.expo, ident)
    ids = [int(text) for text in request.form.getlist("slot") if text.isascii() and text.isdigit() and len(text) < 10]
    actions.close_table(current_actor, g.expo, table, slot_ids=ids)
    flash(_("Saved."), "success")
    return redirect(url_for("expos.setup_table", ident=ident))


def _version() -> int | None:
    text = request.form.get("version", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _tables_form() -> TablesForm:
    form = TablesForm(formdata=request.form if request.endpoint == "expos.setup_add_tables" else None)
    form.hall.offer([(hall.id, hall.code) for hall in queries.halls_of(g.expo.id)], _("Choose a hall"))
    return form


def _halls(hall_form: NamedForm | None = None, tables_form: TablesForm | None = None) -> ResponseReturnValue:
    return render_template(
        "expos/halls.html", halls=queries.halls_of(g.expo.id), hall_form=hall_form or NamedForm(formdata=None),
        tables_form=tables_form or _tables_form(),
    ), 422 if hall_form or tables_form else 200
