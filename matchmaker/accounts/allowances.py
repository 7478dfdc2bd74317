"""What one reader may ask of the site in a while: searches, files, calendars. Counted before the work, over all processes.

They cost more than other pages, and are how somebody would copy a whole directory. ``access.py`` says what is a search and a file.
"""

from flask import current_app, request
from sqlalchemy.exc import OperationalError
from structlog import get_logger

from ..access import FILES, SEARCH_WORDS
from ..errors import N_
from ..web.guard import current_actor
from . import limits

PATIENCE = 0.2  # seconds that a reader waits for another writer on SQLite
ALLOWANCES = {  # what: its setting, minutes, what is said beyond it
    "search": ("SEARCHES_PER_MINUTE", 1, N_("These were more searches than one person makes in a minute. Wait a minute, then go on.")),
    "file": ("FILES_PER_MINUTE", 1, N_("These were more files than one person needs in a minute. Wait a minute, then go on.")),
    "feed": ("FEEDS_PER_HOUR", 60, N_("This calendar was asked for too often. Let your calendar wait %(minutes)s minutes.")),
}


def spend(what: str, who: object) -> None:
    """Count one ``what`` of ``who``; raise ``TooMany`` beyond the allowance.

    A database that is too busy to count refuses nobody: that readers wait for no writer is worth more than an exact count.
    """
    setting, minutes, message = ALLOWANCES[what]
    try:
        limits.hit(f"{what}:{who}", limit=current_app.config[setting], minutes=minutes, message=message, patience=PATIENCE)
    except OperationalError:
        get_logger().info("not counted: the database is busy", what=what)


def spend_of_reader() -> None:
    """Count the search or the file that this request asks for: of who is signed in, else of the address."""
    who = current_actor.user_id or request.remote_addr
    if request.endpoint in FILES:
        spend("file", who)
    elif request.method in ("GET", "HEAD") and any(request.args.get(name) for name in SEARCH_WORDS):
        spend("search", who)
