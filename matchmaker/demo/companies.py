"""Exhibitors, buyers and their people; who takes part in which expo."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from ..companies import actions as companies
from ..companies.models import Company, Member
from ..expos import actions as expos
from ..expos.models import Expo, Hall, Participation
from ..expos.queries import actor_for, participation_of
from ..infra.db import db
from ..trade.identifiers import sample_uscc
from . import data
from .console import Say
from .timeline import Timeline
from .world import SEED, START, World, account, at, office_hours

RIVALS = (("hollerthal-praezision", "kirigasawa-seiki"), ("cerezas-pihuen-alto", "tres-acequias"))
AT_THE_BOOTH = ("2.1", "J04", "N03")  # halls, or booths, whose exhibitors meet at the booth instead of a table


def build(world: World, say: Say) -> None:
    """Register every company, its people and accounts; then let the applications and decisions happen in the order of time."""
    timeline = Timeline()
    rows = [("exhibitor", row) for row in world.texts.exhibitors] + [("buyer", row) for row in world.texts.buyers]
    for n, (kind, row) in enumerate(rows):
        _company(world, kind, row, n)
        for series, section in _sections(row).items():
            _take_part(world, timeline, row, world.expos[series], section)
        if n % 10 == 9:
            say(f"{n + 1} of {len(rows)}")
    for n, row in enumerate(world.texts.applicants):
        _applicant(world, timeline, row, len(rows) + n)
    timeline.run(START)
    for one, other in RIVALS:
        if {one, other} <= set(world.companies):
            _block(world, one, other)
            _block(world, other, one)
    say(f"{len(world.texts.exhibitors)} exhibitors, {len(world.texts.buyers)} buyers, {len(world.texts.applicants)} late applicants")


def _company(world: World, kind: str, row: Mapping[str, Any], number: int) -> Company:
    """Register a company with two accounts at most: of the person who owns it and of a colleague."""
    people = row["people"] or [{"name": row["name_en"], "title": "", "languages": []}]
    chinese = kind == "buyer"
    users = [account(world, f"{local}@{row['key']}.test", person["name"], chinese=chinese)
             for local, person in zip(("owner", "member"), people, strict=False)]
    given = data.company_fields(world.texts, row)
    if kind == "buyer":
        given |= {"identifier_kind": "uscc", "identifier": sample_uscc(SEED + number)}
    company = companies.register_company(actor_for(users[0]), kind, attends=False, **given)
    company.is_sample = True
    db.session.add_all(Member(company_id=company.id, user_id=user.id, is_owner=False, joined_at=company.created_at) for user in users[1:])
    db.session.flush()
    world.companies[row["key"]] = company
    world.actors[company.id] = [actor_for(user) for user in users]
    for place, person in enumerate(row["people"]):
        companies.save_person(
            world.owner(company.id), company, name=person["name"], title=person["title"], attends=True,
            languages=data.languages(world.texts, person["languages"]), user_id=users[place].id if place < len(users) else None)
    return company


def _sections(row: Mapping[str, Any]) -> dict[str, str]:
    """Return {series: section} of a company: exhibitors name theirs, buyers go where most of their demands are."""
    if isinstance(row["expos"], dict):
        return dict(row["expos"])
    wanted = {series: [demand["section"] for demand in row["demands"] if demand["expo"] == series] for series in row["expos"]}
    return {series: max(sections, key=sections.count) if sections else "" for series, sections in wanted.items()}


def _take_part(world: World, timeline: Timeline, row: Mapping[str, Any], expo: Expo, section: str) -> None:
    """Put the company's application for an expo and its approval on the timeline."""
    company = world.companies[row["key"]]
    applied = office_hours(world, "2026-07-01 09:00", "2026-09-05 09:00")
    decided = applied + timedelta(days=world.draw.randint(1, 4), minutes=world.draw.randint(5, 90))

    def decide() -> None:
        part = expos.approve(world.organizer, participation_of(expo.id, company.id))
        if company.is_exhibitor and expo.series == "CIIE":
            _booth(world, part, row["booth"])

    timeline.add(applied, lambda: expos.apply(world.owner(company.id), expo, section_id=world.section(expo.series, section)))
    timeline.add(decided, decide)


def _booth(world: World, part: Participation, place: str) -> None:
    code, _space, booth = place.partition(" ")
    hall: Hall | None = next((hall for hall in part.expo.halls if hall.code == code), None)
    expos.edit_participation(
        world.organizer, part, section_id=part.section_id, hall_id=hall.id if hall else None, booth=booth,
        meets_at_booth=code in AT_THE_BOOTH or booth in AT_THE_BOOTH, max_meetings=None)


def _applicant(world: World, timeline: Timeline, row: Mapping[str, Any], number: int) -> None:
    """Register one of the late or unlucky applicants of CIIE; the application ends as its row says."""
    expo, company = world.expos["CIIE"], _company(world, row["kind"], row, number)
    owner, applied = world.owner(company.id), at(row["applied_at"])

    def part() -> Participation:
        return participation_of(expo.id, company.id)

    timeline.add(applied, lambda: expos.apply(owner, expo, section_id=world.section("CIIE", row["section"]), note=row["note"]))
    if row["state"] == "declined":
        timeline.add(applied + timedelta(days=2), lambda: expos.decline(world.organizer, part(), reason=row["reason"]))
    elif row["state"] == "withdrawn":
        timeline.add(applied + timedelta(days=1), lambda: expos.approve(world.organizer, part()))
        timeline.add(applied + timedelta(days=35), lambda: expos.withdraw(owner, part()))


def _block(world: World, one: str, other: str) -> None:
    company = world.companies[one]
    companies.block(world.owner(company.id), company, world.companies[other])

