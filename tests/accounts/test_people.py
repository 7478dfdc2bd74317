"""Administrators and the command line: who may sign in."""

import pytest
import sqlalchemy as sa

from matchmaker.accounts import actions
from matchmaker.accounts.models import User
from matchmaker.errors import Invalid, NotFound
from matchmaker.infra.db import commit, db

from .. import factories

pytestmark = pytest.mark.database


def test_an_administrator_finds_disables_and_enables(browse):
    user = factories.UserFactory(name="Amina Diallo")
    theirs, admin = browse(user), browse(factories.UserFactory(is_admin=True))
    assert "Amina Diallo" in admin.get("/people?q=diallo").text
    assert "Amina Diallo" not in admin.get("/people?q=100%25").text
    admin.post(f"/people/{user.id}/disable")
    assert theirs.get("/account").status_code == 302
    admin.post(f"/people/{user.id}/enable")
    assert theirs.get("/account").status_code == 302, "the old session stays dead"
    assert user.disabled_at is None


def test_nobody_else_may(browse):
    user, organizer = factories.UserFactory(), factories.organizer(factories.ExpoFactory())
    browser = browse(organizer)
    assert browser.get("/people").status_code == browser.post(f"/people/{user.id}/disable").status_code == 404
    with pytest.raises(NotFound):
        actions.disable(factories.actor(organizer), user)
    assert user.disabled_at is None


def test_an_administrator_cannot_lock_the_own_door(context):
    admin = factories.UserFactory(is_admin=True)
    with pytest.raises(Invalid):
        actions.disable(factories.actor(admin), admin)


def test_the_first_administrator_comes_from_the_command_line(app, context):
    assert db.session.scalar(sa.select(sa.func.count(User.id))) == 0
    run = app.test_cli_runner().invoke
    result = run(args=["users", "make-admin", "Root@Example.org", "--password", factories.PASSWORD])
    assert "root@example.org is an administrator." in result.output
    assert "administrator" in run(args=["users", "list"]).output
    assert run(args=["users", "make-admin", "weak@example.org", "--password", "password"]).exit_code == 1


def test_a_new_role_ends_the_sessions(app, browse):
    user = factories.UserFactory()
    browser = browse(user)
    app.test_cli_runner().invoke(args=["users", "make-admin", user.email, "--password", "not used at all"])
    db.session.expire_all()
    assert browser.get("/account").status_code == 302


def test_the_command_line_disables_and_enables(app, context):
    user = factories.UserFactory()
    commit()
    run = app.test_cli_runner().invoke
    assert "is disabled" in run(args=["users", "disable", user.email]).output
    db.session.expire_all()
    assert user.disabled_at is not None
    assert "may sign in" in run(args=["users", "enable", user.email]).output
    assert run(args=["users", "disable", "nobody@example.org"]).exit_code == 1


def test_the_notice_names_the_controller(app, client, monkeypatch):
    assert "has not entered its name" in client.get("/privacy").text
    monkeypatch.setitem(app.config, "CONTROLLER", "Harbour Expo Bureau")
    page = client.get("/privacy").text
    assert "Harbour Expo Bureau" in page
    assert actions.NOTICE_VERSION in page


def test_a_change_of_profile_is_kept(browse):
    user = factories.UserFactory()
    browser = browse(user)
    assert browser.post("/account", data={"name": "New Name", "language": "zh_Hans_CN", "theme": "dark"}).status_code == 302
    assert (user.name, user.language, user.theme) == ("New Name", "zh_Hans_CN", "dark")
    assert 'lang="zh-Hans"' in browser.get("/account").text
    assert browser.post("/account", data={"name": "New Name", "language": "xx", "theme": "dark"}).status_code == 422
