"""Registration, sign-in, sessions and one-time links, through the pages as people use them."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa

from matchmaker import clock, create_app
from matchmaker.accounts import actions, limits, passwords
from matchmaker.accounts.models import Counter, OneTimeToken, User, UserSession
from matchmaker.audit import AuditEntry
from matchmaker.errors import Invalid, TooMany
from matchmaker.infra.db import commit, db
from matchmaker.infra.mail import OutboxMail, compose

from .. import factories
from ..factories import PASSWORD

pytestmark = pytest.mark.database
FORM = {"name": "Lucía Ferrer", "email": "lucia@example.org", "password": PASSWORD, "notice": "y"}


def saved(user=None, **values):
    user = user or factories.UserFactory(**values)
    commit()
    return user


def mails(to=None):
    query = sa.select(OutboxMail).order_by(OutboxMail.id)
    return list(db.session.scalars(query.where(OutboxMail.to == to) if to else query))


def link(mail) -> str:
    return re.search(r"http://localhost(/\S+)", mail.text).group(1)


def back(model, name, minutes):
    """Set all rows back in time."""
    for row in db.session.scalars(sa.select(model).execution_options(populate_existing=True)).all():
        setattr(row, name, getattr(row, name) - timedelta(minutes=minutes))
    commit()


def sign_in(client, email, password=PASSWORD, **more):
    return client.post("/sign-in", data={"email": email, "password": password, **more})


# --- registration ---


def test_who_registers_confirms_and_signs_in(client):
    assert client.post("/register", data=FORM).status_code == 200
    user = db.session.scalars(sa.select(User)).one()
    assert (user.email, user.email_confirmed_at, user.notice_version) == ("lucia@example.org", None, actions.NOTICE_VERSION)
    address = link(mails()[0])
    assert client.get(address).status_code == 200
    assert user.email_confirmed_at is None, "a mail scanner that opens the link confirms nothing"
    assert client.post(address).headers["Location"] == "/sign-in"
    assert user.email_confirmed_at is not None
    assert sign_in(client, "LUCIA@example.org").headers["Location"] == "/"
    assert client.get("/account").status_code == 200


def test_registration_without_the_notice_is_refused(client):
    response = client.post("/register", data=FORM | {"notice": ""})
    assert response.status_code == 422
    assert "lucia@example.org" in response.text, "what was typed is kept"
    with pytest.raises(Invalid):
        actions.register("a@example.org", name="A", password=PASSWORD, language="en", notice_version="1999-01")
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0


def test_extra_fields_are_ignored(client):
    client.post("/register", data=FORM | {"is_admin": "1", "email_confirmed_at": "2026-01-01", "id": "7"})
    user = db.session.scalars(sa.select(User)).one()
    assert (user.is_admin, user.email_confirmed_at) == (False, None)


def test_a_taken_address_gets_the_same_answer_and_its_owner_a_mail(client, monkeypatch):
    hashed = []
    monkeypatch.setattr(actions, "hash_password", lambda password: hashed.append(password) or factories.password_hash())
    first = client.post("/register", data=FORM)
    again = client.post("/register", data=FORM | {"password": "quite another harbour"})
    assert (first.status_code, first.text) == (again.status_code, again.text)
    assert len(hashed) == 2, "the same work in both cases"
    assert [mail.subject for mail in mails()] == ["Confirm your address", "You have an account already"]
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 1


def test_line_breaks_never_reach_mail_headers(client):
    client.post("/register", data=FORM | {"name": "Eve\r\nBcc: victim@example.org"})
    message = compose(mails()[0])
    assert message["Bcc"] is None
    assert message["To"] == "lucia@example.org"
    assert client.post("/register", data=FORM | {"email": "a@example.org\r\nBcc: b@example.org"}).status_code == 422


def test_mails_are_in_the_language_of_the_receiver(client):
    user = saved(language="zh_Hans_CN", email="xiaoming@example.org")
    client.post("/forgot", data={"email": user.email}, headers={"Accept-Language": "en"})
    mail = mails()[0]
    assert (mail.language, mail.subject) == ("zh_Hans_CN", "设置新密码")
    assert 'lang="zh-Hans"' in mail.html


# --- sign-in ---


def said(answer, email: str) -> str:
    """Return a page without what differs from call to call: the address itself and the form's token, which holds the second."""
    return re.sub(r'(name="csrf_token"[^>]*value=")[^"]*', r"\1", answer.text).replace(email, "*")


def test_known_and_unknown_addresses_get_the_same_refusal_and_work(client, monkeypatch):
    saved(email="known@example.org")
    checked = []
    monkeypatch.setattr(
        actions, "verify_password", lambda stored, given: checked.append(stored) or passwords.verify_password(stored, given)
    )
    answers = [
        said(sign_in(client, email, "wrong wrong wrong"), email) for email in ("known@example.org", "nobody@example.org")
    ]
    assert answers[0] == answers[1]
    assert len(checked) == 2
    assert [sign_in(client, email, "wrong wrong wrong").status_code for email in ("known@example.org", "nobody@example.org")] == [422, 422]


def test_a_disabled_account_reads_the_same_refusal(client):
    saved(email="gone@example.org", disabled_at=clock.wall())
    assert "do not fit" in sign_in(client, "gone@example.org").text


def test_forgot_says_the_same_for_known_and_unknown(client):
    saved(email="known@example.org")
    texts = [
        said(client.post("/forgot", data={"email": email}), email) for email in ("known@example.org", "nobody@example.org")
    ]
    assert texts[0] == texts[1]
    assert [mail.to for mail in mails()] == ["known@example.org"]


@pytest.mark.parametrize(
    "target",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        " //evil.example",
        "/ok\r\nLocation: https://evil.example",
        "http:evil.example",
        "///evil.example",
        "x",
    ],
)
def test_sign_in_leads_nowhere_else(client, target):
    saved(email="known@example.org")
    assert sign_in(client, "known@example.org", next=target).headers["Location"] == "/"


def test_sign_in_leads_back_to_the_page_asked_for(client):
    saved(email="known@example.org")
    assert client.get("/account?x=1").headers["Location"] == "/sign-in?next=/account?x%3D1"
    assert sign_in(client, "known@example.org", next="/account?x=1").headers["Location"] == "/account?x=1"


def test_a_visitors_cookie_does_not_become_the_session(client):
    saved(email="known@example.org")
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["planted"] = "x" * 43, True
    sign_in(client, "known@example.org")
    with client.session_transaction() as cookie:
        assert "planted" not in cookie
        assert cookie["_user_id"] != "x" * 43


# --- limits ---


def test_ten_failures_lock_the_account_also_after_a_restart(app, client):
    saved(email="known@example.org")
    for _try in range(10):
        assert sign_in(client, "known@example.org", "wrong wrong wrong").status_code == 422
    assert sign_in(client, "known@example.org").status_code == 429, "the right password does not help"
    assert sign_in(client, "other@example.org", "wrong wrong wrong").status_code == 422, "other accounts are not locked"
    commit()
    again = create_app(
        instance=app.instance_path,
        DATABASE_URL=app.config["DATABASE_URL"],
        WTF_CSRF_ENABLED=False,
        ENCODER="dictionary",
        LOG_LEVEL="ERROR",
        BASE_URL="http://localhost",
    )
    assert sign_in(again.test_client(), "known@example.org").status_code == 429
    with again.app_context():
        db.engine.dispose()
    back(Counter, "window_at", 11)
    assert sign_in(client, "known@example.org").status_code == 302


def test_unknown_addresses_are_locked_alike(client):
    answers = [sign_in(client, "nobody@example.org", "wrong wrong wrong").status_code for _try in range(11)]
    assert answers == [422] * 10 + [429]


def test_success_forgets_the_failures(client):
    saved(email="known@example.org")
    for _try in range(9):
        sign_in(client, "known@example.org", "wrong wrong wrong")
    assert sign_in(client, "known@example.org").status_code == 302
    assert limits.used("sign-in:known@example.org", minutes=5) == 0


def test_mails_to_one_receiver_are_limited(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "MAILS_PER_HOUR", 2)
    statuses = [client.post("/forgot", data={"email": "nobody@example.org"}).status_code for _try in range(3)]
    assert statuses == [200, 200, 429]


def test_sign_ups_from_one_address_are_limited(app, client, monkeypatch):
    monkeypatch.setitem(app.config, "SIGN_UPS_PER_HOUR", 2)
    statuses = [client.post("/register", data=FORM | {"email": f"p{n}@example.org"}).status_code for n in range(3)]
    assert statuses == [200, 200, 429]
    forged = client.post("/register", data=FORM | {"email": "p9@example.org"}, headers={"X-Forwarded-For": "203.0.113.9"})
    assert forged.status_code == 429


def test_counters_hold_no_addresses(client):
    with pytest.raises(TooMany):
        for _try in range(3):
            limits.hit("mail:someone@example.org", limit=2, minutes=60)
    assert all("@" not in key for key in db.session.scalars(sa.select(Counter.key)))


# --- sessions ---


def test_a_copied_cookie_is_dead_after_sign_out(app, browse):
    browser = browse(factories.UserFactory())
    cookie = browser.get_cookie("session").value
    thief = app.test_client()
    thief.set_cookie("session", cookie)
    assert thief.get("/account").status_code == 200
    browser.post("/sign-out")
    assert thief.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("values", "minutes", "alive"),
    [
        ({}, {"last_seen_at": 11 * 60}, True),
        ({}, {"last_seen_at": 12 * 60 + 1}, False),
        ({}, {"created_at": 7 * 24 * 60 + 1}, False),
        ({"is_admin": True}, {"last_seen_at": 119}, True),
        ({"is_admin": True}, {"last_seen_at": 121}, False),
    ],
)
def test_sessions_end_by_time(browse, values, minutes, alive):
    browser = browse(factories.UserFactory(**values))
    db.session.execute(sa.update(UserSession).values({name: clock.wall() - timedelta(minutes=count) for name, count in minutes.items()}))
    commit()
    db.session.expire_all()
    assert browser.get("/account").status_code == (200 if alive else 302)


def test_an_organizers_session_idles_out_sooner(browse):
    expo = factories.ExpoFactory()
    browser, other = browse(factories.organizer(expo)), browse(factories.organizer(expo, "interpreter"))
    assert browser.get("/account").status_code == other.get("/account").status_code == 200
    db.session.execute(sa.update(UserSession).values(last_seen_at=clock.wall() - timedelta(minutes=121)))
    commit()
    db.session.expire_all()
    assert browser.get("/account").status_code == 302
    assert other.get("/account").status_code == 200


def test_sign_out_everywhere_keeps_this_device_only(browse):
    user = factories.UserFactory()
    here, there = browse(user), browse(user)
    assert here.post("/account/sign-out-everywhere").status_code == 302
    # the last browser opened is `there`; each keeps its own session
    assert [here.get("/account").status_code, there.get("/account").status_code] == [200, 302]


def test_the_account_page_lists_devices(browse):
    browser = browse(factories.UserFactory())
    assert "this device" in browser.get("/account").text


# --- passwords ---


def test_changing_the_password_needs_the_present_one_and_ends_other_sessions(browse):
    user = factories.UserFactory()
    here, there = browse(user), browse(user)
    wrong = here.post("/account/password", data={"present": "wrong wrong wrong", "new": "a brighter harbour"})
    assert wrong.status_code == 422
    assert here.post("/account/password", data={"present": PASSWORD, "new": "a brighter harbour"}).status_code == 302
    assert [here.get("/account").status_code, there.get("/account").status_code] == [200, 302]
    assert passwords.verify_password(user.password_hash, "a brighter harbour")


def test_a_reset_link_works_once_and_ends_every_session(client, browse):
    user = factories.UserFactory(email_confirmed_at=None)
    browser = browse(user)
    client.post("/forgot", data={"email": user.email})
    address = link(mails()[0])
    assert client.post(address, data={"password": "password"}).status_code == 422
    assert client.post(address, data={"password": "a brighter harbour"}).status_code == 302
    assert browser.get("/account").status_code == 302
    assert client.post(address, data={"password": "yet another harbour"}).status_code == 422
    assert passwords.verify_password(user.password_hash, "a brighter harbour")
    assert mails()[-1].subject == "Your password was changed"


def test_a_reset_link_dies_with_a_change_of_password(client):
    user = saved()
    token = actions.issue_token("reset", user)
    commit()
    actions.change_password(user, present=PASSWORD, new="a brighter harbour")
    commit()
    with pytest.raises(Invalid):
        actions.reset_password(token, "yet another harbour")


@pytest.mark.parametrize(("purpose", "minutes"), [("reset", 61), ("confirm", 3 * 24 * 60 + 1), ("invite", 14 * 24 * 60 + 1)])
def test_links_expire(client, purpose, minutes):
    token = actions.issue_token(purpose, saved())
    db.session.flush()
    back(OneTimeToken, "expires_at", minutes)
    with pytest.raises(Invalid):
        actions.use_token(purpose, token)


def test_a_link_is_good_for_its_purpose_only_and_is_stored_as_a_hash(client):
    token = actions.issue_token("confirm", saved())
    db.session.flush()
    assert len(token) >= 43
    assert token not in db.session.scalar(sa.select(OneTimeToken.token_hash))
    with pytest.raises(Invalid):
        actions.use_token("reset", token)


def test_a_disabled_account_cannot_come_back_by_a_link(client):
    user = saved(disabled_at=clock.wall())
    token = actions.issue_token("reset", user)
    commit()
    with pytest.raises(Invalid):
        actions.reset_password(token, "a brighter harbour")


def test_old_hashes_are_renewed_at_sign_in(client):
    from argon2 import PasswordHasher

    user = saved(password_hash=PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD))
    old = user.password_hash
    sign_in(client, user.email)
    assert user.password_hash != old
    assert not passwords.needs_rehash(user.password_hash)


def test_failed_sign_ins_stay_in_the_audit(client):
    sign_in(client, "nobody@example.org", "wrong wrong wrong")
    assert db.session.scalars(sa.select(AuditEntry.action)).all() == ["accounts.sign_in_failed"]


# --- forms come from our own pages ---


def test_a_form_from_elsewhere_is_refused(app, context):
    strict = create_app(
        instance=app.instance_path,
        DATABASE_URL=app.config["DATABASE_URL"],
        TESTING=True,
        WTF_CSRF_ENABLED=True,
        ENCODER="dictionary",
        LOG_LEVEL="ERROR",
        BASE_URL="http://localhost",
    )
    client = strict.test_client()
    assert client.post("/register", data=FORM).status_code == 400
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/register").text).group(1)
    assert client.post("/register", data=FORM | {"csrf_token": token}).status_code == 200
    with strict.app_context():
        db.engine.dispose()
