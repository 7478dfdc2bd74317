"""A real server with its worker, and real Chromium. Skipped, with words, where there is no Chromium."""

import email
import email.policy
import os
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from waitress import create_server

from matchmaker import clock, create_app
from matchmaker.cli import upgrade
from matchmaker.infra import db as database
from matchmaker.infra.db import db
from matchmaker.infra.server import start_worker

from ..conftest import TODAY, wipe

# the first is Chromium without its windows: a third less work
CHROMIUM = os.environ.get("MATCHMAKER_CHROMIUM") or next(
    filter(None, map(shutil.which, ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"))), None)


class Site:
    """A running site: its address, its application, and the mails that it sent."""

    def __init__(self, app, folder: Path):
        self.app, self.folder = app, folder

    @property
    def url(self) -> str:
        return self.app.config["BASE_URL"]

    def mails(self, to: str) -> list[str]:
        """Return the texts of the mails to an address, oldest first."""
        found = []
        for path in sorted((self.folder / "mail").glob("*.eml"), key=lambda path: path.stat().st_mtime_ns):
            message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            if message["To"] == to:
                found.append(message.get_body(("plain",)).get_content())
        return found

    def link(self, to: str, pattern: str, tries: int = 100) -> str:
        """Wait for a mail with a link of this site that matches ``pattern``; return the link."""
        for _try in range(tries):
            for text in reversed(self.mails(to)):
                if match := re.search(re.escape(self.url) + r"(\S*" + pattern + r"\S*)", text):
                    return self.url + match.group(1)
            threading.Event().wait(0.1)
        raise AssertionError(f"no mail to {to} with {pattern}")

    def run(self, work: Callable[[], object]) -> object:
        """Run ``work`` in an application context and commit."""
        with self.app.app_context():
            result = work()
            database.commit()
            return result


@contextmanager
def serving(app, folder: Path) -> Iterator[Site]:
    """Serve ``app`` on a free port of this machine while the block runs."""
    site = Site(app, folder)
    server = create_server(app, host="127.0.0.1", port=0, threads=8)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    app.config["BASE_URL"] = f"http://127.0.0.1:{server.effective_port}"
    yield site
    server.close()
    thread.join(5)
    site.run(lambda: db.engine.dispose())
    clock.set_now(None)


@pytest.fixture(scope="session")
def served(tmp_path_factory) -> Iterator[Site]:
    """The site of all files: migrated database, web server."""
    folder = tmp_path_factory.mktemp("site")
    app = create_app(
        instance=folder, DATABASE_URL="sqlite:///site.sqlite3", BASE_URL="http://127.0.0.1", MAIL_URL="folder:mail", LOG_LEVEL="ERROR",
        SECRET_KEY="s" * 40, SIGN_UPS_PER_HOUR=1000)
    Site(app, folder).run(upgrade)
    with serving(app, folder) as site:
        yield site


@pytest.fixture(scope="module")
def site(chromium, served) -> Iterator[Site]:
    """The site with its worker, and nothing of other files in it."""
    clock.set_now(TODAY)
    worker = start_worker(served.app)
    yield served
    served.app.extensions["matchmaker.worker_stop"].set()
    worker.join()
    served.run(wipe)
    shutil.rmtree(served.folder / "mail", ignore_errors=True)
    clock.set_now(None)


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    """The browser, started once."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium, site) -> Iterator[Callable[..., object]]:
    """Return a function that opens a window: language, width, theme. Errors of scripts and foreign requests fail the test.

    Readers here want no motion: a page that is resized while it still fades in is an error of the browser's.
    """
    windows, problems = [], []

    def open_window(locale: str = "en-GB", width: int = 1440, scheme: str = "light"):
        window = chromium.new_context(viewport={"width": width, "height": 900}, locale=locale, color_scheme=scheme, base_url=site.url,
                                      reduced_motion="reduce")
        window.set_default_timeout(15_000)
        page = window.new_page()
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("request", lambda request: None if request.url.startswith((site.url, "data:", "about:")) else problems.append(request.url))
        page.on("console", lambda message: problems.append(message.text) if "Content Security Policy" in message.text else None)
        windows.append(window)
        return page

    yield open_window
    for number, window in enumerate(windows):
        if folder := os.environ.get("MATCHMAKER_SHOTS"):  # to see where a failed walk ended
            window.pages[0].screenshot(path=f"{folder}/window-{number}.png", full_page=True)
        window.close()
    assert problems == []
