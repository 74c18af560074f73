"""The least a Flask application can do to keep something: one row and one commit for each request.

On the same engine, opened the same way: what an endorsement is compared with.
"""

from __future__ import annotations

import os

import sqlalchemy as sa
from flask import Flask, request

from app.core.database import engine_options, prepare

app = Flask("bare")
url = os.environ.get("DATABASE_URL") or f"sqlite:///{os.environ['MINYI_DATA']}/bare.db"
engine = prepare(sa.create_engine(url, **engine_options(url)))
rows = sa.Table("bare_rows", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("who", sa.String))
key = "SERIAL" if url.startswith("postgres") else "INTEGER"
with engine.begin() as connection:
    connection.execute(sa.text(f"CREATE TABLE IF NOT EXISTS bare_rows (id {key} PRIMARY KEY, who TEXT)"))
engine.dispose()


@app.post("/")
def insert() -> tuple[dict[str, bool], int]:
    """Keep who asked."""
    with engine.begin() as connection:
        connection.execute(sa.insert(rows).values(who=request.headers["Authorization"]))
    return {"kept": True}, 201
