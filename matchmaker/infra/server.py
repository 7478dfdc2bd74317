"""The embedded server: waitress for the web, a thread for jobs and mail, in one process."""

import gc
import threading

from flask import Flask

from . import jobs, mail


def start_worker(app: Flask) -> threading.Thread:
    """Start the worker as a thread of this process; jobs of a process of this machine that died are taken up at once.

    It ends when the event ``app.extensions["matchmaker.worker_stop"]`` is set.
    """
    with app.app_context():
        jobs.take_over()
    stop = app.extensions["matchmaker.worker_stop"] = threading.Event()
    thread = threading.Thread(target=jobs.work, args=(app, stop), kwargs={"also": mail.send_one}, name="worker", daemon=True)
    thread.start()
    return thread


def settle() -> None:
    """Tell the collector of rubbish that what stands now stays: looking through it costs a request of many rows a tenth of a second."""
    gc.collect()
    gc.freeze()


def serve(app: Flask, host: str, port: int) -> None:
    """Serve until interrupted. Raises ``OSError`` when the port is taken."""
    from waitress import create_server

    server = create_server(app, host=host, port=port, threads=app.config["WEB_THREADS"], ident="", channel_timeout=60)
    settle()
    try:
        server.run()
    except KeyboardInterrupt:
        pass
    finally:
        server.close()
