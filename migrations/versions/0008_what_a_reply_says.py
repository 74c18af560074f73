"""What a reply says: the parts of an answer, versions of published replies, holding answers

Revision: 0008
Revises: 0007
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

OUTCOMES = ("adopted", "partly_adopted", "under_study", "already_done", "not_adopted", "not_competent")
SOURCES = ("map", "officer", "proposal")
OLD_OUTCOMES = ("adopted", "partly_adopted", "under_study", "not_adopted")
OLD_SOURCES = ("map", "officer")
NEW_COLUMNS = ("basis", "next_step", "next_step_on", "no_next_step", "contact", "written_by_id", "written_at")
NEXT_STEP = "NOT no_next_step OR (next_step = '' AND next_step_on IS NULL)"
STATES = ("draft", "submitted", "published")


def upgrade() -> None:
    _change_demands(_one_of("outcome", OUTCOMES), _one_of("source", SOURCES), adding=True)
    _create_versions()
    _create_holdings()
    _keep_first_versions(op.get_bind())


def downgrade() -> None:
    op.drop_table("holding_answers")
    op.drop_table("reply_versions")
    demands = sa.table("demands", sa.column("id"), sa.column("outcome"), sa.column("source"))
    op.execute(demands.update().where(demands.c.outcome == "already_done").values(outcome="adopted"))
    op.execute(demands.update().where(demands.c.outcome == "not_competent").values(outcome="not_adopted"))
    op.execute(demands.update().where(demands.c.source == "proposal").values(source="officer"))
    _change_demands(_one_of("outcome", OLD_OUTCOMES), _one_of("source", OLD_SOURCES), adding=False)


def _one_of(column: str, values: tuple[str, ...]) -> str:
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"


def _change_demands(outcome: str, source: str, adding: bool) -> None:
    """Columns come or go, and the two lists change. SQLite copies the table: nothing refers to it."""
    with op.batch_alter_table("demands", copy_from=_demands(with_new=not adding)) as batch:
        batch.drop_constraint(op.f("ck_demands_outcome"), type_="check")
        batch.drop_constraint(op.f("ck_demands_source"), type_="check")
        if adding:
            for column in _new_columns():
                batch.add_column(column)
            batch.create_foreign_key(op.f("fk_demands_written_by_id"), "people", ["written_by_id"], ["id"])
            batch.create_check_constraint(op.f("ck_demands_next_step"), sa.text(NEXT_STEP))
        else:
            batch.drop_constraint(op.f("ck_demands_next_step"), type_="check")
            batch.drop_constraint(op.f("fk_demands_written_by_id"), type_="foreignkey")
            for name in NEW_COLUMNS:
                batch.drop_column(name)
        batch.create_check_constraint(op.f("ck_demands_outcome"), sa.text(outcome))
        batch.create_check_constraint(op.f("ck_demands_source"), sa.text(source))


def _new_columns() -> list[sa.Column[object]]:
    return [
        sa.Column("basis", sa.String(), nullable=False, server_default=""),
        sa.Column("next_step", sa.String(), nullable=False, server_default=""),
        sa.Column("next_step_on", sa.Date(), nullable=True),
        sa.Column("no_next_step", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("contact", sa.String(), nullable=False, server_default=""),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=True),
    ]


def _demands(with_new: bool) -> sa.Table:
    """The table as it is before the change."""
    more: list[sa.Column[object] | sa.Constraint] = []
    if with_new:
        more = [
            *_new_columns(),
            sa.ForeignKeyConstraint(["written_by_id"], ["people.id"], name=op.f("fk_demands_written_by_id")),
            sa.CheckConstraint(NEXT_STEP, name=op.f("ck_demands_next_step")),
        ]
    return sa.Table(
        "demands",
        sa.MetaData(),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("source", sa.String(32), nullable=False),
        sa.Column("statement_id", sa.Integer(), nullable=True),
        sa.Column("side", sa.SmallInteger(), nullable=False),
        sa.Column("outcome", sa.String(32), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answer_html", sa.String(), nullable=False),
        sa.CheckConstraint("(source = 'map') = (statement_id IS NOT NULL)", name=op.f("ck_demands_statement")),
        sa.CheckConstraint("side IN (-1, 1)", name=op.f("ck_demands_side")),
        sa.CheckConstraint(_one_of("outcome", OUTCOMES if with_new else OLD_OUTCOMES), name=op.f("ck_demands_outcome")),
        sa.CheckConstraint(_one_of("source", SOURCES if with_new else OLD_SOURCES), name=op.f("ck_demands_source")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_demands_case_id")),
        sa.ForeignKeyConstraint(["statement_id"], ["statements.id"], name=op.f("fk_demands_statement_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demands")),
        sa.UniqueConstraint("case_id", "position", name=op.f("uq_demands_case_id_position")),
        *more,
    )


def _create_versions() -> None:
    state = sa.Enum(*STATES, name="replystate", native_enum=False, create_constraint=True, length=32)
    op.create_table(
        "reply_versions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reply_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("state", state, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_back_because", sa.String(), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)", name=op.f("ck_reply_versions_published")
        ),
        sa.CheckConstraint("number = 1 OR reason <> ''", name=op.f("ck_reply_versions_reason")),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name=op.f("fk_reply_versions_approver_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_reply_versions_author_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_reply_versions_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_versions")),
        sa.UniqueConstraint("reply_id", "number", name=op.f("uq_reply_versions_reply_id_number")),
    )


def _create_holdings() -> None:
    op.create_table(
        "holding_answers",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("html", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("approver_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_back_because", sa.String(), nullable=False),
        sa.CheckConstraint("number BETWEEN 1 AND 2", name=op.f("ck_holding_answers_number")),
        sa.CheckConstraint("(approver_id IS NULL) = (published_at IS NULL)", name=op.f("ck_holding_answers_approved")),
        sa.ForeignKeyConstraint(["approver_id"], ["people.id"], name=op.f("fk_holding_answers_approver_id")),
        sa.ForeignKeyConstraint(["author_id"], ["people.id"], name=op.f("fk_holding_answers_author_id")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_holding_answers_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_holding_answers")),
        sa.UniqueConstraint("case_id", "number", name=op.f("uq_holding_answers_case_id_number")),
    )


def _keep_first_versions(connection: sa.Connection) -> None:
    """A reply that is published already gets its first version, so that a correction has something to differ from."""
    metadata = sa.MetaData()
    metadata.reflect(connection, only=["replies", "demands", "reply_versions"], resolve_fks=False)
    replies, demands, versions = (metadata.tables[name] for name in ("replies", "demands", "reply_versions"))
    for reply in connection.execute(sa.select(replies).where(replies.c.state == "published")).all():
        rows = connection.execute(sa.select(demands).where(demands.c.case_id == reply.case_id)).all()
        content = {"summary": reply.summary, "lang": reply.lang, "contact": reply.contact}
        answers = {str(row.id): {"outcome": row.outcome, "text": row.answer} | NOTHING_MORE for row in rows}
        kept = {"reply_id": reply.id, "number": 1, "state": "published", "revision": 1, "reason": ""}
        people = {"author_id": reply.author_id, "approver_id": reply.approver_id}
        moments = {"saved_at": reply.saved_at, "published_at": reply.published_at, "sent_back_because": ""}
        connection.execute(
            versions.insert().values(kept | people | moments | {"content": content | {"answers": answers}})
        )


NOTHING_MORE = {"basis": "", "next_step": "", "next_step_on": None, "no_next_step": False, "contact": ""}
"""What an answer did not say before this revision."""
