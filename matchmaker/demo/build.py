"""The stages of the world in their order."""

import secrets

import sqlalchemy as sa

from .. import clock
from ..accounts.passwords import hash_password
from ..infra import mail
from ..infra.db import commit, db
from ..notices.models import Notice
from ..reference import headings
from . import companies, data, editions, green, history, marks, papers, rates, schedule, sheets
from .console import Console, work
from .data import Share
from .world import START, World, at

READ_UNTIL = at("2026-11-04 12:00")  # notices before it are read


def build(share: Share, console: Console) -> World:
    """Make the world in an empty database, one commit a stage; the clock stands at ``START`` afterwards."""
    world = World(share, data.read(share), console, nobody=hash_password(secrets.token_urlsafe(24)))
    with console.stage("expos") as say:
        editions.build(world, say)
    with console.stage("rates") as say:
        rates.load(say)
    with console.stage("companies") as say:
        companies.build(world, say)
    with console.stage("products") as say:
        sheets.products(world, say)
    with console.stage("demands") as say:
        sheets.wanted(world, say)
    with console.stage("papers") as say:
        papers.put_in(world, say)
    with console.stage("green evidence") as say:
        green.look_up(world, say)
    with console.stage("matching") as say:
        sheets.match(world, say)
    with console.stage("history") as say:
        history.build(world, say)
    with console.stage("requests") as say:
        timeline = schedule.ask(world, say)
        papers.share(world, say)
    with console.stage("schedule") as say:
        schedule.publish(world, say)
    with console.stage("first day") as say:
        schedule.first_day(world, timeline, say)
        marks.leave(world)
    with console.stage("headings") as say:
        say(f"learned from {len(headings.learn())} titles")
    with console.stage("settling") as say:
        work(say)
        say(_settle())
    return world


def _settle() -> str:
    """Leave no old work behind: the mails of the past count as sent, the notices of the past as read."""
    clock.set_now(START)
    letter = mail.OutboxMail
    waiting = sa.update(letter).where(letter.state == "waiting")
    sent = db.session.execute(waiting.values(state="sent", sent_at=letter.created_at)).rowcount
    old = sa.update(Notice).where(Notice.created_at < READ_UNTIL, Notice.read_at.is_(None))
    read = db.session.execute(old.values(read_at=READ_UNTIL)).rowcount
    commit()
    return f"{sent} mails of the past marked as sent, {read} notices as read"
