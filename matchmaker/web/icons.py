"""Icons of the package lucide. Its archive is unpacked once a process: opened anew for each drawing, it took 20 ms every time."""

import functools
import re
from importlib.resources import as_file, files
from typing import Any
from zipfile import ZipFile

from markupsafe import Markup, escape


@functools.lru_cache(1000)
def icon(name: str, size: int = 18, **more: Any) -> Markup:
    """Return an icon as SVG; ``more`` are further attributes. Raises ``KeyError`` for a name that the package has not."""
    head, _end, body = _drawings()[name].partition(">")
    head = re.sub(r"\s+", " ", head).strip().replace(' xmlns="http://www.w3.org/2000/svg"', "")
    attributes = {"aria-hidden": "true"} | {key.replace("_", "-"): value for key, value in more.items()}
    said = "".join(f' {key}="{escape(value)}"' for key, value in attributes.items())
    sized = head.replace('width="24" height="24"', f'width="{size}" height="{size}"')
    return Markup(f"{sized}{said}>{body}")  # noqa: S704 - drawings of the package


@functools.cache
def _drawings() -> dict[str, str]:
    with as_file(files("lucide") / "lucide.zip") as path, ZipFile(path) as archive:
        return {name.removesuffix(".svg"): archive.read(name).decode().strip() for name in archive.namelist()}
