"""Amounts in units that people write, brought to one base per kind so that they compare."""

import functools
from decimal import Decimal

from matchmaker.engine.matching.records import Quantity

_MASS, _VOLUME, _PIECES = ("kg", "mass"), ("l", "volume"), ("pcs", "pieces")
UNITS: dict[str, tuple[str, str, Decimal | int]] = {
    **dict.fromkeys(("kg", "公斤", "千克"), (*_MASS, 1)), **dict.fromkeys(("g", "克"), (*_MASS, Decimal("0.001"))),
    **dict.fromkeys(("t", "mt", "ton", "tons", "tonne", "tonnes", "吨"), (*_MASS, 1000)),
    **dict.fromkeys(("l", "litre", "litres", "升"), (*_VOLUME, 1)), **dict.fromkeys(("ml", "毫升"), (*_VOLUME, Decimal("0.001"))),
    **dict.fromkeys(("pcs", "pc", "piece", "pieces", "unit", "units", "个", "件", "只", "台"), (*_PIECES, 1)),
    **dict.fromkeys(("set", "sets", "套"), ("set", "sets", 1)),
    **dict.fromkeys(("carton", "cartons", "ctn", "ctns", "箱"), ("carton", "cartons", 1)),
    **dict.fromkeys(("bottle", "bottles", "瓶"), ("bottle", "bottles", 1)),
}


@functools.lru_cache(10_000)
def kind_of(unit: str) -> tuple[str, Decimal]:
    """The kind of a unit (mass, volume, pieces …; an unknown unit is its own kind) and how many of the base it is; "" without one."""
    written = unit.strip().lower()
    _, kind, factor = UNITS.get(written, (written, written, 1))
    return kind, Decimal(factor)


def in_base(quantity: Quantity | None) -> tuple[Decimal, str] | None:
    """The amount in the base of its unit's kind (kg, l, pieces …) and that kind; None without a unit."""
    if quantity is None:
        return None
    kind, factor = kind_of(quantity.unit)
    return (Decimal(quantity.amount) * factor, kind) if kind else None
