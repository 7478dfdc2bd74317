"""Structured logs: one JSON line an event, with the request's id. Values cannot forge a line; secrets are left out."""

import logging
import secrets
import sys
import time

import structlog
from flask import Flask, Response, g, request

_SECRET = ("password", "token", "secret", "cookie", "authorization")


def _redact(_logger, _method: str, event: dict) -> dict:
    for key in event:
        if any(word in key.lower() for word in _SECRET):
            event[key] = "…"
    return event


def init_app(app: Flask) -> None:
    """Configure structlog and log each request with its id, status and time."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _redact,
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[app.config["LOG_LEVEL"]]),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    log = structlog.get_logger()

    @app.before_request
    def _begin() -> None:
        g.started = time.perf_counter()
        g.request_id = secrets.token_hex(8)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers["X-Request-ID"] = g.get("request_id", "")
        if request.endpoint != "static":
            seconds = time.perf_counter() - g.get("started", time.perf_counter())
            log.info("request", method=request.method, endpoint=request.endpoint, status=response.status_code,
                     ms=round(seconds * 1000, 1))
        return response
