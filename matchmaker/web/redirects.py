"""Where to go after a form: only to addresses of this site."""

from urllib.parse import urlsplit

from flask import request, url_for


def is_safe(target: str | None) -> bool:
    """Tell whether ``target`` is a path of this site: no host, no scheme, no trick that a browser reads as one."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return False
    if any(ord(character) < 33 or character == "\\" for character in target):
        return False
    parts = urlsplit(target)
    return not parts.scheme and not parts.netloc


def safe_next(default: str | None = None) -> str:
    """Return the safe ``next`` of the request, else ``default``, else the home page."""
    target = request.form.get("next") or request.args.get("next")
    return target if is_safe(target) else default or url_for("web.home")
