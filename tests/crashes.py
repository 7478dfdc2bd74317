"""Write load on a server that is killed: which answers it gave, and what is stored."""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import sqlalchemy as sa

from matchmaker.audit import AuditEntry
from matchmaker.demands.models import Demand
from matchmaker.infra.db import commit, db

from . import factories
from .processes import Site, answers, ask, kill, signed_in, wait

WRITERS = 6


@dataclass
class Load:
    """A buyer's browsers that save drafts as fast as they are answered; each acknowledged one is noted with its id."""

    site: Site
    port: int
    acknowledged: dict[int, str] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    restarts: list[float] = field(default_factory=list)
    tried: int = 0

    def __post_init__(self) -> None:
        with self.site.app.app_context():
            expo, buyer = factories.ExpoFactory(slug="ciie-2026"), factories.BuyerFactory()
            factories.approve(buyer, expo)
            self.expo, self.headers = expo.id, signed_in(self.site.app, factories.member(buyer))
            commit()
        self.headers["Content-Type"] = "application/x-www-form-urlencoded"

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Write from several threads meanwhile."""
        stop = threading.Event()
        threads = [threading.Thread(target=self._write, args=(number, stop)) for number in range(WRITERS)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def _write(self, writer: int, stop: threading.Event) -> None:
        while not stop.is_set():
            self.tried += 1
            words = f"求购车厘子 {writer}-{time.monotonic_ns()}"
            try:
                connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
                connection.request("POST", "/demands/new", urlencode({"words": words, "expo": self.expo, "do": "draft"}), self.headers)
                response = connection.getresponse()
                if response.status == 302:
                    self.acknowledged[int(response.headers["Location"].rpartition("/")[2])] = words
                else:
                    self.refused.append(response.status)
            except (OSError, http.client.HTTPException):
                stop.wait(0.02)  # the server is away: nothing was promised
            finally:
                connection.close()

    def kill_under_load(self, deaths: int, writes: int) -> None:
        """Let it die so many times, each after at least so many acknowledged writes; every restart is timed."""
        server, _port = self.site.serve(self.port)
        wait(lambda: answers(self.port), what=self.site.log())
        for _death in range(deaths):
            enough = len(self.acknowledged) + writes
            with self.writing():
                wait(lambda enough=enough: len(self.acknowledged) >= enough, what=f"{enough} writes: {self.refused} {self.site.log()}")
                kill(server)
            server, _port = self.site.serve(self.port)
            self.restarts.append(wait(lambda: answers(self.port), pause=0.01, what=self.site.log()))
        assert ask(self.port, "GET", "/demands", self.headers)[0] == 200
        kill(server)

    def lost(self) -> list[str]:
        """Return what was acknowledged and is not stored as it was."""
        with self.site.app.app_context():
            stored = dict(db.session.execute(sa.select(Demand.id, Demand.title)).all())
        return [words for ident, words in self.acknowledged.items() if stored.get(ident) != words]

    def twice(self) -> int:
        """Return how many drafts are stored more than once, or without their line in the audit."""
        with self.site.app.app_context():
            titles = sa.select(sa.func.count() - sa.func.count(sa.distinct(Demand.title))).select_from(Demand)
            audited = sa.select(AuditEntry.object_id).where(AuditEntry.action == "demands.post_demand")
            strays = sa.select(sa.func.count()).select_from(Demand).where(Demand.id.not_in(audited))
            return db.session.scalar(titles) + db.session.scalar(strays)
