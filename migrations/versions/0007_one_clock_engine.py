"""One engine for every promise: clocks of any subject, what is done to them, their pauses and steps

Running clocks of cases keep their dates. Lateness that was noted becomes the first escalation.

Revision: 0007
Revises: 0004
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0004"
branch_labels = None
depends_on = None

PROMISES = (
    "reply",
    "summary",
    "plan",
    "contact",
    "review",
    "follow_up",
    "data_request",
    "safety_report",
    "minors_report",
    "transcript",
)
SUBJECTS = ("case", "demand", "proposal", "report", "meeting", "data_request")
LEVELS = ("officers", "head", "public")
MOMENT = sa.DateTime(timezone=True)


def one_of(name: str, values: Sequence[str]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=32)


def upgrade() -> None:
    before = rows("SELECT * FROM clocks ORDER BY id")
    op.drop_table("clocks")
    create_clocks()
    create_acts_and_pauses()
    op.create_table(
        "clock_steps",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", one_of("stepkind", ("reminder", "escalation")), nullable=False),
        sa.Column("step", sa.Integer(), nullable=False),
        sa.Column("level", one_of("level", LEVELS), nullable=True),
        sa.Column("was_due_at", MOMENT, nullable=False),
        sa.Column("noted_at", MOMENT, nullable=False),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_clock_steps_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_steps")),
        sa.UniqueConstraint("clock_id", "round", "kind", "step", name=op.f("uq_clock_steps_clock_id_round_kind_step")),
    )
    carry_over(before)


def downgrade() -> None:
    kept = rows(
        "SELECT c.*, (SELECT min(s.noted_at) FROM clock_steps s WHERE s.clock_id = c.id AND s.kind = 'escalation')"
        " AS late_noted_at FROM clocks c WHERE subject = 'case' AND promise = 'summary' ORDER BY id"
    )
    for table in ("clock_steps", "clock_pauses", "clock_acts", "clocks"):
        op.drop_table(table)
    op.create_table(
        "clocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("promise", one_of("promise", ("reply",)), nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("late_noted_at", MOMENT, nullable=True),
        sa.Column("settings_version", sa.Integer(), nullable=False),
        sa.Column("reckoning", sa.JSON(), nullable=False),
        sa.CheckConstraint("due_on >= started_on", name=op.f("ck_clocks_order")),
        sa.ForeignKeyConstraint(["case_id"], ["cases.id"], name=op.f("fk_clocks_case_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint("case_id", "promise", name=op.f("uq_clocks_case_id_promise")),
    )
    op.create_index("ix_clocks_due", "clocks", ["stopped_on", "due_on"])
    names = ("id", "started_on", "due_on", "stopped_on", "late_noted_at", "reckoning")
    insert(
        "clocks",
        [
            {name: row[name] for name in names}
            | {"case_id": row["subject_id"], "promise": "reply", "settings_version": row["policy_version"]}
            for row in kept
        ],
    )


def create_clocks() -> None:
    op.create_table(
        "clocks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("promise", one_of("promise", PROMISES), nullable=False),
        sa.Column("subject", one_of("subject", SUBJECTS), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("policy_version", sa.Integer(), nullable=False),
        sa.Column("terms", sa.JSON(), nullable=False),
        sa.Column("reckoning", sa.JSON(), nullable=False),
        sa.Column("earlier", sa.JSON(), nullable=False),
        sa.Column("started_at", MOMENT, nullable=False),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("due_at", MOMENT, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("round_at", MOMENT, nullable=False),
        sa.Column("extended", sa.Integer(), nullable=False),
        sa.Column("next_at", MOMENT, nullable=True),
        sa.Column("paused_at", MOMENT, nullable=True),
        sa.Column("paused_on", sa.Date(), nullable=True),
        sa.Column("stopped_at", MOMENT, nullable=True),
        sa.Column("stopped_on", sa.Date(), nullable=True),
        sa.Column("stop", one_of("stop", ("kept", "void")), nullable=True),
        sa.CheckConstraint("due_on >= started_on", name=op.f("ck_clocks_order")),
        sa.CheckConstraint("(paused_at IS NULL) = (paused_on IS NULL)", name=op.f("ck_clocks_paused")),
        sa.CheckConstraint(
            "(stopped_at IS NULL) = (stopped_on IS NULL) AND (stopped_at IS NULL) = (stop IS NULL)",
            name=op.f("ck_clocks_stopped"),
        ),
        sa.CheckConstraint(
            "next_at IS NULL OR (stopped_at IS NULL AND paused_at IS NULL)", name=op.f("ck_clocks_next")
        ),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_clocks_agency_id")),
        sa.ForeignKeyConstraint(["topic_id"], ["topics.id"], name=op.f("fk_clocks_topic_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clocks")),
        sa.UniqueConstraint("subject", "subject_id", "promise", name=op.f("uq_clocks_subject_subject_id_promise")),
    )
    op.create_index("ix_clocks_due", "clocks", ["stopped_on", "due_on"])
    op.create_index("ix_clocks_late", "clocks", ["due_at"])
    op.create_index("ix_clocks_next", "clocks", ["next_at"])
    op.create_index("ix_clocks_topic_id", "clocks", ["topic_id"])


def create_acts_and_pauses() -> None:
    op.create_table(
        "clock_acts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("kind", one_of("actkind", ("paused", "resumed", "extended", "restarted", "moved")), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lang", sa.String(), nullable=False),
        sa.Column("old_due_on", sa.Date(), nullable=False),
        sa.Column("new_due_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["actor_id"], ["people.id"], name=op.f("fk_clock_acts_actor_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["agencies.id"], name=op.f("fk_clock_acts_agency_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_clock_acts_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_acts")),
    )
    op.create_index("ix_clock_acts_clock_id", "clock_acts", ["clock_id"])
    op.create_table(
        "clock_pauses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("clock_id", sa.Integer(), nullable=False),
        sa.Column("act_id", sa.Integer(), nullable=False),
        sa.Column("from_at", MOMENT, nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("until_at", MOMENT, nullable=True),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.CheckConstraint("(until_at IS NULL) = (until_on IS NULL)", name=op.f("ck_clock_pauses_ended")),
        sa.CheckConstraint("until_at IS NULL OR until_at >= from_at", name=op.f("ck_clock_pauses_order")),
        sa.ForeignKeyConstraint(["act_id"], ["clock_acts.id"], name=op.f("fk_clock_pauses_act_id")),
        sa.ForeignKeyConstraint(["clock_id"], ["clocks.id"], name=op.f("fk_clock_pauses_clock_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_pauses")),
    )
    op.create_index("ix_clock_pauses_clock_id", "clock_pauses", ["clock_id"])
    still_open = sa.text("until_at IS NULL")
    op.create_index(
        "ix_clock_pauses_open",
        "clock_pauses",
        ["clock_id"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )


def carry_over(before: list[dict[str, Any]]) -> None:
    """Clocks of cases as this revision keeps them. They were promised without reminders and told once when late."""
    zone = ZoneInfo(next((row["timezone"] for row in rows("SELECT timezone FROM instance_settings")), "Asia/Taipei"))
    cases = {row["id"]: row for row in rows("SELECT * FROM cases")}
    leads = {row["case_id"]: row["agency_id"] for row in rows("SELECT * FROM case_agencies WHERE part = 'lead'")}
    clocks, steps = [], []
    for row in before:
        case = cases[row["case_id"]]
        clock = carried_over(row, case, leads.get(row["case_id"]), zone)
        clocks.append(clock)
        if row["late_noted_at"] is not None:
            noted_at = moment(row["late_noted_at"])
            steps.append({"clock_id": row["id"], "was_due_at": clock["due_at"], "noted_at": noted_at})
            clock["next_at"] = None
    insert("clocks", clocks)
    same = {"round": 1, "kind": "escalation", "step": 1, "level": "officers"}
    insert("clock_steps", [step | same for step in steps])


def carried_over(row: dict[str, Any], case: dict[str, Any], lead: int | None, zone: ZoneInfo) -> dict[str, Any]:
    reckoning = json.loads(row["reckoning"]) if isinstance(row["reckoning"], str) else row["reckoning"]
    started_on, due_on, stopped_on = (day(row[name]) for name in ("started_on", "due_on", "stopped_on"))
    opened_at, answered_at = moment(case["opened_at"]), moment(case["answered_at"])
    due_at = datetime.combine(due_on + timedelta(days=1), time.min, zone).astimezone(UTC)
    stopped_at = (answered_at or due_at) if stopped_on else None
    return {
        "id": row["id"],
        "promise": "summary",
        "subject": "case",
        "subject_id": row["case_id"],
        "topic_id": case["topic_id"],
        "agency_id": lead,
        "area": "",
        "policy_version": row["settings_version"],
        "terms": {
            "promise": "summary",
            "period": {"amount": reckoning["amount"], "unit": reckoning["unit"], "roll": True},
            "extension": None,
            "reminders": [],
            "escalations": [1],
        },
        "reckoning": reckoning,
        "earlier": [],
        "started_at": opened_at,
        "started_on": started_on,
        "due_on": due_on,
        "due_at": due_at,
        "round": 1,
        "round_at": opened_at,
        "extended": 0,
        "next_at": None if stopped_at else due_at,
        "stopped_at": stopped_at,
        "stopped_on": stopped_on,
        "stop": "kept" if stopped_at else None,
    }


def rows(query: str) -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text(query)).mappings()]


def insert(table: str, values: list[dict[str, Any]]) -> None:
    """Insert rows, and on PostgreSQL let the next id come after theirs."""
    if not values:
        return
    bind = op.get_bind()
    target = sa.Table(table, sa.MetaData(), autoload_with=bind)
    bind.execute(target.insert(), [typed(target, row) for row in values])
    if bind.dialect.name == "postgresql" and "id" in values[0]:
        highest = max(row["id"] for row in values)
        bind.execute(sa.select(sa.func.setval(sa.func.pg_get_serial_sequence(table, "id"), highest)))


def typed(target: sa.Table, row: dict[str, Any]) -> dict[str, Any]:
    """Raw values of either engine as the types of the columns: SQLite gives days, moments and JSON as text."""
    return {name: value_for(target.c[name].type, value) for name, value in row.items()}


def value_for(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if isinstance(kind, sa.JSON):
        return json.loads(value) if isinstance(value, str) else value
    if isinstance(kind, sa.DateTime):
        return moment(value)
    return day(value) if isinstance(kind, sa.Date) else value


def moment(value: Any) -> Any:
    found = datetime.fromisoformat(value) if isinstance(value, str) else value
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def day(value: Any) -> Any:
    return date.fromisoformat(value) if isinstance(value, str) else value
