"""Pages of the locker: the list, one document, what others have shown, and requests for documents."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import COMPANIES
from ...permissions import Actor
from ...web import nav, panels
from .. import consented

bp = Blueprint("documents", __name__)


def waiting(actor: Actor) -> int | None:
    """Count the requests for documents that wait for an answer of the company acted for."""
    return consented.waiting_count(actor.company_id) or None if actor.company_id else None


NAV = (nav.Entry(46, _l("Documents"), "folder-lock", "documents.index", COMPANIES, count=waiting),)

from . import asking, locker, panel, sharing  # noqa: E402, F401

PANELS = (panels.Panel("documents", 40, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "documents/_panel.html", panel.load),)
