"""The editions as everybody sees them, applying, and the directory for those who take part."""

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ...errors import Problem
from ...permissions import ensure
from ...trade.expos import series
from ...web import filters
from ...web.guard import current_actor
from ...web.pages import page_number, paginate
from .. import actions, queries, states
from ..forms import ApplyForm, CreateForm
from ..models import Expo, Participation
from . import bp


@bp.get("/expos")
def index() -> ResponseReturnValue:
    """All editions."""
    mine = queries.parts_of_company(current_actor.company_id) if current_actor.company_id else {}
    cards = [(expo, queries.figures(expo), mine.get(expo.id)) for expo in queries.editions()]
    return render_template("expos/index.html", cards=cards)


@bp.route("/expos/new", methods=["GET", "POST"])
def index_new() -> ResponseReturnValue:
    """An administrator makes an edition."""
    form = CreateForm()
    if form.validate_on_submit():
        try:
            expo = actions.create_expo(
                current_actor, series=form.series.data, slug=form.slug.data, starts_on=form.starts_on.data, ends_on=form.ends_on.data)
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("The edition is there. Now give it halls, tables and days."), "success")
            return redirect(url_for("expos.setup", expo=expo.slug))
    return render_template("expos/new.html", form=form), 422 if form.errors else 200


@bp.get("/expos/<slug>")
def index_edition(slug: str) -> ResponseReturnValue:
    """One edition: dates, venue, sections, figures, and the way in."""
    expo = queries.expo_by_slug(slug)
    part = _own_part(expo)
    return render_template(
        "expos/edition.html", edition=expo, part=part, figures=queries.figures(expo), reference=series(expo.series),
        may_apply=_may_apply(expo, part), may_withdraw=part is not None and states.WITHDRAWN in states.targets(part.state, states.COMPANY),
        organizes=current_actor.organizes(expo.id))


@bp.route("/expos/<slug>/apply", methods=["GET", "POST"])
def index_apply(slug: str) -> ResponseReturnValue:
    """A company applies, or applies again."""
    expo = queries.expo_by_slug(slug)
    ensure(current_actor.company_id is not None)
    part = _own_part(expo)
    if not _may_apply(expo, part):
        return redirect(url_for("expos.index_edition", slug=slug))
    form = ApplyForm(obj=part)
    form.section.offer(queries.section_choices(expo.id), _("Not decided yet"))
    if request.method == "GET" and part is not None:
        form.section.data = part.section_id
    if form.validate_on_submit():
        try:
            actions.apply(current_actor, expo, section_id=form.section.data, note=form.note.data, booth_wish=form.booth_wish.data or "")
        except Problem as problem:
            form.refuse(problem)
        else:
            flash(_("Your application is sent. The organizer answers here and by mail."), "success")
            return redirect(url_for("expos.index_edition", slug=slug))
    return render_template("expos/apply.html", edition=expo, form=form, part=part), 422 if form.errors else 200


@bp.route("/expos/<slug>/withdraw", methods=["GET", "POST"])
def index_withdraw(slug: str) -> ResponseReturnValue:
    """A company withdraws: first what it means, then the press."""
    expo = queries.expo_by_slug(slug)
    part = _own_part(expo)
    ensure(part is not None)
    if request.method == "POST":
        actions.withdraw(current_actor, part)
        flash(_("Your company does not take part. You can apply again."), "success")
        return redirect(url_for("expos.index_edition", slug=slug))
    if states.WITHDRAWN not in states.targets(part.state, states.COMPANY):
        return redirect(url_for("expos.index_edition", slug=slug))
    return render_template("expos/withdraw.html", edition=expo, part=part)


@bp.get("/e/<expo>/exhibitors")
def exhibitors() -> ResponseReturnValue:
    """The exhibitor directory, for those who belong to the edition."""
    queries.require_belongs(current_actor, g.expo)
    sections = queries.section_choices(g.expo.id)
    chosen = {
        "words": request.args.get("words", "").replace("\x00", "").strip()[:100],
        "section": next((ident for ident, _name in sections if str(ident) == request.args.get("section")), None),
        "country": request.args.get("country", "")[:2],
    }
    query = queries.exhibitors(
        current_actor, g.expo, words=chosen["words"], section_id=chosen["section"], country=chosen["country"].replace("\x00", ""),
        only=filters.companies(request.args, g.expo))
    return render_template(
        "expos/exhibitors.html", page=paginate(query, page_number(), 24), chosen=chosen, sections=sections,
        countries=queries.exhibitor_countries(current_actor, g.expo), filters=filters.drawn(request.args, "companies"),
        may_ask=current_actor.is_buyer and queries.takes_part(g.expo.id, current_actor.company_id))


def _own_part(expo: Expo) -> Participation | None:
    return queries.participation_of(expo.id, current_actor.company_id) if current_actor.company_id else None


def _may_apply(expo: Expo, part: Participation | None) -> bool:
    return queries.takes_applications(expo) and (part is None or states.APPLIED in states.targets(part.state, states.COMPANY))
