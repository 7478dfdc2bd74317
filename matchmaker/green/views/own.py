"""What an exhibitor sees of its own evidence: the products by link, what ends soon, what would raise each by one level."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from ...documents.queries import today
from ...i18n import lang
from ...permissions import ensure
from ...reference import queries as reference
from ...sheets.labels import labels
from ...trade import vague
from ...web.forms import strip
from ...web.guard import current_actor
from .. import cards, listing, todo
from .page import bp

MOST_WORDS = 300  # characters of a claim


@bp.get("/green")
def index() -> ResponseReturnValue:
    """The green profile of the company and its to-do list."""
    ensure(current_actor.is_exhibitor)
    on, rules = today(), reference.rulebook()
    shown = listing.of_company(current_actor.company_id, on)
    return render_template(
        "green/index.html", rows=[(one, cards.chain(one.profile, rules)) for one in shown], on=on,
        todo=todo.steps(shown, rules), ending=todo.ending(shown), vague=todo.vague_words(shown, rules, on),
        counts=cards.level_counts(shown), **labels())


@bp.get("/green/words")
def words() -> ResponseReturnValue:
    """The vague words of a claim while it is written, with what to say instead."""
    text = strip(request.args.get("q", ""))[:MOST_WORDS]
    found = vague.find(text, reference.rulebook(), today())
    return jsonify([{"word": one.word, "why": one.rule.label(lang()), "say": one.say(lang())} for one in found])
