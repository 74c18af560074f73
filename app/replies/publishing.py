"""Deciding about a submitted reply: publish it, send it back, take it back."""

from __future__ import annotations

from app.cases.assigning import require_parts
from app.cases.models import Case
from app.clocks.actions import stop_clock
from app.core.context import Context
from app.core.errors import Conflict
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked
from app.replies.facts import ReplyPublished, ReplySentBack, ReplyTakenBack
from app.replies.models import Reply
from app.replies.queries import reply_of
from app.replies.rules import REASON_MAX, ReplyState
from app.replies.steps import NOT_YOURS_TO_TAKE, require_second_person, take_step
from app.replies.versions import add_first_version

SAY_WHAT_HAS_TO_CHANGE = N_("Please say what has to change.")


def send_back(ctx: Context, case: Case, revision: int, reason: str) -> Reply:
    """An approver of the lead agency sends the submitted reply back with a reason."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    reply = _submitted(ctx, case)
    require_second_person(ctx, reply)
    words = checked("reason", reason, REASON_MAX, needed=SAY_WHAT_HAS_TO_CHANGE)
    take_step(ctx, reply, ReplyState.DRAFT, revision, sent_back_because=words)
    ctx.record(ReplySentBack(case.topic_id, case.id))
    return reply


def take_back(ctx: Context, case: Case, revision: int) -> Reply:
    """The author takes the submitted reply back to work on it again."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    reply = _submitted(ctx, case)
    if reply.author_id != ctx.actor.person_id:
        raise Conflict(NOT_YOURS_TO_TAKE)
    take_step(ctx, reply, ReplyState.DRAFT, revision)
    ctx.record(ReplyTakenBack(case.topic_id, case.id))
    return reply


def publish_reply(ctx: Context, case: Case, revision: int) -> Reply:
    """An approver of the lead agency publishes the reply as it stands at `revision`; the clock stops today."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    reply = _submitted(ctx, case)
    require_second_person(ctx, reply)
    require_parts(ctx, case)
    approver_id = ctx.actor.person_id
    take_step(ctx, reply, ReplyState.PUBLISHED, revision, published_at=ctx.now, approver_id=approver_id)
    case.answered_at = ctx.now
    stop_clock(ctx, case.clock)
    add_first_version(ctx, case, reply)
    ctx.session.flush()
    ctx.record(ReplyPublished(case.topic_id, case.id, late=ctx.now >= case.clock.due_at))
    return reply


def _submitted(ctx: Context, case: Case) -> Reply:
    reply = reply_of(ctx, case)
    if reply is None or reply.state is not ReplyState.SUBMITTED:
        raise Conflict(N_("No reply is waiting for approval here."))
    return reply
