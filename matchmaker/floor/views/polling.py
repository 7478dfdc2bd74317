"""What screens ask every few seconds."""

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from ... import clock
from ...errors import NotFound
from .. import live
from . import bp


@bp.get("/live/<token>")
def version(token: str) -> ResponseReturnValue:
    """The number of an expo's floor, or 304 while it has not grown. A phone's word also says whether its company's part has changed.

    No session and no reader: the guard lets it pass, the signed word says what it is about.
    """
    scope = live.read(token)
    if scope is None:
        raise NotFound()
    number = live.number(scope.expo_id)
    tag = f'"{number}"'
    if request.headers.get("If-None-Match") == tag:
        return "", 304, {"ETag": tag, "Cache-Control": "private, no-cache"}
    answer = jsonify(number=number, mine=live.digest(scope) if scope.company_id else "", now=int(clock.now().timestamp() * 1000))
    answer.headers["ETag"], answer.headers["Cache-Control"] = tag, "private, no-cache"
    return answer
