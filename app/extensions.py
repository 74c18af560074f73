"""The Flask extensions, made once and bound to the application in `create_app`."""

from __future__ import annotations

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager, current_user
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect

from app.core.base import Base


def _who() -> str:
    """Whose attempts are counted: a person's own, wherever from; a school or an office shares one address."""
    if current_user.is_authenticated:
        return str(current_user.get_id()).partition(".")[0]
    return get_remote_address()


db = SQLAlchemy(metadata=Base.metadata, session_options={"expire_on_commit": False})
login_manager = LoginManager()
babel = Babel()
csrf = CSRFProtect()
limiter = Limiter(key_func=_who, headers_enabled=True)
