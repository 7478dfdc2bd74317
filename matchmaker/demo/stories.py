"""The story of one request: who asks, in which words, and what becomes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..catalog.models import Product
from ..companies.models import Company
from ..demands.models import Demand
from ..expos.models import Expo
from ..infra.db import get
from ..meetings import actions as meetings
from ..meetings.models import Meeting
from ..permissions import SYSTEM
from .timeline import Timeline
from .world import World, at, office_hours

BUYERS_ASK, WITHOUT_WORDS = 0.55, 0.15  # of all requests
PUBLICATION = at("2026-11-03 19:00")  # of the first version of the schedule
SECOND_DRAFT = at("2026-11-05 18:30")  # when the second one is begun
LATE_ANSWERS = ((at("2026-11-05 10:30"), at("2026-11-05 18:20")), (at("2026-11-05 18:45"), at("2026-11-05 21:40")))  # before and after that
CALLED_OFF = ((at("2026-10-31 09:00"), at("2026-11-02 18:00")), (at("2026-11-04 08:00"), at("2026-11-05 08:20")))  # before and after it


@dataclass(frozen=True, slots=True)
class Pair:
    """Two companies and the best match between them; without one the buyer asks about a product it found in the directory."""

    expo: Expo
    buyer_id: int
    exhibitor_id: int
    demand_id: int | None
    product_id: int
    score: float | None


class Story:
    """A request from the asking to its end, as events on the timeline."""

    def __init__(self, world: World, timeline: Timeline, pair: Pair, fate: str, buyer_asks: bool | None = None):
        self.world, self.timeline, self.pair, self.fate = world, timeline, pair, fate
        chance = world.draw.random() < BUYERS_ASK
        self.buyer_asks = pair.demand_id is None or (chance if buyer_asks is None else buyer_asks)
        self.meeting: Meeting | None = None

    def begin(self, first: str, last: str) -> None:
        """Put the asking and what follows on the timeline."""
        asked = office_hours(self.world, first, last)
        self.timeline.add(asked, self.ask)
        if self.fate != "requested":
            getattr(self, f"_{self.fate}")(asked)

    def ask(self) -> None:
        """Ask in the name of one of the two companies."""
        pair, (asker, other) = self.pair, (self._sides if self.buyer_asks else self._sides[::-1])
        demand, product = get(Demand, pair.demand_id) if pair.demand_id else None, get(Product, pair.product_id)
        lang, words = self._message(get(Company, asker), demand)
        self.meeting = meetings.ask(
            self.world.anybody(asker), pair.expo, other=get(Company, other), demand=demand, product=product, message=words,
            message_lang=lang, score=pair.score)

    @property
    def _sides(self) -> tuple[int, int]:
        return self.pair.buyer_id, self.pair.exhibitor_id

    @property
    def _asker(self) -> int:
        return self._sides[0 if self.buyer_asks else 1]

    @property
    def _asked(self) -> int:
        return self._sides[1 if self.buyer_asks else 0]

    def _message(self, asker: Company, demand: Demand | None) -> tuple[str, str]:
        """Return (language, words): buyers write as in their demand, exhibitors in their own language or in Chinese if they can."""
        draw, messages = self.world.draw, self.world.texts.messages["exhibitor" if asker.is_exhibitor else "buyer"]
        if draw.random() < WITHOUT_WORDS:
            return "", ""
        spoken = [asker.about_lang, *asker.languages] if asker.is_exhibitor else [demand.lang if demand else "zh"]
        if asker.is_exhibitor and "zh" in spoken and draw.random() < 0.4:
            spoken = ["zh"]
        lang = next((code for code in spoken if any(message["lang"] == code for message in messages)), "en")
        return lang, draw.choice([message["text"] for message in messages if message["lang"] == lang])

    def _after(self, asked: datetime, event: Callable[[], None], *, hours: tuple[float, float], latest: datetime | None = None) -> None:
        instant = asked + timedelta(hours=self.world.draw.uniform(*hours))
        if not 8 <= instant.hour < 21:  # nobody answers at night
            instant = (instant + timedelta(hours=11)).replace(hour=self.world.draw.randint(8, 11))
        self.timeline.add(max(asked + timedelta(minutes=9), min(instant, latest or instant)), event)

    def _agreed(self, asked: datetime) -> None:
        self._after(asked, self._accept, hours=(2, 80), latest=PUBLICATION - timedelta(hours=1))

    def _late(self, asked: datetime) -> None:
        first, last = LATE_ANSWERS[self.world.draw.random() < 0.4]
        self.timeline.add(first + (last - first) * self.world.draw.random(), self._accept)

    def _called_off(self, asked: datetime) -> None:
        self._after(asked, self._accept, hours=(1, 12))
        first, last = self.world.draw.choice(CALLED_OFF)
        self.timeline.add(max(first + (last - first) * self.world.draw.random(), asked + timedelta(hours=13)), self._cancel)

    def _declined(self, asked: datetime) -> None:
        self._after(asked, self._decline, hours=(3, 100))

    def _withdrawn(self, asked: datetime) -> None:
        self._after(asked, self._withdraw, hours=(20, 110))

    def _expired(self, asked: datetime) -> None:
        self.timeline.add(asked + timedelta(days=self.pair.expo.request_days, minutes=4), lambda: meetings.expire(SYSTEM, self.meeting))

    def _accept(self) -> None:
        meetings.accept(self.world.anybody(self._asked), self.meeting)

    def _decline(self) -> None:
        said = self.world.draw.choice(self.world.texts.messages["decline"])
        note = said[self._tongue(self._asked)] if self.world.draw.random() < 0.7 else ""
        meetings.decline(self.world.anybody(self._asked), self.meeting, reason=said["reason"], note=note)

    def _withdraw(self) -> None:
        meetings.withdraw(self.world.anybody(self._asker), self.meeting)

    def _cancel(self) -> None:
        side = self.world.draw.choice(self._sides)
        said = self.world.draw.choice(self.world.texts.messages["cancel"])
        meetings.cancel(self.world.anybody(side), self.meeting, reason=said[self._tongue(side)])

    def _tongue(self, company_id: int) -> str:
        return "zh" if company_id == self.pair.buyer_id else "en"
