"""Sections, halls and tables."""

from collections.abc import Iterable, Sequence

import sqlalchemy as sa

from ... import audit
from ...errors import N_, Invalid
from ...infra.db import db, insert_ignore
from ...permissions import Actor
from .. import queries
from ..models import Expo, Hall, NegotiationTable, Section, Slot, TableClosure
from ..rules import MAX_TABLES, table_labels
from .editions import begin_edit, touch

MAX_ROWS = 60  # sections, halls
Row = tuple[int, str, str, int]


def add_section(actor: Actor, expo: Expo, *, code: str, name_en: str, name_zh: str) -> Section:
    """Add a section at the end. Raises ``Invalid`` when its code is taken or a name is missing."""
    queries.require_organizer(actor, expo)
    code = code.upper()
    _free_code(Section, expo, code)
    if not (name_en or name_zh):
        raise Invalid(N_("Give a name in at least one of the two languages."), field="name_en")
    section = Section(expo_id=expo.id, code=code, name_en=name_en or name_zh, name_zh=name_zh or name_en, position=_next(Section, expo))
    db.session.add(section)
    audit.record(actor, "expos.add_section", section, code=code)
    return section


def edit_sections(actor: Actor, expo: Expo, *, rows: Sequence[Row], version: int | None = None) -> None:
    """Rename and order sections: ``rows`` are (id, English name, Chinese name, place). Raises ``Conflict``, ``Invalid``, ``NotFound``."""
    _edit_rows(actor, expo, Section, rows, version, name_needed=True)


def add_hall(actor: Actor, expo: Expo, *, code: str, name_en: str = "", name_zh: str = "") -> Hall:
    """Add a hall at the end. Raises ``Invalid`` when its code is taken."""
    queries.require_organizer(actor, expo)
    _free_code(Hall, expo, code)
    hall = Hall(expo_id=expo.id, code=code, name_en=name_en, name_zh=name_zh, position=_next(Hall, expo))
    db.session.add(hall)
    audit.record(actor, "expos.add_hall", hall, code=code)
    return hall


def edit_halls(actor: Actor, expo: Expo, *, rows: Sequence[Row], version: int | None = None) -> None:
    """Rename and order halls: ``rows`` are (id, English name, Chinese name, place). Raises ``Conflict``, ``NotFound``."""
    _edit_rows(actor, expo, Hall, rows, version, name_needed=False)


def add_tables(actor: Actor, hall: Hall, *, labels: str) -> list[NegotiationTable]:
    """Add the tables of a text like ``A01-A12, VIP`` to the hall; those that are there stay. Return the new ones.

    Raises ``Invalid`` for a text that names no tables, or when all are there already.
    """
    queries.require_organizer(actor, hall.expo)
    wanted, there = table_labels(labels), {table.label for table in hall.tables}
    tables = [NegotiationTable(expo_id=hall.expo_id, label=label) for label in wanted if label not in there]
    if not tables:
        raise Invalid(N_("All these tables are there already."), field="labels")
    if len(there) + len(tables) > MAX_TABLES:
        raise Invalid(N_("A hall can have %(count)s tables at most."), field="labels", count=MAX_TABLES)
    hall.tables.extend(tables)
    db.session.flush()
    audit.record(actor, "expos.add_tables", hall, labels=[table.label for table in tables])
    return tables


def set_table_open(actor: Actor, expo: Expo, table: NegotiationTable, *, is_open: bool) -> None:
    """Open or close a table for the whole edition; what was held at it stays known."""
    queries.require_organizer(actor, expo)
    queries.of_expo(NegotiationTable, expo, table.id)
    table.is_open = is_open
    audit.record(actor, "expos.open_table" if is_open else "expos.close_table", table, label=table.label)


def close_table(actor: Actor, expo: Expo, table: NegotiationTable, *, slot_ids: Iterable[int]) -> None:
    """Let the table be closed in exactly these slots of the edition. Raises ``NotFound`` for slots of another one."""
    queries.require_organizer(actor, expo)
    queries.of_expo(NegotiationTable, expo, table.id)
    wanted = set(slot_ids)
    for slot_id in wanted:
        queries.of_expo(Slot, expo, slot_id)
    db.session.execute(sa.delete(TableClosure).where(TableClosure.table_id == table.id, TableClosure.slot_id.not_in(wanted)))
    for slot_id in sorted(wanted):
        insert_ignore(TableClosure, table_id=table.id, slot_id=slot_id)
    audit.record(actor, "expos.close_table_slots", table, label=table.label, slots=sorted(wanted))


def _edit_rows(
    actor: Actor, expo: Expo, model: type[Section] | type[Hall], rows: Sequence[Row], version: int | None, *, name_needed: bool
) -> None:
    begin_edit(actor, expo, version)
    if name_needed and not all(name_en or name_zh for _ident, name_en, name_zh, _place in rows):
        raise Invalid(N_("Give a name in at least one of the two languages."))
    for ident, name_en, name_zh, position in rows:
        row = queries.of_expo(model, expo, ident)
        row.name_en, row.name_zh, row.position = name_en, name_zh, position
    audit.record(actor, f"expos.edit_{model.__tablename__}s", expo, expo_id=expo.id, rows=len(rows))
    touch(expo)
    db.session.expire(expo, [f"{model.__tablename__}s"])


def _free_code(model: type[Section] | type[Hall], expo: Expo, code: str) -> None:
    taken = db.session.scalars(sa.select(model.code).where(model.expo_id == expo.id)).all()
    if code in taken:
        raise Invalid(N_("%(code)s is there already."), field="code", code=code)
    if len(taken) >= MAX_ROWS:
        raise Invalid(N_("There can be %(count)s at most."), field="code", count=MAX_ROWS)


def _next(model: type[Section] | type[Hall], expo: Expo) -> int:
    last = db.session.scalar(sa.select(sa.func.max(model.position)).where(model.expo_id == expo.id))
    return 0 if last is None else last + 1
