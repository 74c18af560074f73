"""Proposals: merging with the consent of both authors, those that came near, letters to supporters

Revision: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

OPEN = sa.text("answered_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "merge_offers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("into_id", sa.Integer(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("words", sa.String(), nullable=False, server_default=""),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.CheckConstraint("from_id <> into_id", name=op.f("ck_merge_offers_two")),
        sa.CheckConstraint("(answered_at IS NULL) = (accepted IS NULL)", name=op.f("ck_merge_offers_answered")),
        sa.ForeignKeyConstraint(["from_id"], ["proposals.id"], name=op.f("fk_merge_offers_from_id")),
        sa.ForeignKeyConstraint(["into_id"], ["proposals.id"], name=op.f("fk_merge_offers_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_merge_offers")),
    )
    op.create_index(op.f("ix_merge_offers_into_id"), "merge_offers", ["into_id"])
    op.create_index(
        "uq_merge_offers_open", "merge_offers", ["from_id"], unique=True, sqlite_where=OPEN, postgresql_where=OPEN
    )
    kinds = ("author", "agency", "established", "answered", "merged")
    op.create_table(
        "supporter_letters",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(*kinds, name="newskind", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_to", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_supporter_letters_topic_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_supporter_letters_author_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_supporter_letters_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supporter_letters")),
    )
    op.create_index(op.f("ix_supporter_letters_topic_id"), "supporter_letters", ["topic_id"])
    op.create_index("ix_supporter_letters_waiting", "supporter_letters", ["done_at", "id"])
    op.add_column("proposals", sa.Column("near_decided_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposals", sa.Column("near_reason", sa.String(), nullable=False, server_default=""))


def downgrade() -> None:
    op.drop_column("proposals", "near_reason")
    op.drop_column("proposals", "near_decided_at")
    op.drop_table("supporter_letters")
    op.drop_table("merge_offers")
