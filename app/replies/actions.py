"""Opening a case, and noting that a promise was broken."""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.deadline import Unit, due_after
from app.core.permissions import Permission
from app.opinions.queries import all_statements, latest_map
from app.replies.facts import CaseBecameLate, CaseOpened
from app.replies.models import Case, CaseAgency, ClockRow, Demand
from app.replies.rules import Promise, Source
from app.topics.models import Topic
from app.topics.rules import Part


def open_case(ctx: Context, topic_id: int, closed_on: date) -> Case | None:
    """Open the case of a topic that closed on the local day `closed_on`; None if it has one already.

    The due date is reckoned now and kept with everything that led to it: later settings and calendars do not move it.
    """
    ctx.require(Permission.RUN)
    if not insert_once(ctx.session, Case, topic_id=topic_id, opened_at=ctx.now):
        return None
    case = ctx.session.scalars(sa.select(Case).where(Case.topic_id == topic_id)).one()
    topic = ctx.get(Topic, topic_id)
    lead_first = sorted(topic.agencies, key=lambda part: part.part is not Part.LEAD)
    ctx.session.add_all(CaseAgency(case_id=case.id, agency_id=one.agency_id, part=one.part) for one in lead_first)
    due = due_after(closed_on, ctx.settings.reply_working_days, Unit.WORKING_DAY, ctx.calendar)
    ctx.session.add(
        ClockRow(
            case_id=case.id,
            promise=Promise.REPLY,
            started_on=due.start,
            due_on=due.on,
            settings_version=ctx.settings.version,
            reckoning=due.to_json(),
        )
    )
    _add_common_demands(ctx, case)
    ctx.session.flush()
    ctx.record(CaseOpened(topic_id, case.id, due.on))
    return case


def note_late(ctx: Context, clock_id: int) -> bool:
    """Note that the due date of a running clock has passed; True for the one call that noted it."""
    ctx.require(Permission.RUN)
    noted = ctx.session.execute(
        sa.update(ClockRow).where(*_running_and_not_noted(ctx, clock_id)).values(late_noted_at=ctx.now)
    )
    if not noted.rowcount:
        return False
    clock = ctx.get(ClockRow, clock_id)
    since = clock.due_on + timedelta(days=1)
    ctx.record(CaseBecameLate(clock.case.topic_id, clock.case_id, clock.due_on, since))
    return True


def _running_and_not_noted(ctx: Context, clock_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        ClockRow.id == clock_id,
        ClockRow.stopped_on.is_(None),
        ClockRow.due_on < ctx.today,
        ClockRow.late_noted_at.is_(None),
    )


def _add_common_demands(ctx: Context, case: Case) -> None:
    """What all groups of the map ask for, or reject, has to be answered."""
    snapshot = latest_map(ctx, case.topic_id)
    statements = {statement.id: statement for statement in all_statements(ctx, case.topic_id)}
    found = snapshot.content.get("consensus", []) if snapshot else []
    entries = [entry for entry in found if entry["statement"] in statements]
    for position, entry in enumerate(entries, 1):
        statement = statements[entry["statement"]]
        ctx.session.add(
            Demand(
                case_id=case.id,
                position=position,
                text=statement.text,
                lang=statement.lang,
                source=Source.MAP,
                statement_id=statement.id,
                side=entry.get("side", 1),
            )
        )
