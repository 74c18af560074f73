"""Opening a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from app.cases.facts import CaseOpened
from app.cases.models import Case, CaseAgency, Demand
from app.cases.rules import Source
from app.clocks.actions import Start, start_clock
from app.clocks.rules import Subject
from app.core.context import Context
from app.core.database import insert_once
from app.core.permissions import Permission
from app.core.terms import Promise
from app.opinions.queries import all_statements, latest_map
from app.topics.models import Topic
from app.topics.rules import Part


@dataclass(frozen=True)
class Asked:
    """What a proposal asks for: its demands in their order, and their language."""

    demands: Sequence[str]
    lang: str


def open_case(ctx: Context, topic_id: int, closed_on: date, asked: Asked | None = None) -> Case | None:
    """Open the case of a topic that closed on the local day `closed_on`; None if it has one already.

    A proposal, which was established on that day, brings its own demands and is owed a reply; an issue is owed the
    summary of what people said, and its map makes the demands.

    The due date is reckoned now and kept with everything that led to it: later rules and calendars do not move it.
    """
    ctx.require(Permission.RUN)
    # Not today's: the job that closes an issue comes after midnight, and other rules may have begun with it.
    rules = ctx.find_policy(ctx.session, closed_on)
    if not insert_once(ctx.session, Case, topic_id=topic_id, opened_at=ctx.now):
        return None
    case = ctx.session.scalars(sa.select(Case).where(Case.topic_id == topic_id)).one()
    topic = ctx.get(Topic, topic_id)
    lead_first = sorted(topic.agencies, key=lambda part: part.part is not Part.LEAD)
    ctx.session.add_all(CaseAgency(case_id=case.id, agency_id=one.agency_id, part=one.part) for one in lead_first)
    clock = start_clock(
        ctx,
        Start(
            Subject.CASE,
            case.id,
            rules.terms(Promise.REPLY if asked else Promise.SUMMARY),
            at=closed_on,
            policy_version=rules.version,
            topic_id=topic_id,
            agency_id=lead_first[0].agency_id,
        ),
    )
    if asked:
        _add_demands(ctx, case, asked)
    else:
        _add_common_demands(ctx, case, rules.deliberation.consensus_bar)
    ctx.session.flush()
    ctx.record(CaseOpened(topic_id, case.id, clock.due_on))
    return case


def _add_demands(ctx: Context, case: Case, asked: Asked) -> None:
    ctx.session.add_all(
        Demand(case_id=case.id, position=position, text=text, lang=asked.lang, source=Source.PROPOSAL)
        for position, text in enumerate(asked.demands, 1)
    )


def _add_common_demands(ctx: Context, case: Case, bar: float) -> None:
    """What all groups of the map ask for, or reject, above the bar of the rules has to be answered."""
    snapshot = latest_map(ctx, case.topic_id)
    statements = {statement.id: statement for statement in all_statements(ctx, case.topic_id)}
    found = snapshot.content.get("consensus", []) if snapshot else []
    entries = [entry for entry in found if entry["statement"] in statements and entry["floor"] >= bar]
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
