"""A word in the database for what processes keep in memory: whoever changes rules or rates makes a new one.

Words are random, never counted on, so that a change that was rolled back cannot give its word to another one.
"""

import secrets

import sqlalchemy as sa

from ..infra.db import db, insert
from .models import ReferenceStamp

RULES, RATES = "rules", "rates"


def word(name: str) -> str:
    """Return the present word; empty as long as nothing was ever changed."""
    return db.session.scalar(sa.select(ReferenceStamp.word).where(ReferenceStamp.name == name)) or ""


def renew(name: str) -> str:
    """Make a new word and return it."""
    fresh = secrets.token_hex(8)
    statement = insert(ReferenceStamp).values(name=name, word=fresh)
    db.session.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"word": fresh}))
    return fresh
