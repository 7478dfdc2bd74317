"""What is done with official tables: organizers load drafts and discard their own, administrators put them in use and put them back.

The nomenclature is read at once; rate tables are read by a job, since they may have 100,000 lines and more.
"""

from collections.abc import Iterable
from datetime import date
from pathlib import PurePath
from typing import Any

import sqlalchemy as sa

from ... import audit, clock
from ...errors import N_, Invalid
from ...infra import jobs, storage
from ...infra.db import db
from ...permissions import Actor, ensure
from ...trade.rates import RateLine
from .. import goods, queries, stamps
from ..columns import KINDS
from ..lines import Defaults, key_of
from ..models import Edition, HsLine, RateRow
from ..rules import MOST_KEPT, read_nomenclature
from ..states import State, ensure_may_become

AT_ONCE = 2000  # lines in one statement
READ = "reference.read"
SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx")


def load(actor: Actor, *, content: bytes, file_name: str, edition: str, source: str = "", valid_from: date | None = None) -> Edition:
    """Read an official nomenclature into a draft, to be looked at and applied; earlier drafts of the same person go.

    Raises ``NotFound`` for strangers, ``Invalid`` for what is no such list.
    """
    version = _new(actor, kind="hs", part="", edition=edition, source=source, file_name=file_name, valid_from=valid_from)
    try:
        found = read_nomenclature(content, file_name)
    except Invalid as problem:
        problem.field = "file"
        raise
    version.line_count, version.bad_count = len(found.lines), len(found.bad)
    version.problems = [{"row": bad.row, "message": bad.message, "params": bad.params} for bad in found.bad[:MOST_KEPT]]
    _keep(actor, version)
    for start in range(0, len(found.lines), AT_ONCE):
        db.session.execute(sa.insert(HsLine), [
            {"version_id": version.id, "code": line.code, "en": line.en, "zh": line.zh} for line in found.lines[start:start + AT_ONCE]])
    audit.record(actor, "reference.load", version, edition=version.edition, lines=version.line_count, bad=version.bad_count)
    return version


def load_table(actor: Actor, *, kind: str, part: str, content: bytes, file_name: str, edition: str, source: str = "",
               valid_from: date | None = None, valid_to: date | None = None, verified: bool = False,
               defaults: Defaults | None = None) -> Edition:
    """Keep an official table of rates and have a job read it into a draft; earlier drafts of the same person and kind go.

    ``part`` says which table it replaces when it is put in use: that of the same kind and part. Raises ``NotFound``, ``Invalid``.
    """
    suffix = PurePath(file_name).suffix.lower()
    if kind not in KINDS:
        raise Invalid(N_("Choose what the table holds."), field="kind")
    if suffix not in SUFFIXES or not content.strip():
        raise Invalid(N_("Choose a CSV or xlsx file that is not empty."), field="file")
    if valid_from and valid_to and valid_to < valid_from:
        raise Invalid(N_("The last day lies before the first."), field="valid_to")
    version = _new(actor, kind=kind, part=part, edition=edition, source=source, file_name=file_name, valid_from=valid_from)
    version.state, version.valid_to, version.verified = State.READING, valid_to, verified
    version.file_key = storage.put(content, suffix.lstrip("."))
    _keep(actor, version)
    said = defaults or Defaults()
    version.job_id = jobs.enqueue(
        READ, user_id=actor.user_id, version_id=version.id, basis=said.basis, scheme=said.scheme, origin=said.origin, numbers=said.numbers)
    audit.record(actor, "reference.load", version, edition=version.edition, kind=kind, part=version.part)
    return version


def load_lines(actor: Actor, *, kind: str, part: str, edition: str, source: str, lines: Iterable[RateLine], sample: bool = False,
               valid_from: date | None = None) -> Edition:
    """Make a draft of lines that are at hand (the sample of the demo); raise ``NotFound``, ``Invalid``."""
    version = _new(actor, kind=kind, part=part, edition=edition, source=source, file_name=edition, valid_from=valid_from)
    version.sample = sample
    rows = [_row(line, number) for number, line in enumerate(lines, start=1)]
    version.line_count = len(rows)
    _keep(actor, version)
    if rows:
        db.session.execute(sa.insert(RateRow), [row | {"version_id": version.id} for row in rows])
    audit.record(actor, "reference.load", version, edition=version.edition, lines=version.line_count, sample=sample)
    return version


def apply(actor: Actor, version: Edition) -> None:
    """Use a draft from now on, or an earlier edition again (administrators). Raises ``NotFound``, ``Conflict``."""
    ensure(queries.decides(actor))
    ensure_may_become(version.state, State.CURRENT)
    before, was = queries.in_use(version.kind, version.part), version.state
    concerned = queries.touched_by(version, None)
    if before is not None:
        ensure_may_become(before.state, State.EARLIER)
        before.state = State.EARLIER
        db.session.flush()  # one of a part is current at most
    version.state, version.applied_at = State.CURRENT, clock.now()
    db.session.flush()
    verb = "apply" if was == State.DRAFT else "put_back"
    audit.record(actor, f"reference.{verb}", version, edition=version.edition, before=before.edition if before else "")
    _changed(actor, version, concerned)


def take_out(actor: Actor, version: Edition) -> None:
    """Use a table no more, and none in its place (administrators); it can be put back. Raises ``NotFound``, ``Conflict``."""
    ensure(queries.decides(actor))
    ensure_may_become(version.state, State.EARLIER)
    concerned = queries.touched_by(version, None)
    version.state = State.EARLIER
    db.session.flush()
    audit.record(actor, "reference.take_out", version, edition=version.edition)
    _changed(actor, version, concerned)


def drop_samples(actor: Actor) -> int:
    """Take every sample table out of use and return how many there were (administrators): what they gave is unknown from now on."""
    ensure(queries.decides(actor))
    samples = list(db.session.scalars(sa.select(Edition).where(Edition.sample, Edition.state == State.CURRENT)))
    for version in samples:
        take_out(actor, version)
    return len(samples)


def roll_back(actor: Actor, kind: str = "hs", part: str = "") -> Edition:
    """Use the edition again that was in use last, and return it. Raises ``NotFound``, and ``Invalid`` when there is none."""
    ensure(queries.decides(actor))
    earlier = db.session.scalar(
        sa.select(Edition).where(Edition.kind == kind, Edition.part == part, Edition.state == State.EARLIER)
        .order_by(Edition.applied_at.desc(), Edition.id.desc()).limit(1))
    if earlier is None:
        raise Invalid(N_("There is no earlier edition to go back to."))
    apply(actor, earlier)
    return earlier


def discard(actor: Actor, version: Edition) -> None:
    """Forget a draft of one's own, or as administrator any. Raises ``NotFound``, also for what has been in use: that is kept."""
    ensure(queries.keeps(actor) and version.state in (State.DRAFT, State.REFUSED))
    ensure(queries.decides(actor) or version.loaded_by_id == actor.user_id)
    audit.record(actor, "reference.discard", version, edition=version.edition)
    db.session.delete(version)
    db.session.flush()


def _new(actor: Actor, *, kind: str, part: str, edition: str, source: str, file_name: str, valid_from: date | None) -> Edition:
    """Return an edition that is not in the database yet; raise ``NotFound`` for strangers, ``Invalid`` for a name that is none."""
    ensure(queries.keeps(actor))
    edition, source, part = (" ".join(text.split()) for text in (edition, source, part))
    if not edition or len(edition) > 80:
        raise Invalid(N_("Name the edition in at most 80 characters, like “Tariff 2026”."), field="edition")
    if len(part) > 60:
        raise Invalid(N_("Name the part in at most 60 characters."), field="part")
    return Edition(
        kind=kind, part=part, state=State.DRAFT, edition=edition, source=(source or PurePath(file_name).name)[:200], valid_from=valid_from,
        file_name=PurePath(file_name).name[:200], loaded_by_id=actor.user_id, loaded_by=actor.name[:200], loaded_at=clock.now())


def _keep(actor: Actor, version: Edition) -> None:
    """Write a new edition in the place of what the same person left undecided."""
    db.session.execute(sa.delete(Edition).where(
        Edition.kind == version.kind, Edition.state.in_((State.DRAFT, State.REFUSED)), Edition.part == version.part,
        Edition.loaded_by_id == actor.user_id, Edition.sample == bool(version.sample)))
    db.session.add(version)
    db.session.flush()


def _changed(actor: Actor, version: Edition, concerned: list[goods.Goods]) -> None:
    if version.kind != "hs":
        stamps.renew(stamps.RATES)
        goods.tell("rates", actor, concerned)


def _row(line: RateLine, number: int) -> dict[str, Any]:
    row = {"row": number, "code": line.code, "heading": line.code[:4], "basis": line.basis, "share": line.share, "amount": line.amount,
           "unit": line.unit, "scheme": line.scheme, "origin": line.origin, "valid_from": line.valid_from, "valid_to": line.valid_to,
           "note": line.note}
    return row | {"key": key_of(row)}
