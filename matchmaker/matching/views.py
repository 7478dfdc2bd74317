"""Pages of matches: the best for all own demands or products, for one of them, saved and hidden ones, and why two match."""

from typing import Any

from flask import Blueprint, current_app, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..access import COMPANIES, ORGANIZERS
from ..catalog.models import Product
from ..companies.models import Company
from ..demands.models import Demand
from ..expos.queries import require_organizer, require_participant, today_at
from ..i18n import translated
from ..infra.db import get
from ..web import filters, nav
from ..web.guard import current_actor
from ..web.pages import Page, page_number
from ..web.redirects import safe_next
from . import actions, cards, feedback, quality, queries, why
from .rules import HIDE_REASONS, SAYS_NOTHING

bp = Blueprint("matching", __name__)
NAV = (
    nav.Entry(10, _l("Matches"), "sparkles", "matching.recommendations", COMPANIES, needs_expo=True),
    nav.Entry(60, _l("Match quality"), "chart-spline", "matching.quality", ORGANIZERS, needs_expo=True),
)


@bp.get("/e/<expo>/recommendations")
def recommendations() -> ResponseReturnValue:
    """The best matches over all own demands or products."""
    return _list(queries.recommendations_for_company(current_actor, g.expo, page_number(), _filtered()))


@bp.get("/e/<expo>/demands/<int:demand_id>/matches")
def recommendations_of_demand(demand_id: int) -> ResponseReturnValue:
    """The products for one own demand."""
    demand = queries.own_demand(current_actor, g.expo, demand_id)
    return _list(queries.recommendations_for_demand(current_actor, g.expo, demand, page_number(), _filtered()), demand)


@bp.get("/e/<expo>/products/<int:product_id>/matches")
def recommendations_of_product(product_id: int) -> ResponseReturnValue:
    """The demands for one own product."""
    product = queries.own_product(current_actor, g.expo, product_id)
    return _list(queries.recommendations_for_product(current_actor, g.expo, product, page_number()), product)


@bp.get("/e/<expo>/recommendations/saved")
def recommendations_saved() -> ResponseReturnValue:
    """What this company has saved."""
    return _marked(actions.SAVED)


@bp.get("/e/<expo>/recommendations/hidden")
def recommendations_hidden() -> ResponseReturnValue:
    """What this company has hidden, to be shown again."""
    return _marked(actions.HIDDEN)


@bp.get("/e/<expo>/recommendations/version")
def recommendations_version() -> ResponseReturnValue:
    """A word that changes with the list, and the work that goes on; 304 while nothing changes."""
    version = queries.version(current_actor, g.expo)
    job = _job() or {"state": "done", "done": 1, "total": 1, "message": ""}
    response = jsonify(version=version, **job)
    response.set_etag(f"{version}-{job['state']}-{job['done']}")
    response.cache_control.no_cache = True
    response.cache_control.private = True
    return response.make_conditional(request)


@bp.get("/e/<expo>/matches/<int:demand_id>/<int:product_id>")
def recommendations_why(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Why these two match: both texts beside each other, reasons and gaps in sentences."""
    row = queries.pair(current_actor, g.expo, demand_id, product_id)
    states = queries.meeting_states(current_actor, g.expo)
    card = _card(row, states)
    feedback.opened(current_actor.company_id or 0, g.expo.id, demand_id, product_id)
    return render_template(
        "matching/why.html", item=card, row=row, made_of=why.explain(row, current_actor, card, g.expo), demand=get(Demand, demand_id),
        product=get(Product, product_id), reasons=_hide_reasons(), translated=translated,
        offer_url=_link("proposals.offer", demand_id=demand_id, product_id=product_id))


@bp.post("/e/<expo>/recommendations/personal")
def recommendations_personal() -> ResponseReturnValue:
    """Let the lists learn from what this company does, or depend on its sheets alone."""
    actions.personalise(current_actor, get(Company, current_actor.company_id), wanted=request.form.get("wanted") == "yes")
    flash(_("Saved. The lists are matched anew."), "success")
    return _back()


@bp.post("/e/<expo>/recommendations/unhide")
def recommendations_unhide_all() -> ResponseReturnValue:
    """Show all again that was hidden for one reason, and forget the reason."""
    count = actions.unhide_all(current_actor, g.expo, reason=request.form.get("reason", ""))
    flash(ngettext("One match is shown again; the reason counts no more.", "%(num)s matches are shown again; the reason counts no more.",
                   count), "success")
    return _back()


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/save")
def recommendations_save(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Keep it in the list."""
    actions.save(current_actor, g.expo, demand_id=demand_id, product_id=product_id)
    return _back()


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/unsave")
def recommendations_unsave(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Take it off the list."""
    actions.unsave(current_actor, g.expo, demand_id=demand_id, product_id=product_id)
    return _back()


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/hide")
def recommendations_hide(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Show it no more, and say why."""
    actions.hide(current_actor, g.expo, demand_id=demand_id, product_id=product_id, reason=request.form.get("reason", ""))
    flash(_("Hidden. You find it under Hidden, and can show it again."), "success")
    return _back()


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/unhide")
def recommendations_unhide(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Show it again."""
    actions.unhide(current_actor, g.expo, demand_id=demand_id, product_id=product_id)
    return _back()


@bp.post("/e/<expo>/matches/<int:demand_id>/<int:product_id>/block")
def recommendations_block(demand_id: int, product_id: int) -> ResponseReturnValue:
    """Never be shown to the other company again."""
    blocked = actions.block(current_actor, g.expo, demand_id=demand_id, product_id=product_id)
    flash(_("%(company)s is blocked. It is not told.", company=blocked.blocked.display_name), "success")
    return redirect(url_for(".recommendations"))


def _back() -> ResponseReturnValue:
    return redirect(safe_next(url_for(".recommendations")))


def _filtered() -> set[int] | None:
    """Return the products that pass the filters a buyer chose; None where nothing is chosen."""
    if not current_actor.is_buyer:
        return None
    return filters.products(request.args, g.expo, lambda: queries.product_ids(current_actor, g.expo))


def _list(page: Page, own: Demand | Product | None = None) -> ResponseReturnValue:
    sheets = queries.own_sheets(current_actor, g.expo)
    chips = [_chip(sheet, count, own) for sheet, count in sheets]
    feedback.shown(current_actor.company_id or 0, g.expo.id, page.items, (page.number - 1) * queries.PAGE + 1)
    return render_template("matching/list.html", page=page, cards=_cards(page), sheets=chips, own=own, **_frame(),
                           filters=filters.drawn(request.args, "products") if current_actor.is_buyer else [])


def _marked(kind: str) -> ResponseReturnValue:
    page = queries.marked(current_actor, g.expo, kind, page_number())
    return render_template("matching/marked.html", page=page, cards=_cards(page), kind=kind, **_frame())


def _frame() -> dict[str, Any]:
    """Return what every list needs: side, version, work that goes on, reasons for hiding."""
    require_participant(current_actor, g.expo)
    personal = get(Company, current_actor.company_id).personalised
    return {"buyer": current_actor.is_buyer, "version": queries.version(current_actor, g.expo), "reasons": _hide_reasons(),
            "job": _job(), "personal": personal, "learned": _learned() if personal else [],
            "new_url": _link("demands.new" if current_actor.is_buyer else "catalog.new")}


def _learned() -> list[tuple[str, str]]:
    """Return what the lists have learned from refusals: (reason, sentence)."""
    found = feedback.refusals(current_actor.company_id or 0, g.expo.id)
    return [(reason, ngettext(
        "Because you turned down one match for “%(reason)s”, offers like it stand further down.",
        "Because you turned down %(num)s matches for “%(reason)s”, offers like them stand further down.", count,
        reason=gettext(HIDE_REASONS[reason]))) for reason, count in found.items() if reason in HIDE_REASONS and reason not in SAYS_NOTHING]


def _hide_reasons() -> dict[str, str]:
    return {code: gettext(text) for code, text in HIDE_REASONS.items()}


def _cards(page: Page) -> list[cards.Card]:
    states = queries.meeting_states(current_actor, g.expo)
    made = [_card(row, states) for row in page.items]
    if current_actor.is_buyer:
        cards.add_costs(made, today_at(g.expo))
    return made


def best_cards(most: int) -> list[cards.Card]:
    """Return the best matches of the acting company at ``g.expo``, for its home."""
    return _cards(queries.recommendations_for_company(current_actor, g.expo))[:most]


def _card(row: Any, states: Any) -> cards.Card:
    make = cards.product_card if current_actor.is_buyer else cards.demand_card
    card = make(row, g.expo.series, states)
    card.url = url_for("matching.recommendations_why", demand_id=card.demand_id, product_id=card.product_id)
    card.ask_url = _link("meetings.ask", demand=card.demand_id, product=card.product_id)
    return card


def _chip(sheet: Any, count: int, own: Demand | Product | None) -> dict[str, Any]:
    title, lang = cards.title_for_reader(sheet.title, sheet.lang, sheet.translations)
    url = (url_for(".recommendations_of_demand", demand_id=sheet.id) if current_actor.is_buyer
           else url_for(".recommendations_of_product", product_id=sheet.id))
    return {"title": title, "lang": lang, "url": url, "count": count, "active": own is not None and own.id == sheet.id}


def _job() -> dict[str, Any] | None:
    """Return the refresh that this company waits for, in the form of ``_parts/progress.html``."""
    job = queries.refreshing(g.expo) if queries.is_stale(current_actor, g.expo) else None
    if job is None:
        return None
    done, total = job.params.get("done", round(job.progress * 100)), job.params.get("total", 100)
    return {"state": job.state, "done": done, "total": total, "message": job.words}


def _link(endpoint: str, **values: Any) -> str:
    """Return the address of a page of a room to the right; empty where the house runs without that room."""
    return url_for(endpoint, **values) if endpoint in current_app.view_functions else ""


@bp.get("/e/<expo>/match-quality", endpoint="quality")
def match_quality() -> ResponseReturnValue:
    """How well matching works at this expo, and the versions of its model."""
    page, job = quality.of_expo(current_actor, g.expo), quality.work(g.expo)
    return render_template("matching/quality.html", page=page, job=_progress(job) if job else None, few=quality.FEW,
                           failed=quality.failed_training() if current_actor.is_admin else None)


@bp.get("/e/<expo>/match-quality/job", endpoint="quality_job")
def match_quality_job() -> ResponseReturnValue:
    """The progress of what the page waits for, for its script."""
    require_organizer(current_actor, g.expo)
    job = quality.work(g.expo)
    return jsonify(_progress(job) if job else {"state": "done", "done": 100, "total": 100, "message": ""})


@bp.post("/e/<expo>/match-quality/report", endpoint="quality_report")
def match_quality_report() -> ResponseReturnValue:
    """Count anew."""
    quality.ask_report(current_actor, g.expo)
    return redirect(url_for(".quality"))


@bp.post("/e/<expo>/match-quality/train")
def model_train() -> ResponseReturnValue:
    """Learn from all feedback; a worker does it."""
    quality.ask_training(current_actor)
    return redirect(url_for(".quality"))


@bp.post("/e/<expo>/match-quality/use")
def model_use() -> ResponseReturnValue:
    """Use another version, or go back to an older one or to the documented weights."""
    quality.use_named(current_actor, request.form.get("version", ""))
    flash(_("In use. Every expo is matched anew."), "success")
    return redirect(url_for(".quality"))


def _progress(job: Any) -> dict[str, Any]:
    return {"kind": job.kind, "state": job.state, "done": round(job.progress * 100), "total": 100, "message": job.words}
