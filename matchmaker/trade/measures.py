"""How much of the units of law (kg, t, litre, piece …) one priced unit holds, where the unit itself says so."""

from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final

UNITS: Final[Mapping[str, Mapping[str, Decimal]]] = MappingProxyType({
    "kg": {"kg": Decimal(1), "t": Decimal("0.001")},
    "t": {"kg": Decimal(1000), "t": Decimal(1)},
    "litre": {"litre": Decimal(1)},
    "piece": {"piece": Decimal(1)},
    "pair": {"pair": Decimal(1)},
    "m": {"m": Decimal(1)},
    "m2": {"m2": Decimal(1)},
    "m3": {"m3": Decimal(1)},
})


def measures(unit: str, kg: Decimal | None = None, litre: Decimal | None = None) -> dict[str, Decimal]:
    """Return the amounts in one priced unit: what the unit says, and the net weight and volume where they are given."""
    found = dict(UNITS.get(unit, {}))
    if kg is not None:
        found |= {"kg": kg, "t": kg / 1000}
    if litre is not None:
        found["litre"] = litre
    return found
