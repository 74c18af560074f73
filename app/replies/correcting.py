"""Correcting a published reply: a new version with a public reason. No clock moves, and two people stand behind it."""

from __future__ import annotations

import sqlalchemy as sa

from app.cases.models import Case
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked
from app.replies.drafting import check_texts, cleaned, require_complete, write_answer
from app.replies.facts import CorrectionSentBack, CorrectionSubmitted, CorrectionTakenBack, ReplyCorrected
from app.replies.models import Reply, ReplyVersion
from app.replies.publishing import SAY_WHAT_HAS_TO_CHANGE
from app.replies.rules import REASON_MAX, DraftInput, ReplyState
from app.replies.steps import (
    NOT_YOURS_TO_TAKE,
    SAVED_MEANWHILE,
    SUBMITTED_MEANWHILE,
    published,
    require_second_person,
    take_step,
)
from app.replies.versions import Content, content_of
from moderation import clean_line, clean_text, render

SAY_WHY = N_("Please say what was wrong and why it changes: everybody reads it.")

NOTHING_WAITS = N_("No correction is waiting for approval here.")


def save_correction(ctx: Context, case: Case, entered: DraftInput, reason: str) -> ReplyVersion:
    """Save a correction of the published reply, with its public reason; nothing public changes yet.

    The demands stay as they are, and so does the language. `entered.revision` is that of the correction, 0 for a new
    one. Raises `Conflict` if somebody saved meanwhile.
    """
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    reply = published(ctx, case)
    check_texts(entered)
    values = {
        "content": _corrected(case, reply, entered).to_json(),
        "reason": checked("reason", reason, REASON_MAX, needed=SAY_WHY),
        "author_id": ctx.actor.person_id,
        "saved_at": ctx.now,
        "revision": entered.revision + 1,
    }
    _save(ctx, reply, entered.revision, values)
    ctx.session.expire(reply, ["versions"])
    return _under_way(reply)


def submit_correction(ctx: Context, case: Case, entered: DraftInput, reason: str) -> ReplyVersion:
    """Save and hand over to an approver. Raises `Invalid` if nothing differs or something required is missing."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    version = save_correction(ctx, case, entered, reason)
    content = Content.from_json(version.content)
    if content == content_of(case, published(ctx, case)):
        raise Invalid(N_("Nothing differs from what is published."))
    require_complete(ctx, case, content.summary, [content.answers[one.id] for one in case.demands], content.contact)
    take_step(ctx, version, ReplyState.SUBMITTED, version.revision, sent_back_because="")
    ctx.record(CorrectionSubmitted(case.topic_id, case.id, version.number))
    return version


def send_correction_back(ctx: Context, case: Case, revision: int, reason: str) -> ReplyVersion:
    """An approver of the lead agency sends the correction back with a reason."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    version = _submitted(ctx, case)
    require_second_person(ctx, version)
    words = checked("reason", reason, REASON_MAX, needed=SAY_WHAT_HAS_TO_CHANGE)
    take_step(ctx, version, ReplyState.DRAFT, revision, sent_back_because=words)
    ctx.record(CorrectionSentBack(case.topic_id, case.id, version.number))
    return version


def take_correction_back(ctx: Context, case: Case, revision: int) -> ReplyVersion:
    """The author takes the submitted correction back to work on it again."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    version = _submitted(ctx, case)
    if version.author_id != ctx.actor.person_id:
        raise Conflict(NOT_YOURS_TO_TAKE)
    take_step(ctx, version, ReplyState.DRAFT, revision)
    ctx.record(CorrectionTakenBack(case.topic_id, case.id, version.number))
    return version


def publish_correction(ctx: Context, case: Case, revision: int) -> ReplyVersion:
    """An approver of the lead agency makes the correction what everybody reads; the former version stays readable."""
    ctx.require(Permission.REPLY_PUBLISH, case.lead_ids)
    version = _submitted(ctx, case)
    require_second_person(ctx, version)
    approver_id = ctx.actor.person_id
    take_step(ctx, version, ReplyState.PUBLISHED, revision, published_at=ctx.now, approver_id=approver_id)
    _put_in_force(ctx, case, version)
    ctx.session.flush()
    ctx.record(ReplyCorrected(case.topic_id, case.id, version.number))
    return version


def _corrected(case: Case, reply: Reply, entered: DraftInput) -> Content:
    now = content_of(case, reply)
    answers = {key: cleaned(entered.answers.get(key, answer)) for key, answer in now.answers.items()}
    return Content(clean_text(entered.summary), reply.lang, clean_line(entered.contact), answers)


def _save(ctx: Context, reply: Reply, revision: int, values: dict[str, object]) -> None:
    version = reply.correction
    if version is None:
        number = len(reply.versions) + 1
        draft = {"reply_id": reply.id, "number": number, "state": ReplyState.DRAFT}
        saved = revision == 0 and insert_once(ctx.session, ReplyVersion, **draft, **values)
    else:
        if version.state is not ReplyState.DRAFT:
            raise Conflict(SUBMITTED_MEANWHILE)
        as_seen = (
            ReplyVersion.id == version.id,
            ReplyVersion.state == ReplyState.DRAFT,
            ReplyVersion.revision == revision,
        )
        saved = bool(ctx.session.execute(sa.update(ReplyVersion).where(*as_seen).values(values)).rowcount)
    if not saved:
        raise Conflict(SAVED_MEANWHILE)


def _put_in_force(ctx: Context, case: Case, version: ReplyVersion) -> None:
    reply, content = published(ctx, case), Content.from_json(version.content)
    reply.summary, reply.summary_html = content.summary, str(render(content.summary))
    reply.contact = content.contact
    for demand in case.demands:
        write_answer(ctx, demand, content.answers[demand.id], version.author_id)


def _under_way(reply: Reply) -> ReplyVersion:
    if reply.correction is None:
        raise Conflict(SAVED_MEANWHILE)
    return reply.correction


def _submitted(ctx: Context, case: Case) -> ReplyVersion:
    version = published(ctx, case).correction
    if version is None or version.state is not ReplyState.SUBMITTED:
        raise Conflict(NOTHING_WAITS)
    return version
