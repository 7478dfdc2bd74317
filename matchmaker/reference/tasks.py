"""The job that reads an official table into a draft: in chunks, with progress, and from the beginning when a worker died."""

from pathlib import PurePath
from typing import Any

import sqlalchemy as sa

from ..errors import N_, Invalid
from ..infra import jobs, storage
from ..infra.db import db, get
from ..infra.streams import RowStream
from . import queries
from .actions import READ
from .columns import is_header, layout_of, schemes_by_name
from .lines import Defaults, LineReader, key_of
from .models import Edition, RateRow
from .rules import MOST_KEPT
from .states import State

AT_ONCE = 2000  # lines in one statement
A_CHUNK = 10_000  # lines between two commits
HEADER_WITHIN = 12  # rows in which the names of the columns stand: official tables begin with their title
MOST_LINES = 400_000
UNNAMED = N_("In the first %(count)s rows no column is named as the code or the currency.")
TWICE = N_("The code %(code)s stands already in row %(row)s, with the same basis, agreement, origin and day.")


@jobs.task(READ)
def read_table(context: jobs.Context, *, version_id: int, **said: str) -> dict[str, Any]:
    """Read the file of an edition. Its lines, bad rows and state are written; what is in use stays as it is. Runs twice without harm."""
    version = db.session.get(Edition, version_id)
    if version is None or version.state != State.READING:
        return {}
    db.session.execute(sa.delete(RateRow).where(RateRow.version_id == version_id))
    context.chunk()
    try:
        reading = _Reading(context, version, Defaults(**said))
        reading.run()
    except Invalid as problem:
        db.session.rollback()
        version = get(Edition, version_id)
        db.session.execute(sa.delete(RateRow).where(RateRow.version_id == version_id))
        version.state, version.line_count = State.REFUSED, 0
        version.problems = [{"row": 0, "message": problem.message, "params": problem.params}]
        return {"refused": True}
    version.state, version.line_count, version.bad_count, version.problems = State.DRAFT, reading.count, reading.bad, reading.problems
    return {"lines": reading.count, "bad": reading.bad}


class _Reading:
    """One pass over a file: lines are written in chunks, bad rows are counted, the first of them kept with their words."""

    def __init__(self, context: jobs.Context, version: Edition, defaults: Defaults):
        self.context, self.version_id, self.kind, self.defaults = context, version.id, version.kind, defaults
        self.stream = RowStream(storage.local(version.file_key), PurePath(version.file_name).suffix)
        self.reader: LineReader | None = None
        self.rows: dict[str, int] = {}
        self.waiting: list[dict[str, Any]] = []
        self.problems: list[dict[str, Any]] = []
        self.count = self.bad = self.since_chunk = self.looked = 0

    def run(self) -> None:
        """Read all; raise ``Invalid`` for what is no such table."""
        for number, cells in self.stream:
            if self.reader is None:
                self._header(cells)
            else:
                self._row(self.reader, number, cells)
        if self.reader is None:
            raise Invalid(UNNAMED, count=HEADER_WITHIN)
        self._write()
        if question := self.reader.question():
            raise question
        if not self.count:
            raise Invalid(self.problems[0]["message"], **self.problems[0]["params"]) if self.problems else Invalid(
                N_("There is no row below the names of the columns."))

    def _header(self, cells: list[str]) -> None:
        self.looked += 1
        if is_header(cells):
            schemes = schemes_by_name(queries.rulebook())
            self.reader = LineReader(self.kind, layout_of(self.kind, cells, schemes), cells, schemes, self.defaults)
        elif self.looked >= HEADER_WITHIN:
            raise Invalid(UNNAMED, count=HEADER_WITHIN)

    def _row(self, reader: LineReader, number: int, cells: list[str]) -> None:
        try:
            found = [line | {"key": key_of(line), "version_id": self.version_id} for line in reader.lines(number, cells)]
            for line in found:
                if line["key"] in self.rows:
                    raise Invalid(TWICE, code=line["code"], row=self.rows[line["key"]])
        except Invalid as problem:
            self.bad += 1
            if len(self.problems) < MOST_KEPT:
                self.problems.append({"row": number, "message": problem.message, "params": problem.params})
            return
        for line in found:
            self.rows[line["key"]] = number
        self.waiting += found
        self.count += len(found)
        if self.count > MOST_LINES:
            raise Invalid(N_("More than %(count)s lines: split the table into parts."), count=MOST_LINES)
        if len(self.waiting) >= AT_ONCE:
            self._write()

    def _write(self) -> None:
        if self.waiting:
            db.session.execute(sa.insert(RateRow), self.waiting)
            self.since_chunk += len(self.waiting)
            self.waiting = []
        if self.since_chunk >= A_CHUNK:
            self.since_chunk = 0
            self.context.chunk()
            self.context.progress(0.99 * self.stream.fraction, N_("%(count)s lines read"), count=self.count)
