"""What is done with the nomenclature: organizers load drafts and discard their own, administrators apply and put back."""

from datetime import date
from pathlib import PurePath

import sqlalchemy as sa

from ... import audit, clock
from ...errors import N_, Invalid
from ...infra.db import db
from ...permissions import Actor, ensure
from .. import queries
from ..models import Edition, HsLine
from ..rules import MOST_KEPT, read_nomenclature
from ..states import State, ensure_may_become

AT_ONCE = 2000  # lines in one statement


def load(actor: Actor, *, content: bytes, file_name: str, edition: str, source: str = "", valid_from: date | None = None) -> Edition:
    """Read an official list into a draft, to be looked at and applied; earlier drafts of the same person go.

    Raises ``NotFound`` for strangers, ``Invalid`` for what is no such list.
    """
    ensure(queries.keeps(actor))
    edition, source = " ".join(edition.split()), " ".join(source.split())
    if not edition or len(edition) > 80:
        raise Invalid(N_("Name the edition in at most 80 characters, like “Tariff 2026”."), field="edition")
    try:
        found = read_nomenclature(content, file_name)
    except Invalid as problem:
        problem.field = "file"
        raise
    db.session.execute(sa.delete(Edition).where(Edition.kind == "hs", Edition.state == State.DRAFT, Edition.loaded_by_id == actor.user_id))
    version = Edition(
        state=State.DRAFT, edition=edition, source=(source or PurePath(file_name).name)[:200], valid_from=valid_from,
        line_count=len(found.lines), bad_count=len(found.bad), loaded_by_id=actor.user_id, loaded_by=actor.name[:200],
        loaded_at=clock.now(),
        problems=[{"row": bad.row, "message": bad.message, "params": bad.params} for bad in found.bad[:MOST_KEPT]])
    db.session.add(version)
    db.session.flush()
    for start in range(0, len(found.lines), AT_ONCE):
        db.session.execute(sa.insert(HsLine), [
            {"version_id": version.id, "code": line.code, "en": line.en, "zh": line.zh} for line in found.lines[start:start + AT_ONCE]])
    audit.record(actor, "reference.load", version, edition=edition, lines=version.line_count, bad=version.bad_count)
    return version


def apply(actor: Actor, version: Edition) -> None:
    """Use a draft from now on, or an earlier edition again (administrators). Raises ``NotFound``, ``Conflict``."""
    ensure(queries.decides(actor))
    ensure_may_become(version.state, State.CURRENT)
    before, was = queries.current(), version.state
    if before is not None:
        ensure_may_become(before.state, State.EARLIER)
        before.state = State.EARLIER
        db.session.flush()  # one is current at most
    version.state, version.applied_at = State.CURRENT, clock.now()
    db.session.flush()
    verb = "apply" if was == State.DRAFT else "put_back"
    audit.record(actor, f"reference.{verb}", version, edition=version.edition, before=before.edition if before else "")


def roll_back(actor: Actor) -> Edition:
    """Use the edition again that was in use last, and return it. Raises ``NotFound``, and ``Invalid`` when there is none."""
    ensure(queries.decides(actor))
    earlier = db.session.scalar(
        sa.select(Edition).where(Edition.kind == "hs", Edition.state == State.EARLIER)
        .order_by(Edition.applied_at.desc(), Edition.id.desc()).limit(1))
    if earlier is None:
        raise Invalid(N_("There is no earlier edition to go back to."))
    apply(actor, earlier)
    return earlier


def discard(actor: Actor, version: Edition) -> None:
    """Forget a draft of one's own, or as administrator any. Raises ``NotFound``, also for what has been in use: that is kept."""
    ensure(queries.keeps(actor) and version.state == State.DRAFT)
    ensure(queries.decides(actor) or version.loaded_by_id == actor.user_id)
    audit.record(actor, "reference.discard", version, edition=version.edition)
    db.session.delete(version)
    db.session.flush()
