"""Cutting lists into pages."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from flask import request

from ..infra.db import db


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list: ``items``, its ``number`` (from 1), how many ``pages`` and rows in ``total``."""

    items: Sequence[Any]
    number: int
    size: int
    total: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1 if self.total else 0

    @property
    def last(self) -> int:
        return min(self.number * self.size, self.total)


def page_number() -> int:
    """Return the page asked for, from 1 to 10,000; nonsense is page 1."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 10_000)) if text.isascii() and text.isdigit() and len(text) < 6 else 1


def paginate(query: sa.Select, number: int, size: int = 20, *, scalars: bool = True) -> Page:
    """Run ``query`` for one page; a page behind the end shows the last."""
    total = db.session.scalar(sa.select(sa.func.count()).select_from(query.order_by(None).subquery())) or 0
    number = min(number, max(1, -(-total // size)))
    result = db.session.execute(query.limit(size).offset((number - 1) * size))
    return Page(result.scalars().all() if scalars else result.all(), number, size, total)


def cut(items: Sequence[Any], number: int, size: int = 20) -> Page:
    """Cut a list that is there already; a page behind the end shows the last."""
    number = min(number, max(1, -(-len(items) // size)))
    return Page(items[(number - 1) * size:number * size], number, size, len(items))
