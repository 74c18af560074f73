"""A database with issues in it learns what a proposal is, and keeps what it has."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from alembic import command

from app.cli import alembic_config
from app.core.database import prepare

TOPIC = (
    "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count,"
    " mark_count, mark_seq, ranked_count, vote_seq, notice, imported_from)"
    " VALUES ({id}, '{kind}', '{slug}', '{{}}', '{{}}', 0, 0, 0, 0, 0, 0, 0, 0, '{{}}', '')"
)
CASE = "INSERT INTO cases (id, topic_id, opened_at) VALUES (1, 1, '2026-11-04')"
KINDS = "SELECT kind, slug FROM topics ORDER BY id"


def test_topics_of_issues_stay_and_those_of_proposals_are_taken(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0013")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        connection.exec_driver_sql(TOPIC.format(id=1, kind="issues", slug="buses"))
        connection.exec_driver_sql(CASE)
    proposal = TOPIC.format(id=2, kind="proposals", slug="1")
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(proposal)
    command.upgrade(config, "head")
    with engine.begin() as connection:
        connection.exec_driver_sql(proposal)
        assert [tuple(row) for row in connection.exec_driver_sql(KINDS)] == [("issues", "buses"), ("proposals", "1")]
        assert connection.exec_driver_sql("SELECT topic_id FROM cases").scalar_one() == 1
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(TOPIC.format(id=3, kind="wishes", slug="x"))
    engine.dispose()
