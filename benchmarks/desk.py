"""The organizer's pages at CIIE's size: seconds of the processor and bytes of each, after a run of its own.

    python -m benchmarks.desk [--seconds 20]

300 tables, 5,000 agreed requests (`flask demo --size ciie`) in a temporary folder, SQLite, one process; seven cards without a place,
evenly drawn from the tray, and a what-if with two levers.
"""

import argparse
import tempfile
import time

import sqlalchemy as sa
from flask import Flask

from matchmaker import clock, create_app
from matchmaker.accounts.models import User
from matchmaker.cli import upgrade
from matchmaker.demo import ciie
from matchmaker.demo.console import Console
from matchmaker.demo.world import START
from matchmaker.expos.models import Expo
from matchmaker.expos.queries import actor_for
from matchmaker.infra import jobs
from matchmaker.infra.db import commit, db
from matchmaker.infra.server import settle
from matchmaker.scheduling import actions, queries
from tests.processes import signed_in

CARDS = 7


def prepare(app: Flask, seconds: int) -> tuple[dict[str, str], str, list[int], int]:
    """Build the expo and a draft; return the organizer's headers, the desk's address, cards of the tray and a hall."""
    upgrade()
    clock.set_now(START)
    ciie.build(Console(quiet=True))
    expo = db.session.scalars(sa.select(Expo)).one()
    organizer = db.session.scalars(sa.select(User).where(User.email.like("organizer%"))).first()
    assert organizer is not None
    actions.start_optimising(actor_for(organizer), expo, seconds=seconds)
    commit()
    jobs.run_until_idle()
    plan = queries.draft_of(expo.id)
    assert plan is not None
    waiting = queries.tray_ids(expo.id, plan.id)
    return signed_in(app, organizer), f"/e/{expo.slug}/schedule", waiting[:: max(1, len(waiting) // CARDS)][:CARDS], 1


def main() -> None:
    """Read the arguments, build, and print a line a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(instance=folder, DATABASE_URL=f"sqlite:///{folder}/desk.sqlite3", LOG_LEVEL="ERROR", ENCODER="dictionary")
        with app.app_context():
            headers, desk, cards, hall = prepare(app, options.seconds)
        client = app.test_client(use_cookies=False)
        settle()  # as the server does
        paths = ["", "", *(f"/meetings/{card}" for card in cards), "/what-if", f"/what-if?speakers-es=2&tables-hall:{hall}=5", "/publish"]
        for path in paths:
            began = time.process_time()
            answer = client.get(desk + path, headers=headers)
            print(f"{path or 'desk':45} {answer.status_code} {time.process_time() - began:5.2f} s {len(answer.data):>8} bytes", flush=True)


if __name__ == "__main__":
    main()
