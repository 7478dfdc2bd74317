"""One page of a passport to print: PDF by typst, in the language of the reader."""

from flask import current_app
from flask_babel import gettext as _

from .. import clock
from ..catalog.models import Product
from ..i18n import day, lang, territory
from ..infra import pdf
from . import pages

MOST_GATES = 9  # of a road on one page


def as_pdf(product: Product, shown: pages.Shown) -> bytes:
    """Return the page of a passport as the reader may see it. Raises ``Invalid`` where typst is missing."""
    titles = product.translations.get(lang(), {}) if product.lang != lang() else {}
    facts = [product.company.display_name, territory(product.origin) if product.origin else _("origin unknown"),
             _("HS code %(code)s", code=product.hs) if product.hs else _("no HS code"), shown.class_name or _("kind of product not known")]
    data = {
        "lang": lang(), "site": current_app.config["SITE_NAME"], "eyebrow": _("Market-entry passport"),
        "title": titles.get("title") or product.title, "facts": "  ·  ".join(facts), "question": shown.question, "measures": shown.measures,
        "roads": [_road(road) for road in shown.roads],
        "papers_title": _("Papers"), "papers": [[paper["name"], " · ".join(paper["roads"]), paper["state"]] for paper in shown.documents],
        "paper_columns": [_("Paper"), _("Road"), _("State")],
        "note": _("Rules as of %(day)s. Made from what the exhibitor states; the authorities decide.", day=day(shown.on)),
        "sources": _("Sources: %(sources)s", sources=_("; ").join(shown.sources)), "none": _("No gate is known on this road."),
    }
    return pdf.make("passport", data, made_at=clock.now())


def _road(road: dict) -> dict:
    gates = [[_gate_name(gate), gate["state"], f"{gate['why']} {' · '.join(filter(None, (gate['number'], _ends(gate))))}".rstrip()]
             for gate in road["gates"]]
    left = len(gates) - MOST_GATES
    return {"name": road["name"], "verdict": road["verdict"], "look": road["look"], "when": _when(road), "gates": gates[:MOST_GATES],
            "more": _("and %(count)s more", count=left) if left > 0 else ""}


def _ends(gate: dict) -> str:
    return _("until %(day)s", day=day(gate["expires_on"])) if gate["expires_on"] else ""


def _gate_name(gate: dict) -> str:
    if gate["sample"]:
        return _("%(name)s (sample)", name=gate["name"])
    return _("%(name)s (not verified)", name=gate["name"]) if gate["to_check"] else gate["name"]


def _when(road: dict) -> str:
    if road["state"] == "not_yet":
        if road["latest"] is None:
            return _("no typical time is known")
        return _("typically between %(early)s and %(late)s", early=day(road["earliest"]), late=day(road["latest"]))
    if road["sample"]:
        return _("rests on a sample list")
    return _("as of %(day)s", day=day(road["on"])) if road["state"] == "yes" else ""
