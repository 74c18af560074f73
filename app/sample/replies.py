"""The reply to an issue of the sample city: a draft, or published at its day, in time or late."""

from __future__ import annotations

from datetime import timedelta

from app.clocks.noting import note_steps
from app.core.clock import start_of_day
from app.core.context import Context
from app.replies.actions import publish_reply, save_draft, submit_reply
from app.replies.models import Case, Demand
from app.replies.queries import case_of_topic
from app.replies.rules import Answer, DraftInput, Source
from app.sample import city as sample
from app.sample.followups import load_followups
from app.sample.town import Town
from app.topics.models import Topic

WORK_BEGINS = timedelta(hours=9)


def load_reply(town: Town, issue: sample.Issue, topic: Topic) -> None:
    """Write the reply of a closed issue, and note the lateness where the due day has passed before it."""
    case = case_of_topic(town.now, topic.id)
    if case is None or issue.reply is None:
        return
    published = issue.reply.published_on
    _demands(town.now, case, issue.reply, issue.lang)
    late_from = case.clock.due_at
    if (published or town.now.today) > case.clock.due_on:
        note_steps(town.at(late_from), case.clock)
    day = published or issue.closes_on + timedelta(days=2)
    morning = min(start_of_day(day, town.city.timezone) + WORK_BEGINS, town.now.now)
    entered = _entered(case, issue.reply, issue.lang)
    if published is None:
        save_draft(town.at(morning, issue.author), case, entered)
        return
    reply = submit_reply(town.at(morning, issue.author), case, entered)
    approver = town.approvers[issue.lead]
    publish_reply(town.at(min(morning + timedelta(hours=5), town.now.now), approver), case, reply.revision)
    load_followups(town, issue, case)


def _demands(ctx: Context, case: Case, reply: sample.Reply, lang: str) -> None:
    """The demands of the sample reply. A published one answers these, so they take the place of the map's."""
    if reply.published_on is not None:
        for demand in list(case.demands):
            case.demands.remove(demand)
        ctx.session.flush()
    first = max((demand.position for demand in case.demands), default=0) + 1
    for position, point in enumerate(reply.points, first):
        case.demands.append(Demand(position=position, text=point.demand[lang], lang=lang, source=Source.OFFICER))
    ctx.session.flush()


def _entered(case: Case, reply: sample.Reply, lang: str) -> DraftInput:
    mine = [demand for demand in case.demands if demand.source is Source.OFFICER]
    return DraftInput(
        summary=reply.summary[lang],
        lang=lang,
        contact="",
        answers={
            demand.id: Answer(point.outcome, _reason(point, lang))
            for demand, point in zip(mine, reply.points, strict=True)
        },
        revision=0,
    )


def _reason(point: sample.ReplyPoint, lang: str) -> str:
    if point.next_step is None or point.due_on is None:
        return point.reason[lang]
    return f"{point.reason[lang]}\n\n**{point.due_on.isoformat()}** — {point.next_step[lang]}"
