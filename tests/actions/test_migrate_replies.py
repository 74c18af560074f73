"""A database in which replies were published before their answers had parts and versions."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa
from alembic import command

from app.cli import alembic_config
from app.core.database import prepare
from app.replies.versions import Content

BEFORE = (
    "INSERT INTO people (id, email, email_key, name, lang, password_hash, joined_at, epoch, moderator, administrator)"
    " VALUES (1, 'a@example.org', 'a', 'Mei', 'en', 'x', '2026-01-01', 1, false, false)",
    "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count,"
    " vote_seq, notice, imported_from) VALUES (1, 'issues', 'buses', '{}', '{}', 0, 0, 0, 0, 0, '{}', '')",
    "INSERT INTO cases (id, topic_id, opened_at, answered_at) VALUES (1, 1, '2026-11-04', '2026-11-20')",
    "INSERT INTO demands (id, case_id, position, text, lang, source, side, outcome, answer, answer_html)"
    " VALUES (7, 1, 1, 'Later buses', 'en', 'officer', 1, 'adopted', 'From *March*.', '<p>From March.</p>')",
    "INSERT INTO replies (id, case_id, state, revision, summary, summary_html, lang, contact, author_id, approver_id,"
    " saved_at, published_at, sent_back_because) VALUES (1, 1, 'published', 3, 'Yes.', '<p>Yes.</p>', 'en', '1999', 1,"
    " NULL, '2026-11-19', '2026-11-20', '')",
)


def test_a_reply_published_before_has_its_first_version_and_keeps_its_answers(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0004")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for words in BEFORE:
            connection.exec_driver_sql(words)
    command.upgrade(config, "0008")
    with engine.connect() as connection:
        row = connection.exec_driver_sql("SELECT number, state, reason, content FROM reply_versions").one()
        kept = json.loads(row.content) if isinstance(row.content, str) else row.content
        assert (row.number, row.state, row.reason) == (1, "published", "")
        content = Content.from_json(kept)
        assert (content.summary, content.answers[7].text) == ("Yes.", "From *March*.")
        demand = connection.exec_driver_sql("SELECT answer, basis, no_next_step FROM demands").one()
        assert (demand.answer, demand.basis, bool(demand.no_next_step)) == ("From *March*.", "", False)
    for wrong in ("outcome = 'perhaps'", "source = 'nowhere'", "no_next_step = true, next_step = 'Order'"):
        with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
            connection.exec_driver_sql(f"UPDATE demands SET {wrong}")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE demands SET outcome = 'not_competent', source = 'proposal'")
    command.downgrade(config, "0004")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT outcome, source FROM demands").one() == ("not_adopted", "officer")
    engine.dispose()
