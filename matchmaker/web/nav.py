"""The navigation: rooms add items for the roles that they serve; the page shows those of the reader."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for

from ..permissions import Actor, Role


@dataclass(frozen=True, slots=True)
class Entry:
    """An item: its place, label (lazy), icon, endpoint, who sees it, and what counts (None: nothing)."""

    place: int
    label: Any
    icon: str
    endpoint: str
    roles: frozenset[Role]
    count: Callable[[Actor], int | None] | None = None
    needs_expo: bool = False


@dataclass(frozen=True, slots=True)
class Item:
    """What the template shows."""

    label: Any
    url: str
    icon: str
    active: bool
    count: int | None


def add(app: Flask, *entries: Entry) -> None:
    """Add entries (called by rooms in ``init_app``)."""
    app.extensions.setdefault("matchmaker.nav", []).extend(entries)


def items(app: Flask, actor: Actor, expo: Any | None) -> list[Item]:
    """Return the items for ``actor``; those of an expo only when there is one."""
    roles, shown = actor.roles(), []
    for entry in sorted(app.extensions.get("matchmaker.nav", []), key=lambda entry: entry.place):
        if not roles & entry.roles or (entry.needs_expo and expo is None):
            continue
        values = {"expo": expo.slug} if entry.needs_expo else {}
        active = (request.endpoint or "").rpartition(".")[0] == entry.endpoint.rpartition(".")[0] and _same_page(entry)
        shown.append(Item(entry.label, url_for(entry.endpoint, **values), entry.icon, active, entry.count(actor) if entry.count else None))
    return shown


def _same_page(entry: Entry) -> bool:
    return (request.endpoint or "").split("_")[0] == entry.endpoint.split("_")[0]


