"""The Flask subclass with the transaction: one request, one commit, at its end."""

from flask import Flask, Response
from flask.typing import ResponseReturnValue

from .infra import db


class Matchmaker(Flask):
    """Commits when the view has answered with success; rolls back when it refused or raised."""

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
