"""Proposals: their texts and versions, what reviewers decided, how a case is handled

Revision: 0015
Revises: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "rejected",
                "admitted",
                "withdrawn",
                "merged",
                name="proposalstate",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=False,
        ),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("demands", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("benefit", sa.String(), nullable=False),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("agencies", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("appeal", sa.String(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("competence_until", sa.Date(), nullable=True),
        sa.Column("hidden_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_because", sa.String(), nullable=False),
        sa.Column("retry_of_id", sa.Integer(), nullable=True),
        sa.Column("merged_into_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(reviewer_id IS NULL) = (taken_at IS NULL)", name=op.f("ck_proposals_taken")),
        sa.CheckConstraint("round BETWEEN 0 AND 2", name=op.f("ck_proposals_round")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_proposals_author_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["proposals.id"], name=op.f("fk_proposals_merged_into_id")),
        sa.ForeignKeyConstraint(["retry_of_id"], ["proposals.id"], name=op.f("fk_proposals_retry_of_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_proposals_reviewer_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_proposals_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
        sa.UniqueConstraint("topic_id", name=op.f("uq_proposals_topic_id")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposals_author_id"), ["author_id"], unique=False)
        batch_op.create_index("ix_proposals_state", ["state", "submitted_at"], unique=False)
    op.create_table(
        "case_handlings",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("planned_by_id", sa.Integer(), nullable=True),
        sa.Column("contacted_on", sa.Date(), nullable=True),
        sa.Column("contacted_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(planned_at IS NULL) = (plan = '')", name=op.f("ck_case_handlings_planned")),
        sa.CheckConstraint(
            "(contacted_on IS NULL) = (contacted_by_id IS NULL)", name=op.f("ck_case_handlings_contacted")
        ),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_handlings_case_id")),
        sa.ForeignKeyConstraint(["contacted_by_id"], ["people.id"], name=op.f("fk_case_handlings_contacted_by_id")),
        sa.ForeignKeyConstraint(["planned_by_id"], ["people.id"], name=op.f("fk_case_handlings_planned_by_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_handlings")),
    )
    op.create_table(
        "proposal_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_on", sa.Date(), nullable=False),
        sa.Column(
            "verdict",
            sa.Enum(
                "admitted", "rejected", "asked", name="verdict", native_enum=False, create_constraint=True, length=32
            ),
            nullable=False,
        ),
        sa.Column(
            "code",
            sa.Enum(
                "not-ours",
                "national",
                "unclear",
                "same-matter",
                "duplicate",
                "private",
                "in-court",
                "invented",
                "commercial",
                "insulting",
                "illegal",
                "personal-data",
                name="code",
                native_enum=False,
                create_constraint=True,
                length=32,
            ),
            nullable=True,
        ),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("same_as_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(verdict = 'rejected') = (code IS NOT NULL)", name=op.f("ck_proposal_decisions_has_code")),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_decisions_proposal_id")),
        sa.ForeignKeyConstraint(["reviewer_id"], ["people.id"], name=op.f("fk_proposal_decisions_reviewer_id")),
        sa.ForeignKeyConstraint(["same_as_id"], ["proposals.id"], name=op.f("fk_proposal_decisions_same_as_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_decisions")),
    )
    with op.batch_alter_table("proposal_decisions", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_decisions_proposal_id"), ["proposal_id"], unique=False)
    op.create_table(
        "proposal_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("proposal_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"], name=op.f("fk_proposal_versions_proposal_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal_versions")),
        sa.UniqueConstraint("proposal_id", "number", name=op.f("uq_proposal_versions_proposal_id_number")),
    )


def downgrade() -> None:
    for table in ("proposal_versions", "proposal_decisions", "case_handlings", "proposals"):
        op.drop_table(table)
