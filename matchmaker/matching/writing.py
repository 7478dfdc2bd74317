"""Rows of matches as the database's driver takes them, so that whoever writes a million of them only hands them on.

SQLAlchemy prepares every value of every row anew when a statement is executed; here workers have done that.
"""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from .models import Recommendation

_written = json.JSONEncoder(separators=(",", ":")).encode
Row = tuple[Any, ...] | dict[str, Any]  # by place or by name, as the driver wants it


class Rows:
    """The INSERT of ``Recommendation`` in one dialect: ``statement``, and ``row`` for its parameters."""

    def __init__(self, dialect: sa.Dialect):
        columns = [column for column in sa.inspect(Recommendation).columns if not column.primary_key]
        self.json = [column.key for column in columns if isinstance(column.type, sa.JSON)]
        self._instant = Recommendation.__table__.c.computed_at.type.bind_processor(dialect) or (lambda value: value)
        cast = dialect.name != "sqlite"  # which keeps JSON as text, and reads "AS JSON" as a number
        values = {column.key: sa.bindparam(column.key, type_=sa.Text if column.key in self.json else column.type) for column in columns}
        values |= {name: sa.cast(values[name], sa.JSON) for name in self.json if cast}
        compiled = sa.insert(Recommendation).values(values).compile(dialect=dialect)
        self.statement, self._places = str(compiled), compiled.positiontup

    def row(self, values: Mapping[str, Any]) -> Row:
        """Return the parameters of one row: JSON written, the instant as the driver knows it."""
        ready = {**values, "computed_at": self._instant(values["computed_at"])}
        for name in self.json:
            ready[name] = _written(ready[name])
        return ready if self._places is None else tuple([ready[name] for name in self._places])
