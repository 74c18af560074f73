"""How broad the support is, is counted a little later

Revision: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Once: with 1 against 0 all of them are counted anew.
    op.add_column("gatherings", sa.Column("moves", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("gatherings", sa.Column("tallied", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    op.drop_column("gatherings", "tallied")
    op.drop_column("gatherings", "moves")
