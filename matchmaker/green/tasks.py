"""Warnings before a green label ends: 90, 30 and 7 days before its last day, and on the day after it.

Documents in the locker have a watch of their own; here are the labels that stand on product cards.
"""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from .. import clock
from ..documents.queries import today
from ..i18n import DEFAULT_ZONE
from ..infra import jobs
from ..permissions import SYSTEM
from . import actions, queries

WATCH = "green.watch"
MORNING = time(6)  # in China, when the day's warnings go out


@jobs.task(WATCH)
def watch(context: jobs.Context) -> dict[str, Any]:
    """Tell companies what ends, then ask to be called again tomorrow while any label has its end ahead.

    Every change of a published card asks for this job (one waits at a time). Run twice, it finds nothing the second time.
    """
    told = actions.warn(SYSTEM, today())
    context.chunk()
    if queries.has_ends_ahead(today()):
        jobs.enqueue(WATCH, key=WATCH, delay=seconds_to_morning(clock.now()))
    return {"told": told}


def seconds_to_morning(now: datetime) -> float:
    """Return the seconds until the next morning in China."""
    here = now.astimezone(ZoneInfo(DEFAULT_ZONE))
    morning = datetime.combine(here.date(), MORNING, here.tzinfo)
    return ((morning if here < morning else morning + timedelta(days=1)) - here).total_seconds()
