"""Rules of bundles."""

from ..errors import N_, Invalid
from ..sheets import rules as sheet

MOST_DOCUMENTS = 40  # in one bundle
MOST_BYTES = 120 * 2**20  # of all its files together
MOST_OPEN = 200  # bundles of one company that stand


def titled(text: str) -> str:
    """Return the title of a bundle; raise ``Invalid`` without one."""
    try:
        title = sheet.line(120)(text)
    except Invalid as problem:
        raise Invalid(problem.message, field="title", **problem.params) from None
    if not title:
        raise Invalid(N_("Give it a title: what it is for."), field="title")
    return title


def noted(text: str) -> str:
    """Return the note; raise ``Invalid`` when it is too long."""
    try:
        return sheet.prose(500)(text)
    except Invalid as problem:
        raise Invalid(problem.message, field="note", **problem.params) from None
