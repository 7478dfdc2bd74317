"""Work without a reader: telling companies in time that a document ends."""

from typing import Any

from .. import events
from ..infra import jobs
from ..permissions import SYSTEM
from . import actions, queries
from .rules import WARN_DAYS, WATCH

CHANGES = (max(WARN_DAYS), 0)  # with these warnings the state of the document becomes another


@jobs.task(WATCH)
def watch(context: jobs.Context) -> dict[str, Any]:
    """Warn of what ends, then ask to be called again when the next day begins in China. Run twice, it tells nothing twice."""
    told = 0
    while due := queries.due_warnings():
        for document, days in due:
            told += actions.warn(SYSTEM, document)
            if days in CHANGES:
                events.document_changed.send(document)
        context.chunk()
    jobs.enqueue(WATCH, key=WATCH, delay=queries.seconds_to_tomorrow())
    return {"told": told}
