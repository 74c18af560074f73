"""The reply to an issue of the sample city: a draft, or published at its day, in time or late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

from app.cases.assigning import contribute
from app.cases.models import Case, Demand
from app.cases.queries import case_of_topic
from app.cases.rules import Source
from app.clocks.noting import note_steps
from app.core.clock import start_of_day
from app.core.context import Context
from app.core.language import said
from app.replies.correcting import publish_correction, submit_correction
from app.replies.drafting import save_draft, submit_reply
from app.replies.holding import publish_holding, write_holding
from app.replies.publishing import publish_reply
from app.replies.rules import Answer, DraftInput
from app.sample import city as sample
from app.sample.followups import load_followups
from app.sample.town import Town
from app.topics.models import Topic

WORK_BEGINS = timedelta(hours=9)
NOTHING_MORE = {
    "en": "We have read the draft. What it says of our part is right; there is nothing to add.",
    "zh-Hant-TW": "回應草案我們看過了，本機關負責的部分正確，沒有其他補充。",
}
"""What the agencies that take part contribute; the samples tell the reply only."""


def load_reply(town: Town, issue: sample.Issue, topic: Topic) -> None:
    """Write the reply of a closed issue, and note the lateness where the due day has passed before it."""
    case = case_of_topic(town.now, topic.id)
    if case is None or issue.reply is None:
        return
    published = issue.reply.published_on
    _demands(town.now, case, issue.reply, issue.lang)
    if issue.reply.holding:
        _hold(town, issue, case, issue.reply.holding)
    late_from = case.clock.due_at
    if (published or town.now.today) > case.clock.due_on:
        note_steps(town.at(late_from), case.clock)
    morning = _morning(town, published or issue.closes_on + timedelta(days=2))
    entered = _entered(case, issue.reply, issue.lang)
    if published is None:
        save_draft(town.at(morning, issue.author), case, entered)
        return
    for slug in issue.co_agencies:
        officer = town.at(morning - timedelta(days=1), town.approvers[slug])
        contribute(officer, case, town.agencies[slug], NOTHING_MORE[issue.lang])
    reply = submit_reply(town.at(morning, issue.author), case, entered)
    publish_reply(town.at(_afternoon(town, morning), town.approvers[issue.lead]), case, reply.revision)
    if issue.reply.correction:
        _correct(town, issue, case, entered)
    load_followups(town, issue, case)


def _hold(town: Town, issue: sample.Issue, case: Case, holding: sample.Holding) -> None:
    morning = _morning(town, holding.published_on)
    waiting = write_holding(town.at(morning, issue.author), case, holding.text[issue.lang], issue.lang)
    publish_holding(town.at(_afternoon(town, morning), town.approvers[issue.lead]), case, waiting.revision)


def _correct(town: Town, issue: sample.Issue, case: Case, entered: DraftInput) -> None:
    if issue.reply is None or issue.reply.correction is None:
        return
    correction = issue.reply.correction
    demand = case.demands[correction.point - 1]
    reason = replace(entered.answers[demand.id], text=correction.reason[issue.lang])
    corrected = replace(entered, answers=dict(entered.answers) | {demand.id: reason}, revision=0)
    morning = _morning(town, correction.published_on)
    why = correction.why[issue.lang]
    version = submit_correction(town.at(morning, issue.author), case, corrected, why)
    publish_correction(town.at(_afternoon(town, morning), town.approvers[issue.lead]), case, version.revision)


def _morning(town: Town, day: date) -> datetime:
    return min(start_of_day(day, town.city.timezone) + WORK_BEGINS, town.now.now)


def _afternoon(town: Town, morning: datetime) -> datetime:
    return min(morning + timedelta(hours=5), town.now.now)


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
    agency = case.lead.agency
    return DraftInput(
        summary=reply.summary[lang],
        lang=lang,
        contact=" ".join(word for word in (said(agency.name, lang).text, agency.phone) if word),
        answers={
            demand.id: Answer(
                outcome=point.outcome,
                text=point.reason[lang],
                basis=point.basis[lang],
                next_step=point.next_step[lang] if point.next_step else "",
                next_step_on=point.due_on,
                no_next_step=point.next_step is None,
            )
            for demand, point in zip(mine, reply.points, strict=True)
        },
        revision=0,
    )
