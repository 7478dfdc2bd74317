"""What holds for every answer: headers, cookies, tokens, sizes, and what a stranger or a lost database gets to see."""

import hashlib
import os
import re
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from matchmaker import create_app
from matchmaker.infra.db import Base, commit, db
from matchmaker.settings import UnsafeSettings
from matchmaker.web.redirects import is_safe

from . import factories
from .processes import site
from .scheduling.test_plans import Fair

pytestmark = pytest.mark.database
URL = os.environ.get("MATCHMAKER_TEST_DATABASE_URL")
CSP = ("default-src 'self'; script-src 'self'; style-src 'self'; style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; "
       "base-uri 'none'; form-action 'self'; frame-ancestors 'none'")
PRODUCTION = {"ENV": "production", "BASE_URL": "https://expo.example.org", "SECRET_KEY": "0f3c9a7be2d84b1e95c6d7a8f0b1c2d3e4f5"}
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """An application with CSRF on, as it is run; one user has registered."""
    with site(tmp_path_factory.mktemp("guarded"), url=URL, forked=True, LOG_LEVEL="CRITICAL") as made:
        with made.app.app_context():
            factories.UserFactory(email="lin@example.org")
            commit()
        yield made.app


def token_of(browser, path: str = "/sign-in", **how) -> str:
    return TOKEN.search(browser.get(path, **how).text).group(1)


def sign_in(browser, **more):
    form = {"email": "lin@example.org", "password": factories.PASSWORD, "csrf_token": token_of(browser)}
    return browser.post("/sign-in", data=form | more)


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/", 200), ("GET", "/sign-in", 200), ("GET", "/healthz", 200), ("GET", "/readyz", 200), ("GET", "/account", 302),
    ("GET", "/nothing-here", 404), ("GET", "/calendar/no-such-token.ics", 404), ("POST", "/account", 400), ("DELETE", "/", 405),
    ("GET", "/static/icon.svg", 200), ("POST", "/sign-in", 400)])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_kind_of_answer_carries_the_headers(guarded, method, path, status, accept):
    answer = guarded.test_client().open(path, method=method, headers={"Accept": accept}, buffered=True)
    assert answer.status_code == status
    assert_headers(answer, private=not path.startswith("/static"))


def assert_headers(answer, *, private: bool = True) -> None:
    assert answer.headers["Content-Security-Policy"] == CSP
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers and "Server" not in answer.headers
    if private:
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_mistake_of_ours_shows_a_page_without_its_insides(guarded, monkeypatch):
    def broken():
        raise RuntimeError("the password is hunter2")

    monkeypatch.setitem(guarded.view_functions, "web.alive", broken)
    for accept in ("text/html", "application/json"):
        answer = guarded.test_client().get("/healthz", headers={"Accept": accept})
        assert answer.status_code == 500 and "hunter2" not in answer.text and "Traceback" not in answer.text
        assert_headers(answer)


def test_a_private_page_is_kept_by_nobody(guarded):
    browser = guarded.test_client()
    assert sign_in(browser).status_code == 302
    answer = browser.get("/account")
    assert answer.status_code == 200
    assert_headers(answer)


def test_the_cookie_is_out_of_reach_of_scripts(guarded):
    cookie = sign_in(guarded.test_client()).headers["Set-Cookie"]
    assert cookie.startswith("session=") and {"HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))


def test_over_https_the_cookie_is_bound_to_the_host_and_the_browser_told_to_stay(tmp_path):
    app = create_app(instance=tmp_path, DATABASE_URL="sqlite:///x.sqlite3", **PRODUCTION)
    with app.app_context():
        Base.metadata.create_all(db.engine)
    answer = app.test_client().get("/sign-in", base_url="https://expo.example.org")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-session=") and {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie and "max-age=31536000" in answer.headers["Strict-Transport-Security"]
    with app.app_context():
        db.engine.dispose()


def test_a_form_without_its_own_token_changes_nothing(guarded):
    browser, other = guarded.test_client(), guarded.test_client()
    assert sign_in(browser, csrf_token="").status_code == 400
    assert sign_in(browser, csrf_token=token_of(other)).status_code == 400
    assert browser.get("/account").status_code == 302
    assert sign_in(browser).status_code == 302
    assert browser.get("/account").status_code == 200


def test_a_script_needs_the_token_in_its_header(tmp_path):
    with site(tmp_path, url=URL, forked=True) as made:
        with made.app.app_context():
            fair = Fair()
            meeting, place = fair.meetings[0].id, {"slot": fair.slots[0].id, "table": fair.tables[0].id}
            fair.organizer_user = factories.organizer(fair.expo, email="lin@example.org")
            commit()
        browser = made.app.test_client()
        sign_in(browser)
        path = f"/e/ciie-2026/schedule/meetings/{meeting}/move"
        assert browser.post(path, json=place).status_code == 400
        assert made.count("placement") == 0
        token = token_of(browser, "/account")
        assert browser.post(path, json=place, headers={"X-CSRFToken": token}).status_code == 200
        assert made.count("placement") == 1


def rows() -> dict[str, str]:
    """Return a hash of the rows of every table that a GET may not touch."""
    db.session.rollback()
    with db.engine.connect() as connection:
        return {
            table.name: hashlib.sha256(repr(connection.execute(sa.select(table).order_by(table.c.id)).all()).encode()).hexdigest()
            for table in Base.metadata.sorted_tables if table.name not in ("user_session", "audit_entry", "counter")}


def addresses(app, known: dict[str, object]) -> list[str]:
    """Return every address that can be read and whose parts are known."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in rule.methods and rule.endpoint != "static"]
    return [rule.build({name: known[name] for name in rule.arguments})[1] for rule in rules if rule.arguments <= set(known)]


def test_reading_changes_nothing(app, browse):
    fair = Fair()
    fair.move(fair.meetings[0])
    fair.publish()
    fair.move(fair.meetings[3], table=1)
    product, demand = factories.ProductFactory(company=fair.exhibitors[0]), factories.DemandFactory(company=fair.buyers[0], expo=fair.expo)
    factories.show(product, fair.expo)
    users = [factories.organizer(fair.expo), factories.member(fair.exhibitors[0]), factories.member(fair.buyers[0]),
             factories.UserFactory(is_admin=True), factories.UserFactory()]
    known = {"expo": fair.expo.slug, "slug": fair.expo.slug, "kind": "buyer", "product_id": product.id, "demand_id": demand.id,
             "meeting_id": fair.meetings[0].id, "table_id": fair.tables[0].id, "company_id": fair.buyers[0].id}
    commit()
    browsers = [app.test_client(), *(browse(user) for user in users)]
    paths, before, read = addresses(app, known), rows(), 0
    for browser in browsers:
        for path in paths:
            status = browser.get(path).status_code
            assert status < 500, path
            read += status == 200
    after = rows()
    assert {name for name in before if before[name] != after[name]} == set()
    assert len(paths) > 40 and read > 80


@pytest.mark.parametrize(("settings", "word"), [
    ({"SECRET_KEY": ""}, "SECRET_KEY"), ({"SECRET_KEY": "short"}, "SECRET_KEY"), ({"SECRET_KEY": "changeme" * 5}, "SECRET_KEY"),
    ({"BASE_URL": "http://expo.example.org"}, "https"), ({"TODAY": "2026-10-19T01:00:00+00:00"}, "TODAY")])
def test_production_refuses_to_start_unsafely(tmp_path, settings, word):
    with pytest.raises(UnsafeSettings, match=word):
        create_app(instance=tmp_path, **PRODUCTION | settings)


def test_production_refuses_the_debugger(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(UnsafeSettings, match="debugger"):
        create_app(instance=tmp_path, **PRODUCTION)


TRICKS = [
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "https://evil.example", "https:evil.example",
    "http:///evil.example", "javascript:alert(1)", "data:text/html,x", "/\t/evil.example", "\t//evil.example", "/\n/evil.example",
    " //evil.example", "/a\\..\\b", "evil.example", "@evil.example", "", "/\x00/evil.example", "/\r\nSet-Cookie:x=1",
    "//evil.example/%2f..", "\u2028//evil.example",
]


@pytest.mark.parametrize("target", TRICKS)
def test_no_trick_leads_off_the_site(guarded, target):
    assert not is_safe(target)
    answer = sign_in(guarded.test_client(), next=target)
    assert answer.status_code == 302 and urlsplit(answer.headers["Location"]).netloc == "" and "evil" not in answer.headers["Location"]


@pytest.mark.parametrize("target", ["/", "/account", "/e/ciie-2026/schedule?on=2026-11-05&hall=1", "/demands?q=车厘子"])
def test_addresses_of_the_site_are_kept(target):
    assert is_safe(target)


def test_metrics_are_closed_to_strangers(guarded, monkeypatch):
    browser, stranger = guarded.test_client(), {"REMOTE_ADDR": "203.0.113.9"}
    assert browser.get("/metrics").status_code == 200
    assert browser.get("/metrics", environ_overrides=stranger).status_code == 404
    assert browser.get("/metrics", environ_overrides=stranger, headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    monkeypatch.setitem(guarded.config, "METRICS_TOKEN", "a-long-token")
    assert browser.get("/metrics").status_code == 404
    assert browser.get("/metrics", environ_overrides=stranger, headers={"Authorization": "Bearer a-long-token"}).status_code == 200


LARGE = {
    "long field": {"data": {"email": "x" * 3 * 2**20}},
    "many fields": {"data": b"a&" * 2**21, "content_type": "application/x-www-form-urlencoded"},
    "large file": {"content_type": "multipart/form-data; boundary=b", "data":
                   b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + b"x" * 17 * 2**20 + b"\r\n--b--\r\n"},
    "long JSON": {"json": {"email": "x" * 3 * 2**20}},
    "many parts": {"data": {f"field{n}": "x" for n in range(2100)}, "content_type": "multipart/form-data"},
}


@pytest.mark.parametrize("body", LARGE.values(), ids=LARGE)
def test_a_body_that_is_too_large_is_refused(guarded, body):
    answer = guarded.test_client().post("/sign-in", **body)
    assert answer.status_code == 413
    assert_headers(answer)
    assert guarded.test_client().get("/readyz").status_code == 200


@pytest.mark.skipif(bool(URL), reason="a file is moved away")
def test_a_lost_database_answers_503_and_comes_back_by_itself(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    with site(tmp_path, DATABASE_URL=f"sqlite:///{disk}/x.sqlite3", LOG_LEVEL="CRITICAL") as made:
        with made.app.app_context():
            factories.UserFactory(email="lin@example.org")
            commit()
        browser = made.app.test_client()
        sign_in(browser)
        with made.app.app_context():
            db.engine.dispose()
        disk.rename(tmp_path / "away")
        for path, accept in (("/", "text/html"), ("/account", "text/html"), ("/account", "application/json"), ("/readyz", "*/*")):
            answer = browser.get(path, headers={"Accept": accept})
            assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0, path
            assert "sqlite" not in answer.text.lower()
            assert_headers(answer)
        assert browser.get("/healthz").status_code == 200
        (tmp_path / "away").rename(disk)
        assert browser.get("/account").status_code == 200


@pytest.mark.skipif(not URL, reason="needs PostgreSQL")
def test_cut_connections_are_made_anew(guarded):
    browser = guarded.test_client()
    assert browser.get("/readyz").status_code == 200
    with guarded.app_context():
        mine = db.session.connection().connection.dbapi_connection.info.backend_pid
        db.session.rollback()
    killer = sa.create_engine(URL)
    with killer.connect() as connection:
        assert connection.scalar(sa.text("SELECT pg_terminate_backend(:pid)"), {"pid": mine})
    killer.dispose()
    assert browser.get("/readyz").status_code == 200
