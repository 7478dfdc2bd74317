"""Sites of real processes, to be raced and killed: servers and workers as an operator starts them, on a database of their own.

``python -m tests.processes DOTTED.NAME CALLS COMMAND ...`` runs a flask command in a process that kills itself (SIGKILL) right
after the given call of a function: the moments that a kill from outside does not hit. A site whose processes are ``forked`` runs the
same commands in children of a process that has imported the application once: starting and importing took most of their time.
"""

import contextlib
import http.client
import importlib
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, session
from flask_wtf.csrf import generate_csrf

from matchmaker import create_app
from matchmaker.infra.db import Base, commit, db

ROOT = Path(__file__).resolve().parents[1]
TODAY = "2026-10-19T01:00:00+00:00"
FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["tests.preloaded"])


class Site:
    """An instance folder, a database with tables, and the processes that were started on them.

    ``url`` is a PostgreSQL address, on which the site makes a schema of its own; without it the database is a SQLite file. Processes
    start as an operator starts them, unless they are ``forked``.
    """

    def __init__(self, folder: Path, *, url: str | None = None, forked: bool = False, **settings: Any):
        self.folder, self.schema, self.base, self.forked = folder, f"site_{os.getpid()}_{id(self)}", url, forked
        if url:
            self._schema("CREATE SCHEMA")
            url = f"{url}?options=-csearch_path%3D{self.schema}"
        self.settings = {"DATABASE_URL": url or f"sqlite:///{folder}/site.sqlite3", "ENCODER": "dictionary", "TODAY": TODAY,
                         "LOG_LEVEL": "WARNING", "BASE_URL": "http://127.0.0.1", "SECRET_KEY": "k" * 40, "WEB_THREADS": 10} | settings
        self.processes: list[Started] = []
        self.app: Flask = create_app(instance=folder, **self.settings)
        with self.app.app_context():
            Base.metadata.create_all(db.engine)

    def _schema(self, what: str) -> None:
        engine = sa.create_engine(self.base)
        with engine.begin() as connection:
            connection.execute(sa.text(f"{what} {self.schema} {'CASCADE' if what.startswith('DROP') else ''}"))
        engine.dispose()

    def start(self, *command: str, die_after: tuple[str, int] | None = None) -> "Started":
        """Start a flask command as a process; with ``die_after`` (function, calls) one that kills itself then."""
        log = self.folder / "processes.log"
        log.touch()
        if self.forked:
            process = Fork(log, self.environ(), command, die_after)
        else:
            run = ["tests.processes", die_after[0], str(die_after[1])] if die_after else ["flask", "--app", "wsgi"]
            with log.open("ab") as out:
                process = subprocess.Popen([sys.executable, "-m", *run, *command], cwd=ROOT, env=self.environ(), stdout=out, stderr=out)
        self.processes.append(process)
        return process

    def environ(self) -> dict[str, str]:
        """Return the environment of the processes: ours, with the site's settings."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith("MATCHMAKER_")}
        ours = {f"MATCHMAKER_{key}": str(value) for key, value in self.settings.items()}
        return kept | ours | {"MATCHMAKER_INSTANCE": str(self.folder), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

    def serve(self, port: int | None = None) -> tuple["Started", int]:
        """Start a server; return it and its port, before it answers."""
        port = port or free_port()
        return self.start("serve", "--port", str(port)), port

    def log(self) -> str:
        """Return what the processes wrote."""
        return (self.folder / "processes.log").read_text(encoding="utf-8", errors="replace")

    def count(self, table: str, where: str = "") -> int:
        """Return the number of rows of a table as any other process sees it."""
        with self.app.app_context(), db.engine.connect() as connection:
            return connection.scalar(sa.text(f"SELECT count(*) FROM {table} {where}"))  # noqa: S608 - the test's own words

    def close(self) -> None:
        """End every process and give the database back."""
        for process in self.processes:
            kill(process)
        with self.app.app_context():
            db.engine.dispose()
        if self.base:
            self._schema("DROP SCHEMA")


class Fork:
    """A flask command in a forked process, with the two verbs of ``Popen`` that tests need."""

    def __init__(self, log: Path, environ: Mapping[str, str], command: tuple[str, ...], die_after: tuple[str, int] | None):
        self._process = FORKS.Process(target=_in_fork, args=(log, environ, command, die_after))
        self._process.start()

    def kill(self) -> None:
        """kill -9."""
        self._process.kill()

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait until it is gone; return its exit code, the negative number of a signal."""
        self._process.join(timeout)
        return self._process.exitcode


Started = subprocess.Popen[bytes] | Fork


def _in_fork(log: Path, environ: Mapping[str, str], command: tuple[str, ...], die_after: tuple[str, int] | None) -> None:
    os.environ.clear()
    os.environ.update(environ)
    os.chdir(ROOT)
    out = os.open(log, os.O_WRONLY | os.O_APPEND)
    os.dup2(out, 1)
    os.dup2(out, 2)
    _run(command, die_after)


def kill(process: Started) -> None:
    """kill -9, and wait until it is gone."""
    with contextlib.suppress(ProcessLookupError):
        process.kill()
    process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait(until: Callable[[], Any], *, seconds: float = 60, what: str = "", pause: float = 0.02) -> float:
    """Wait until a condition holds; return how long it took. Raises ``AssertionError`` after ``seconds``."""
    began = time.monotonic()
    while not until():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(pause)
    return time.monotonic() - began


def answers(port: int, path: str = "/readyz") -> bool:
    """Tell whether a server on this machine answers 200."""
    try:
        return ask(port, "GET", path)[0] == 200
    except (OSError, http.client.HTTPException):
        return False


def ask(port: int, method: str, path: str, headers: Mapping[str, str] | None = None, body: str | None = None) -> tuple[int, str]:
    """Send one request on a connection of its own; return status and body."""
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        connection.request(method, path, body=body, headers=dict(headers or {}))
        response = connection.getresponse()
        return response.status, response.read().decode()


def signed_in(app: Flask, user: Any) -> dict[str, str]:
    """Return the headers of a browser in which ``user`` has signed in and read a page: its cookie and its CSRF token."""
    from matchmaker.accounts.actions import begin_session

    begin_session(user)
    commit()
    token = user.session_token
    with app.test_request_context():
        session["_user_id"], session["_fresh"] = token, True
        g.pop("csrf_token", None)  # the token of a browser made before, in the same application context
        csrf = generate_csrf()
        cookie = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return {"Cookie": f"session={cookie}", "X-CSRFToken": csrf}


@contextlib.contextmanager
def site(folder: Path, **settings: Any) -> Iterator[Site]:
    """A site that is taken down at the end. ``folder`` must exist."""
    made = Site(folder, **settings)
    try:
        yield made
    finally:
        made.close()


def _run(command: Sequence[str], die_after: tuple[str, int] | None) -> None:
    """Run a flask command in this process."""
    if die_after:
        _die_after(*die_after)
    from flask.cli import main

    sys.argv = ["flask", "--app", "wsgi", *command]
    main()


def _die_after(target: str, calls: int) -> None:
    """Let this process die right after the ``calls``-th call of the function ``target``."""
    place, _dot, name = target.rpartition(".")
    try:
        owner = importlib.import_module(place)
    except ModuleNotFoundError:  # a method
        module, _dot, cls = place.rpartition(".")
        owner = getattr(importlib.import_module(module), cls)
    real, left = getattr(owner, name), [calls]

    def dying(*args: Any, **kwargs: Any) -> Any:
        value = real(*args, **kwargs)
        left[0] -= 1
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return value

    setattr(owner, name, dying)


if __name__ == "__main__":
    _run(sys.argv[3:], (sys.argv[1], int(sys.argv[2])))
