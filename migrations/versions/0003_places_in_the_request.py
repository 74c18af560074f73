"""Places in the request: the memory of a map instead of a row for everybody on it; a pseudonym for every participant

Revision: 0003
Revises: 0002
"""

from __future__ import annotations

import secrets

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

BATCH = 10_000
PARTICIPANTS = sa.table("participants", *(sa.column(name, sa.Integer) for name in ("id", "topic_id", "alias")))


def upgrade() -> None:
    # Columns are added without `batch`: SQLite would rebuild the table, and may not drop one that votes refer to.
    op.add_column("map_snapshots", sa.Column("memory", sa.JSON(), nullable=True))
    op.add_column("participants", sa.Column("alias", sa.Integer(), nullable=False, server_default="0"))
    _draw_aliases(op.get_bind())
    if op.get_context().dialect.name != "sqlite":
        op.alter_column("participants", "alias", server_default=None)
    op.create_index("ix_participants_alias", "participants", ["topic_id", "alias"], unique=True)
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_placements_snapshot_id"))

    op.drop_table("placements")


def _draw_aliases(connection: sa.Connection) -> None:
    """A number by lot for every participant, no two alike in a topic."""
    table, last = PARTICIPANTS, 0
    taken: dict[int, set[int]] = {}
    change = sa.update(table).where(table.c.id == sa.bindparam("key")).values(alias=sa.bindparam("drawn"))
    while rows := connection.execute(
        sa.select(table.c.id, table.c.topic_id).where(table.c.id > last).order_by(table.c.id).limit(BATCH)
    ).all():
        drawn = [{"key": key, "drawn": _alias(taken.setdefault(topic_id, {0}))} for key, topic_id in rows]
        connection.execute(change, drawn)
        last = rows[-1].id


def _alias(taken: set[int]) -> int:
    alias = 0
    while alias in taken:
        alias = secrets.randbits(31)
    taken.add(alias)
    return alias


def downgrade() -> None:
    op.create_table(
        "placements",
        sa.Column("participant_id", sa.Integer(), nullable=False),
        sa.Column("snapshot_id", sa.Integer(), nullable=False),
        sa.Column("x", sa.Double(), nullable=False),
        sa.Column("y", sa.Double(), nullable=False),
        sa.Column("doubt", sa.Double(), nullable=False),
        sa.Column("group", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["participant_id"], ["participants.id"], name=op.f("fk_placements_participant_id")),
        sa.ForeignKeyConstraint(["snapshot_id"], ["map_snapshots.id"], name=op.f("fk_placements_snapshot_id")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_placements")),
    )
    with op.batch_alter_table("placements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_placements_snapshot_id"), ["snapshot_id"], unique=False)

    op.drop_index("ix_participants_alias", "participants")
    op.drop_column("participants", "alias")
    op.drop_column("map_snapshots", "memory")
