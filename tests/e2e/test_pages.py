"""Every main page of every kind of user, as a browser shows it: axe, widths, scripts, nothing from outside, no dead navigation.

Each page is opened once, in the next of the eight looks (language, theme, width), so that each look meets pages of each role;
at 390 px and at 1440 px every page is measured.
"""

import itertools
import os
import re

import pytest
import sqlalchemy as sa
from axe_playwright_python.base import AXE_SCRIPT

from matchmaker import create_app
from matchmaker.accounts.models import User
from matchmaker.demo import prepare
from matchmaker.demo.data import Share
from matchmaker.infra.db import db
from matchmaker.web.headers import CSP

from .conftest import CHROMIUM, serving

pytestmark = [pytest.mark.browser]
SHARE = Share(exhibitors=12, buyers=14, requests=50, requests_elsewhere=3, seconds=5)
LOOKS = list(itertools.product(("en", "zh"), ("light", "dark"), (1440, 390)))
EXPO = "/e/ciie-2026"
OVERFLOW = """() => document.documentElement.scrollWidth - document.documentElement.clientWidth"""
AXE = """() => axe.run({resultTypes: ["violations"]}).then(found => found.violations
    .filter(one => ["serious", "critical"].includes(one.impact))
    .flatMap(one => one.nodes.map(node => `${one.id}: ${node.html.slice(0, 160)}`)))"""
LINKS = """() => [...document.querySelectorAll("header.bar a, nav a, footer.foot a")].map(link => link.href)"""

# "page -> selector" opens the first link of that selector on the page
PAGES = {
    "visitor": ["/", "/sign-in", "/register", "/forgot", "/privacy", "/expos", "/expos/ciie-2026", "/no-such-page"],
    "exhibitor owner": [
        "/", "/start", "/company", "/company -> main a[href$='/edit']", "/company -> main a[href$='/members']",
        "/company -> main a[href$='/people']", "/company -> main a[href$='/blocks']", "/account", "/expos", "/products", "/products/new",
        "/products -> main a[href^='/products/']:not([href$=new]):not([href$=import])", "/products/import", f"{EXPO}/recommendations",
        f"{EXPO}/recommendations -> main a[href*='/matches/']", f"{EXPO}/recommendations/saved", f"{EXPO}/recommendations/hidden",
        f"{EXPO}/requests", f"{EXPO}/requests?tab=all -> main a[href*='/meetings/']", f"{EXPO}/my-day",
        f"{EXPO}/availability", f"{EXPO}/proposals", "/notices",
    ],
    "buyer owner": [
        "/", "/company", "/demands", "/demands/new", "/demands -> main a[href^='/demands/']:not([href$=new]):not([href$=import])",
        "/demands/import", f"{EXPO}/exhibitors", f"{EXPO}/recommendations", f"{EXPO}/recommendations -> main a[href*='/matches/']",
        f"{EXPO}/recommendations -> main a[href*='/ask?']", f"{EXPO}/recommendations/saved", f"{EXPO}/requests", f"{EXPO}/my-day",
        f"{EXPO}/availability", "/expos/ciie-2026", "/notices",
    ],
    "organizer": [
        "/", f"{EXPO}/schedule", f"{EXPO}/schedule -> main a.meeting", f"{EXPO}/schedule/publish",
        f"{EXPO}/schedule?by=company", f"{EXPO}/schedule/versions", f"{EXPO}/schedule/what-if?rounds=1",
        f"{EXPO}/schedule -> main .tray-item a.meeting", f"{EXPO}/match-quality", "/nomenclature", f"{EXPO}/companies",
        f"{EXPO}/companies -> main a[href*='/companies/']", f"{EXPO}/setup", f"{EXPO}/setup/sections", f"{EXPO}/setup/halls",
        f"{EXPO}/setup/halls -> main a[href*='/tables/']", f"{EXPO}/setup/days", f"{EXPO}/setup/people", f"{EXPO}/exhibitors", "/notices",
    ],
    "administrator": ["/", "/people", "/expos/new", f"{EXPO}/schedule"],
    "floor staff": ["/", "/account"],
    "mission leader": ["/", "/account"],
    "interpreter": ["/", "/account"],
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The demo's world, a slice of it, as ``flask demo`` makes it."""
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed")
    folder = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("MATCHMAKER_")]:
            patch.delenv(name)
        patch.setenv("MATCHMAKER_ENCODER", "dictionary")
        url = prepare.prepare(create_app, folder, share=SHARE)
        app = create_app(**prepare.settings(folder, url, BASE_URL="http://127.0.0.1", LOG_LEVEL="ERROR"))
        with serving(app, folder) as site:
            yield site


def sign_in(site, page, role: str) -> str:
    """Sign in with the demo's own file; return the address."""
    text = (site.folder / "demo_sign_ins.txt").read_text(encoding="utf-8")
    address, password = re.search(rf"^{role}\s+(\S+)\s+(\S+)", text, re.M).groups()
    page.goto("/sign-in")
    page.fill("[name=email]", address)
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.locator(".avatar").wait_for()
    return address


class Reader:
    """One person in one window, who looks at pages in one look after the other."""

    def __init__(self, site, page, role: str):
        self.site, self.page, self.problems, self.links = site, page, [], set()
        self.address = sign_in(site, page, role) if role != "visitor" else ""

    def wear(self, language: str, theme: str, width: int) -> None:
        """Set language, theme and width: a visitor's by the browser, an account's by its settings, whatever the device wishes."""
        device = theme if not self.address else {"light": "dark", "dark": "light"}[theme]
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.emulate_media(color_scheme=device)
        self.page.set_extra_http_headers({"Accept-Language": {"en": "en-GB", "zh": "zh-CN"}[language]})
        if self.address:
            values = {"language": {"en": "en", "zh": "zh_Hans_CN"}[language], "theme": theme}
            self.site.run(lambda: db.session.execute(sa.update(User).where(User.email == self.address).values(values)))

    def look_at(self, stop: str, look: tuple[str, str, int]) -> None:
        """Open a page and note what is wrong with it."""
        self.wear(*look)
        path, _arrow, selector = stop.partition(" -> ")
        answer = self.page.goto(path)
        if selector:
            answer = self.page.goto(self.page.locator(selector).first.get_attribute("href"))
        found = [] if answer.status == (404 if path == "/no-such-page" else 200) else [f"status {answer.status}"]
        if answer.headers["content-security-policy"] != CSP:
            found.append("another content security policy")
        self.page.evaluate(AXE_SCRIPT)
        found += self.page.evaluate(AXE)
        for width in (look[2], {1440: 390, 390: 1440}[look[2]]):
            self.page.set_viewport_size({"width": width, "height": 900})
            if (over := self.page.evaluate(OVERFLOW)) > 0:
                found.append(f"{over} px wider than {width}")
        self.links.update(self.page.evaluate(LINKS))
        self.problems += [f"{stop} {look}: {problem}" for problem in found]

    def follow_navigation(self) -> None:
        """Ask for every link of the frame that was seen."""
        for link in sorted({link.partition("#")[0] for link in self.links}):
            if (status := self.page.request.get(link).status) != 200:
                self.problems.append(f"{link}: {status}")


@pytest.mark.parametrize("role", PAGES)
def test_pages_are_accessible_fit_and_load_nothing_from_outside(site, visit, role):
    reader = Reader(site, visit(), role)
    first = list(PAGES).index(role) * 3
    for number, stop in enumerate(PAGES[role], first):
        reader.look_at(stop, LOOKS[number % len(LOOKS)])
    reader.follow_navigation()
    assert reader.problems == []
