"""Panels: what rooms add to the pages of rooms to their left.

The product page belongs to ``catalog``, which knows neither landed costs nor green evidence. A room that has something to say there
registers a panel, and the page draws what is registered, in the order of the places. In the room's ``views.py``::

    PANELS = (panels.Panel("landed", 20, frozenset({panels.PRODUCT, panels.OWN_PRODUCT}), "landed/_panel.html", _panel),)

    def _panel(actor: Actor, expo: Expo | None, subject: Product) -> Mapping[str, Any] | None:
        return {"cost": ...}  # or None: no panel for this reader

and ``rooms.py`` registers it because the views are in ``VIEWS``. The template draws ``data`` (what the loader returned) beside
everything that the page has; it begins with ``{% call panel(...) %}`` of ``_parts/layout.html``. A loader is asked once a page and
keeps to the rules of queries: it shows only what ``actor`` may see.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask, current_app

from ..permissions import Actor

PRODUCT: Final = "product"  # a product as others read it at an expo; the subject is the product
OWN_PRODUCT: Final = "own product"  # the exhibitor's own page of a product; no expo
DEMAND: Final = "demand"  # a demand as it is read at an expo; the subject is the demand
ORGANIZER: Final = "organizer"  # the organizers' home; the subject is the expo
COMPANY: Final = "company"  # the home of a company at an expo; the subject is the company
PAGES: Final = frozenset({PRODUCT, OWN_PRODUCT, DEMAND, ORGANIZER, COMPANY})

Load = Callable[[Actor, Any, Any], Mapping[str, Any] | None]


@dataclass(frozen=True, slots=True)
class Panel:
    """A panel: its name, its place among the others, the pages it stands on, its template, and what loads its data.

    ``load`` is called with the actor, the expo (None where the page has none) and the page's subject; None draws nothing.
    """

    name: str
    place: int
    pages: frozenset[str]
    template: str
    load: Load


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page draws: ``{% include %}`` of the template with ``data``."""

    name: str
    template: str
    data: Mapping[str, Any]


def add(app: Flask, *panels: Panel) -> None:
    """Register panels (``rooms.init_app`` does it with each room's ``PANELS``); raise ``ValueError`` for a page that is none."""
    for panel in panels:
        if unknown := panel.pages - PAGES:
            raise ValueError(f"panel {panel.name}: no page {', '.join(sorted(unknown))}")
    app.extensions.setdefault("matchmaker.panels", []).extend(panels)


def of_page(page: str, actor: Actor, subject: Any, expo: Any | None = None) -> list[Drawn]:
    """Return what the registered panels have for this reader of ``page``, in the order of their places."""
    registered: list[Panel] = current_app.extensions.get("matchmaker.panels", [])
    return [
        Drawn(panel.name, panel.template, data) for panel in sorted(registered, key=lambda panel: panel.place)
        if page in panel.pages and (data := panel.load(actor, expo, subject)) is not None]
