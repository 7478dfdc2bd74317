"""What open screens cost the server: walls, boards and phones that ask for the floor's number, while things happen on it.

    python -m benchmarks.live [--screens 500] [--seconds 30] [--every 1.0] [--out results.json]

One server process of the application (SQLite), an expo of 300 tables in four halls with a meeting at each. Of 500 screens 20 are walls
(asking every 2 s), 30 are floor managers' boards (2.5 s) and 450 phones (12 s); like browsers they fetch the page again only when told
so. Every ``--every`` seconds somebody checks in (0: nothing happens). CPU is the server's own, user and system, from /proc.
"""

import argparse
import heapq
import http.client
import json
import os
import random
import tempfile
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from statistics import quantiles
from typing import Any

from matchmaker.accounts.actions import begin_session
from matchmaker.expos.models import Expo
from matchmaker.floor import actions, live
from matchmaker.infra.db import commit, db
from matchmaker.meetings.models import Meeting
from matchmaker.meetings.states import State
from matchmaker.permissions import SYSTEM
from matchmaker.scheduling.models import Placement, Plan
from tests import factories
from tests.processes import Site, answers, wait

NOW = datetime(2026, 11, 5, 1, 1, tzinfo=UTC)  # a minute after the first slot has begun
HALLS, TABLES, COMPANIES = 4, 75, 60


@dataclass
class Screen:
    """A wall, board or phone: the address it asks, the page it shows, and what it knows."""

    kind: str
    every: float
    word: str
    page: str
    cookie: str = ""
    tag: str = ""
    known: str = ""


@dataclass
class Figures:
    """What the screens did, and how long after a check-in walls had it on the screen."""

    counts: Counter[str] = field(default_factory=Counter)
    seconds: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    errors: int = 0


def build(site: Site, screens: int) -> tuple[list[Screen], list[int], int]:
    """Make the expo; return the screens, the meetings, and the expo's id."""
    with site.app.app_context():
        expo = factories.ExpoFactory(slug="ciie-2026")
        slot = factories.slots(expo, 16)[0]
        plan = Plan(expo_id=expo.id, number=1, state="published", created_at=NOW, edited_at=NOW)
        db.session.add(plan)
        db.session.flush()
        halls = [factories.HallFactory(expo=expo, code=f"{n}.1") for n in range(1, HALLS + 1)]
        tables = [factories.TableFactory(hall=hall, label=f"T{n:02}") for hall in halls for n in range(TABLES)]
        meetings, members = [], []
        for table in tables:
            sides = factories.CompanyFactory(), factories.BuyerFactory()
            for company in sides:
                factories.approve(company, expo)
            meeting = Meeting(expo_id=expo.id, exhibitor_id=sides[0].id, buyer_id=sides[1].id, asked_by_id=sides[1].id, state=State.PLACED,
                              asked_at=NOW, expires_at=NOW)
            db.session.add(meeting)
            db.session.flush()
            db.session.add(Placement(plan_id=plan.id, meeting_id=meeting.id, slot_id=slot.id, table_id=table.id))
            meetings.append(meeting.id)
            if len(members) < COMPANIES:
                members.append((sides[1].id, factories.member(sides[1])))
        guards = [factories.organizer(expo, "floor") for _n in range(6)]
        walls = [actions.renew_wall(SYSTEM, expo, hall=hall).token for hall in halls]
        live.touch(expo.id)
        word, found = live.word(expo.id), []
        for n in range(screens):
            if n % 25 == 0:
                found.append(Screen("wall", 2.0, word, f"/wall/{walls[n // 25 % HALLS]}"))
            elif n % 50 in (1, 2, 3):
                cookie = _cookie(site, guards[n % len(guards)])
                found.append(Screen("board", 2.5, word, f"/e/ciie-2026/floor/halls/{halls[n % HALLS].id}", cookie))
            else:
                company, user = members[n % len(members)]
                found.append(Screen("phone", 12.0, live.word(expo.id, company), "/e/ciie-2026/now", _cookie(site, user)))
        commit()
        random.Random(7).shuffle(meetings)  # noqa: S311
        return found, meetings, expo.id


def _cookie(site: Site, user: Any) -> str:
    begin_session(user)
    signer = site.app.session_interface.get_signing_serializer(site.app)
    return f"{site.app.config['SESSION_COOKIE_NAME']}={signer.dumps({'_user_id': user.session_token, '_fresh': True})}"


class Crowd:
    """The screens, asking in their own rhythm from a few threads that keep their connections open."""

    def __init__(self, port: int, screens: list[Screen], threads: int = 12):
        self.port, self.figures, self.local, self.lock = port, Figures(), threading.local(), threading.Lock()
        self.pool = ThreadPoolExecutor(threads)
        self.due = [(time.monotonic() + random.random() * screen.every, n, screen) for n, screen in enumerate(screens)]  # noqa: S311
        heapq.heapify(self.due)
        self.happened: list[float] = []

    def run(self, seconds: float) -> Figures:
        """Let the screens ask for so long."""
        end = time.monotonic() + seconds
        while (now := time.monotonic()) < end:
            at, n, screen = heapq.heappop(self.due)
            if at > now:
                time.sleep(min(at, end) - now)
            heapq.heappush(self.due, (at + screen.every, n, screen))
            self.pool.submit(self._look, screen)
        self.pool.shutdown()
        return self.figures

    def once(self) -> None:
        """Let every screen ask once, as when it was opened."""
        for _at, _n, screen in self.due:
            self.pool.submit(self._look, screen)
        self.pool.shutdown()

    def _look(self, screen: Screen) -> None:
        began = time.perf_counter()
        status, headers, body = self._get(f"/live/{screen.word}", {"If-None-Match": screen.tag} if screen.tag else {})
        took, changed = time.perf_counter() - began, False
        if status == 200:
            told = json.loads(body)
            known = str(told["mine"] if screen.kind == "phone" else told["number"])
            changed, screen.known, screen.tag = bool(screen.known) and known != screen.known, known, headers.get("ETag", "")
        if changed:
            cookie = {"Cookie": screen.cookie} if screen.cookie else {}
            page = self._get(screen.page, cookie | {"X-Fragment": "1"})[0]
        with self.lock:
            self.figures.counts[f"polls {status}"] += 1
            self.figures.seconds.append(took)
            if changed:
                self.figures.counts[f"pages of a {screen.kind}"] += 1
                self.figures.errors += page != 200
                if screen.kind == "wall" and self.happened:
                    self.figures.seen.append(time.monotonic() - self.happened[-1])

    def _get(self, path: str, headers: dict[str, str]) -> tuple[int, Any, bytes]:
        if not hasattr(self.local, "line"):
            self.local.line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            self.local.line.request("GET", path, headers=headers)
            answer = self.local.line.getresponse()
            return answer.status, answer.headers, answer.read()
        except (OSError, http.client.HTTPException):
            del self.local.line
            with self.lock:
                self.figures.errors += 1
            return 0, {}, b""


def cpu(pid: int) -> float:
    """Return the CPU seconds of a process so far."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def calm(pid: int, patience: float = 120.0) -> float:
    """Wait until a server has done its work of the start (it fits models); return the share of a core that it takes with nobody there."""
    end, share = time.monotonic() + patience, 1.0
    while share > 0.05 and time.monotonic() < end:
        before = cpu(pid)
        time.sleep(3.0)
        share = (cpu(pid) - before) / 3.0
    return share


def check_ins(site: Site, crowd: Crowd, meetings: list[int], expo_id: int, every: float, stop: threading.Event) -> None:
    """Let somebody check in now and then, as another process would."""
    with site.app.app_context():
        for meeting in meetings:
            if stop.wait(every):
                return
            expo, found = db.session.get_one(Expo, expo_id), db.session.get_one(Meeting, meeting)
            actions.check_in(SYSTEM, expo, meeting=found, side="buyer", how="staff")
            commit()
            crowd.happened.append(time.monotonic())
            db.session.expire_all()


def measure(screens: int, seconds: float, every: float) -> dict[str, Any]:
    """Run one measurement and return its figures."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder), TODAY=NOW.isoformat())
        try:
            crowd_of, meetings, expo_id = build(site, screens)
            process, port = site.serve()
            wait(lambda: answers(port), what=site.log())
            Crowd(port, crowd_of).once()
            idle = calm(process.pid)
            crowd, stop = Crowd(port, crowd_of), threading.Event()
            if every:
                threading.Thread(target=check_ins, args=(site, crowd, meetings, expo_id, every, stop), daemon=True).start()
            before = cpu(process.pid)
            figures = crowd.run(seconds)
            used = cpu(process.pid) - before
            stop.set()
        finally:
            site.close()
    polls = sum(count for name, count in figures.counts.items() if name.startswith("polls"))
    found = {
        "screens": screens, "seconds": seconds, "check-ins a second": 1 / every if every else 0, "polls": polls,
        "polls a second": round(polls / seconds, 1), "answers": dict(figures.counts), "errors": figures.errors,
        "idle share of a core": round(idle, 3), "share of a core": round(used / seconds, 3),
        "cpu ms per poll (pages included)": round(1000 * used / max(polls, 1), 2),
        "median ms": round(1000 * quantiles(figures.seconds, n=100)[49], 1),
        "95 % within ms": round(1000 * quantiles(figures.seconds, n=100)[94], 1),
    }
    if len(figures.seen) > 1:
        found["wall shows it, 95 % within s"] = round(quantiles(figures.seen, n=100)[94], 2)
    return found


def main() -> None:
    """Measure a quiet floor and a busy one."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--screens", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=30.0)
    parser.add_argument("--every", type=float, default=1.0)
    parser.add_argument("--out", type=Path)
    given = parser.parse_args()
    results = {name: measure(given.screens, given.seconds, every) for name, every in (("quiet", 0.0), ("busy", given.every))}
    for name, found in results.items():
        print(f"{name}: {found['polls a second']} polls/s of {found['screens']} screens take {found['share of a core']:.1%} of one core, "
              f"{found['cpu ms per poll (pages included)']} ms of CPU each; {found['answers']}, {found['errors']} errors")
    print(json.dumps(results, indent=2))
    if given.out:
        given.out.write_text(json.dumps(results, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
