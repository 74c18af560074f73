"""Marks on comments, and the order they give

Revision: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

COUNTERS = {"comments": ("convincing", "unconvincing"), "topics": ("mark_count", "mark_seq", "ranked_count")}
CHECKED = COUNTERS["comments"]


def upgrade() -> None:
    op.create_table(
        "comment_marks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("comment_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("imported_as", sa.String(), nullable=True),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.Column("marked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(person_id IS NULL) <> (imported_as IS NULL)", name=op.f("ck_comment_marks_one_source")),
        sa.CheckConstraint("value IN (-1, 1)", name=op.f("ck_comment_marks_value")),
        sa.ForeignKeyConstraint(["comment_id"], ["comments.id"], name=op.f("fk_comment_marks_comment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_comment_marks_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment_marks")),
        sa.UniqueConstraint("comment_id", "imported_as", name=op.f("uq_comment_marks_comment_id_imported_as")),
        sa.UniqueConstraint("comment_id", "person_id", name=op.f("uq_comment_marks_comment_id_person_id")),
    )
    op.create_index(op.f("ix_comment_marks_person_id"), "comment_marks", ["person_id"])
    op.create_table(
        "rank_states",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("ranked_seq", sa.Integer(), nullable=False),
        sa.Column("ranked_on", sa.Date(), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_rank_states_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_rank_states")),
    )
    # Columns are added in place, not by copying the table: others refer to it, and there may be much in it.
    for table, names in COUNTERS.items():
        for name in names:
            check = [sa.CheckConstraint(f"{name} >= 0", name=op.f(f"ck_{table}_{name}"))] if name in CHECKED else []
            op.add_column(table, sa.Column(name, sa.Integer(), *check, nullable=False, server_default="0"))
    op.add_column("comments", sa.Column("bridging", sa.Double(), nullable=True))
    op.add_column("comments", sa.Column("place", sa.Integer(), nullable=True))


def downgrade() -> None:
    for name in ("place", "bridging"):
        op.drop_column("comments", name)
    for table, names in COUNTERS.items():
        for name in names:
            op.drop_column(table, name)
    op.drop_table("rank_states")
    op.drop_table("comment_marks")
