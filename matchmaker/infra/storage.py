"""Files that people upload, behind one door (``STORAGE_URL``). Names are made by the server: the SHA-256 of the content."""

import hashlib
import os
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from flask import current_app

from ..errors import NotFound


def _folder() -> Path:
    url = urlsplit(current_app.config["STORAGE_URL"])
    if url.scheme != "folder":
        raise ValueError(f"STORAGE_URL: unknown scheme {url.scheme!r}")
    return Path(current_app.instance_path) / url.path


def _path(key: str) -> Path:
    if len(key) < 64 or not key.replace(".", "").isalnum():
        raise NotFound()
    return _folder() / key[:2] / key


def put(content: bytes, suffix: str = "") -> str:
    """Keep ``content`` and return its key; the same content has the same key. ``suffix`` is ours, like 'webp'."""
    key = hashlib.sha256(content).hexdigest() + (f".{suffix}" if suffix else "")
    path = _path(key)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(part).replace(path)
    return key


def get(key: str) -> bytes:
    """Return the content of ``key``; raise ``NotFound``."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        raise NotFound() from None


def local(key: str) -> Path:
    """Return a file with the content of ``key``, to be read part by part; raise ``NotFound``."""
    path = _path(key)
    if not path.is_file():
        raise NotFound()
    return path


def delete(key: str) -> None:
    """Forget ``key``, if it is there."""
    _path(key).unlink(missing_ok=True)
