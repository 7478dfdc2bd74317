"""The WSGI entry point: ``flask run``, waitress and gunicorn all find ``app`` here."""

from matchmaker import create_app

app = create_app()
