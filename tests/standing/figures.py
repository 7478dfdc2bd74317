"""The figures of the world of these tests as its pages write them, and what is missing beside one.

A cost, and what an agreement spares of it, say their day and that a sample is in them, in the panel or card they stand in. A range of
emissions says in its entry that its factors are not verified. A limit of cross-border retail stands with its rule's standing and the day;
a usual length with its source, or as assumed; the day by which a road is typically open with the day of the rules. Rates say their basis
wherever they stand, and each line of a ladder how sure it is.
"""

from collections.abc import Iterator, Set
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from matchmaker.clock import now
from matchmaker.green import transport
from matchmaker.i18n import day, money, reading_in
from matchmaker.landed import queries as landed
from matchmaker.landed.cards import basis_line
from matchmaker.landed.sentences import amount
from matchmaker.passports import queries as passports
from matchmaker.reference import queries as reference
from matchmaker.trade.charges import Span

from . import pages


@dataclass(frozen=True)
class Figures:
    """What is looked for on pages, by kind, and what must stand beside it."""

    said: dict[str, Set[str]]
    basis: str
    today: str

    def kinds(self, html: str) -> set[str]:
        """Return which kinds of figures a page holds."""
        return {kind for kind, several in self.said.items() if any(one in html for one in several)}

    def unfounded(self, page: pages.Node, kinds: Set[str]) -> list[str]:
        """Return the figures of a page that do not say what they rest on."""
        texts = [text for text in page.walk() if text.text and not any(node.name == "option" for node in text.above())]
        found = [f"{kind}: {text.text[:140]}" for text in texts for kind in kinds
                 if any(one in text.text for one in self.said[kind]) and not self._is_founded(kind, text)]
        return found + [f"line without standing: {node.words()[:140]}" for node in _lines(page)
                        if not any("data-standing" in inner.attrs for inner in node.walk())]

    def _is_founded(self, kind: str, text: pages.Node) -> bool:
        if kind == "range":
            return pages.is_marked(pages.entry(text))
        if kind == "length":
            return any(node.has("basis-of") and node.words() for node in pages.entry(text).walk())
        around = pages.frame(text)
        if kind == "limit":
            return self.today in around.words() and any("data-standing" in node.attrs for node in around.walk())
        return (self.today if kind == "reach" else self.basis) in around.words()


def _lines(page: pages.Node) -> Iterator[pages.Node]:
    """Yield the lines of ladders that say an amount of their own; sums are made of them."""
    yield from (node for node in page.walk() if node.name == "li" and node.has("step") and node.parent and node.parent.has("ladder"))


def figures(world: Any, language: str) -> Figures:
    """Return the figures of a world as its pages write them for a reader."""
    today, idents = now().date(), [one.id for one in world.products]
    with reading_in(language):
        book = reference.rulebook()
        costs = [cost for cost in landed.costs(idents, today).values() if cost.low is not None]
        plans = [plan for one in world.products if (plan := transport.plan_for(one, {}))]
        limits = book.find("cbec", "LIMITS", today).data
        reaches = [reach for roads in passports.states(idents, today).values() for reach in roads.values() if reach.state == "not_yet"]
        lengths = {tuple(rule.data["days"]) for rule in book.all("gate") if rule.data.get("days")} | {
            tuple(days) for rule in book.all("entry_need") for days in rule.data.get("days", {}).values()}
        return Figures({
            "cost": {amount(Span(cost.low, cost.high)) for cost in costs},
            "saving": {money(cost.saving, "CNY") for cost in costs if cost.saving},
            "range": {transport.in_short(plan, transport.reckon(plan, book, today)) for plan in plans},
            "limit": {money(limits[name], "CNY") for name in ("single_limit_cny", "annual_limit_cny")},
            "length": {gettext("%(first)s to %(last)s days", first=first, last=last) for first, last in lengths},
            "reach": {day(reach.latest) for reach in reaches if reach.latest},
        }, basis_line(today, sample=True), day(today))
