"""Counters for ``/metrics`` in the Prometheus format."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY = CollectorRegistry()
REQUESTS = Counter("matchmaker_requests_total", "Requests by endpoint and status", ["endpoint", "status"], registry=REGISTRY)
SECONDS = Histogram("matchmaker_request_seconds", "Seconds to answer", ["endpoint"], registry=REGISTRY)
JOBS = Gauge("matchmaker_jobs", "Jobs by state", ["state"], registry=REGISTRY)
JOB_AGE = Gauge("matchmaker_job_oldest_seconds", "Age of the oldest job that waits", registry=REGISTRY)


def init_app(app: Flask) -> None:
    """Count every request."""

    @app.after_request
    def _count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        REQUESTS.labels(endpoint, response.status_code).inc()
        if "started" in g:
            SECONDS.labels(endpoint).observe(time.perf_counter() - g.started)
        return response


def text(jobs: dict) -> bytes:
    """Return all metrics; ``jobs`` is ``infra.jobs.state()``."""
    for state in ("queued", "running", "done", "failed"):
        JOBS.labels(state).set(jobs["counts"].get(state, 0))
    JOB_AGE.set(jobs["oldest_seconds"])
    return generate_latest(REGISTRY)
