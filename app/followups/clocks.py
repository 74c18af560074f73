"""The clock of a study: when news of it is due. Started with the study, begun again with news, stopped by its end."""

from __future__ import annotations

from datetime import date

from app.cases.models import Case
from app.cases.queries import rules_of
from app.clocks.actions import Start, restart_clock, start_clock, stop_clock
from app.clocks.models import ClockRow
from app.clocks.rules import Reason, Subject
from app.core.context import Context
from app.core.deadline import due_after
from app.core.terms import Promise
from app.followups.models import Study
from app.followups.rules import next_round_from


def start(ctx: Context, case: Case, demand_id: int, day: date) -> ClockRow:
    """Start the clock of a demand that was taken under study on the local day `day`."""
    return start_clock(
        ctx,
        Start(
            Subject.DEMAND,
            demand_id,
            rules_of(ctx, case).terms(Promise.FOLLOW_UP),
            at=day,
            policy_version=case.clock.policy_version,
            topic_id=case.topic_id,
            agency_id=case.lead.agency_id,
        ),
    )


def restart(ctx: Context, study: Study) -> None:
    """News has come today: the next is due a round later. Where whole rounds were missed, it begins now."""
    terms = study.clock.promised
    begin = next_round_from(study.clock.due_on, ctx.today)
    due = due_after(begin, terms.period.amount, terms.period.unit, ctx.calendar, terms.period.roll)
    restart_clock(ctx, study.clock, ctx.today if due.on < ctx.today else begin, Reason())


def stop(ctx: Context, study: Study) -> None:
    """The study has a final outcome."""
    stop_clock(ctx, study.clock)
