"""Which products a rule or a table concerns. Products belong to a room to the right: it is asked by a signal."""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from .. import events
from ..permissions import Actor, ExpoRole
from ..trade.schema import Touch


class Goods(NamedTuple):
    """A product shown at an expo, as far as rules ask for it."""

    id: int
    expo_id: int
    title: str
    company: str
    hs: str
    origin: str


def organized(actor: Actor) -> Collection[int] | None:
    """Return the ids of the expos that the actor organizes; None: all."""
    if actor.is_system or actor.is_admin:
        return None
    return [expo_id for expo_id in actor.expo_roles if actor.has_expo_role(expo_id, ExpoRole.ORGANIZER)]


def shown(expo_ids: Collection[int] | None) -> list[Goods]:
    """Return the products shown at expos, at all of them when None."""
    return [goods for _receiver, found in events.goods_asked.send(None, expo_ids=expo_ids) for goods in found]


def touched(touch: Touch, expo_ids: Collection[int] | None) -> list[Goods]:
    """Return the products shown at expos that ``touch`` concerns. A product without a code or an origin is not known to be concerned."""
    return [goods for goods in shown(expo_ids) if touch.concerns(goods.hs, goods.origin)]


def once(several: Iterable[Goods]) -> list[Goods]:
    """Return each product once, however many expos show it, by company and title."""
    return sorted({goods.id: goods for goods in several}.values(), key=lambda goods: (goods.company.casefold(), goods.title.casefold()))


def tell(what: str, actor: Actor, several: Iterable[Goods]) -> None:
    """Let the rooms to the right refresh what hangs on ``what`` (``rules``, ``rates``): the products concerned, by expo."""
    products: dict[int, list[int]] = {}
    for goods in several:
        products.setdefault(goods.expo_id, []).append(goods.id)
    events.reference_changed.send(what, products=products, actor=actor)
