"""Pages of the reference: rules with their history, official tables and their editions, the nomenclature, proposals of headings."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from ...access import ORGANIZERS
from ...web import nav

bp = Blueprint("reference", __name__)
NAV = (nav.Entry(95, _l("Reference data"), "library", "reference.home", ORGANIZERS),)

from . import ledger, nomenclature, tables  # noqa: E402, F401 (they add their pages)
