"""Starting an import, and taking its rows: chunk by chunk, each row once, however often the worker dies."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from .. import audit, clock
from ..accounts.models import User
from ..companies.models import Company
from ..errors import N_, Invalid
from ..expos.models import Expo
from ..expos.queries import actor_for, takes_part
from ..infra import jobs, storage
from ..infra.db import db, get
from ..infra.tables import Table, read_table
from ..permissions import Actor, ensure
from . import queries
from .columns import Columns, fold
from .models import ImportedRow, SheetImport

CHUNK = 100
CONSOLE = "command line"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is imported: its ``name``, which companies have it, its columns, the job, and ``take(actor, import, fields)``, which
    makes one thing and returns its id, or raises ``Invalid``."""

    name: str
    company_kind: str
    columns: Columns
    task: str
    take: Callable[[Actor, SheetImport, Mapping[str, Any]], int]

    def read(self, content: bytes, file_name: str) -> Table:
        """Return the table of a file; raise ``Invalid``."""
        return read_table(content, file_name, self.columns.is_header)


def start_import(actor: Actor, kind: Kind, *, expo: Expo, company_id: int, content: bytes, file_name: str, publish: bool) -> SheetImport:
    """Keep an uploaded table and ask for its import. The same file, while unfinished, gives the same import again.

    Raises ``NotFound`` for strangers, ``Invalid`` when the file is no table or the company does not take part.
    """
    ensure(actor.member_of(company_id) and get(Company, company_id).kind == kind.company_kind)
    if not takes_part(expo.id, company_id):
        raise Invalid(N_("Your company does not take part in this expo yet."), field="expo")
    table = kind.read(content, file_name)
    key = storage.put(content, PurePath(file_name).suffix.lower().lstrip("."))
    found = queries.unfinished(kind.name, company_id, expo.id, key)
    if found is None:
        found = SheetImport(
            kind=kind.name, company_id=company_id, expo_id=expo.id, user_id=actor.user_id, file_name=PurePath(file_name).name[:200],
            file_key=key, publish=publish, total=len(table.rows), created_at=clock.now(),
            columns=[str(name)[:100] for name in table.header or []],
            unknown_columns=kind.columns.mapping(table.header)[1][:50] if table.header else [])
        db.session.add(found)
        db.session.flush()
        audit.record(actor, "sheets.import", found, kind=kind.name, rows=found.total, file=found.file_name)
    job = queries.job_of(found)
    if job is None or job.ended:
        found.job_id = jobs.enqueue(kind.task, key=f"import:{found.id}", user_id=actor.user_id, company_id=company_id, expo_id=expo.id,
                                    import_id=found.id)
    return found


def run_import(context: jobs.Context, kind: Kind, import_id: int) -> dict[str, int]:
    """Take the rows that are not done yet; commits every hundred rows, with the marks that say which are done."""
    sheet_import = get(SheetImport, import_id)
    table = kind.read(storage.get(sheet_import.file_key), f"x.{sheet_import.file_key.rpartition('.')[2]}")
    header = table.header if table.header is not None else ["title"]
    mapping = kind.columns.mapping(header)[0]
    actor = _actor(sheet_import)
    done = queries.done_rows(import_id)
    _show(context, len(done), sheet_import.total)
    for rows in _chunks([row for row in table.rows if row[0] not in done]):
        read = [(number, cells, fields := kind.columns.fields(mapping, cells), _digest(sheet_import, fields)) for number, cells in rows]
        known = queries.known_digests(import_id, [row[3] for row in read])
        for number, cells, fields, digest in read:
            row = ImportedRow(import_id=import_id, row_number=number, digest=digest, problems=[], cells=[])
            if digest in known:
                row.state = queries.KNOWN
            else:
                _take(actor, kind, sheet_import, row, fields, header, mapping, cells)
            db.session.add(row)
        context.chunk()
        done.update(number for number, *_rest in read)
        _show(context, len(done), sheet_import.total)
    sheet_import.finished_at = clock.now()
    return queries.counts(import_id)


def section_named(sheet_import: SheetImport, said: Any) -> int:
    """Return the section of the expo named in a cell by its code or name; raise ``Invalid``."""
    word = fold(str(said))
    for section in sheet_import.expo.sections:
        if word in (fold(section.code), fold(section.name_en), fold(section.name_zh)):
            return section.id
    raise Invalid(N_("“%(value)s” is no section of this expo."), field="section", value=str(said)[:40])


def _take(actor: Actor, kind: Kind, sheet_import: SheetImport, row: ImportedRow, fields: Mapping[str, Any], header: Sequence[str],
          mapping: Sequence[str | None], cells: Sequence[Any]) -> None:
    try:
        row.thing_id = kind.take(actor, sheet_import, fields)
        row.state = queries.TAKEN
    except Invalid as refused:
        row.state, row.cells = queries.BAD, ["" if cell is None else str(cell)[:2000] for cell in cells]
        for problem in getattr(refused, "problems", [refused]):
            column = header[mapping.index(problem.field)] if problem.field in mapping else problem.field or ""
            params = {key: str(value) for key, value in problem.params.items()}
            row.problems = [*row.problems, {"column": " ".join(column.split())[:60], "message": problem.message, "params": params}]


def _actor(sheet_import: SheetImport) -> Actor:
    """Return who acts: the person who uploaded, with the rights of today; the console for the command."""
    if sheet_import.user_id is None:
        return Actor(name=CONSOLE, is_system=True, company_id=sheet_import.company_id)
    return actor_for(get(User, sheet_import.user_id), sheet_import.company_id)


def _digest(sheet_import: SheetImport, fields: Mapping[str, Any]) -> str:
    """Return what tells a row again: the company, the expo, the kind and all that it says."""
    place = [sheet_import.kind, sheet_import.company_id, sheet_import.expo_id]
    text = json.dumps([place, sorted((key, str(value)) for key, value in fields.items())], ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _show(context: jobs.Context, done: int, total: int) -> None:
    context.progress(done / max(total, 1), N_("%(done)s of %(total)s rows are done."), done=done, total=total)


def _chunks(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start:start + CHUNK] for start in range(0, len(rows), CHUNK))
