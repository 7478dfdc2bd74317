"""Companies and their people."""

import re
import unicodedata
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from ..accounts.models import User
from ..i18n import best
from ..infra.db import Base, Versioned

# Legal forms that two spellings of one company's name may or may not carry.
LEGAL_FORMS = re.compile(
    r"\b(company|co|corporation|corp|incorporated|inc|limited|ltd|llc|plc|gmbh|ag|kg|sa|sas|sarl|srl|spa|bv|nv|ab|as|oy|pty|pte|kk|lda|ltda|spolka)\b"
    r"|股份有限公司|有限责任公司|有限公司|株式会社|주식회사")


def name_key(name: str) -> str:
    """Return what two spellings of one company's name have in common: no case, accents, signs or legal form."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", name)).casefold()
    plain = "".join(char for char in plain if not unicodedata.combining(char)).replace(".", "")
    key = "".join(char for char in LEGAL_FORMS.sub(" ", unicodedata.normalize("NFKC", plain)) if char.isalnum())
    return (key or "".join(plain.split()))[:200]


class Company(Versioned, Base):
    """An exhibitor or a buyer. ``name`` is the legal name in its own script; ``name_en`` and ``name_zh`` are for readers."""

    __tablename__ = "company"
    __table_args__ = (sa.Index("ix_company_identifier", "country", "identifier"),)

    name_key: Mapped[str] = mapped_column(sa.String(200), default="", index=True)  # set with the name, to find duplicates
    kind: Mapped[str] = mapped_column(sa.String(10))  # exhibitor, buyer
    name: Mapped[str] = mapped_column(sa.String(200))
    name_en: Mapped[str] = mapped_column(sa.String(200), default="")
    name_zh: Mapped[str] = mapped_column(sa.String(200), default="")
    country: Mapped[str] = mapped_column(sa.String(2))
    city: Mapped[str] = mapped_column(sa.String(100), default="")
    size: Mapped[str] = mapped_column(sa.String(10), default="")
    buyer_kind: Mapped[str] = mapped_column(sa.String(20), default="")
    mission: Mapped[str] = mapped_column(sa.String(120), default="")  # trade mission, as text until missions have a room
    website: Mapped[str] = mapped_column(sa.String(300), default="")
    about: Mapped[str] = mapped_column(sa.Text, default="")
    about_lang: Mapped[str] = mapped_column(sa.String(8), default="en")
    identifier_kind: Mapped[str] = mapped_column(sa.String(20), default="")
    identifier: Mapped[str] = mapped_column(sa.String(40), default="")
    identifier_status: Mapped[str] = mapped_column(sa.String(10), default="unchecked")  # valid, invalid, unchecked
    languages: Mapped[list] = mapped_column(default=list)
    personalised: Mapped[bool] = mapped_column(default=True)  # whether its lists may depend on what it did before
    is_sample: Mapped[bool] = mapped_column(default=False)  # of the demo's world: its identifiers are samples
    created_at: Mapped[datetime]

    people: Mapped[list["Person"]] = relationship(back_populates="company", order_by="Person.id", cascade="all, delete-orphan")

    @validates("name")
    def _name(self, _attribute: str, name: str) -> str:
        self.name_key = name_key(name)
        return name

    @property
    def is_exhibitor(self) -> bool:
        return self.kind == "exhibitor"

    @property
    def display_name(self) -> str:
        """The name in the reader's language, else the next best one."""
        return best(self.name_en or self.name, self.name_zh or self.name_en or self.name)

    @property
    def display_lang(self) -> str:
        """The language of ``display_name`` for its ``lang`` attribute; empty when it is not known."""
        shown = self.display_name
        if shown == self.name_zh or (any("\u4e00" <= char <= "\u9fff" for char in shown) and self.country == "CN"):
            return "zh"
        return "en" if shown == self.name_en else ""


class Member(Base):
    """A user's place in a company; owners invite members and edit the profile."""

    __tablename__ = "member"
    __table_args__ = (sa.UniqueConstraint("company_id", "user_id"),)

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("user.id", ondelete="CASCADE"), index=True)
    is_owner: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime]

    company: Mapped[Company] = relationship()
    user: Mapped[User] = relationship()


class Person(Base):
    """One who attends for a company: sits at meetings, has a day and a calendar. May have no account."""

    __tablename__ = "person"

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    user_id: Mapped[int | None] = mapped_column(sa.ForeignKey("user.id", ondelete="SET NULL"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    title: Mapped[str] = mapped_column(sa.String(120), default="")
    languages: Mapped[list] = mapped_column(default=list)
    attends: Mapped[bool] = mapped_column(default=True)

    company: Mapped[Company] = relationship(back_populates="people")


class CompanyBlock(Base):
    """``company_id`` does not want to meet or be shown to ``blocked_id``; it works both ways and is known to one side only."""

    __tablename__ = "company_block"
    __table_args__ = (sa.UniqueConstraint("company_id", "blocked_id"),)

    company_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"))
    blocked_id: Mapped[int] = mapped_column(sa.ForeignKey("company.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]

    blocked: Mapped[Company] = relationship(foreign_keys=[blocked_id])
