"""News of what was taken under study: it goes on for another round, or it ends, which two people stand for."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from app.cases.models import Case
from app.cases.queries import case_by_id, rules_of
from app.clocks.actions import restart_clock
from app.clocks.rules import Reason
from app.core.answers import Outcome
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked, checked_lang
from app.followups import clocks
from app.followups.facts import StudyEnded, StudyEndProposed, StudyEndRefused, StudyReported, StudyStarted
from app.followups.models import Study, StudyNews
from app.followups.queries import study_by_id
from app.followups.rules import FINAL, NEWS_MAX, REASON_MAX, NewsInput
from app.replies.rules import may_decide
from app.replies.steps import published
from app.replies.versions import Content
from moderation import render


def start_study(ctx: Context, case: Case, demand_id: int, day: date) -> None:
    """A demand is under study from the local day `day` on."""
    clock = clocks.start(ctx, case, demand_id, day)
    study = Study(case_id=case.id, demand_id=demand_id, clock_id=clock.id, started_on=day)
    ctx.session.add(study)
    ctx.session.flush()
    ctx.record(StudyStarted(case.topic_id, case.id, study.id, clock.due_on))


def follow_correction(ctx: Context, case_id: int) -> None:
    """A corrected reply may take a demand under study, or say what becomes of it after all: two people stood for it."""
    ctx.require(Permission.RUN)
    case = case_by_id(ctx, case_id)
    before, now = (Content.from_json(one.content).answers for one in published(ctx, case).published_versions[-2:])
    for demand_id, answer in now.items():
        was = before[demand_id].outcome if demand_id in before else None
        if Outcome.UNDER_STUDY in {was, answer.outcome} and was is not answer.outcome:
            _follow(ctx, case, demand_id, answer.outcome)


def report(ctx: Context, study_id: int, entered: NewsInput) -> StudyNews:
    """An officer of the lead reports. That a study goes on is public at once; its proposed end waits for approval."""
    study = study_by_id(ctx, study_id, lock=True)
    ctx.require(Permission.REPLY_WRITE, study.case.lead_ids)
    _require_running(study)
    if study.waiting:
        raise Conflict(N_("How this study ends is waiting for an approver. It must be decided first."))
    if entered.outcome is not None and entered.outcome not in FINAL.intersection(
        rules_of(ctx, study.case).reply.statuses
    ):
        raise Invalid(fields={"outcome": N_("Please choose an outcome.")})
    news = _written(ctx, study, entered)
    topic_id = study.case.topic_id
    if news.outcome is None:
        clocks.restart(ctx, study)
        ctx.session.flush()
        ctx.record(StudyReported(topic_id, study.case_id, study.id, news.id, study.clock.due_on))
    else:
        ctx.record(StudyEndProposed(topic_id, study.case_id, study.id, news.id))
    return news


def publish_end(ctx: Context, study_id: int, news_id: int) -> StudyNews:
    """An approver of the lead, who did not write it, lets a study end as proposed in `news_id`."""
    study = study_by_id(ctx, study_id, lock=True)
    ctx.require(Permission.REPLY_PUBLISH, study.case.lead_ids)
    news = _proposed(ctx, study, news_id)
    if news.outcome is None:
        raise Conflict()
    news.published_at, news.approver_id = ctx.now, ctx.actor.person_id
    study.outcome, study.ended_on = news.outcome, ctx.today
    clocks.stop(ctx, study)
    ctx.session.flush()
    ctx.record(StudyEnded(study.case.topic_id, study.case_id, study.id, news.id, news.outcome))
    return news


def refuse_end(ctx: Context, study_id: int, news_id: int, reason: str) -> StudyNews:
    """An approver of the lead sends the proposed end back; the clock has been running on all the time."""
    study = study_by_id(ctx, study_id, lock=True)
    ctx.require(Permission.REPLY_PUBLISH, study.case.lead_ids)
    news = _proposed(ctx, study, news_id)
    news.refused_because = checked("reason", reason, REASON_MAX, needed=N_("Please say what has to change."))
    news.refused_at, news.approver_id = ctx.now, ctx.actor.person_id
    ctx.session.flush()
    ctx.record(StudyEndRefused(study.case.topic_id, study.case_id, study.id, news.id))
    return news


def _follow(ctx: Context, case: Case, demand_id: int, outcome: Outcome | None) -> None:
    found = ctx.session.scalar(sa.select(Study.id).where(Study.demand_id == demand_id))
    if found is None:
        return start_study(ctx, case, demand_id, ctx.today)
    study = study_by_id(ctx, found, lock=True)
    if outcome is Outcome.UNDER_STUDY:
        study.outcome = study.ended_on = None
        return restart_clock(ctx, study.clock, ctx.today, Reason())
    if study.outcome is None:
        if study.waiting:
            study.waiting.refused_at = ctx.now
        study.outcome, study.ended_on = outcome, ctx.today
        clocks.stop(ctx, study)
        ctx.record(StudyEnded(case.topic_id, case.id, study.id, None, outcome))
    return None


def _written(ctx: Context, study: Study, entered: NewsInput) -> StudyNews:
    text = checked("text", entered.text, NEWS_MAX, needed=N_("Please say what has been found out so far."))
    news = StudyNews(
        study_id=study.id,
        outcome=entered.outcome,
        text=text,
        html=str(render(text)),
        lang=checked_lang(entered.lang),
        author_id=ctx.actor.person_id,
        written_at=ctx.now,
        published_at=ctx.now if entered.outcome is None else None,
    )
    ctx.session.add(news)
    ctx.session.flush()
    return news


def _require_running(study: Study) -> None:
    if study.outcome is not None:
        raise Conflict(N_("This study has ended."))


def _proposed(ctx: Context, study: Study, news_id: int) -> StudyNews:
    """The proposed end the approver has read, which is still the one that waits."""
    if study.waiting is None or study.waiting.id != news_id:
        raise Conflict(N_("This was decided or changed meanwhile. Please read it again."))
    if not may_decide(study.waiting.author_id, ctx.actor.person_id):
        raise Forbidden(N_("You wrote this yourself. Another approver decides about it."))
    return study.waiting
