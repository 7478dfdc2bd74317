"""The published JSON Schemas of the export, at addresses of this site."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from ..errors import NotFound

NAMES = ("party", "product", "certificate", "certificate-of-origin", "locker", "bundle")
_FOLDER = Path(__file__).parent / "published"


@cache
def schema(name: str) -> dict[str, Any]:
    """Return a schema as it is shipped, its references relative to its own address; raise ``NotFound``."""
    if name not in NAMES:
        raise NotFound()
    return json.loads((_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
