"""Proposals: endorsements are gathered on a topic, and counted

Revision: 0014
Revises: 0013
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

KINDS = ("issues",)
NEW_KINDS = ("issues", "proposals")


def topics_are(old: Sequence[str], new: Sequence[str]) -> None:
    """Let topics be of other kinds.

    SQLite cannot change a check, and the table cannot be copied: many others refer to it. Changing the text of the
    schema is the way its manual names for this (https://www.sqlite.org/lang_altertable.html, section 7).
    """
    before, after = (", ".join(f"'{kind}'" for kind in kinds) for kinds in (old, new))
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        op.drop_constraint(op.f("ck_topics_topickind"), "topics", type_="check")
        op.create_check_constraint(op.f("ck_topics_topickind"), "topics", f"kind IN ({after})")
        return
    version = connection.exec_driver_sql("PRAGMA schema_version").scalar_one()
    connection.exec_driver_sql("PRAGMA writable_schema = ON")
    changed = sa.text(
        "UPDATE sqlite_schema SET sql = replace(sql, :old, :new) WHERE type = 'table' AND name = 'topics'"
    )
    connection.execute(changed, {"old": f"kind IN ({before})", "new": f"kind IN ({after})"})
    connection.exec_driver_sql(f"PRAGMA schema_version = {version + 1}")
    connection.exec_driver_sql("PRAGMA writable_schema = OFF")


def upgrade() -> None:
    topics_are(KINDS, NEW_KINDS)
    op.create_table(
        "gatherings",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("formula", sa.JSON(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("window", sa.JSON(), nullable=False),
        sa.Column("notices", sa.JSON(), nullable=False),
        sa.Column("may_withdraw", sa.Boolean(), nullable=False),
        sa.Column("near_share", sa.Double(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("planned_on", sa.Date(), nullable=False),
        sa.Column("closes_on", sa.Date(), nullable=False),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rests", sa.JSON(), nullable=False),
        sa.Column("endorsed", sa.Integer(), nullable=False),
        sa.Column("opposed", sa.Integer(), nullable=False),
        sa.Column("established_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("forgotten_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("closes_on >= opened_on", name=op.f("ck_gatherings_order")),
        sa.CheckConstraint("endorsed >= 0 AND opposed >= 0", name=op.f("ck_gatherings_counts")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_gatherings_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", name=op.f("pk_gatherings")),
    )
    with op.batch_alter_table("gatherings", schema=None) as batch_op:
        batch_op.create_index("ix_gatherings_due", ["ended_at", "closes_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_gatherings_established_at"), ["established_at"], unique=False)
    op.create_table(
        "halts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "deed",
            sa.Enum("propose", "endorse", name="deed", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("reason", sa.JSON(), nullable=False),
        sa.Column("began_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("began_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name=op.f("ck_halts_order")),
        sa.ForeignKeyConstraint(["began_by_id"], ["people.id"], name=op.f("fk_halts_began_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["people.id"], name=op.f("fk_halts_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_halts")),
    )
    with op.batch_alter_table("halts", schema=None) as batch_op:
        batch_op.create_index(
            "uq_halts_open",
            ["deed"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "endorsement_tallies",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column(
            "by",
            sa.Enum("day", "area", name="tallyby", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("endorsed", sa.Integer(), nullable=False),
        sa.CheckConstraint("endorsed >= 0", name=op.f("ck_endorsement_tallies_count")),
        sa.ForeignKeyConstraint(["topic_id"], ["gatherings.topic_id"], name=op.f("fk_endorsement_tallies_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "by", "key", name=op.f("pk_endorsement_tallies")),
    )
    op.create_table(
        "endorsements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column(
            "side",
            sa.Enum("for", "against", name="side", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column(
            "channel",
            sa.Enum("web", "assisted", "paper", name="channel", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.String(), nullable=False),
        sa.Column("wants_news", sa.Boolean(), nullable=False),
        sa.Column("merged_from_id", sa.Integer(), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "channel = 'web' OR entered_by_id IS NOT NULL OR person_id IS NULL", name=op.f("ck_endorsements_entered")
        ),
        sa.ForeignKeyConstraint(["entered_by_id"], ["people.id"], name=op.f("fk_endorsements_entered_by_id")),
        sa.ForeignKeyConstraint(["merged_from_id"], ["topics.id"], name=op.f("fk_endorsements_merged_from_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_endorsements_person_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["gatherings.topic_id"], name=op.f("fk_endorsements_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_endorsements")),
        sa.UniqueConstraint("topic_id", "person_id", name=op.f("uq_endorsements_topic_id_person_id")),
        sa.UniqueConstraint("topic_id", "voice", name=op.f("uq_endorsements_topic_id_voice")),
    )
    with op.batch_alter_table("endorsements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_endorsements_person_id"), ["person_id"], unique=False)
    op.create_table(
        "endorsement_voices",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("voice", sa.String(), nullable=False),
        sa.Column("endorsement_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["gatherings.topic_id"], name=op.f("fk_endorsement_voices_topic_id")),
        sa.ForeignKeyConstraint(
            ["endorsement_id"], ["endorsements.id"], name=op.f("fk_endorsement_voices_endorsement_id")
        ),
        sa.PrimaryKeyConstraint("topic_id", "voice", name=op.f("pk_endorsement_voices")),
    )
    op.create_index(op.f("ix_endorsement_voices_endorsement_id"), "endorsement_voices", ["endorsement_id"])
    op.create_table(
        "progress_marks",
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("percent", sa.Integer(), nullable=False),
        sa.Column("reached_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["gatherings.topic_id"], name=op.f("fk_progress_marks_topic_id")),
        sa.PrimaryKeyConstraint("topic_id", "percent", name=op.f("pk_progress_marks")),
    )


def downgrade() -> None:
    for table in ("progress_marks", "endorsement_voices", "endorsements", "endorsement_tallies", "halts", "gatherings"):
        op.drop_table(table)
    topics_are(NEW_KINDS, KINDS)
