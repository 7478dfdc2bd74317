"""The demo's own database: never half, never a real one."""

import os
import socket
import sqlite3

import click
import pytest

from matchmaker import create_app
from matchmaker.demo import prepare
from matchmaker.demo.commands import free_port
from matchmaker.demo.data import Share

pytestmark = pytest.mark.database
TINY = Share(exhibitors=2, buyers=3, requests=8, requests_elsewhere=1, seconds=5)


@pytest.fixture(autouse=True)
def _settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("MATCHMAKER_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MATCHMAKER_ENCODER", "dictionary")


def test_the_world_is_made_once_and_a_killed_preparation_begins_anew(tmp_path, capsys):
    part = tmp_path / f"{prepare.NAME}.part"
    part.write_text("what a killed preparation left")
    url = prepare.prepare(create_app, tmp_path, share=TINY)
    made = (tmp_path / prepare.NAME).stat().st_mtime_ns
    assert url == f"sqlite:///{prepare.NAME}" and not list(tmp_path.glob("*.part*"))
    assert "matching" in capsys.readouterr().out
    assert prepare.prepare(create_app, tmp_path, share=TINY) == url
    assert (tmp_path / prepare.NAME).stat().st_mtime_ns == made and capsys.readouterr().out == ""


def test_a_build_that_fails_leaves_no_database_behind(tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(prepare, "build", fail)
    with pytest.raises(KeyboardInterrupt):
        prepare.prepare(create_app, tmp_path, share=TINY)
    assert not (tmp_path / prepare.NAME).exists()


def test_a_database_with_other_data_is_refused_and_left_as_it_is(tmp_path, monkeypatch):
    app = create_app(tmp_path, DATABASE_URL="sqlite:///real.sqlite3")
    with app.app_context():
        from matchmaker.accounts.actions import make_admin
        from matchmaker.extensions import alembic
        from matchmaker.infra.db import commit, db

        alembic.upgrade()
        make_admin("somebody@example.org", name="Somebody", password="a quiet harbour in autumn")
        commit()
        db.engine.dispose()
    monkeypatch.setenv("MATCHMAKER_DATABASE_URL", "sqlite:///real.sqlite3")
    with pytest.raises(click.ClickException, match="other data"):
        prepare.prepare(create_app, tmp_path, share=TINY)
    with pytest.raises(click.ClickException, match="rebuild"):
        prepare.prepare(create_app, tmp_path, rebuild=True, share=TINY)
    with sqlite3.connect(tmp_path / "real.sqlite3") as connection:
        assert connection.execute("select count(*) from user").fetchone() == (1,)
    connection.close()


def test_a_taken_port_is_said_and_the_next_one_used(capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert free_port(port) > port
        assert f"Port {port} is taken." in capsys.readouterr().out
