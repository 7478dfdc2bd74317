"""Setting up an edition: its data, a clone of it, its people."""

from collections.abc import Callable
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ...errors import Problem
from ...i18n import lang
from ...permissions import ExpoRole
from ...trade.places import language_choices
from ...web.forms import Form
from ...web.guard import current_actor
from .. import actions, queries
from ..forms import DatesForm, ExpoForm, InterpreterForm, StaffForm, posted_version
from ..models import Interpreter, Staff
from . import bp

ROLES = {
    ExpoRole.ORGANIZER: _l("Organizer"), ExpoRole.FLOOR: _l("Floor staff"), ExpoRole.INTERPRETER: _l("Interpreter"),
    ExpoRole.MISSION_LEADER: _l("Trade mission leader"),
}


def tried(form: Form, verb: Callable[[], Any]) -> bool:
    """Call the verb for a form that is in order; put its refusal into the form. Lost races (409) and strangers (404) go on."""
    if not form.validate_on_submit():
        return False
    try:
        verb()
    except Problem as problem:
        if problem.status != 422:
            raise
        form.refuse(problem)
        return False
    return True


@bp.route("/e/<expo>/setup", methods=["GET", "POST"])
def setup() -> ResponseReturnValue:
    """Names, dates, venue and the rules of meetings."""
    queries.require_organizer(current_actor, g.expo)
    form = ExpoForm(obj=g.expo)
    if tried(form, lambda: actions.edit_expo(current_actor, g.expo, version=posted_version(form), **_values(form))):
        flash(_("Saved."), "success")
        return redirect(url_for("expos.setup"))
    return render_template("expos/setup.html", form=form, ready=_ready()), 422 if form.errors else 200


@bp.route("/e/<expo>/setup/clone", methods=["GET", "POST"])
def setup_clone() -> ResponseReturnValue:
    """Make the next edition from this one."""
    queries.require_organizer(current_actor, g.expo)
    form, made = DatesForm(), []
    if tried(form, lambda: made.append(actions.clone_expo(
            current_actor, g.expo, slug=form.slug.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data))):
        flash(_("The new edition is there, with sections, halls, tables and days of this one."), "success")
        return redirect(url_for("expos.setup", expo=made[0].slug))
    return render_template("expos/clone.html", form=form), 422 if form.errors else 200


@bp.get("/e/<expo>/setup/people")
def setup_people() -> ResponseReturnValue:
    """Interpreters and staff."""
    queries.require_organizer(current_actor, g.expo)
    return _people()


@bp.post("/e/<expo>/setup/interpreters")
def setup_add_interpreter() -> ResponseReturnValue:
    """Add an interpreter."""
    form = _interpreter_form()
    if tried(form, lambda: actions.add_interpreter(
            current_actor, g.expo, name=form.name.data, languages=form.languages.data, phone=form.phone.data or "",
            email=form.email.data or "")):
        flash(_("Added."), "success")
        return redirect(url_for("expos.setup_people"))
    queries.require_organizer(current_actor, g.expo)
    return _people(interpreter_form=form)


@bp.post("/e/<expo>/setup/interpreters/<int:ident>/remove")
def setup_remove_interpreter(ident: int) -> ResponseReturnValue:
    """Let an interpreter leave."""
    actions.remove_interpreter(current_actor, g.expo, queries.of_expo(Interpreter, g.expo, ident))
    flash(_("Removed. Meetings of the past keep the name."), "success")
    return redirect(url_for("expos.setup_people"))


@bp.post("/e/<expo>/setup/staff")
def setup_add_staff() -> ResponseReturnValue:
    """Give an account a role."""
    form = _staff_form()
    if tried(form, lambda: actions.name_staff(current_actor, g.expo, email=form.email.data, role=form.role.data)):
        flash(_("Added."), "success")
        return redirect(url_for("expos.setup_people"))
    queries.require_organizer(current_actor, g.expo)
    return _people(staff_form=form)


@bp.post("/e/<expo>/setup/staff/<int:ident>/remove")
def setup_remove_staff(ident: int) -> ResponseReturnValue:
    """Take a role away."""
    actions.remove_staff(current_actor, g.expo, queries.of_expo(Staff, g.expo, ident))
    flash(_("Removed."), "success")
    return redirect(url_for("expos.setup_people"))


def _values(form: ExpoForm) -> dict[str, Any]:
    return {name: value for name, value in form.data.items() if name not in ("csrf_token", "version")}


def _ready() -> list[tuple[str, str, int]]:
    """Return what is set up: label, endpoint, count."""
    expo = g.expo
    return [
        (_("Sections"), "expos.setup_sections", len(expo.sections)),
        (_("Tables"), "expos.setup_halls", len(queries.tables_of(expo.id))),
        (_("Slots"), "expos.setup_days", len(queries.slots_of(expo.id))),
        (_("Interpreters"), "expos.setup_people", len(queries.interpreters_of(expo.id))),
    ]


def _interpreter_form() -> InterpreterForm:
    form = InterpreterForm(formdata=request.form if request.endpoint == "expos.setup_add_interpreter" else None)
    form.languages.choices = [(code, name) for code, name in language_choices("zh_Hans_CN" if lang() == "zh" else "en") if code != "zh"]
    return form


def _staff_form() -> StaffForm:
    form = StaffForm(formdata=request.form if request.endpoint == "expos.setup_add_staff" else None)
    form.role.choices = [(str(role), label) for role, label in ROLES.items() if role != ExpoRole.ORGANIZER or current_actor.is_admin]
    form.role.choices = [(role, label) for role, label in form.role.choices if role != ExpoRole.INTERPRETER]
    return form


def _people(interpreter_form: InterpreterForm | None = None, staff_form: StaffForm | None = None) -> ResponseReturnValue:
    return render_template(
        "expos/people.html", interpreters=queries.interpreters_of(g.expo.id), staff=queries.staff_of(g.expo.id), roles=ROLES,
        interpreter_form=interpreter_form or _interpreter_form(), staff_form=staff_form or _staff_form(),
    ), 422 if interpreter_form or staff_form else 200
