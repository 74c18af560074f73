"""`flask migrate`: where the database cannot be used, and where there are people in it."""

from __future__ import annotations

from contextvars import Context
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command

from app import create_app
from app.cli import alembic_config
from app.core.database import prepare


@pytest.mark.parametrize(
    "address",
    ["postgresql://minyi:hush@127.0.0.1:9/minyi", "sqlite:////nowhere/that/exists/minyi.db"],
    ids=["nobody listens", "no such folder"],
)
def test_a_database_that_cannot_be_reached_is_named_in_one_line(tmp_path: Path, address: str) -> None:
    away = create_app({"MINYI_ENV": "test", "MINYI_DATA": str(tmp_path), "DATABASE_URL": address})
    # In a context of its own: inside the one of the tests' application the command would migrate that one.
    done = Context().run(away.test_cli_runner().invoke, args=["migrate"])
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1
    assert done.output.startswith("Error: DATABASE_URL: ")
    assert "hush" not in done.output


def test_a_command_on_a_database_without_tables_says_how_to_make_them(tmp_path: Path) -> None:
    empty = create_app({"MINYI_ENV": "test", "MINYI_DATA": str(tmp_path)})
    done = Context().run(empty.test_cli_runner().invoke, args=["name-administrator", "mei@example.org"])
    assert done.exit_code == 1
    assert len(done.output.splitlines()) == 1
    assert "`flask migrate` makes the tables" in done.output


FIRST = {
    "people": "1, 'a@example.org', 'a', 'Mei', 'en', 'x', '2026-01-01', 1, false, false",
    "topics": "1, 'issues', 'buses', '{}', '{}', 0, 0, 0, 2, 0, '{}', ''",
    "comments": "1, 1, 1, 'en', 'for', 'Words', '<p>Words</p>', '2026-01-01'",
    "comment_versions": "1, 1, 'Before', 'en', 'for', '2026-01-01'",
}
"""A row of each table as the first revision had it."""
COLUMNS = {
    "people": "id, email, email_key, name, lang, password_hash, joined_at, epoch, moderator, administrator",
    "topics": "id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count, vote_seq,"
    " notice, imported_from",
    "comments": "id, topic_id, author_id, lang, stance, text, html, written_at",
    "comment_versions": "id, comment_id, text, lang, stance, replaced_at",
}


def test_marks_come_to_a_database_with_comments_in_it_and_go_again(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0001")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for table, values in FIRST.items():
            connection.execute(sa.text(f"INSERT INTO {table} ({COLUMNS[table]}) VALUES ({values})"))
    command.upgrade(config, "head")
    with engine.begin() as connection:
        new = connection.execute(sa.text("SELECT convincing, unconvincing, bridging, place FROM comments")).one()
        assert tuple(new) == (0, 0, None, None)
        topic = connection.execute(sa.text("SELECT mark_count, mark_seq, ranked_count FROM topics")).one()
        assert tuple(topic) == (0, 0, 0)
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.execute(sa.text("UPDATE comments SET convincing = -1"))
    command.downgrade(config, "0001")
    with engine.begin() as connection:
        for table in FIRST:
            assert connection.scalar(sa.text(f"SELECT count(*) FROM {table}")) == 1
    engine.dispose()


def test_days_of_the_calendar_hold_everywhere_when_areas_come_and_after_they_go(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0004")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO calendar_exceptions (id, day, name, works) VALUES (1, '2026-11-05', '{}', false)"
        )
    command.upgrade(config, "head")
    with engine.begin() as connection:
        row = connection.exec_driver_sql("SELECT works, area, half FROM calendar_exceptions").one()
        assert (bool(row[0]), *row[1:]) == (False, None, None)
        connection.exec_driver_sql(
            "INSERT INTO calendar_exceptions (id, day, name, works, area, half)"
            " VALUES (2, '2026-11-05', '{}', true, 'TW-TPE', 'morning')"
        )
    command.downgrade(config, "0004")
    with engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT id FROM calendar_exceptions").scalars().all() == [1]
    with engine.begin() as connection, pytest.raises(sa.exc.IntegrityError):
        connection.exec_driver_sql(
            "INSERT INTO calendar_exceptions (id, day, name, works) VALUES (3, '2026-11-05', '{}', false)"
        )
    engine.dispose()


def test_participants_from_before_get_a_pseudonym_each_and_keep_their_votes(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0001")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for words in BEFORE:
            connection.exec_driver_sql(words)
    command.upgrade(config, "head")
    with engine.connect() as connection:
        aliases = connection.exec_driver_sql("SELECT alias FROM participants ORDER BY id").scalars().all()
        assert connection.exec_driver_sql("SELECT count(*) FROM votes").scalar() == 3
    assert len(set(aliases)) == len(aliases) == 3
    assert all(0 < alias < 2**31 for alias in aliases)
    assert not set(aliases) & {1, 2, 3}, "not the ids"
    command.downgrade(config, "0001")
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM votes").scalar() == 3
    engine.dispose()


BEFORE = [
    "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count, comment_count,"
    " vote_seq, notice, imported_from) VALUES (1, 'issues', 'buses', '{}', '{}', 1, 3, 3, 0, 1, '{}', '')",
    "INSERT INTO statements (id, topic_id, key, text, lang, origin, written_at, agrees, disagrees, passes)"
    " VALUES (1, 1, 'a', 'Buses.', 'en', 'import', '2026-11-04 04:00:00', 3, 0, 0)",
    *(f"INSERT INTO participants (id, topic_id, imported_as) VALUES ({n}, 1, 'voter {n}')" for n in (1, 2, 3)),
    *(
        "INSERT INTO votes (id, participant_id, statement_id, value, cast_at)"
        f" VALUES ({n}, {n}, 1, 1, '2026-11-04 04:00:00')"
        for n in (1, 2, 3)
    ),
]
"""A topic with three voters, as revision 0001 kept it."""


def test_clocks_of_cases_keep_their_dates_and_what_was_noted_of_them(empty_database: str) -> None:
    config = alembic_config(empty_database)
    command.upgrade(config, "0004")
    engine = prepare(sa.create_engine(empty_database))
    with engine.begin() as connection:
        for words in OWED:
            connection.execute(sa.text(words))
    command.upgrade(config, "head")
    with engine.connect() as connection:
        clocks = connection.execute(
            sa.text(
                """SELECT id, promise, subject, subject_id, topic_id, agency_id, policy_version, stop
                FROM clocks ORDER BY id"""
            )
        ).all()
        assert [tuple(row) for row in clocks] == [
            (5, "summary", "case", 1, 1, 1, 0, None),
            (6, "summary", "case", 2, 2, 1, 0, "kept"),
            (7, "summary", "case", 3, 3, 1, 0, None),
        ]
        due = connection.execute(sa.text("SELECT due_at, next_at, stopped_at FROM clocks ORDER BY id")).all()
        assert [str(row.due_at)[:16] for row in due] == ["2026-11-24 16:00"] * 3
        assert [str(row.next_at)[:16] for row in due] == ["2026-11-24 16:00", "None", "None"]
        assert str(due[1].stopped_at)[:10] == "2026-11-20"
        steps = connection.execute(sa.text("SELECT clock_id, round, kind, step, level FROM clock_steps")).all()
        assert [tuple(row) for row in steps] == [(7, 1, "escalation", 1, "officers")]
    command.downgrade(config, "0004")
    with engine.connect() as connection:
        kept = connection.execute(sa.text("SELECT id, case_id, promise, late_noted_at FROM clocks ORDER BY id")).all()
        assert [tuple(row)[:3] for row in kept] == [(5, 1, "reply"), (6, 2, "reply"), (7, 3, "reply")]
        assert [row.late_noted_at is None for row in kept] == [True, True, False]
    engine.dispose()


RECKONING = (
    '{"start"\\:"2026-11-04","amount"\\:14,"unit"\\:"working_day","on"\\:"2026-11-24","skipped"\\:[],'
    '"rolled_from"\\:null,"calendar_version"\\:"holidays"}'
)
OWED = [
    "INSERT INTO agencies (id, slug, name, email, phone, competences) VALUES (1, 'a', '{}', 'a@example.org', '', '{}')",
    *(
        "INSERT INTO topics (id, kind, slug, title, summary, statement_count, participant_count, vote_count,"
        " comment_count, mark_count, mark_seq, ranked_count, vote_seq, notice, imported_from)"
        f" VALUES ({n}, 'issues', 'topic-{n}',"
        " '{}', '{}', 0, 0, 0, 0, 0, 0, 0, 0, '{}', '')"
        for n in (1, 2, 3)
    ),
    *(
        f"INSERT INTO cases (id, topic_id, opened_at, answered_at) VALUES ({n}, {n}, '2026-11-04 16:00:00+00:00', {at})"
        for n, at in ((1, "NULL"), (2, "'2026-11-20 04:00:00+00:00'"), (3, "NULL"))
    ),
    *(f"INSERT INTO case_agencies (id, case_id, agency_id, part) VALUES ({n}, {n}, 1, 'lead')" for n in (1, 2, 3)),
    *(
        "INSERT INTO clocks (id, case_id, promise, started_on, due_on, stopped_on, late_noted_at, settings_version,"
        f" reckoning) VALUES ({n + 4}, {n}, 'reply', '2026-11-04', '2026-11-24', {on}, {noted}, 4, '{RECKONING}')"
        for n, on, noted in (
            (1, "NULL", "NULL"),
            (2, "'2026-11-20'", "NULL"),
            (3, "NULL", "'2026-11-25 01:00:00+00:00'"),
        )
    ),
]
"""Three cases as revision 0004 kept them: one running, one answered, one whose lateness was noted."""
