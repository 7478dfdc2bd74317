"""PDF pages: typst, with the letters of Noto Sans CJK from a package, so that Chinese is the same on any machine."""

import functools
import json
from datetime import datetime
from pathlib import Path
from typing import Any

from flask import current_app

from ..errors import N_, Invalid

FONT = "Noto Sans CJK SC"
MISSING = N_("This site cannot make PDF files: typst or noto-cjk-sans-otc is not installed. The spreadsheet has the same rows.")


def make(template: str, data: dict[str, Any], *, made_at: datetime) -> bytes:
    """Return the PDF of ``pdf/<template>.typ`` for ``data`` (JSON; texts are set as they stand, never read as markup).

    Raises ``Invalid`` with a clear message where the packages are missing.
    """
    source = Path(current_app.root_path, current_app.template_folder or "templates", "pdf", f"{template}.typ").read_bytes()
    typst, fonts = _typesetter()
    return typst.compile(
        source, format="pdf", font_paths=[fonts], ignore_system_fonts=True, timestamp=int(made_at.timestamp()),
        sys_inputs={"data": json.dumps(data, ensure_ascii=False), "font": FONT})


@functools.lru_cache(1)
def _typesetter() -> tuple[Any, str]:
    """Return typst and the folder of the font; packages are looked up once."""
    try:
        import noto_cjk_sans_otc
        import typst
    except ImportError as error:
        raise Invalid(MISSING) from error
    return typst, str(Path(noto_cjk_sans_otc.__file__).parent)
