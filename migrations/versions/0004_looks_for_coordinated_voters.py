"""Looks for coordinated voters: how far each topic is looked at, what is told of it, and the evidence

Revision: 0004
Revises: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "coordination_checks",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("checked_seq", sa.Integer(), nullable=False),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("evidence", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_coordination_checks_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_coordination_checks")),
    )


def downgrade() -> None:
    op.drop_table("coordination_checks")
