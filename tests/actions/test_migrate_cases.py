"""Cases from before they had several agencies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import command
from alembic.script import ScriptDirectory

from app.cli import alembic_config
from app.core.database import prepare

BEFORE = (
    "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count,"
    " vote_seq, notice, imported_from, mark_count, mark_seq, ranked_count)"
    " VALUES (1, 'issues', 'buses', '{}', '{}', 0, 0, 0, 0, 0, '{}', '', 0, 0, 0)",
    "INSERT INTO agencies (id, slug, name, email, phone, competences) VALUES (1, 'a', '{}', 'a@example.org', '', '{}')",
    "INSERT INTO cases (id, topic_id, opened_at) VALUES (1, 1, '2026-11-04 00:00:00')",
    "INSERT INTO case_agencies (id, case_id, agency_id, part) VALUES (1, 1, 1, 'lead')",
)
PARTS = "SELECT part, added_because, released_because, released_at, contributed_at, handler_id FROM case_agencies"


def test_cases_of_before_keep_their_agencies_there_and_back(empty_database: str) -> None:
    config = alembic_config(empty_database)
    here = ScriptDirectory.from_config(config).get_revision("0009")
    command.upgrade(config, str(here.down_revision))
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for statement in BEFORE:
            connection.execute(sa.text(statement))
    command.upgrade(config, "0009")
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(sa.text(PARTS))] == [("lead", "", "", None, None, None)]
    command.downgrade(config, str(here.down_revision))
    with engine.begin() as connection:
        assert [tuple(row) for row in connection.execute(sa.text("SELECT part FROM case_agencies"))] == [("lead",)]
    engine.dispose()
