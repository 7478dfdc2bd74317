"""Changes of one field for one pair, in JSON and back: what repairs offer and companies agree on."""

import functools
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from .. import clock
from ..engine.matching import records
from ..infra.db import db, insert
from .models import Agreed


def to_json(value: Any) -> dict[str, Any]:
    """Return a field's value as JSON can hold it. Raises ``TypeError`` for a kind of value that no repair changes."""
    match value:
        case records.Quantity():
            return {"is": "quantity", "amount": _figure(value.amount), "unit": value.unit}
        case records.Price():
            return {"is": "price", "low": _figure(value.low), "high": _figure(value.high), "currency": value.currency, "unit": value.unit}
        case records.Evidence():
            return {"is": "evidence", "level": int(value)}
        case int():
            return {"is": "days", "days": value}
        case date():
            return {"is": "day", "day": value.isoformat()}
        case tuple() if all(isinstance(one, records.Certificate) for one in value):
            return {"is": "certificates", "list": [[one.kind, one.expires_on.isoformat() if one.expires_on else None] for one in value]}
        case tuple() if all(isinstance(one, str) for one in value):
            return {"is": "codes", "list": list(value)}
        case None:
            return {"is": "unknown"}
    raise TypeError(f"no repair changes a {type(value).__name__}")


def from_json(value: Mapping[str, Any]) -> Any:
    """Return what ``to_json`` was given."""
    match value["is"]:
        case "quantity":
            return records.Quantity(Decimal(value["amount"]), value["unit"])
        case "price":
            return records.Price(_decimal(value["low"]), _decimal(value["high"]), value["currency"], value["unit"])
        case "days":
            return int(value["days"])
        case "evidence":
            return records.Evidence(value["level"])
        case "day":
            return date.fromisoformat(value["day"])
        case "certificates":
            return tuple(records.Certificate(kind, date.fromisoformat(day) if day else None) for kind, day in value["list"])
        case "codes":
            return tuple(value["list"])
        case "unknown":
            return None
    raise ValueError(f"unknown kind of value: {value['is']}")


@functools.lru_cache(100_000)
def figure(value: Decimal) -> str:
    """Return an amount as text, without needless noughts."""
    return format(value.normalize(), "f")


def _figure(value: Decimal | None) -> str | None:
    return None if value is None else figure(value)


def _decimal(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def repair_to_json(repair: records.Repair) -> dict[str, Any]:
    """Return a repair as ``Recommendation.repairs`` holds it."""
    return {"gap": repair.gap, "side": repair.change.side, "field": repair.change.field, "value": to_json(repair.change.value),
            "before": to_json(repair.before), "lift": [round(weight, 6) for weight in repair.lift]}


def agreed(expo_id: int) -> dict[tuple[int, int], list[records.Change]]:
    """Return {(demand id, product id): changes agreed on for the pair}."""
    found: dict[tuple[int, int], list[records.Change]] = defaultdict(list)
    rows = db.session.execute(sa.select(Agreed.demand_id, Agreed.product_id, Agreed.side, Agreed.field, Agreed.value)
                              .where(Agreed.expo_id == expo_id).order_by(Agreed.id))
    for row in rows:
        found[row.demand_id, row.product_id].append(records.Change(row.side, row.field, from_json(row.value)))
    return dict(found)


def agree(*, expo_id: int, demand_id: int, product_id: int, side: str, field: str, value: Mapping[str, Any]) -> None:
    """Write down that the field reads otherwise for this pair; a later agreement on the same field stands."""
    new = {"value": dict(value), "agreed_at": clock.now()}
    row = insert(Agreed).values(expo_id=expo_id, demand_id=demand_id, product_id=product_id, side=side, field=field, **new)
    db.session.execute(row.on_conflict_do_update(index_elements=["demand_id", "product_id", "side", "field"], set_=new))
