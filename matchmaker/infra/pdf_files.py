"""PDFs that people upload: looked at by a process of their own, kept byte for byte, never drawn and never executed.

They are refused rather than cleaned: a certificate's own signature and its hash must go on to hold.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from ..errors import N_, Invalid
from .pdf_inspector import MOST_PAGES

PATIENCE = 15  # seconds; the inspector ends itself after 10 of computing
REFUSALS = {
    "damaged": N_("This PDF is damaged, or it is no PDF. Print it to a new PDF and retry."),
    "encrypted": N_("This PDF is locked with a password. Save it without one and retry."),
    "active": N_("This PDF contains scripts or actions. Print it to a new PDF and retry: what is seen stays, what acts goes."),
    "attachments": N_("This PDF carries other files within it. Save it without attachments, and upload those by themselves."),
    "pages": N_("This PDF has more than %(count)s pages. Upload the part that counts."),
}
_one_at_a_time = threading.Lock()  # each may take some hundred MB


def pages_of(content: bytes) -> int:
    """Return the number of pages of an honest PDF; raise ``Invalid`` in words for any other bytes."""
    with _one_at_a_time:
        try:
            done = subprocess.run(  # noqa: S603 - our own program, its input is data
                [sys.executable, "-I", str(Path(__file__).with_name("pdf_inspector.py"))], input=content, capture_output=True,
                timeout=PATIENCE, check=False)
        except subprocess.TimeoutExpired:
            raise _refusal("damaged") from None
    try:
        answer = json.loads(done.stdout) if done.returncode == 0 else {}
    except ValueError:
        answer = {}
    if "pages" not in answer:
        raise _refusal(answer.get("refused", "damaged"))
    return int(answer["pages"])


def _refusal(why: str) -> Invalid:
    return Invalid(REFUSALS[why], field="file", **({"count": MOST_PAGES} if why == "pages" else {}))
