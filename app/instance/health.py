"""Whether the instance is fit to serve: the database answers, its migrations are current, a worker is alive."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.config import ROOT
from app.instance.models import Heartbeat
from app.instance.rules import HEARTBEAT_SECONDS

OK = "ok"


def fitness(session: Session, now: datetime) -> dict[str, str]:
    """Each check by name: "ok", or what is wrong. Never raises: a database that is away is an answer."""
    try:
        session.execute(sa.text("SELECT 1"))
    except SQLAlchemyError:
        session.rollback()
        return {"database": "unreachable"}
    migrations = _migrations(session)
    worker = _worker(session, now) if migrations == OK else "unknown"
    return {"database": OK, "migrations": migrations, "worker": worker}


def _migrations(session: Session) -> str:
    present = MigrationContext.configure(session.connection()).get_current_revision()
    newest = ScriptDirectory(str(ROOT / "migrations")).get_current_head()
    return OK if present == newest else f"at {present}, newest is {newest}"


def _worker(session: Session, now: datetime) -> str:
    seen = session.scalar(sa.select(sa.func.max(Heartbeat.at)))
    alive = seen is not None and now - seen < timedelta(seconds=HEARTBEAT_SECONDS)
    return OK if alive else "not seen"
