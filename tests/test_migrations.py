"""The migrations make what the models say, and go down to nothing again."""

import os
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata

from matchmaker import create_app
from matchmaker.expos.models import Interpreter
from matchmaker.extensions import alembic
from matchmaker.infra.db import Base, db

pytestmark = pytest.mark.database


@pytest.fixture
def empty(tmp_path):
    """An application on a database without tables."""
    url = os.environ.get("MATCHMAKER_TEST_DATABASE_URL", "sqlite:///empty.sqlite3")
    schema = "migrations_test"
    app = create_app(instance=tmp_path, DATABASE_URL=url, TESTING=True, LOG_LEVEL="ERROR", SECRET_KEY="x" * 40)
    with app.app_context():
        if db.engine.dialect.name == "postgresql":
            sa.event.listen(db.engine, "connect", lambda raw, _record: raw.execute(f"SET search_path TO {schema}") and raw.commit())
            with db.engine.begin() as connection:
                connection.execute(sa.text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
                connection.execute(sa.text(f"CREATE SCHEMA {schema}"))
            db.engine.dispose()
        yield app
        db.session.close()
        db.engine.dispose()


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


def test_up_down_up(empty):
    alembic.upgrade()
    assert tables() == set(Base.metadata.tables)
    alembic.downgrade(-len(list(alembic.script_directory.walk_revisions())))
    assert tables() == set()
    alembic.upgrade()
    assert tables() == set(Base.metadata.tables)


def test_the_models_and_the_migrations_say_the_same(empty):
    alembic.upgrade()
    differences = compare_metadata(alembic.migration_context, Base.metadata)
    assert differences == []


def test_an_upgrade_keeps_the_rows(empty):
    alembic.upgrade("202611240000")
    with db.engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO expo (series, slug, name_en, name_zh, starts_on, ends_on, dates_confirmed, tz, venue_en, venue_zh, is_open, "
            "request_days, request_quota, max_meetings, walk_slots, version) VALUES ('CIIE', 'ciie-2026', 'CIIE', '进博会', "
            "'2026-11-05', '2026-11-10', true, 'Asia/Shanghai', '', '', true, 7, 30, 12, 0, 1)"))
        connection.execute(sa.text("INSERT INTO interpreter (expo_id, name, language, is_active) SELECT id, 'Ana', 'es', true FROM expo"))
    alembic.upgrade()
    assert [(row.name, row.languages) for row in db.session.scalars(sa.select(Interpreter))] == [("Ana", ["es"])]
    db.session.rollback()
    alembic.downgrade("202611240000")
    with db.engine.connect() as connection:
        assert connection.execute(sa.text("SELECT name, language FROM interpreter")).all() == [("Ana", "es")]


def test_what_cards_said_of_entry_is_kept(empty):
    alembic.upgrade("202611301140")
    words = ("text", "original", "hs", "brand", "origin", "packaging", "storage", "moq_unit", "currency", "price_unit", "incoterm", "port",
             "capacity_unit", "payment", "disposal")
    product = {"company_id": 1, "state": "draft", "title": "Wine", "lang": "en", "version": 1} | dict.fromkeys(words, "")
    product |= {"specs": [], "channels": [], "read": {}, "translations": {}}
    product |= {"entry": {"gacc": "CL-1", "chinese_label": "ready", "ccc": "applied in May 2026"}}
    product |= dict.fromkeys(("created_at", "updated_at"), datetime(2026, 10, 1, tzinfo=UTC))
    with db.engine.begin() as connection:
        connection.execute(sa.text(
            "INSERT INTO company (id, kind, name, name_key, name_en, name_zh, country, city, size, website, about, about_lang, languages, "
            "buyer_kind, mission, identifier_kind, identifier, identifier_status, is_sample, personalised, created_at, version) VALUES "
            "(1, 'exhibitor', 'A', 'a', 'A', '', 'CL', '', '', '', '', 'en', '[]', '', '', '', '', 'unchecked', false, true, "
            "'2026-10-01 00:00:00', 1)"))
        table = sa.Table("product", sa.MetaData(), autoload_with=connection)
        connection.execute(table.insert().values(product))
    alembic.upgrade("202611301145")
    entry = sa.select(sa.table("product", sa.column("entry", sa.JSON)).c.entry)
    with db.engine.begin() as connection:
        assert connection.scalar(entry) == {
            "gacc": {"number": "CL-1"}, "chinese_label": {"state": "held"}, "ccc": {"note": "applied in May 2026"}}
    alembic.downgrade("202611301140")
    with db.engine.begin() as connection:
        assert connection.scalar(entry) == {"gacc": "CL-1", "chinese_label": "held", "ccc": "applied in May 2026"}
