"""Versions of the rules; the settings that were rules become version 1

Revision: 0005
Revises: 0004
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LONGEST = 180
# The rules as the platform knew them at this revision, written out: later defaults must not change what was kept.
# fmt: off
RULES: dict[str, Any] = {"name": "former-settings",
 "calendar": {"country": "",
              "subdivision": "",
              "roll": True,
              "office_opens": "08:30:00",
              "office_closes": "17:30:00"},
 "eligibility": {"propose": {"nationals": True, "residents": True, "min_age": 0},
                 "endorse": {"nationals": True, "residents": True, "min_age": 0},
                 "accounts_per_phone": 3,
                 "hide_names_of_minors": True},
 "proposal": {"max_demands": 5,
              "max_agencies": 3,
              "review": {"amount": 3, "unit": "working_day"},
              "competence_lock": {"amount": 7, "unit": "day"},
              "repeat_bar": {"amount": 6, "unit": "month"},
              "intake_cap": 0},
 "endorsement": {"threshold": 5000,
                 "window": {"amount": 60, "unit": "day"},
                 "withdraw": True,
                 "notices_percent": [33, 66, 100],
                 "near_miss_share": 0.1},
 "pauses": [],
 "clocks": {"reminders_before_due": [30, 14, 7, 3, 1], "escalate_after_due": [1, 7, 14]},
 "reply": {"due": {"amount": 60, "unit": "day"},
           "extension": {"times": 1, "most": {"amount": 60, "unit": "day"}},
           "plan_notice": {"amount": 7, "unit": "day"},
           "contact_proposer": {"amount": 14, "unit": "day"},
           "required": ["status_per_demand",
                        "reason",
                        "law_or_data_reference",
                        "next_step_with_date_or_none",
                        "contact_unit"],
           "statuses": ["adopted", "partly_adopted", "under_study", "already_done", "not_adopted", "not_competent"],
           "feedback": {"amount": 7, "unit": "day"},
           "survey_after": {"amount": 30, "unit": "day"},
           "follow_up": {"amount": 6, "unit": "month"}},
 "consultation": {"draft_law_min": {"amount": 60, "unit": "day"},
                  "policy_min": {"amount": 30, "unit": "day"},
                  "summary_due": {"amount": 14, "unit": "working_day"},
                  "extension": {"times": 1, "most": {"amount": 14, "unit": "working_day"}}},
 "deliberation": {"min_people_for_map": 30, "consensus_bar": 0.5},
 "meeting": {"transcript_edit": {"amount": 10, "unit": "working_day"}},
 "data": {"k_anonymity": 5,
          "endorsers_kept": {"amount": 28, "unit": "day"},
          "request_due": {"amount": 15, "unit": "day"},
          "extension": {"times": 1, "most": {"amount": 15, "unit": "day"}}},
 "safety": {"report_first_action": {"amount": 4, "unit": "hour"}, "minors_report": {"amount": 1, "unit": "hour"}}}
# fmt: on


def upgrade() -> None:
    policies = op.create_table(
        "policies",
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("published_by", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.JSON(), nullable=False),
        sa.CheckConstraint("version >= 1", name=op.f("ck_policies_version")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_policies_person_id")),
        sa.PrimaryKeyConstraint("version", name=op.f("pk_policies")),
    )
    op.create_index("ix_policies_in_force", "policies", ["effective_from", "version"])
    _keep_values(policies)
    with op.batch_alter_table("instance_settings") as table:
        table.drop_constraint(op.f("ck_instance_settings_reply_days"), type_="check")
        table.drop_column("reply_working_days")
        table.drop_column("min_people_for_map")


def downgrade() -> None:
    with op.batch_alter_table("instance_settings") as table:
        table.add_column(sa.Column("reply_working_days", sa.Integer(), nullable=False, server_default="14"))
        table.add_column(sa.Column("min_people_for_map", sa.Integer(), nullable=False, server_default="30"))
        table.create_check_constraint(op.f("ck_instance_settings_reply_days"), "reply_working_days BETWEEN 1 AND 180")
    op.drop_table("policies")


def _keep_values(policies: sa.Table) -> None:
    """Version 1 says what the settings said. Dates that were promised under them stay, and refer to it."""
    connection = op.get_bind()
    columns = ("name", "reply_working_days", "min_people_for_map")
    settings = sa.table("instance_settings", sa.column("name", sa.JSON), *map(sa.column, columns[1:]))
    clocks = sa.table("clocks", sa.column("settings_version"), sa.column("started_on", sa.Date))
    found = connection.execute(sa.select(settings)).mappings().first()
    if found is None:
        connection.execute(sa.update(clocks).values(settings_version=0))
        return
    now = datetime.now(UTC)
    oldest: date | None = connection.scalar(sa.select(sa.func.min(clocks.c.started_on)))
    yesterday = now.date() - timedelta(days=1)
    connection.execute(
        policies.insert().values(
            version=1,
            document=_rules(found),
            effective_from=min(oldest or yesterday, yesterday),
            published_by=found["name"],
            published_at=now,
            person_id=None,
            note={"en": "Taken over from the former settings.", "zh-Hant-TW": "沿用先前的設定。"},
        )
    )
    connection.execute(sa.update(clocks).values(settings_version=1))


def _rules(found: Any) -> dict[str, Any]:
    days = min(found["reply_working_days"], LONGEST)
    most = {"amount": min(days, 14), "unit": "working_day"}
    answers = {"summary_due": {"amount": days, "unit": "working_day"}, "extension": {"times": 1, "most": most}}
    return RULES | {
        "consultation": RULES["consultation"] | answers,
        "deliberation": RULES["deliberation"] | {"min_people_for_map": found["min_people_for_map"]},
    }
