"""Who answers a case: parts added, released and contributed, transfers, officers and their deputies, notes

Revision: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

OPEN = sa.text("outcome IS NULL")
HOLDING = sa.text("released_at IS NULL")
CONTACT = sa.text("is_contact")
TEXTS = ("added_because", "released_because", "contribution", "contribution_html")
MOMENTS = ("added_at", "released_at", "contributed_at")
PEOPLE = ("contributed_by_id", "handler_id", "deputy_id")


def upgrade() -> None:
    # The old key cannot be taken off in place on SQLite; nothing refers to this table, so it may be copied.
    with op.batch_alter_table("case_agencies") as parts:
        parts.drop_constraint(op.f("uq_case_agencies_case_id_agency_id"), type_="unique")
        for name in MOMENTS:
            parts.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        for name in TEXTS:
            parts.add_column(sa.Column(name, sa.String(), nullable=False, server_default=""))
        for name in PEOPLE:
            parts.add_column(sa.Column(name, sa.Integer(), nullable=True))
            parts.create_foreign_key(op.f(f"fk_case_agencies_{name}"), "people", [name], ["id"])
        parts.create_check_constraint(
            op.f("ck_case_agencies_released"), "(released_at IS NULL) = (released_because = '')"
        )
        parts.create_check_constraint(
            op.f("ck_case_agencies_contributed"), "(contributed_at IS NULL) = (contributed_by_id IS NULL)"
        )
    op.create_index(op.f("ix_case_agencies_case_id"), "case_agencies", ["case_id"])
    op.create_index(op.f("ix_case_agencies_handler_id"), "case_agencies", ["handler_id"])
    op.create_index(
        "uq_case_agencies_holding",
        "case_agencies",
        ["case_id", "agency_id"],
        unique=True,
        sqlite_where=HOLDING,
        postgresql_where=HOLDING,
    )
    op.add_column("memberships", sa.Column("is_contact", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index(
        "uq_memberships_contact",
        "memberships",
        ["agency_id"],
        unique=True,
        sqlite_where=CONTACT,
        postgresql_where=CONTACT,
    )
    _absences()
    _transfers()
    _notes()


def _absences() -> None:
    op.create_table(
        "absences",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("until_on IS NULL OR until_on >= from_on", name=op.f("ck_absences_order")),
        sa.CheckConstraint("person_id <> deputy_id", name=op.f("ck_absences_somebody_else")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_absences_agency_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_absences_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_agency_id"), "absences", ["agency_id"])


def _transfers() -> None:
    outcomes = ("accepted", "declined", "withdrawn")
    op.create_table(
        "case_transfers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("from_agency_id", sa.Integer(), nullable=False),
        sa.Column("to_agency_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("offered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("offered_by_id", sa.Integer(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(*outcomes, name="transferoutcome", native_enum=False, create_constraint=True, length=32),
            nullable=True,
        ),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.CheckConstraint("(outcome IS NULL) = (decided_at IS NULL)", name=op.f("ck_case_transfers_decided")),
        sa.CheckConstraint("(outcome IS NULL) = (decided_by_id IS NULL)", name=op.f("ck_case_transfers_decided_by")),
        sa.CheckConstraint("from_agency_id <> to_agency_id", name=op.f("ck_case_transfers_to_another")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_transfers_case_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["people.id"], name=op.f("fk_case_transfers_decided_by_id")),
        sa.ForeignKeyConstraint(["from_agency_id"], ["agencies.id"], name=op.f("fk_case_transfers_from_agency_id")),
        sa.ForeignKeyConstraint(["offered_by_id"], ["people.id"], name=op.f("fk_case_transfers_offered_by_id")),
        sa.ForeignKeyConstraint(["to_agency_id"], ["agencies.id"], name=op.f("fk_case_transfers_to_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_transfers")),
    )
    op.create_index(op.f("ix_case_transfers_case_id"), "case_transfers", ["case_id"])
    op.create_index(op.f("ix_case_transfers_to_agency_id"), "case_transfers", ["to_agency_id"])
    op.create_index(
        "uq_case_transfers_open",
        "case_transfers",
        ["case_id"],
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    )


def _notes() -> None:
    op.create_table(
        "case_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_case_notes_agency_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_case_notes_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_case_notes_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_notes")),
    )
    op.create_index(op.f("ix_case_notes_case_id"), "case_notes", ["case_id"])


def downgrade() -> None:
    for table in ("case_notes", "case_transfers", "absences"):
        op.drop_table(table)
    op.drop_index("uq_memberships_contact", "memberships")
    op.drop_column("memberships", "is_contact")
    # Rows of released agencies have no place in the old table.
    op.execute(sa.text("DELETE FROM case_agencies WHERE released_at IS NOT NULL"))
    for name in ("uq_case_agencies_holding", op.f("ix_case_agencies_handler_id"), op.f("ix_case_agencies_case_id")):
        op.drop_index(name, "case_agencies")
    with op.batch_alter_table("case_agencies") as parts:
        for name in ("released", "contributed"):
            parts.drop_constraint(op.f(f"ck_case_agencies_{name}"), type_="check")
        for name in PEOPLE:
            parts.drop_constraint(op.f(f"fk_case_agencies_{name}"), type_="foreignkey")
        for name in (*PEOPLE, *TEXTS, *MOMENTS):
            parts.drop_column(name)
        parts.create_unique_constraint(op.f("uq_case_agencies_case_id_agency_id"), ["case_id", "agency_id"])
