"""The Flask extensions that have no room of their own."""

from flask_alembic import Alembic
from flask_login import LoginManager
from flask_wtf import CSRFProtect

from .infra.db import Base

alembic = Alembic(metadatas=Base.metadata, run_mkdir=False)
csrf = CSRFProtect()
login = LoginManager()
