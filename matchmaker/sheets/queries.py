"""Questions about imports."""

from collections.abc import Iterable

import sqlalchemy as sa

from ..infra.db import db, get
from ..infra.jobs import Job
from ..permissions import Actor, ensure
from .models import ImportedRow, SheetImport

TAKEN, KNOWN, BAD = "taken", "known", "bad"


def import_for(actor: Actor, import_id: int) -> SheetImport:
    """Return an import of one of the actor's companies; raise ``NotFound`` for strangers."""
    found = get(SheetImport, import_id)
    ensure(actor.member_of(found.company_id))
    return found


def unfinished(kind: str, company_id: int, expo_id: int, file_key: str) -> SheetImport | None:
    """Return the import of the same file that has not come to its end, if there is one."""
    return db.session.scalar(sa.select(SheetImport).where(
        SheetImport.kind == kind, SheetImport.company_id == company_id, SheetImport.expo_id == expo_id,
        SheetImport.file_key == file_key, SheetImport.finished_at.is_(None)).order_by(SheetImport.id.desc()).limit(1))


def latest(company_id: int, kind: str, limit: int = 5) -> list[SheetImport]:
    """Return the company's latest imports of a kind."""
    return list(db.session.scalars(sa.select(SheetImport).where(
        SheetImport.company_id == company_id, SheetImport.kind == kind).order_by(SheetImport.id.desc()).limit(limit)))


def job_of(sheet_import: SheetImport) -> Job | None:
    """Return the job that works on an import."""
    return db.session.get(Job, sheet_import.job_id, populate_existing=True) if sheet_import.job_id else None


def counts(import_id: int) -> dict[str, int]:
    """Return how many rows were taken, known or bad."""
    rows = db.session.execute(
        sa.select(ImportedRow.state, sa.func.count()).where(ImportedRow.import_id == import_id).group_by(ImportedRow.state))
    return {TAKEN: 0, KNOWN: 0, BAD: 0} | dict(rows.all())


def done_rows(import_id: int) -> set[int]:
    """Return the numbers of the rows that are done."""
    return set(db.session.scalars(sa.select(ImportedRow.row_number).where(ImportedRow.import_id == import_id)))


def bad_rows(import_id: int) -> sa.Select[tuple[ImportedRow]]:
    """Return the query of the rows that could not be taken, in order."""
    return sa.select(ImportedRow).where(ImportedRow.import_id == import_id, ImportedRow.state == BAD).order_by(ImportedRow.row_number)


def known_digests(import_id: int, digests: Iterable[str]) -> set[str]:
    """Return those of the digests that another import has taken."""
    return set(db.session.scalars(sa.select(ImportedRow.digest).where(
        ImportedRow.digest.in_(list(digests)), ImportedRow.state == TAKEN, ImportedRow.import_id != import_id)))
