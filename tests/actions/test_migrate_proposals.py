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

GATHERING = (
    'INSERT INTO gatherings (topic_id, threshold, formula, policy_version, "window", notices, may_withdraw, near_share,'
    " opened_at, opened_on, planned_on, closes_on, closes_at, rests, endorsed, opposed)"
    " VALUES (2, 150, '{}', 1, '{}', '[]', true, 0.1, '2026-11-04', '2026-11-04', '2027-01-03', '2027-01-03',"
    " '2027-01-03', '[]', 7, 0)"
)
PROPOSAL = (
    "INSERT INTO proposals (id, topic_id, state, lang, demands, reason, benefit, evidence, area, agencies, revision,"
    " created_at, round, appeal, near_reason, withdrawn_because)"
    " VALUES (1, 2, 'draft', 'en', '[]', '', '', '', '', '[]', 1, '2026-11-04', 0, '', '', '')"
)


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


def test_proposals_from_before_are_closed_drafts_without_further_duties(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0018")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for row in (TOPIC.format(id=2, kind="proposals", slug="1"), PROPOSAL, GATHERING):
            connection.exec_driver_sql(row)
    command.upgrade(config, "0019")
    with engine.begin() as connection:
        draft = connection.execute(sa.text("SELECT draft_key, suggestions_told_at, backed FROM proposals")).one()
        assert tuple(draft) == (None, None, None)
        tiers = sa.table("gatherings", sa.column("tiers", sa.JSON), sa.column("endorsed"))
        assert tuple(connection.execute(sa.select(tiers.c.tiers, tiers.c.endorsed)).one()) == ([], 7)
    command.downgrade(config, "0018")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT endorsed FROM gatherings").scalar_one() == 7
    engine.dispose()
