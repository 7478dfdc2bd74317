"""Looks into one PDF without drawing anything of it; a program of its own, started by ``pdf_files`` and ended with the file.

Reads a PDF from standard input and writes one JSON object: ``{"pages": 3}``, or ``{"refused": why}`` with why one of damaged, encrypted,
active, attachments, pages. Memory and time are bounded by the operating system, so that a file made to swell or to loop harms nobody.
"""

import io
import json
import re
import sys
from typing import Any

MOST_PAGES = 200
MOST_OBJECTS = 200_000
MEMORY = 640 * 2**20
SECONDS = 10
# what makes a reader do something: actions, and the keys under which they stand
ACTIVE_NAMES = {"/JavaScript", "/Launch", "/GoToR", "/GoToE", "/SubmitForm", "/ImportData", "/Rendition", "/Movie", "/Sound", "/Screen",
                "/3D", "/RichMedia", "/RichMediaExecute"}
ACTIVE_KEYS = {"/JS", "/JavaScript", "/XFA", "/RichMediaContent", "/RichMediaSettings"}
ATTACHED_NAMES = {"/FileAttachment", "/EmbeddedFile"}
ATTACHED_KEYS = {"/EmbeddedFiles", "/EF", "/AF", "/Collection"}
# the same words anywhere in the bytes: an older revision or an unused object is refused as well
_ANYWHERE = re.compile(rb"/(JavaScript|Launch|SubmitForm|ImportData|RichMedia)(?![A-Za-z])")
_ATTACHED_ANYWHERE = re.compile(rb"/(EmbeddedFiles?|FileAttachment)(?![A-Za-z])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_STREAM = re.compile(rb"\bstream\r?\n.*?\bendstream\b", re.DOTALL)
_SHORT = re.compile(rb"/(JS|XFA)(?![A-Za-z])")


class Refused(Exception):
    """The file is not taken; the argument says why."""


def look(content: bytes) -> int:
    """Return the number of pages; raise ``Refused``."""
    _frame(content)
    _bytes(content)
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise Refused("encrypted")
        _objects(reader)
        pages = len(reader.pages)
    except (PyPdfError, ValueError, TypeError, KeyError, IndexError, AttributeError, AssertionError, RecursionError, OverflowError, OSError,
            NotImplementedError, MemoryError) as error:
        raise Refused("damaged") from error
    if pages == 0:
        raise Refused("damaged")
    if pages > MOST_PAGES:
        raise Refused("pages")
    return pages


def _frame(content: bytes) -> None:
    """A PDF from its first to its last byte: nothing before the header, nothing behind the end but blanks."""
    _head, found, tail = content.rpartition(b"%%EOF")
    if not content.startswith(b"%PDF-") or not found or tail.strip(b"\r\n\t \x00"):
        raise Refused("damaged")


def _bytes(content: bytes) -> None:
    plain = _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)
    if re.search(rb"/Encrypt(?![A-Za-z])", _STREAM.sub(b"", plain)):
        raise Refused("encrypted")
    if _ANYWHERE.search(plain) or _SHORT.search(_STREAM.sub(b"", plain)):
        raise Refused("active")
    if _ATTACHED_ANYWHERE.search(plain):
        raise Refused("attachments")


def _objects(reader: Any) -> None:
    """Look at every object that the tables of the file name, packed ones too."""
    from pypdf.generic import IndirectObject

    numbers = {(number, generation) for generation, numbers in reader.xref.items() for number in numbers}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise Refused("damaged")
    _check(reader.trailer)
    for number, generation in sorted(numbers):
        _check(reader.get_object(IndirectObject(number, generation, reader)))


def _check(thing: Any) -> None:
    """Refuse what acts or carries files, in one object and all that stands directly in it. A name counts wherever it is a value: what it
    is a value of may point to it from elsewhere."""
    from pypdf.generic import NameObject

    waiting = [thing]
    while waiting:
        present = waiting.pop()
        if isinstance(present, dict):
            keys = set(present)
            _refuse(keys & ACTIVE_KEYS, keys & ATTACHED_KEYS)
            waiting += [dict.__getitem__(present, key) for key in keys]
        elif isinstance(present, list):
            waiting += list.__iter__(present)
        elif isinstance(present, NameObject):
            _refuse({present} & ACTIVE_NAMES, {present} & ATTACHED_NAMES)


def _refuse(active: set[str], attached: set[str]) -> None:
    if active:
        raise Refused("active")
    if attached:
        raise Refused("attachments")


def _bound() -> None:
    """Let the operating system end us before we harm anybody (where it can)."""
    try:
        import resource
    except ImportError:  # Windows: the time limit of who started us remains
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def main() -> None:
    """Answer for the file on standard input."""
    import logging

    logging.disable(logging.CRITICAL)
    _bound()
    try:
        answer: dict[str, Any] = {"pages": look(sys.stdin.buffer.read())}
    except Refused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.write(json.dumps(answer))


if __name__ == "__main__":
    main()
