"""What is known of people: what they say, identities of providers, mobile numbers and codes

Revision: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

STANDINGS = ("national", "resident", "other")
BANDS = ("0-13", "14-15", "16-17", "18-19", "20+")
LEVELS = ("none", "email", "phone", "high")


def upgrade() -> None:
    op.add_column("people", sa.Column("minor", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_table(
        "declarations",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column(
            "standing",
            sa.Enum(*STANDINGS, name="standing", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column(
            "age_band",
            sa.Enum(*BANDS, name="ageband", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_declarations_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_declarations")),
    )
    op.create_table(
        "identities",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(*LEVELS, name="level", native_enum=False, create_constraint=True, length=32),
            nullable=False,
        ),
        sa.Column("linked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_identities_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identities")),
        sa.UniqueConstraint("key", name=op.f("uq_identities_key")),
    )
    op.create_index(op.f("ix_identities_person_id"), "identities", ["person_id"])
    op.create_table(
        "phones",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("number_range", sa.String(), nullable=False),
        sa.Column("verified_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phones_person_id")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_phones")),
        sa.UniqueConstraint("key", "place", name=op.f("uq_phones_key_place")),
    )
    op.create_table(
        "phone_codes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("hint", sa.String(), nullable=False),
        sa.Column("number_range", sa.String(), nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("guesses", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_phone_codes_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_phone_codes")),
    )
    op.create_index(op.f("ix_phone_codes_person_id"), "phone_codes", ["person_id"])
    op.create_index(op.f("ix_phone_codes_key"), "phone_codes", ["key"])
    op.create_table(
        "text_messages",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered", sa.Boolean(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_messages")),
        sa.UniqueConstraint("reference", name=op.f("uq_text_messages_reference")),
    )
    op.create_index("ix_text_messages_waiting", "text_messages", ["done_at", "next_try_at"])


def downgrade() -> None:
    for table in ("text_messages", "phone_codes", "phones", "identities", "declarations"):
        op.drop_table(table)
    op.drop_column("people", "minor")
