"""Alembic's environment: reads `Base.metadata`; needs the tables, not a running application."""

from __future__ import annotations

import os

import sqlalchemy as sa
from alembic import context

from app import load_models
from app.config import read_config
from app.core.base import Base, Moment, is_mapped
from app.core.database import engine_options, prepare

load_models()


def render_item(kind: str, item: object, _context: object) -> str | bool:
    """A migration names no type of ours: it must run unchanged when ours have changed."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, Moment) else False


options = {
    "target_metadata": Base.metadata,
    "render_as_batch": True,
    "compare_type": True,
    "include_name": is_mapped,
    "render_item": render_item,
}


def address() -> str:
    """The database to migrate: the caller's, else the environment's."""
    return context.config.attributes.get("url") or read_config(os.environ).database_url


if context.is_offline_mode():
    context.configure(url=address(), literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = prepare(sa.create_engine(address(), **engine_options(address())))
    with engine.connect() as connection:
        context.configure(connection=connection, **options)
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
