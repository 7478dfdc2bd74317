"""What can go wrong, in words a reader understands, and the pages that say so."""

from typing import Any

import structlog
from flask import Flask, Response, current_app, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

log = structlog.get_logger()


class Problem(Exception):
    """A refusal with a message for the reader.

    ``message`` is an English msgid (mark it with ``N_``); ``params`` fill its placeholders. ``field`` names the form field
    it belongs to, if any.
    """

    status = 422

    def __init__(self, message: str = "", *, field: str | None = None, **params: Any):
        super().__init__(message)
        self.message, self.field, self.params = message, field, params

    def __str__(self) -> str:
        """Return the message in the language of the reader."""
        text = gettext(self.message) if self.message else ""
        return text % self.params if self.params else text


class Invalid(Problem):
    """The input breaks a rule."""


class NotFound(Problem):
    """It is not there, or not for this person: strangers cannot tell the difference."""

    status = 404


class Conflict(Problem):
    """Somebody else was faster, or the thing is in another state by now. Nothing was changed."""

    status = 409


class TooLarge(Problem):
    """More than a file or a body may have."""

    status = 413


class TooMany(Problem):
    """A limit was reached; try again later: after ``minutes``, where the limit is one of time."""

    status = 429

    @property
    def seconds(self) -> int | None:
        """How long to wait until everything counted so far is forgotten; None where time alone does not help."""
        return self.params["minutes"] * 60 if "minutes" in self.params else None


def N_(message: str) -> str:
    """Mark ``message`` for extraction; it is translated where it is shown."""
    return message


PAGES = {400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503}


def wants_json() -> bool:
    """Tell whether the caller asked for JSON (scripts of our pages, the API)."""
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return request.is_json or (best == "application/json" and not request.accept_mimetypes["text/html"])


def answer(status: int, message: str = "", *, wait: int | None = None) -> ResponseReturnValue:
    """Return the error page, or JSON for scripts, with ``status``; ``wait``: seconds until it is worth while to try again."""
    if status >= 500:
        response = _bare(status)
    elif wants_json():
        response = jsonify(error=message or gettext("This did not work."), status=status)
    else:
        page = status if status in PAGES else 400
        response = make_response(render_template(f"errors/{page}.html", message=message))
    response.status_code = status
    if wait := 5 if status == 503 else wait:
        response.headers["Retry-After"] = str(wait)
    return response


def _bare(status: int) -> Response:
    """Return a page, or JSON, that asks nobody anything: reader, language and navigation would need the database."""
    if wants_json():
        return jsonify(error="This did not work.", status=status)
    page = current_app.jinja_env.get_template(f"errors/{status if status in PAGES else 500}.html")
    return make_response(page.render())


def init_app(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(Problem)
    def _problem(error: Problem) -> ResponseReturnValue:
        return answer(error.status, str(error), wait=error.seconds if isinstance(error, TooMany) else None)

    @app.errorhandler(StaleDataError)
    def _stale(_error: StaleDataError) -> ResponseReturnValue:
        return answer(409)

    @app.errorhandler(CSRFError)
    def _csrf(_error: CSRFError) -> ResponseReturnValue:
        return answer(400, gettext("This form is too old or came from elsewhere. Nothing was saved: load the page again and resend."))

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> ResponseReturnValue:
        if error.code is None or error.code < 400:
            return error.get_response()
        original = getattr(error, "original_exception", None)
        if isinstance(original, DBAPIError):  # the database went while another error page was made
            return _database(original)
        return answer(error.code)

    @app.errorhandler(IntegrityError)
    def _lost_race(error: IntegrityError) -> ResponseReturnValue:
        """The database has the last word: two at once, of whom one won. Nothing of the other was kept."""
        log.error("integrity", error=str(error.orig), exc_info=error)
        return answer(409)

    @app.errorhandler(DBAPIError)
    def _database(error: DBAPIError) -> ResponseReturnValue:
        gone = error.connection_invalidated or isinstance(error, OperationalError)
        log.error("database", error=str(error.orig), gone=gone, exc_info=not gone)
        return answer(503 if gone else 500)

    @app.errorhandler(Exception)
    def _unexpected(error: Exception) -> ResponseReturnValue:
        log.error("unexpected", exc_info=error)
        return answer(500)
