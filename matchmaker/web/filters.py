"""Filters: what rooms add to lists of rooms to their left, or to lists that do not know them.

The exhibitor directory belongs to ``expos``, which knows no products; the list of matches knows neither passports nor evidence. A room
that can narrow such a list registers a filter in its ``views``, and the list draws what is registered, in the order of the places::

    FILTERS = (filters.Filter("evidence", 10, _l("Green evidence"), _options, companies=_companies, products=_products),)

``rooms.py`` registers it because the views are in ``VIEWS``. A value that is not among the options narrows nothing.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Filter:
    """A filter: its name in addresses, its place, its label (lazy), and its options (value, label).

    ``companies(expo, value)`` returns the ids of the exhibitors that pass; ``products(product_ids, expo, value)`` those of the products.
    None: it does not narrow that kind of list.
    """

    name: str
    place: int
    label: Any
    options: Callable[[], list[tuple[str, Any]]]
    companies: Callable[[Any, str], Collection[int]] | None = None
    products: Callable[[Iterable[int], Any, str], Collection[int]] | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a list draws: a select with its options and the chosen value (empty: all)."""

    name: str
    label: Any
    options: list[tuple[str, Any]]
    chosen: str


def add(app: Flask, *filters: Filter) -> None:
    """Register filters (``rooms.init_app`` does it with each room's ``FILTERS``)."""
    app.extensions.setdefault("matchmaker.filters", []).extend(filters)


def drawn(args: Mapping[str, str], kind: str) -> list[Drawn]:
    """Return the filters of a list of ``companies`` or ``products`` with what the address chooses."""
    found = []
    for one in _registered(kind):
        options = one.options()
        value = args.get(one.name, "")
        found.append(Drawn(one.name, one.label, options, value if value in {code for code, _label in options} else ""))
    return found


def companies(args: Mapping[str, str], expo: Any) -> set[int] | None:
    """Return the exhibitors that pass all chosen filters; None where nothing is chosen."""
    return _narrow(args, "companies", lambda one, value: one.companies(expo, value))


def products(args: Mapping[str, str], expo: Any, product_ids: Callable[[], Iterable[int]]) -> set[int] | None:
    """Return those of the products that pass all chosen filters; None where nothing is chosen. ``product_ids`` is asked only then."""
    wanted: list[int] = []

    def of_one(one: Filter, value: str) -> Collection[int]:
        if not wanted:
            wanted.extend(product_ids())
        return one.products(wanted, expo, value) if one.products else wanted

    return _narrow(args, "products", of_one)


def _narrow(args: Mapping[str, str], kind: str, ask: Callable[[Filter, str], Collection[int]]) -> set[int] | None:
    chosen = {one.name: one.chosen for one in drawn(args, kind) if one.chosen}
    if not chosen:
        return None
    answers = [set(ask(one, chosen[one.name])) for one in _registered(kind) if one.name in chosen]
    return set.intersection(*answers)


def _registered(kind: str) -> list[Filter]:
    registered: list[Filter] = current_app.extensions.get("matchmaker.filters", [])
    return sorted((one for one in registered if getattr(one, kind) is not None), key=lambda one: one.place)
