"""The homes: landing page for visitors, and one for each kind of user."""

from flask import g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from ..companies.models import Company
from ..expos import context as expo_context
from ..expos import queries as expos
from ..expos.models import Expo
from ..infra.db import db, get
from ..matching import views as matching
from ..matching.queries import meeting_states
from ..meetings import cards as meeting_cards
from ..meetings import queries as meetings
from ..proposals import cards as proposal_cards
from ..proposals import queries as proposals
from ..web import panels
from ..web.guard import current_actor
from ..web.landing import series_cards
from . import gaps, needs, queries

LOOKED_AT = 20  # best matches whose gaps the home adds up


def home() -> ResponseReturnValue:
    """Choose the home of the reader's role; ``?at=`` chooses one of the reader's expos first."""
    if current_actor.user_id is None:
        upcoming = [edition for edition in expos.editions() if expos.takes_applications(edition)]
        return render_template("web/landing.html", series=series_cards(), editions=upcoming)
    if request.args.get("at"):
        _choose(request.args["at"])
        return redirect(url_for("web.home"))
    expo = expo_context.present_expo(current_actor)
    if expo is None:
        return _without_expo()
    g.expo = expo
    if current_actor.organizes(expo.id):
        return _organizer(expo)
    if current_actor.company_id and expos.takes_part(expo.id, current_actor.company_id):
        return _company(expo)
    return redirect(url_for("expos.exhibitors"))  # floor staff, interpreters, mission leaders


def _choose(slug: str) -> None:
    if slug in {expo.slug for expo in expo_context.my_expos()}:
        session["expo"] = slug


def _without_expo() -> ResponseReturnValue:
    """A newcomer registers a company; a company applies at an expo; an administrator makes the first one."""
    if current_actor.is_admin:
        return redirect(url_for("expos.index"))
    if not current_actor.company_id:
        return redirect(url_for("companies.start"))
    return redirect(url_for("expos.index"))


def _company(expo: Expo) -> ResponseReturnValue:
    company = get(Company, current_actor.company_id)
    part = expos.require_participant(current_actor, expo)
    facts = queries.company_facts(company, expo)
    today = expos.today_at(expo)
    best = matching.best_cards(most=LOOKED_AT)
    return render_template(
        "insights/company.html", company=company, part=part, facts=facts,
        steps=needs.of_company(company, expo, part, facts, owner=current_actor.owner_of(company.id)),
        days_left=(expo.starts_on - today).days, expo_day=expo.days.index(today) + 1 if today in expo.days else None,
        requests=_to_answer(expo, company), matches=best[:6], between=gaps.between(best), looked_at=len(best),
        open=proposals.counts(current_actor, expo), proposals=_proposed(expo, company),
        panels=panels.of_page(panels.COMPANY, current_actor, company, expo))


def _to_answer(expo: Expo, company: Company) -> list[meeting_cards.Row]:
    """Return the requests that have waited longest for this company's answer, with the address of each."""
    waiting = db.session.scalars(meetings.tab(current_actor, expo.id, "answer").limit(3)).unique().all()
    rows = meeting_cards.rows(waiting, company.id, expo.series)
    for row in rows:
        row.url = url_for("meetings.meeting", meeting_id=row.id)
    return rows


def _proposed(expo: Expo, company: Company) -> list[proposal_cards.Row]:
    """Return the newest proposals that wait for this company's answer."""
    waiting = db.session.scalars(proposals.tab(current_actor, expo, "answer").limit(3)).unique().all()
    return proposal_cards.rows(waiting, company, meeting_states(current_actor, expo))


def _organizer(expo: Expo) -> ResponseReturnValue:
    facts = queries.organizer_facts(expo)
    return render_template(
        "insights/organizer.html", expo=expo, facts=facts, needs=needs.of_organizer(expo, facts), balances=queries.balances(expo),
        funnel=queries.funnel(expo),
        figures=expos.figures(expo), days_left=(expo.starts_on - expos.today_at(expo)).days, states=expos.state_counts(expo.id),
        panels=panels.of_page(panels.ORGANIZER, current_actor, expo, expo))
