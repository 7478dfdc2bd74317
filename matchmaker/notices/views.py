"""The page of notices, and the bell that leads there."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from ..permissions import Actor
from ..web.guard import current_actor
from ..web.pages import page_number, paginate
from ..web.redirects import is_safe
from . import actions, queries, words
from .rules import KINDS

bp = Blueprint("notices", __name__)


def bell(actor: Actor) -> dict[str, Any] | None:
    """Return address and number of unread notices for the header; None for visitors."""
    return {"url": url_for("notices.index"), "count": queries.unread_count(actor.user_id)} if actor.user_id else None


@bp.get("/notices")
def index() -> ResponseReturnValue:
    """What happened, the latest first."""
    page = paginate(queries.mine(current_actor), page_number(), 30)
    return render_template("notices/index.html", page=page, sentence=words.sentence, kinds=KINDS,
                           unread=queries.unread_count(current_actor.user_id))


@bp.post("/notices/<int:notice_id>/open")
def open_one(notice_id: int) -> ResponseReturnValue:
    """Mark it as read and go where it leads."""
    notice = actions.read(current_actor, notice_id)
    return redirect(notice.url if is_safe(notice.url) else url_for("notices.index"))


@bp.post("/notices/read")
def read_all() -> ResponseReturnValue:
    """Mark all as read."""
    actions.read_all(current_actor)
    flash(_("All notices are marked as read."), "success")
    return redirect(url_for("notices.index"))
