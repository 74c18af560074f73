"""Holding answers: "we are looking at it", said in public as what it is. The clock of the reply goes on."""

from __future__ import annotations

import sqlalchemy as sa

from app.cases.models import Case
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked, checked_lang
from app.replies.facts import HoldingPublished, HoldingSentBack, HoldingSubmitted
from app.replies.models import HoldingAnswer
from app.replies.publishing import SAY_WHAT_HAS_TO_CHANGE
from app.replies.queries import open_holding, public_holdings
from app.replies.rules import HOLDING_MAX, HOLDINGS_MAX, REASON_MAX
from app.replies.steps import READ_AGAIN, require_second_person
from moderation import render

CHANGED_MEANWHILE = N_("Somebody else changed this holding answer meanwhile. Your text is not saved yet.")


def write_holding(ctx: Context, case: Case, text: str, lang: str, revision: int = 0) -> HoldingAnswer:
    """Write a holding answer, or write the one that is not published yet anew, and hand it to an approver.

    `revision` is that of the one being changed, 0 for a new one. Raises `Conflict` once the case is answered, after the
    second one, and if somebody else wrote meanwhile.
    """
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    words = checked("text", text, HOLDING_MAX, needed=N_("Please write what is being done until the reply comes."))
    number = _number(ctx, case)
    values = {
        "text": words,
        "html": str(render(words)),
        "lang": checked_lang(lang),
        "author_id": ctx.actor.person_id,
        "written_at": ctx.now,
        "revision": revision + 1,
        "sent_back_because": "",
    }
    _save(ctx, case, number, revision, values)
    ctx.record(HoldingSubmitted(case.topic_id, case.id, number))
    return _waiting(ctx, case)


def publish_holding(ctx: Context, case: Case, revision: int) -> HoldingAnswer:
    """An approver of the lead agency publishes the holding answer as it stands at `revision`. No clock stops."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    holding = _waiting(ctx, case)
    require_second_person(ctx, holding)
    _change(ctx, holding, revision, published_at=ctx.now, approver_id=ctx.actor.person_id)
    ctx.record(HoldingPublished(case.topic_id, case.id, holding.number))
    return holding


def send_holding_back(ctx: Context, case: Case, revision: int, reason: str) -> HoldingAnswer:
    """An approver of the lead agency sends the holding answer back with a reason."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    holding = _waiting(ctx, case)
    require_second_person(ctx, holding)
    words = checked("reason", reason, REASON_MAX, needed=SAY_WHAT_HAS_TO_CHANGE)
    _change(ctx, holding, revision, sent_back_because=words)
    ctx.record(HoldingSentBack(case.topic_id, case.id, holding.number))
    return holding


def _number(ctx: Context, case: Case) -> int:
    """The number of the holding answer that is being written."""
    if case.is_answered:
        raise Conflict(N_("The reply is published; there is nothing left to hold."))
    number = len(public_holdings(ctx, case)) + 1
    if number > HOLDINGS_MAX:
        raise Conflict(N_("There are two holding answers already. Now only the reply itself is left."))
    return number


def _save(ctx: Context, case: Case, number: int, revision: int, values: dict[str, object]) -> None:
    if revision == 0:
        saved = insert_once(ctx.session, HoldingAnswer, case_id=case.id, number=number, **values)
    else:
        as_seen = (
            HoldingAnswer.case_id == case.id,
            HoldingAnswer.number == number,
            HoldingAnswer.revision == revision,
            HoldingAnswer.published_at.is_(None),
        )
        saved = bool(ctx.session.execute(sa.update(HoldingAnswer).where(*as_seen).values(values)).rowcount)
    if not saved:
        raise Conflict(CHANGED_MEANWHILE)


def _waiting(ctx: Context, case: Case) -> HoldingAnswer:
    waiting = open_holding(ctx, case)
    if waiting is None or waiting.sent_back_because or case.is_answered:
        raise Conflict(N_("No holding answer is waiting for approval here."))
    return waiting


def _change(ctx: Context, holding: HoldingAnswer, revision: int, **values: object) -> None:
    as_seen = (
        HoldingAnswer.id == holding.id,
        HoldingAnswer.revision == revision,
        HoldingAnswer.published_at.is_(None),
    )
    changed = ctx.session.execute(sa.update(HoldingAnswer).where(*as_seen).values(revision=revision + 1, **values))
    if not changed.rowcount:
        raise Conflict(READ_AGAIN)
