"""Opening a case, drafting the reply, approving it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.clocks.actions import Start, start_clock, stop_clock
from app.clocks.rules import Subject
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import Permission
from app.opinions.queries import all_statements, latest_map
from app.replies.facts import (
    CaseOpened,
    ReplyPublished,
    ReplySentBack,
    ReplySubmitted,
    ReplyTakenBack,
)
from app.replies.models import Case, CaseAgency, Demand, Reply
from app.replies.rules import (
    ANSWER_MAX,
    CONTACT_MAX,
    DEMAND_MAX,
    REASON_MAX,
    REPLY_LIFECYCLE,
    SUMMARY_MAX,
    Answer,
    DraftInput,
    ReplyState,
    Source,
    may_decide,
    summary_terms,
    unanswered,
)
from app.topics.models import Topic
from app.topics.rules import Part
from moderation import clean_line, clean_text, render

CHANGED_MEANWHILE = N_("Somebody else saved this reply while you were writing. Your text is not saved yet.")
SUBMITTED_MEANWHILE = N_("This reply was submitted meanwhile. It can be changed once it is sent or taken back.")
NOT_YOURS_TO_DECIDE = N_("You wrote this reply yourself. Another approver decides about it.")


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
    clock = start_clock(
        ctx,
        Start(
            Subject.CASE,
            case.id,
            summary_terms(ctx.settings.reply_working_days),
            at=closed_on,
            policy_version=ctx.settings.version,
            topic_id=topic_id,
            agency_id=lead_first[0].agency_id,
        ),
    )
    _add_common_demands(ctx, case)
    ctx.session.flush()
    ctx.record(CaseOpened(topic_id, case.id, clock.due_on))
    return case


def save_draft(ctx: Context, case: Case, entered: DraftInput) -> Reply:
    """Save what an officer of the case's agencies wrote: summary, contact, answers, own demands added or removed.

    Raises `Conflict` if somebody saved, submitted or published meanwhile, `Invalid` for texts that cannot be taken.
    """
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    _check(entered)
    _save_reply(ctx, case, entered)
    _save_demands(ctx, case, entered)
    return _reread(ctx, case)


def submit_reply(ctx: Context, case: Case, entered: DraftInput) -> Reply:
    """Save and hand over to an approver. Raises `Invalid` naming what is not answered yet."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    reply = save_draft(ctx, case, entered)
    missing = unanswered([Answer(demand.outcome, demand.answer) for demand in case.demands])
    if not reply.summary:
        raise Invalid(fields={"summary": N_("Please write a summary.")})
    if missing:
        raise Invalid(
            N_("These demands need an outcome and a reason: %(numbers)s."), numbers=", ".join(map(str, missing))
        )
    _move(ctx, reply, ReplyState.SUBMITTED, reply.revision, sent_back_because="")
    ctx.record(ReplySubmitted(case.topic_id, case.id))
    return reply


def send_back(ctx: Context, case: Case, revision: int, reason: str) -> Reply:
    """An approver of the lead agency sends the submitted reply back with a reason."""
    ctx.require(Permission.REPLY_PUBLISH, [case.lead.agency_id])
    reply = _submitted(case)
    _require_second_person(ctx, reply)
    words = clean_text(reason)
    if not words:
        raise Invalid(fields={"reason": N_("Please say what has to change.")})
    _check_length("reason", words, REASON_MAX)
    _move(ctx, reply, ReplyState.DRAFT, revision, sent_back_because=words)
    ctx.record(ReplySentBack(case.topic_id, case.id))
    return reply


def take_back(ctx: Context, case: Case, revision: int) -> Reply:
    """The author takes the submitted reply back to work on it again."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    reply = _submitted(case)
    if reply.author_id != ctx.actor.person_id:
        raise Conflict(N_("Only the person who submitted the reply can take it back."))
    _move(ctx, reply, ReplyState.DRAFT, revision)
    ctx.record(ReplyTakenBack(case.topic_id, case.id))
    return reply


def publish_reply(ctx: Context, case: Case, revision: int) -> Reply:
    """An approver of the lead agency publishes the reply as it stands at `revision`; the clock stops today."""
    ctx.require(Permission.REPLY_PUBLISH, [case.lead.agency_id])
    reply = _submitted(case)
    _require_second_person(ctx, reply)
    approver_id = ctx.actor.person_id
    _move(ctx, reply, ReplyState.PUBLISHED, revision, published_at=ctx.now, approver_id=approver_id)
    case.answered_at = ctx.now
    stop_clock(ctx, case.clock)
    ctx.session.flush()
    ctx.record(ReplyPublished(case.topic_id, case.id, late=ctx.now >= case.clock.due_at))
    return reply


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


def _check(entered: DraftInput) -> None:
    if entered.lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    _check_length("summary", entered.summary, SUMMARY_MAX)
    _check_length("contact", entered.contact, CONTACT_MAX)
    _check_length("new_demand", entered.new_demand, DEMAND_MAX)
    for demand_id, answer in entered.answers.items():
        _check_length(f"answer_{demand_id}", answer.text, ANSWER_MAX)


def _check_length(field: str, text: str, longest: int) -> None:
    if len(text) > longest:
        raise Invalid(fields={field: N_("This text is too long.")})


def _save_reply(ctx: Context, case: Case, entered: DraftInput) -> None:
    summary = clean_text(entered.summary)
    values = {
        "summary": summary,
        "summary_html": str(render(summary)),
        "lang": entered.lang,
        "contact": clean_line(entered.contact),
        "author_id": ctx.actor.person_id,
        "saved_at": ctx.now,
        "revision": entered.revision + 1,
    }
    if case.reply is None:
        saved = insert_once(ctx.session, Reply, case_id=case.id, state=ReplyState.DRAFT, **values)
    else:
        if case.reply.state is not ReplyState.DRAFT:
            raise Conflict(SUBMITTED_MEANWHILE)
        unchanged = (
            Reply.case_id == case.id,
            Reply.state == ReplyState.DRAFT,
            Reply.revision == entered.revision,
        )
        saved = bool(ctx.session.execute(sa.update(Reply).where(*unchanged).values(values)).rowcount)
    if not saved:
        raise Conflict(CHANGED_MEANWHILE)


def _save_demands(ctx: Context, case: Case, entered: DraftInput) -> None:
    for demand in list(case.demands):
        if demand.id in entered.removed and demand.source is Source.OFFICER:
            case.demands.remove(demand)
        elif demand.id in entered.answers:
            answer = entered.answers[demand.id]
            demand.outcome, demand.answer = answer.outcome, clean_text(answer.text)
            demand.answer_html = str(render(demand.answer))
    text = clean_line(entered.new_demand)
    if text:
        position = max((demand.position for demand in case.demands), default=0) + 1
        case.demands.append(Demand(position=position, text=text, lang=entered.lang, source=Source.OFFICER))
    ctx.session.flush()


def _reread(ctx: Context, case: Case) -> Reply:
    """The reply as it now stands in the database."""
    ctx.session.expire(case, ["reply"])
    if case.reply is None:
        raise Conflict(CHANGED_MEANWHILE)
    return case.reply


def _submitted(case: Case) -> Reply:
    if case.reply is None or case.reply.state is not ReplyState.SUBMITTED:
        raise Conflict(N_("No reply is waiting for approval here."))
    return case.reply


def _require_second_person(ctx: Context, reply: Reply) -> None:
    if not may_decide(reply.author_id, ctx.actor.person_id):
        raise Forbidden(NOT_YOURS_TO_DECIDE)


def _move(ctx: Context, reply: Reply, then: ReplyState, revision: int, **values: object) -> None:
    """Take a step of the life of a reply, unless somebody else took one first."""
    REPLY_LIFECYCLE.check(reply.state, then)
    as_seen = (Reply.id == reply.id, Reply.state == reply.state, Reply.revision == revision)
    moved = ctx.session.execute(sa.update(Reply).where(*as_seen).values(state=then, revision=revision + 1, **values))
    if not moved.rowcount:
        raise Conflict(N_("This reply was changed meanwhile. Please read it again."))
