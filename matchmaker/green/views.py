"""Pages of green evidence."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, jsonify, request
from flask.typing import ResponseReturnValue

from ..catalog.models import Product
from ..documents.queries import today
from ..expos.models import Expo
from ..expos.queries import today_at
from ..i18n import lang
from ..permissions import Actor
from ..trade import vague
from ..web import panels
from ..web.forms import strip
from . import cards, queries

bp = Blueprint("green", __name__)
MOST_WORDS = 300  # characters of a claim


def _panel(actor: Actor, expo: Expo | None, product: Product) -> Mapping[str, Any]:
    """The evidence of a product, on its own page and on the exhibitor's."""
    on = today_at(expo) if expo else today()
    found = queries.profiles([product.id], on)[product.id]
    return {"cells": cards.chain(found, queries.rulebook()), "on": on, "own": actor.member_of(product.company_id)}


PANELS = (panels.Panel("green", 40, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "green/_panel.html", _panel),)


@bp.get("/green/words")
def words() -> ResponseReturnValue:
    """The vague words of a claim while it is written, with what to say instead."""
    text = strip(request.args.get("q", ""))[:MOST_WORDS]
    found = vague.find(text, queries.rulebook(), today())
    return jsonify([{"word": one.word, "why": one.rule.label(lang()), "say": one.say(lang())} for one in found])
