"""Names of codes for the reader: what the templates of products and demands are given."""

from collections.abc import Iterable
from typing import Any

from ..i18n import lang, language, territory
from ..reference import queries as reference
from ..trade import codes
from ..trade.green import LABEL


def labels() -> dict[str, Any]:
    """Return the functions that templates call to name codes in the reader's language; unknown codes keep their own name."""
    return {
        "word": lambda kind, code: codes.label(kind, code, lang()),
        "words": lambda kind, found: _joined(codes.label(kind, code, lang()) for code in found),
        "label_names": lambda found: _joined(label_name(code) for code in found),
        "unit_label": lambda code, amount: codes.unit_label(code, amount, lang()),
        "countries": lambda found: _joined(territory(code) for code in found),
        "languages": lambda found: _joined(language(code) for code in found),
        "road": lambda code: f"{code} {reference.mode_name(code)}" if code else "",
        "roads": lambda found: _joined(reference.mode_name(code) for code in found),
    }


def label_name(code: str) -> str:
    """Return the name of a green label in the reader's language; the code itself when it is not known."""
    known = {rule.code: rule for rule in reference.rulebook().all(LABEL)}
    return known[code].label(lang()) if code in known else code


def _joined(names: Iterable[str]) -> str:
    return ("、" if lang() == "zh" else ", ").join(names)
