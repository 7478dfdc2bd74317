"""Asking for a meeting."""

from dataclasses import dataclass
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from ... import clock
from ...catalog.models import Product
from ...catalog.queries import may_see as may_see_products
from ...catalog.queries import product_at
from ...companies.models import Company
from ...demands.models import Demand
from ...demands.queries import demand_at
from ...errors import NotFound, Problem
from ...expos.queries import require_participant, takes_part
from ...infra.db import get
from ...matching.cards import anonymous
from ...matching.queries import own_sheets
from ...permissions import ensure
from ...web.guard import current_actor
from .. import actions, cards, queries, rules
from ..forms import AskForm
from . import bp


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom the request goes to and what it is about: ``theirs`` and ``own`` are a demand and a product, whichever side asks."""

    other: Company
    theirs: Any
    own: Any

    @property
    def demand(self) -> Demand | None:
        return next((sheet for sheet in (self.theirs, self.own) if isinstance(sheet, Demand)), None)

    @property
    def product(self) -> Product | None:
        return next((sheet for sheet in (self.theirs, self.own) if isinstance(sheet, Product)), None)

    @property
    def named(self) -> bool:
        """Tell whether the asker reads the other's name before asking."""
        return not isinstance(self.theirs, Demand) or self.theirs.confidentiality == "open"

    @property
    def name(self) -> str:
        return self.other.display_name if self.named else anonymous(self.theirs.confidentiality)


@bp.route("/e/<expo>/ask", methods=["GET", "POST"])
def ask() -> ResponseReturnValue:
    """Ask for a meeting: a buyer about a product (or a company), an exhibitor about a demand; with a word, if wanted."""
    require_participant(current_actor, g.expo)
    form = AskForm(own=str(_own_sheet() or ""))
    form.own.choices = [SelectChoice("", _("None in particular")), *_own_choices()]
    subject = _subject(_id(form.own.data or ""))
    if form.validate_on_submit():
        try:
            return _send(subject, form.message.data or "")
        except NotFound:
            raise
        except Problem as problem:
            form.refuse(problem)
    return render_template(
        "meetings/ask.html", form=form, subject=subject, title=cards.title(subject.theirs), limit=rules.MESSAGE_LIMIT,
        expires_at=rules.expiry(g.expo, clock.now()), used=queries.open_requests(current_actor.company_id, g.expo.id)), form.status


def _send(subject: Subject, message: str) -> ResponseReturnValue:
    demand, product = subject.demand, subject.product
    sides = (current_actor.company_id, subject.other.id) if current_actor.is_exhibitor else (subject.other.id, current_actor.company_id)
    score = queries.stored_score((g.expo.id, *sides), demand.id if demand else None, product.id if product else None)
    made = actions.ask(current_actor, g.expo, other=subject.other, demand=demand, product=product, message=message, score=score)
    flash(_("Your request is on its way to %(company)s.", company=subject.name), "success")
    return redirect(url_for("meetings.meeting", meeting_id=made.id))


def _subject(own_id: int | None) -> Subject:
    """Return what the address names; raise ``NotFound`` for what the asker may not see."""
    demand_id, product_id, company_id = _number("demand"), _number("product"), _number("company")
    if current_actor.is_exhibitor:
        theirs: Any = demand_at(current_actor, g.expo, demand_id or 0)
        own: Any = product_at(current_actor, g.expo, own_id) if own_id else None
        ensure(own is None or own.company_id == current_actor.company_id)
        return Subject(theirs.company, theirs, own)
    own = demand_at(current_actor, g.expo, own_id) if own_id else None
    ensure(own is None or own.company_id == current_actor.company_id)
    theirs = product_at(current_actor, g.expo, product_id) if product_id else None
    other = theirs.company if theirs is not None else get(Company, company_id or 0)
    ensure(other.is_exhibitor and takes_part(g.expo.id, other.id) and may_see_products(current_actor, g.expo, other.id))
    return Subject(other, theirs, own)


def _own_sheet() -> int | None:
    """Return the asker's own demand or product: the one named in the address, else the one that fits best."""
    demand_id, product_id = _number("demand"), _number("product")
    if current_actor.is_buyer:
        return demand_id or (queries.best_own_sheet(current_actor.company_id, g.expo.id, product_id=product_id) if product_id else None)
    return product_id or (queries.best_own_sheet(current_actor.company_id, g.expo.id, demand_id=demand_id) if demand_id else None)


def _own_choices() -> list[SelectChoice]:
    return [SelectChoice(str(sheet.id), cards.title(sheet)[0]) for sheet, _count in own_sheets(current_actor, g.expo)]


def _number(name: str) -> int | None:
    return _id(request.values.get(name) or request.values.get(f"{name}_id") or "")


def _id(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
