"""Pages of demands: the buyer's own sheets, and the sheet as exhibitors read it at an expo."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..access import BUYERS
from ..errors import Invalid, Problem
from ..expos.forms import posted_version
from ..expos.models import Expo, Participation
from ..expos.queries import approved_parts
from ..i18n import lang
from ..permissions import ensure
from ..reference import queries as reference
from ..sheets import assigning
from ..sheets import queries as imports
from ..sheets.forms import HeadingForm, VersionForm
from ..sheets.labels import labels
from ..sheets.views import upload_page
from ..web import nav, panels
from ..web.forms import strip
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from . import actions, queries, reading, rules, states
from .forms import EditDemandForm, NewDemandForm, filled
from .models import Demand
from .tasks import DEMANDS

bp = Blueprint("demands", __name__)
NAV = (nav.Entry(20, _l("Demands"), "clipboard-list", "demands.index", BUYERS),)


@bp.get("/demands")
def index() -> ResponseReturnValue:
    """The company's demands."""
    ensure(current_actor.is_buyer)
    state, words = request.args.get("state", ""), strip(request.args.get("q", ""))[:100]
    state = state if state in states.STATES else ""
    page = paginate(queries.mine(current_actor, state=state, words=words), page_number(), 30)
    return render_template(
        "demands/index.html", page=page, state=state, words=words, counts=queries.state_counts(current_actor.company_id),
        parts=approved_parts(current_actor.company_id), imports=imports.latest(current_actor.company_id, DEMANDS.name))


@bp.route("/demands/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """Post a demand: a few words and the expo."""
    ensure(current_actor.is_buyer)
    parts, form = approved_parts(current_actor.company_id), NewDemandForm()
    form.expo.choices = [(str(part.expo_id), part.expo.label) for part in parts]
    part = next((part for part in parts if str(part.expo_id) == form.expo.data), parts[0] if parts else None)
    if part is not None and form.validate_on_submit():
        try:
            if request.form.get("do") == "read":
                return _read_words(form, part.expo)
            demand = actions.post_demand(current_actor, expo=part.expo, fields=form.fields(), publish=request.form.get("do") != "draft")
        except Problem as problem:
            _refuse_words(form, problem)
        else:
            flash(_saved_words(demand), "success")
            return redirect(url_for("demands.edit", demand_id=demand.id))
    form.offer(_sections(parts))
    return render_template("demands/new.html", form=form, parts=parts, hs_label=reference.label(form.hs.data, lang())), form.status


def _read_words(form: NewDemandForm, expo: Expo) -> ResponseReturnValue:
    beside = {name: form.fields().get(name) for name in ("section_id", "confidentiality")}
    demand = actions.read_demand(current_actor, expo=expo, original=form.words.data or "", fields=beside)
    flash(_("Read. Nobody else sees it before you publish it."), "success")
    return redirect(url_for("demands.edit", demand_id=demand.id))


def _refuse_words(form: NewDemandForm, problem: Problem) -> None:
    """The title and text of a new demand are one field."""
    for single in getattr(problem, "problems", [problem]):
        if single.field in ("title", "text"):
            single.field = "words"
    form.refuse(problem)


@bp.route("/demands/<int:demand_id>", methods=["GET", "POST"])
def edit(demand_id: int) -> ResponseReturnValue:
    """Read and change a demand of one's own."""
    demand = queries.own(current_actor, demand_id)
    form = EditDemandForm(data=filled(demand))
    if form.validate_on_submit():
        try:
            actions.edit_demand(current_actor, demand, fields=form.fields(), version=posted_version(form))
            if request.form.get("do") == "publish" and demand.state != states.PUBLISHED:
                actions.publish_demand(current_actor, demand)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_saved_words(demand), "success")
            return redirect(url_for("demands.edit", demand_id=demand.id))
    form.offer([(str(section.id), section.name) for section in demand.expo.sections])
    return render_template(
        "demands/edit.html", form=form, demand=demand, understood=reading.understood(demand) if demand.original else None,
        live=queries.matches_beside(current_actor, demand), hs_label=reference.label(form.hs.data, lang())), form.status


def _saved_words(demand: Demand) -> str:
    if demand.state == states.PUBLISHED:
        return _("Published at %(expo)s. Matching exhibitors are being looked for.", expo=demand.expo.label)
    return _("Saved. Nobody else sees it before you publish it.")


@bp.post("/demands/<int:demand_id>/confirm")
def confirm(demand_id: int) -> ResponseReturnValue:
    """Say yes to guesses: one group of fields, or all."""
    demand = queries.own(current_actor, demand_id)
    actions.confirm_reading(current_actor, demand, group=request.form.get("group", ""), heading=request.form.get("heading", ""),
                            version=posted_version(VersionForm()))
    return redirect(url_for("demands.edit", demand_id=demand_id))


@bp.post("/demands/<int:demand_id>/read")
def read_again(demand_id: int) -> ResponseReturnValue:
    """Read changed words."""
    demand = queries.own(current_actor, demand_id)
    actions.read_again(current_actor, demand, original=strip(request.form.get("original", "")), version=posted_version(VersionForm()))
    flash(_("Read again. What you confirmed has stayed."), "success")
    return redirect(url_for("demands.edit", demand_id=demand_id))


@bp.post("/demands/<int:demand_id>/publish")
def publish(demand_id: int) -> ResponseReturnValue:
    """Publish a draft, or a closed demand again."""
    demand = actions.publish_demand(current_actor, queries.own(current_actor, demand_id), version=posted_version(VersionForm()))
    flash(_saved_words(demand), "success")
    return redirect(url_for("demands.edit", demand_id=demand_id))


@bp.post("/demands/<int:demand_id>/close")
def close(demand_id: int) -> ResponseReturnValue:
    """Stop looking."""
    actions.close_demand(current_actor, queries.own(current_actor, demand_id), version=posted_version(VersionForm()))
    flash(_("Closed: exhibitors no longer see it. Meetings that are agreed stay."), "success")
    return redirect(url_for("demands.edit", demand_id=demand_id))


@bp.route("/demands/import", methods=["GET", "POST"])
def import_table() -> ResponseReturnValue:
    """Upload a table of demands."""
    ensure(current_actor.is_buyer)
    return upload_page(DEMANDS, "demands/import.html")


@bp.get("/e/<expo>/demands/<int:demand_id>")
def demand(demand_id: int) -> ResponseReturnValue:
    """A demand as exhibitors read it."""
    found = queries.demand_at(current_actor, g.expo, demand_id)
    return _shown(found, HeadingForm.over(found))


@bp.post("/e/<expo>/demands/<int:demand_id>/heading")
def assign_heading(demand_id: int) -> ResponseReturnValue:
    """An organizer gives the demand another HS code."""
    found, form = queries.demand_at(current_actor, g.expo, demand_id), HeadingForm()
    try:
        assigning.assign_heading(current_actor, found, expo=g.expo, hs=form.hs.data or "", version=posted_version(form))
    except Invalid as problem:
        form.refuse(problem)
        return _shown(found, form), form.status
    flash(_("The code is set. The company is told."), "success")
    return redirect(url_for("demands.demand", demand_id=demand_id))


def _shown(found: Demand, form: HeadingForm) -> str:
    state = None if current_actor.member_of(found.company_id) else queries.meeting_state(found, current_actor.company_id)
    return render_template(
        "demands/demand.html", demand=found, buyer=queries.shown_company(found, current_actor, state),
        hs_label=reference.label(found.hs, lang()), importers=rules.IMPORTERS,
        heading_form=form if current_actor.organizes(g.expo.id) else None, decision_roles=rules.DECISION_ROLES,
        mine=current_actor.member_of(found.company_id), green_wishes=_green_wishes(found),
        panels=panels.of_page(panels.DEMAND, current_actor, found, g.expo), **labels())


def _green_wishes(found: Demand) -> list[tuple[str, str]]:
    """Return (link or heading, what is asked) of the green evidence beside the level on any link."""
    words = labels()
    wishes = [(words["word"]("chain_link", link), words["word"]("green_level", level)) for link, level in found.green_links.items()]
    named = words["label_names"](found.green_labels)
    return [(_("Green evidence: %(link)s", link=link), level) for link, level in wishes] + (
        [(_("Green labels asked for"), named)] if named else [])


def _sections(parts: list[Participation]) -> list[tuple[str, str]]:
    """Return the sections of the expos; with several expos the name says of which."""
    several = len(parts) > 1
    return [(str(section.id), f"{part.expo.label} · {section.name}" if several else section.name)
            for part in parts for section in part.expo.sections]
