"""Rules of proposals: who may make which, and what a figure of one's own may be."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from ..errors import N_, Invalid
from ..sheets import rules as sheet

REASON_LIMIT = 300
OPEN_AT_ONCE = 60  # open proposals of one company at an expo
# kinds of values that can be answered with another figure; certificates and roads are a yes or a no
FIGURES = frozenset({"quantity", "price", "days", "day"})


def maker(side: str) -> str:
    """Return the kind of company whose sheet it is: only it can offer to change it."""
    return "exhibitor" if side == "supply" else "buyer"


def can_be_answered(value: Mapping[str, Any]) -> bool:
    """Tell whether another figure can be given back."""
    return value["is"] in FIGURES


def figure(value: Mapping[str, Any]) -> Decimal | date | int | None:
    """Return the one figure of a value, for the field of a form."""
    match value["is"]:
        case "quantity":
            return Decimal(value["amount"])
        case "price":
            end = value["high"] if value["low"] is None else value["low"]
            return None if end is None else Decimal(end)
        case "days":
            return int(value["days"])
        case "day":
            return date.fromisoformat(value["day"])
    return None


def with_figure(value: Mapping[str, Any], typed: str) -> dict[str, Any]:
    """Return ``value`` with the figure that was typed. Raises ``Invalid`` at the field ``figure`` when it is none or the same."""
    kind = value["is"]
    read = sheet.day if kind == "day" else sheet.days(3650) if kind == "days" else sheet.amount
    try:
        found = read(typed)
    except Invalid as problem:
        raise Invalid(problem.message, field="figure", **problem.params) from None
    if found is None or (kind != "day" and not found > 0):
        raise Invalid(N_("Please give a figure."), field="figure")
    if found == figure(value):
        raise Invalid(N_("That is what was proposed: accept it, or give another figure."), field="figure")
    match kind:
        case "quantity":
            return {**value, "amount": format(found.normalize(), "f")}
        case "price":
            end = "high" if value["low"] is None else "low"
            return {**value, end: format(found.normalize(), "f")} | ({"high": None} if end == "low" else {})
        case "days":
            return {**value, "days": found}
    return {**value, "day": found.isoformat()}
