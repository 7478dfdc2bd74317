"""The Flask extensions that have no room of their own."""

from typing import Any

from flask_alembic import Alembic
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from .infra.db import Base, foreign_keys_off


class Migrations(Alembic):
    """Alembic, with SQLite's foreign keys off while tables are made anew.

    SQLite alters a table by copying and dropping it; with foreign keys on, the drop would delete every row that hangs on it.
    """

    def run_migrations(self, fn: Any, **kwargs: Any) -> None:
        with foreign_keys_off(self.migration_context.connection):
            super().run_migrations(fn, **kwargs)


alembic = Migrations(metadatas=Base.metadata, run_mkdir=False)
csrf = CSRFProtect()
login = LoginManager()
