"""Pages of proposals: what waits, one answer with a figure of one's own, and the presses that offer, accept, refuse, take back."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..access import COMPANIES
from ..companies.models import Company
from ..errors import Invalid
from ..expos import context
from ..expos.queries import require_participant
from ..infra.db import get
from ..matching.queries import meeting_states
from ..permissions import Actor
from ..web import nav
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from ..web.redirects import safe_next
from . import actions, cards, queries
from .forms import AnswerForm, RefuseForm
from .models import Proposal

bp = Blueprint("proposals", __name__)


def waiting(actor: Actor) -> int | None:
    """Return how many proposals wait for the reader, for the navigation."""
    expo = context.present_expo(actor)
    return queries.waiting_count(actor.company_id, expo.id) or None if expo is not None and actor.company_id else None


# behind the day: a phone shows the first five
NAV = (nav.Entry(45, _l("Proposals"), "handshake", "proposals.proposals", COMPANIES, count=waiting, needs_expo=True),)
TABS = ("answer", "made", "all")


@bp.get("/e/<expo>/proposals")
def proposals() -> ResponseReturnValue:
    """Proposals to answer, our own open ones, and all."""
    require_participant(current_actor, g.expo)
    tab = request.args.get("tab")
    tab = tab if tab in TABS else TABS[0]
    page = paginate(queries.tab(current_actor, g.expo, tab), page_number())
    return render_template(
        "proposals/proposals.html", tab=tab, page=page, rows=_rows(page.items), counts=queries.counts(current_actor, g.expo))


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/offer")
def offer(demand_id: int, product_id: int) -> ResponseReturnValue:
    """One press: offer the change that closes a gap."""
    said = {name: request.form.get(name, "") for name in ("gap", "side", "field")}
    actions.offer(current_actor, g.expo, demand_id=demand_id, product_id=product_id, **said)
    flash(_("Offered. The other side can accept, refuse or answer; you will be told."), "success")
    return redirect(safe_next(url_for("matching.recommendations_why", demand_id=demand_id, product_id=product_id)))


@bp.post("/e/<expo>/proposals/<int:proposal_id>/accept")
def accept(proposal_id: int) -> ResponseReturnValue:
    """One press: yes; the match is computed anew on these terms."""
    found = queries.proposal_for(current_actor, g.expo, proposal_id)
    actions.accept(current_actor, found)
    flash(_("Accepted. The match is computed anew on these terms, for both sides."), "success")
    return redirect(safe_next(_match_url(found)))


@bp.post("/e/<expo>/proposals/<int:proposal_id>/withdraw")
def withdraw(proposal_id: int) -> ResponseReturnValue:
    """Take it back."""
    actions.withdraw(current_actor, queries.proposal_for(current_actor, g.expo, proposal_id))
    flash(_("Taken back."), "success")
    return redirect(safe_next(url_for(".proposals")))


@bp.post("/e/<expo>/proposals/<int:proposal_id>/refuse")
def refuse(proposal_id: int) -> ResponseReturnValue:
    """No, with a word if one wants."""
    found = queries.proposal_for(current_actor, g.expo, proposal_id)
    form = RefuseForm()
    if not form.validate():
        return _answer_page(found, AnswerForm(formdata=None), form)
    try:
        actions.refuse(current_actor, found, reason=form.reason.data or "")
    except Invalid as problem:
        form.refuse(problem)
        return _answer_page(found, AnswerForm(formdata=None), form)
    flash(_("Refused. The other side is told."), "success")
    return redirect(safe_next(url_for(".proposals")))


@bp.route("/e/<expo>/proposals/<int:proposal_id>", methods=["GET", "POST"])
def answer(proposal_id: int) -> ResponseReturnValue:
    """One proposal; for the side that was asked with a field for its own figure."""
    found = queries.proposal_for(current_actor, g.expo, proposal_id)
    form = AnswerForm()
    if form.validate_on_submit():
        try:
            actions.answer(current_actor, found, figure=form.figure.data or "")
        except Invalid as problem:
            form.refuse(problem)
        else:
            flash(_("Your figure is with the other side now."), "success")
            return redirect(url_for(".proposals", tab="made"))
    return _answer_page(found, form, RefuseForm(formdata=None))


def _answer_page(found: Proposal, form: AnswerForm, refusal: RefuseForm) -> ResponseReturnValue:
    row = _rows([found])[0]
    page = render_template("proposals/proposal.html", item=row, form=form, refusal=refusal, match_url=_match_url(found))
    return page, max(form.status, refusal.status)


def _rows(found: list[Proposal]) -> list[cards.Row]:
    return cards.rows(found, get(Company, current_actor.company_id), meeting_states(current_actor, g.expo))


def _match_url(found: Proposal) -> str:
    return url_for("matching.recommendations_why", demand_id=found.demand_id, product_id=found.product_id)
