"""Files for the locker: extension, first bytes and parser agree, or the file is refused.

Pictures are made anew (``infra.pictures``), PDFs are looked through and kept as they are (``infra.pdf_files``).
"""

import hashlib
from dataclasses import dataclass
from pathlib import PurePath

from ..errors import N_, Invalid, TooLarge
from ..infra import pdf_files, pictures, storage

MOST_BYTES = 10 * 2**20
LONGEST = 2600  # pixels: a page photographed by a phone stays readable
SUFFIXES = {".pdf": "PDF", ".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
ACCEPT = ".pdf,.jpg,.jpeg,.png,.webp,application/pdf,image/jpeg,image/png,image/webp"
MEDIA = {"pdf": "application/pdf", "webp": "image/webp"}
OTHER_KIND = N_("Use a PDF, or a picture as JPEG, PNG or WebP.")
NOT_WHAT_IT_SAYS = N_("This file is named %(suffix)s but is something else. Save it anew under its own kind.")


@dataclass(frozen=True, slots=True)
class Checked:
    """A file that may be kept: its bytes as we store them, our suffix for it, its pages (None for a picture)."""

    content: bytes
    suffix: str
    pages: int | None

    @property
    def media_type(self) -> str:
        return MEDIA[self.suffix]

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    def keep(self) -> str:
        """Put it into the storage; return its key, made of its own content and a suffix that only documents have."""
        return storage.put(self.content, f"document.{self.suffix}")


def checked(content: bytes, file_name: str) -> Checked:
    """Return the file as it may be kept. Raises ``TooLarge``, and ``Invalid`` in words, both at the field ``file``."""
    if not file_name:
        raise Invalid(N_("Choose a file."), field="file")
    if len(content) > MOST_BYTES:
        raise TooLarge(N_("This file has more than %(count)s MB."), field="file", count=MOST_BYTES // 2**20)
    suffix = PurePath(file_name).suffix.lower()
    if suffix not in SUFFIXES:
        raise Invalid(OTHER_KIND, field="file")
    found = "PDF" if content.startswith(b"%PDF-") else pictures.kind_of(content)
    if found != SUFFIXES[suffix]:
        raise Invalid(NOT_WHAT_IT_SAYS, field="file", suffix=suffix)
    if found == "PDF":
        return Checked(content, "pdf", pdf_files.pages_of(content))
    try:
        return Checked(pictures.encode(content, LONGEST).full, "webp", None)
    except Invalid as problem:
        raise Invalid(problem.message, field="file", **problem.params) from None


def shown_name(file_name: str) -> str:
    """Return what the uploader called it, for eyes only: no folder, no control character, at most 200 characters."""
    name = PurePath(file_name.replace("\\", "/")).name
    return "".join(char for char in name if char.isprintable())[:200]


def safe_name(*parts: str, suffix: str) -> str:
    """Return a name of ours for a download: Latin letters, digits and hyphens of ``parts``."""
    words = "-".join("".join(char if char.isascii() and char.isalnum() else "-" for char in part) for part in parts if part)
    return "-".join(word for word in words.split("-") if word)[:100] + f".{suffix}"
