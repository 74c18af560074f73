"""The calendar: exceptions for one area, half days, and the area of the instance

Revision: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

EVERYWHERE = sa.text("area IS NULL")
HALF = sa.Enum("morning", "afternoon", name="half", native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    with op.batch_alter_table("instance_settings", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area", sa.String(), nullable=True))
    with op.batch_alter_table("calendar_exceptions", schema=None) as batch_op:
        batch_op.add_column(sa.Column("area", sa.String(), nullable=True))
        batch_op.add_column(sa.Column("half", HALF, nullable=True))
        batch_op.drop_constraint(batch_op.f("uq_calendar_exceptions_day"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_calendar_exceptions_day_area"), ["day", "area"])
        batch_op.create_check_constraint(batch_op.f("ck_calendar_exceptions_half_works"), "half IS NULL OR works")
    op.create_index(
        "uq_calendar_exceptions_day_everywhere",
        "calendar_exceptions",
        ["day"],
        unique=True,
        sqlite_where=EVERYWHERE,
        postgresql_where=EVERYWHERE,
    )


def downgrade() -> None:
    # What held for one area or for half a day only cannot be said without these columns.
    op.execute(sa.text("DELETE FROM calendar_exceptions WHERE area IS NOT NULL OR half IS NOT NULL"))
    op.drop_index("uq_calendar_exceptions_day_everywhere", table_name="calendar_exceptions")
    with op.batch_alter_table("calendar_exceptions", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_calendar_exceptions_half_works"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_calendar_exceptions_half"), type_="check")
        batch_op.drop_constraint(batch_op.f("uq_calendar_exceptions_day_area"), type_="unique")
        batch_op.create_unique_constraint(batch_op.f("uq_calendar_exceptions_day"), ["day"])
        batch_op.drop_column("half")
        batch_op.drop_column("area")
    with op.batch_alter_table("instance_settings", schema=None) as batch_op:
        batch_op.drop_column("area")
