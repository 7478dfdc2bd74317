"""A pasted product text as the data of the form: whoever saves the form has looked at all of it."""

from datetime import date
from typing import Any

from ..engine.reading import Reading, read
from ..sheets import readings
from .rules import RULES

MOST = 8000  # characters, as of the description


def read_product(pasted: str, today: date) -> Reading:
    """Return what a product text says."""
    return read(pasted, kind="product", today=today)


def values_of(found: Reading) -> dict[str, Any]:
    """Return {field: value} of what was read or guessed and the rules accept."""
    states = {one.name: readings.GUESSED for one in found.fields}
    named = found.get("hs")
    code = {"hs": RULES["hs"](named.value[0][0])} if named else {}
    return readings.guesses(found, RULES, states) | code


def filled(found: Reading, pasted: str) -> dict[str, Any]:
    """Return the data of the form: the fields, the text as it was pasted, and the words to keep."""
    values = values_of(found)
    return {"text": pasted, "original": pasted, "lang": found.lang} | values


def marks(found: Reading, pasted: str) -> list[tuple[str, str]]:
    """Return the pasted words cut into (words, mark)."""
    return readings.pieces(pasted, found, {one.name: one.state for one in found.fields})
