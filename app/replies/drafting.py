"""Writing the reply: demands, answers, and handing it to an approver."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from app.cases.assigning import require_parts
from app.cases.models import Case, Demand
from app.cases.queries import rules_of
from app.cases.rules import Source
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import N_, Said
from app.core.permissions import Permission
from app.core.texts import check_length, checked_lang, checked_line
from app.replies.facts import ReplySubmitted
from app.replies.models import Reply
from app.replies.queries import reply_of
from app.replies.rules import (
    ANSWER_MAX,
    BASIS_MAX,
    CONTACT_MAX,
    DEMAND_MAX,
    STEP_MAX,
    SUMMARY_MAX,
    Answer,
    DraftInput,
    ReplyState,
    contradicts_itself,
    unanswered,
)
from app.replies.steps import SAVED_MEANWHILE, SUBMITTED_MEANWHILE, take_step
from app.replies.versions import answer_to
from moderation import clean_line, clean_text, identity_key, render

STEP_OR_NONE = N_("Either there is a next step, or there is none. Please keep one of the two.")


def add_demands(ctx: Context, case: Case, texts: Sequence[Said], source: Source) -> list[Demand]:
    """Add points the reply must answer, behind those the case has; a text it has already is not added again.

    Raises `Conflict` once the reply has left the hands of its authors.
    """
    ctx.require(Permission.RUN)
    reply = reply_of(ctx, case)
    if reply is not None and reply.state is not ReplyState.DRAFT:
        raise Conflict(SUBMITTED_MEANWHILE)
    known = {identity_key(demand.text) for demand in case.demands}
    added: list[Demand] = []
    for text, lang in texts:
        words = checked_line("demands", text, DEMAND_MAX)
        if words and identity_key(words) not in known:
            known.add(identity_key(words))
            added.append(_add(case, words, lang, source))
    ctx.session.flush()
    return added


def save_draft(ctx: Context, case: Case, entered: DraftInput) -> Reply:
    """Save what an officer of the case's agencies wrote: summary, contact, answers, own demands added or removed.

    Raises `Conflict` if somebody saved, submitted or published meanwhile, `Invalid` for texts that cannot be taken.
    """
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    check_texts(entered)
    _save_reply(ctx, case, entered)
    _save_demands(ctx, case, entered)
    saved = reply_of(ctx, case)
    if saved is None:
        raise Conflict(SAVED_MEANWHILE)
    return saved


def submit_reply(ctx: Context, case: Case, entered: DraftInput) -> Reply:
    """Save and hand over to an approver. Raises `Invalid` naming what is not answered yet."""
    ctx.require(Permission.REPLY_WRITE, case.agency_ids)
    reply = save_draft(ctx, case, entered)
    require_complete(ctx, case, reply.summary, [answer_to(demand) for demand in case.demands], reply.contact)
    require_parts(ctx, case)
    take_step(ctx, reply, ReplyState.SUBMITTED, reply.revision, sent_back_because="")
    ctx.record(ReplySubmitted(case.topic_id, case.id))
    return reply


def check_texts(entered: DraftInput) -> None:
    """Raise `Invalid` for a text that is too long, and for an answer that names a next step and denies it."""
    checked_lang(entered.lang)
    check_length("summary", entered.summary, SUMMARY_MAX)
    check_length("contact", entered.contact, CONTACT_MAX)
    check_length("new_demand", entered.new_demand, DEMAND_MAX)
    for demand_id, answer in entered.answers.items():
        check_length(f"answer_{demand_id}", answer.text, ANSWER_MAX)
        check_length(f"basis_{demand_id}", answer.basis, BASIS_MAX)
        check_length(f"step_{demand_id}", answer.next_step, STEP_MAX)
        check_length(f"contact_{demand_id}", answer.contact, CONTACT_MAX)
        if contradicts_itself(answer):
            raise Invalid(fields={f"none_{demand_id}": STEP_OR_NONE})


def require_complete(ctx: Context, case: Case, summary: str, answers: Sequence[Answer], contact: str) -> None:
    """Raise `Invalid` unless there is a summary and every answer has what the rules of the case require."""
    if not summary:
        raise Invalid(fields={"summary": N_("Please write a summary.")})
    asked = rules_of(ctx, case).reply
    missing = unanswered(answers, asked.required, contact)
    if missing:
        raise Invalid(
            N_("The answers to these demands are not complete: %(numbers)s."), numbers=", ".join(map(str, missing))
        )
    unknown = [n for n, answer in enumerate(answers, 1) if answer.outcome not in (None, *asked.statuses)]
    if unknown:
        raise Invalid(
            N_("The rules of this case do not know the outcome of these demands: %(numbers)s."),
            numbers=", ".join(map(str, unknown)),
        )


def cleaned(answer: Answer) -> Answer:
    """The answer as it is kept."""
    return Answer(
        outcome=answer.outcome,
        text=clean_text(answer.text),
        basis=clean_text(answer.basis),
        next_step=clean_text(answer.next_step),
        next_step_on=answer.next_step_on,
        no_next_step=answer.no_next_step,
        contact=clean_line(answer.contact),
    )


def write_answer(ctx: Context, demand: Demand, answer: Answer, author_id: int | None) -> None:
    """Put an answer to its demand. Nobody becomes the author of what stood there already."""
    said = cleaned(answer)
    if said == answer_to(demand):
        return
    demand.outcome, demand.answer, demand.answer_html = said.outcome, said.text, str(render(said.text))
    demand.basis, demand.contact = said.basis, said.contact
    demand.next_step, demand.next_step_on, demand.no_next_step = said.next_step, said.next_step_on, said.no_next_step
    demand.written_by_id, demand.written_at = author_id, ctx.now


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
    reply = reply_of(ctx, case)
    if reply is None:
        saved = insert_once(ctx.session, Reply, case_id=case.id, state=ReplyState.DRAFT, **values)
    else:
        if reply.state is not ReplyState.DRAFT:
            raise Conflict(SUBMITTED_MEANWHILE)
        unchanged = (
            Reply.case_id == case.id,
            Reply.state == ReplyState.DRAFT,
            Reply.revision == entered.revision,
        )
        saved = bool(ctx.session.execute(sa.update(Reply).where(*unchanged).values(values)).rowcount)
    if not saved:
        raise Conflict(SAVED_MEANWHILE)


def _save_demands(ctx: Context, case: Case, entered: DraftInput) -> None:
    for demand in list(case.demands):
        if demand.id in entered.removed and demand.source is Source.OFFICER:
            case.demands.remove(demand)
        elif demand.id in entered.answers:
            write_answer(ctx, demand, entered.answers[demand.id], ctx.actor.person_id)
    text = clean_line(entered.new_demand)
    if text:
        _add(case, text, entered.lang, Source.OFFICER)
    ctx.session.flush()


def _add(case: Case, text: str, lang: str, source: Source) -> Demand:
    position = max((demand.position for demand in case.demands), default=0) + 1
    demand = Demand(position=position, text=text, lang=lang, source=source)
    case.demands.append(demand)
    return demand
