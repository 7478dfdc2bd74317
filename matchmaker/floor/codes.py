"""Signed words behind the codes on tables and badges, and behind the pages of people without an account; and how codes are drawn."""

from dataclasses import dataclass
from io import BytesIO

import segno
from flask import current_app
from itsdangerous import BadData, URLSafeSerializer
from markupsafe import Markup

KINDS = ("table", "person", "interpreter", "mission")


@dataclass(frozen=True, slots=True)
class Code:
    """What a word names: a table or a person to scan, an interpreter or a mission whose page it opens."""

    kind: str
    ref_id: int


def sign(kind: str, ref_id: int) -> str:
    """Return the word of a thing."""
    return str(_serializer().dumps([kind, ref_id]))


def read(token: str, *kinds: str) -> Code | None:
    """Return what a word names; None when it is forged, cut, or names another kind of thing."""
    try:
        code = Code(*_serializer().loads(token))
    except (BadData, ValueError, TypeError):
        return None
    return code if code.kind in kinds else None


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="floor.codes")


def drawn(address: str, label: str) -> Markup:
    """Return the code of an address as SVG: black on white in every theme, since cameras want it so. ``label`` names it for readers."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, border=4, omitsize=True, title=label, dark="#000", light="#fff", svgclass="qr")
    return Markup(out.getvalue().decode())  # noqa: S704 (segno escapes the title; the address is drawn, not written)
