"""The Flask subclass with the transaction: one request, one commit, at its end."""

from typing import Any

from flask import Flask, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import IntegerConverter, Map

from .infra import db


class Ident(IntegerConverter):
    """A number of a row in an address; what no database can hold is no address of ours (404)."""

    def __init__(self, url_map: Map, *args: Any, **kwargs: Any):
        super().__init__(url_map, *args, **{"max": 2**31 - 1, **kwargs})


class Matchmaker(Flask):
    """Commits when the view has answered with success; rolls back when it refused or raised."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.url_map.converters["int"] = Ident

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Let only uploads be large: other bodies are read and parsed at once, before any limit on fields."""
        if request.mimetype != "multipart/form-data":
            request.max_content_length = self.config["MAX_FORM_MEMORY_SIZE"]
        return super().preprocess_request()

    def dispatch_request(self) -> ResponseReturnValue:
        """Run the view inside the request's transaction. A lost race at the commit raises like any other error."""
        response: Response = self.make_response(super().dispatch_request())
        if response.status_code < 400:
            db.commit()
        else:
            db.rollback()
        return response

    def handle_user_exception(self, error: Exception) -> ResponseReturnValue:
        """Undo everything before an error page is made."""
        db.rollback()
        return super().handle_user_exception(error)
