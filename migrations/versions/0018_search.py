"""What the search finds. The tables are made empty; the worker builds the index, or `flask search rebuild`.

Revision: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "search_entries",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("thing_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_search_entries_topic_id_topics")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_entries")),
        sa.UniqueConstraint("kind", "thing_id", name=op.f("uq_search_entries_kind_thing_id")),
    )
    op.create_index("ix_search_entries_at", "search_entries", ["at", "id"])
    op.create_index(op.f("ix_search_entries_topic_id"), "search_entries", ["topic_id"])
    op.create_table(
        "search_index",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("built_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_search_index")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5(title, body, detail=column, prefix='1', "
            "tokenize=\"unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co Cn'\")"
        )
        op.execute(
            "CREATE TRIGGER search_words_gone AFTER DELETE ON search_entries BEGIN "
            "DELETE FROM search_words WHERE rowid = old.id; END"
        )
        return
    op.execute(
        "CREATE TABLE search_words (entry_id INTEGER PRIMARY KEY REFERENCES search_entries (id) ON DELETE CASCADE, "
        "words TSVECTOR NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words) WITH (fastupdate = off)")


def downgrade() -> None:
    op.execute("DROP TABLE search_words")
    op.drop_table("search_index")
    op.drop_table("search_entries")
