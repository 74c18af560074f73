"""Opening a gathering, keeping its window, ending it, and forgetting who endorsed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from app.core.clock import end_of_day
from app.core.context import Context
from app.core.database import insert_once
from app.core.deadline import due_after
from app.core.permissions import Permission
from app.endorsements.facts import EndorsersForgotten, GatheringMoved, GatheringOpened, ProposalLapsed
from app.endorsements.models import Endorsement, Gathering
from app.endorsements.queries import planned_rests
from app.endorsements.rules import FrozenTier, last_day, rests_now


def open_gathering(ctx: Context, topic_id: int, threshold: int | None = None) -> bool:
    """Begin to gather endorsements under the rules in force, which are frozen; True for the one call that did.

    `threshold`: another one than the rules say, for sample proposals only.
    """
    ctx.require(Permission.RUN)
    rules = ctx.policy.endorsement
    period = ctx.policy.period(rules.window)
    planned = due_after(ctx.today, period.amount, period.unit, ctx.calendar, period.roll).on
    rests = rests_now([], planned_rests(ctx), ctx.today, ctx.today)
    closes_on = last_day(ctx.today, planned, rests)
    needed = threshold or rules.threshold
    opened = insert_once(
        ctx.session,
        Gathering,
        topic_id=topic_id,
        threshold=needed,
        formula=rules.formula.model_dump(mode="json") if rules.formula and threshold is None else {},
        policy_version=ctx.policy.version,
        window={"amount": rules.window.amount, "unit": rules.window.unit.value},
        notices=list(rules.notices_percent),
        may_withdraw=rules.withdraw,
        near_share=rules.near_miss_share,
        tiers=[FrozenTier(one.people(needed), one.duty).to_json() for one in rules.tiers],
        opened_at=ctx.now,
        opened_on=ctx.today,
        planned_on=planned,
        closes_on=closes_on,
        closes_at=end_of_day(closes_on, ctx.settings.timezone),
        rests=[rest.to_json() for rest in rests],
    )
    if opened:
        ctx.record(GatheringOpened(topic_id, needed, closes_on))
    return opened


def look_after(ctx: Context, topic_id: int) -> bool:
    """Let the window of a gathering follow the days of rest, and end it after its last day; True if it ended now."""
    ctx.require(Permission.RUN)
    mine = (Gathering.topic_id == topic_id, Gathering.ended_at.is_(None))
    query = sa.select(Gathering).where(*mine).with_for_update()
    gathering = ctx.session.scalar(query, execution_options={"populate_existing": True})
    if gathering is None:
        return False
    _follow_rests(ctx, gathering)
    if ctx.now < gathering.closes_at:
        return False
    end_gathering(ctx, topic_id, gathering.closes_at)
    if gathering.established_at is None:
        told = (gathering.endorsed, gathering.threshold, gathering.closes_on)
        ctx.record(ProposalLapsed(topic_id, *told))
    return True


def end_gathering(ctx: Context, topic_id: int, at: datetime | None = None) -> bool:
    """No more endorsements from the moment `at` on; True for the one call that ended it."""
    ctx.require(Permission.RUN)
    ended = (
        sa.update(Gathering)
        .where(Gathering.topic_id == topic_id, Gathering.ended_at.is_(None))
        .values(ended_at=at or ctx.now)
        .returning(Gathering.topic_id)
        .execution_options(synchronize_session=False)
    )
    return ctx.session.scalar(ended) is not None


def forget_endorsers(ctx: Context, topic_id: int) -> bool:
    """Delete who endorsed. How many, from where, on which days stays, and so do the voices: nobody counts twice."""
    ctx.require(Permission.RUN)
    once = (
        sa.update(Gathering)
        .where(Gathering.topic_id == topic_id, Gathering.ended_at.is_not(None), Gathering.forgotten_at.is_(None))
        .values(forgotten_at=ctx.now)
        .returning(Gathering.endorsed)
        .execution_options(synchronize_session=False)
    )
    endorsed = ctx.session.scalar(once)
    if endorsed is None:
        return False
    ctx.session.execute(
        sa.update(Endorsement)
        .where(Endorsement.topic_id == topic_id)
        .values(person_id=None, entered_by_id=None, evidence="", wants_news=False)
        .execution_options(synchronize_session=False)
    )
    ctx.record(EndorsersForgotten(topic_id, endorsed))
    return True


def _follow_rests(ctx: Context, gathering: Gathering) -> None:
    rests = rests_now(gathering.days_of_rest, planned_rests(ctx), gathering.opened_on, ctx.today)
    closes_on = last_day(gathering.opened_on, gathering.planned_on, rests)
    gathering.rests = [rest.to_json() for rest in rests]
    if closes_on == gathering.closes_on:
        return
    before = gathering.closes_on
    gathering.closes_on, gathering.closes_at = closes_on, end_of_day(closes_on, ctx.settings.timezone)
    ctx.session.flush()
    ctx.record(GatheringMoved(gathering.topic_id, before, closes_on))
