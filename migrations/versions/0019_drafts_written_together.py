"""Proposals: drafts written together, who stands behind them, further duties

Revision: 0019
Revises: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PARTS = ("title", "demands", "reason", "benefit", "evidence")
STATES = ("open", "accepted", "declined", "undecided")


def one_of(name: str, *values: str) -> sa.Enum:
    """One of these words."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    op.add_column("proposals", sa.Column("draft_key", sa.String(), nullable=True))
    op.add_column("proposals", sa.Column("suggestions_told_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("proposals", sa.Column("backed", sa.Boolean(), nullable=True))
    op.create_index("uq_proposals_draft_key", "proposals", ["draft_key"], unique=True)
    op.create_table(
        "proposal_suggestions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("part", one_of("part", *PARTS), nullable=False),
        sa.Column("passage", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("by_name", sa.Boolean(), nullable=False),
        sa.Column("state", one_of("suggestionstate", *STATES), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name=op.f("ck_proposal_suggestions_answered")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_suggestions_proposal_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_proposal_suggestions_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_suggestions")),
    )
    op.create_index("ix_proposal_suggestions_waiting", "proposal_suggestions", ["proposal_id", "state"])
    op.create_index(op.f("ix_proposal_suggestions_person_id"), "proposal_suggestions", ["person_id"])
    op.create_table(
        "proposal_backers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(), nullable=False),
        sa.Column("role", one_of("backerrole", "organises", "pays", "both"), nullable=False),
        sa.Column("link", sa.String(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("stated_by_id", sa.Integer(), nullable=True),
        sa.Column("by_author", sa.Boolean(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_backers_proposal_id")),
        sa.ForeignKeyConstraint(["stated_by_id"], ["people.id"], name=op.f("fk_proposal_backers_stated_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_backers")),
    )
    op.create_index(op.f("ix_proposal_backers_proposal_id"), "proposal_backers", ["proposal_id"])
    op.add_column("gatherings", sa.Column("tiers", sa.JSON(), nullable=False, server_default="[]"))
    op.create_table(
        "tier_marks",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("duty", one_of("duty", "meeting", "hearing"), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["gatherings.topic_id"], name=op.f("fk_tier_marks_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "duty", name=op.f("pk_tier_marks")),
    )


def downgrade() -> None:
    op.drop_table("tier_marks")
    op.drop_column("gatherings", "tiers")
    op.drop_table("proposal_backers")
    op.drop_table("proposal_suggestions")
    op.drop_index("uq_proposals_draft_key", "proposals")
    op.drop_column("proposals", "backed")
    op.drop_column("proposals", "suggestions_told_at")
    op.drop_column("proposals", "draft_key")
