"""What buyers do with their demands: permission, guard, change, audit, signal."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .. import audit, clock, events
from ..companies.models import Company
from ..engine.text import detect_language
from ..errors import N_, Conflict, Invalid
from ..expos.models import Expo, Section
from ..expos.queries import takes_part
from ..infra.db import db
from ..permissions import Actor, ensure
from ..sheets import readings
from . import reading, states
from .models import Demand
from .rules import RULES, normal, split_words

STALE = N_("Somebody else changed this demand meanwhile. Nothing was saved: look at the page again.")


def post_demand(actor: Actor, *, expo: Expo, fields: Mapping[str, Any], company_id: int | None = None, publish: bool = True) -> Demand:
    """Post a demand of the company acted for at an expo in which it takes part, and return it; a draft unless ``publish``.

    ``fields`` are those of ``rules.RULES``, as text or parsed; a title is enough. Raises ``NotFound`` for strangers and exhibitors,
    ``InvalidSheet`` with all problems.
    """
    owner = company_id or actor.company_id or 0
    ensure(actor.member_of(owner) and _is_buyer(owner))
    values = normal(fields)
    _check_place(owner, expo.id, values.get("section_id"))
    values["lang"] = values.get("lang") or detect_language(f"{values['title']}\n{values.get('text', '')}")
    now = clock.now()
    state = states.PUBLISHED if publish else states.DRAFT
    demand = Demand(expo_id=expo.id, company_id=owner, state=state, created_at=now, updated_at=now, **values)
    db.session.add(demand)
    db.session.flush()
    audit.record(actor, "demands.post_demand", demand, state=demand.state)
    if publish:
        events.demand_changed.send(demand)
    return demand


def read_demand(actor: Actor, *, expo: Expo, original: str, fields: Mapping[str, Any] | None = None) -> Demand:
    """Read pasted words into a draft and return it: what they say is stored, what they only suggest waits to be confirmed.

    The words stay as they are in ``original``. ``fields`` (a section, who may read it) go beside them. Raises as ``post_demand``.
    """
    found = readings.read_again(original, clock.now().date())
    values, read = readings.settled(found, RULES)
    if not values.get("title"):
        values["title"] = split_words(original)[0]
    told = {name: value for name, value in (fields or {}).items() if value}
    demand = post_demand(actor, expo=expo, fields=values | {"text": original, "lang": found.lang} | told, publish=False)
    demand.original = original
    demand.read = read | ({} if demand.hs else {"hs": readings.GUESSED})
    db.session.flush()
    return demand


def confirm_reading(actor: Actor, demand: Demand, *, group: str, heading: str = "", version: int | None = None) -> Demand:
    """Say yes to the guesses of a group of fields, or of ``all``; ``heading`` is the chosen HS heading, empty for none of them.

    Raises ``NotFound``, ``Conflict`` for an old ``version``, ``Invalid`` for a group that does not exist or a value that breaks a rule.
    """
    _ensure_own(actor, demand, version)
    names = reading.names_of(group)
    if not names and group != "hs":
        raise Invalid(N_("There is nothing of that kind to confirm."), field="group")
    values = {name: value for name, value in reading.waiting(demand).items() if name in names}
    if group in ("hs", "all") and demand.read.get("hs") == readings.GUESSED and (heading or group == "hs"):
        values["hs"] = heading
    read = reading.confirmed(demand, set(values))
    edit_demand(actor, demand, fields=values)
    demand.read = read
    db.session.flush()
    audit.record(actor, "demands.confirm_reading", demand, fields=sorted(values))
    return demand


def read_again(actor: Actor, demand: Demand, *, original: str, version: int | None = None) -> Demand:
    """Read changed words: what was confirmed or set by hand stays, what was read before is read anew. Raises as ``edit_demand``."""
    _ensure_own(actor, demand, version)
    found = readings.read_again(original, demand.created_at.date())
    values, read = readings.settled(found, RULES)
    kept = {name: state for name, state in demand.read.items() if state == readings.CONFIRMED}
    free = [name for name in RULES if name not in kept and (demand.read.get(name) or getattr(demand, name) in ("", None, []))]
    fields = {name: values.get(name, readings.blank(name)) for name in free if name in values or demand.read.get(name) == readings.READ}
    fields["title"] = fields.get("title") or demand.title or split_words(original)[0]
    edit_demand(actor, demand, fields=fields | {"text": original, "lang": found.lang})
    demand.original = original
    code = {} if demand.hs or "hs" in kept else {"hs": readings.GUESSED}
    demand.read = {name: state for name, state in read.items() if name in free} | kept | code
    db.session.flush()
    return demand


def edit_demand(actor: Actor, demand: Demand, *, fields: Mapping[str, Any], version: int | None = None) -> Demand:
    """Change a demand; a published one stays published. Raises ``NotFound``, ``InvalidSheet``, ``Conflict`` for an old ``version``."""
    _ensure_own(actor, demand, version)
    values = normal(fields, before={name: getattr(demand, name) for name in RULES})
    if "section_id" in values:
        _check_place(demand.company_id, demand.expo_id, values["section_id"])
    if "lang" in values and not values["lang"]:
        values["lang"] = detect_language(f"{values.get('title', demand.title)}\n{values.get('text', demand.text)}")
    changed = sorted(name for name, value in values.items() if getattr(demand, name) != value)
    for name, value in values.items():
        setattr(demand, name, value)
    demand.read = reading.confirmed(demand, set(changed))
    demand.updated_at = clock.now()
    db.session.flush()
    audit.record(actor, "demands.edit_demand", demand, fields=changed)
    if demand.state == states.PUBLISHED:
        events.demand_changed.send(demand)
    return demand


def publish_demand(actor: Actor, demand: Demand, *, version: int | None = None) -> Demand:
    """Show the demand to the exhibitors; also again after it was closed. Raises ``NotFound``, ``Invalid``, ``Conflict``."""
    _check_place(demand.company_id, demand.expo_id, None)
    return _move(actor, demand, states.PUBLISHED, version)


def close_demand(actor: Actor, demand: Demand, *, version: int | None = None) -> Demand:
    """Stop looking: the demand is shown and matched no longer; its meetings stay. Raises ``NotFound``, ``Conflict``."""
    return _move(actor, demand, states.CLOSED, version)


def _move(actor: Actor, demand: Demand, target: str, version: int | None) -> Demand:
    _ensure_own(actor, demand, version)
    states.ensure_may_become(demand.state, target)
    was, demand.state, demand.updated_at = demand.state, target, clock.now()
    db.session.flush()
    audit.record(actor, f"demands.{'publish' if target == states.PUBLISHED else 'close'}_demand", demand, was=was)
    events.demand_changed.send(demand)
    return demand


def _ensure_own(actor: Actor, demand: Demand, version: int | None) -> None:
    ensure(actor.member_of(demand.company_id))
    if version is not None and version != demand.version:
        raise Conflict(STALE)


def _is_buyer(company_id: int) -> bool:
    return db.session.scalar(sa.select(Company.kind).where(Company.id == company_id)) == "buyer"


def _check_place(company_id: int, expo_id: int, section_id: int | None) -> None:
    """Raise ``Invalid`` unless the company takes part in the expo and the section belongs to it."""
    if not takes_part(expo_id, company_id):
        raise Invalid(N_("Your company does not take part in this expo yet."), field="expo")
    if section_id is not None and db.session.scalar(sa.select(Section.expo_id).where(Section.id == section_id)) != expo_id:
        raise Invalid(N_("This section does not belong to the expo."), field="section_id")
