"""What begins with a published reply, and what people say of it while its feedback window is open."""

from __future__ import annotations

import sqlalchemy as sa

from app.cases.models import Case
from app.cases.queries import case_by_id, rules_of
from app.core.answers import Outcome
from app.core.clock import local_date
from app.core.context import Context
from app.core.database import insert_once
from app.core.deadline import due_after
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked, checked_lang
from app.followups.facts import FeedbackGiven, FeedbackHidden, FeedbackTakenBack
from app.followups.models import Feedback, FeedbackWindow, Survey
from app.followups.queries import After, own_feedback, works_for
from app.followups.rules import FEEDBACK_MAX, FeedbackInput, Verdict
from app.followups.spans import spans
from app.followups.studies import start_study
from moderation import render

COUNTERS = {Verdict.YES: FeedbackWindow.yes, Verdict.PARTLY: FeedbackWindow.partly, Verdict.NO: FeedbackWindow.no}
CLOSED = N_("The time for feedback on this reply is over.")


def begin(ctx: Context, case_id: int) -> bool:
    """Set going what follows a published reply: the feedback window, the survey, a study for each demand under study.

    All days are counted from the local day of publication, also where this runs late. True for the one call that did.
    """
    ctx.require(Permission.RUN)
    case = case_by_id(ctx, case_id)
    if case.answered_at is None:
        raise Conflict(N_("There is no reply yet."))
    day, lengths = local_date(case.answered_at, ctx.settings.timezone), spans(rules_of(ctx, case))
    until, asked_on = (
        due_after(day, span.amount, span.unit, ctx.calendar, span.roll).on
        for span in (lengths.feedback, lengths.survey)
    )
    if not insert_once(ctx.session, FeedbackWindow, case_id=case_id, until=until):
        return False
    ctx.session.add(Survey(case_id=case_id, due_on=asked_on))
    for demand in case.demands:
        if demand.outcome is Outcome.UNDER_STUDY:
            start_study(ctx, case, demand.id, day)
    ctx.session.flush()
    return True


def give_feedback(ctx: Context, after: After, entered: FeedbackInput) -> Feedback:
    """Say whether the reply answers what was asked, or say it anew: one each, until the window closes by its date."""
    ctx.require(Permission.JUDGE)
    case = after.case
    _require_other_side(ctx, case)
    _require_open(ctx, after)
    text = checked("text", entered.text, FEEDBACK_MAX)
    said = {"text": text, "html": str(render(text)), "lang": checked_lang(entered.lang), "written_at": ctx.now}
    mine = {"case_id": case.id, "person_id": ctx.actor.person_id}
    if insert_once(ctx.session, Feedback, **mine, verdict=entered.verdict, **said):
        _count(ctx, case.id, {entered.verdict: 1})
    else:
        _change(ctx, case.id, entered.verdict, said)
    ctx.record(FeedbackGiven(case.topic_id, case.id))
    found = own_feedback(ctx, case.id, lock=True)
    if found is None:
        raise Conflict()
    return found


def take_back_feedback(ctx: Context, after: After) -> bool:
    """Take back what one has said, at any time; True if there was something."""
    ctx.require(Permission.JUDGE)
    case = after.case
    removed = (
        sa.delete(Feedback)
        .where(Feedback.case_id == case.id, Feedback.person_id == ctx.actor.person_id)
        .returning(Feedback.verdict)
        .execution_options(synchronize_session=False)
    )
    verdict = ctx.session.scalar(removed)
    if verdict is None:
        return False
    _count(ctx, case.id, {verdict: -1})
    ctx.record(FeedbackTakenBack(case.topic_id, case.id))
    return True


def hide_feedback(ctx: Context, after: After, feedback_id: int) -> None:
    """A moderator hides the words of a feedback; what it says of the reply stays counted."""
    ctx.require(Permission.MODERATE)
    hidden = (
        sa.update(Feedback)
        .where(Feedback.case_id == after.case.id, Feedback.id == feedback_id)
        .values(hidden_at=sa.func.coalesce(Feedback.hidden_at, ctx.now))
        .returning(Feedback.id)
        .execution_options(synchronize_session=False)
    )
    if ctx.session.scalar(hidden) is None:
        raise NotFound()
    ctx.record(FeedbackHidden(after.case.topic_id, after.case.id, feedback_id))


def _require_other_side(ctx: Context, case: Case) -> None:
    if works_for(ctx, case):
        raise Forbidden(N_("Your agency gave this reply. Others judge it."))


def _require_open(ctx: Context, after: After) -> None:
    if after.window is None or ctx.today > after.window.until:
        raise Conflict(CLOSED)


def _change(ctx: Context, case_id: int, verdict: Verdict, said: dict[str, object]) -> None:
    """Say it anew. What was hidden stays hidden: new words would come past the moderator."""
    before = own_feedback(ctx, case_id, lock=True)
    if before is None:
        raise Conflict(N_("This was changed meanwhile. Please try again."))
    if before.verdict is not verdict:
        _count(ctx, case_id, {before.verdict: -1, verdict: 1})
    for name, value in (said | {"verdict": verdict}).items():
        setattr(before, name, value)
    ctx.session.flush()


def _count(ctx: Context, case_id: int, moves: dict[Verdict, int]) -> None:
    """Move the counters: the last thing that waits for others, so that no two ever wait for each other."""
    ctx.session.execute(
        sa.update(FeedbackWindow)
        .where(FeedbackWindow.case_id == case_id)
        .values({COUNTERS[verdict].key: COUNTERS[verdict] + by for verdict, by in moves.items()})
        .execution_options(synchronize_session=False)
    )
