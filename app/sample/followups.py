"""What became of the replies of the sample city: feedback, news, milestones, and a survey of simulated people."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.cases.models import Case, Demand
from app.core.answers import Outcome
from app.core.clock import start_of_day
from app.followups.actions import give_feedback
from app.followups.milestones import add_milestone, move_milestone
from app.followups.models import Survey
from app.followups.queries import after_case
from app.followups.rules import WORKED_ON, FeedbackInput, MilestoneInput, NewsInput, ProgressInput
from app.followups.studies import report
from app.followups.surveying import invite
from app.followups.telling import told
from app.opinions.queries import latest_map
from app.sample import city as sample
from app.sample.town import Town

EVERYBODY = 1000
MORNING = timedelta(hours=10)


def load_followups(town: Town, issue: sample.Issue, case: Case) -> None:
    """Let happen what followed the published reply of an issue."""
    reply = issue.reply
    if reply is None or case.answered_at is None:
        return
    town.now.session.expire_all()
    for number, said in enumerate(reply.judgements, 1):
        ctx = town.at(case.answered_at + timedelta(days=number, hours=3), said.person)
        give_feedback(ctx, after_case(ctx, case.id), FeedbackInput(said.verdict, said.text, said.lang))
    for demand, point in zip(case.demands, reply.points, strict=True):
        _follow(town, issue, case, demand, point)
    if reply.survey:
        _survey(town, case, reply.survey)
    town.now.session.expire_all()


def _follow(town: Town, issue: sample.Issue, case: Case, demand: Demand, point: sample.ReplyPoint) -> None:
    """The next step of what was adopted becomes a milestone, and of it or of a study something was reported."""
    if point.outcome in WORKED_ON and point.next_step and point.due_on and case.answered_at:
        ctx = town.at(case.answered_at + timedelta(hours=1), issue.author)
        entered = MilestoneInput(point.next_step, point.due_on)
        step = add_milestone(ctx, after_case(ctx, case.id), demand.id, entered)
        if point.report:
            progress = ProgressInput(point.report.progress, point.due_on, point.report.note[issue.lang], issue.lang)
            move_milestone(town.at(_on(town, point.report.day), issue.author), step.id, progress)
    elif point.outcome is Outcome.UNDER_STUDY and point.report:
        ctx = town.at(_on(town, point.report.day), issue.author)
        study = after_case(ctx, case.id).study_of(demand)
        if study is not None:
            report(ctx, study.id, NewsInput(point.report.note[issue.lang], issue.lang))


def _on(town: Town, day: date) -> datetime:
    return min(start_of_day(day, town.city.timezone) + MORNING, town.now.now)


def _survey(town: Town, case: Case, answers: tuple[tuple[int, ...], ...]) -> None:
    """Everybody with an account was asked; what is counted are the answers of simulated people."""
    survey = town.now.get(Survey, case.id)
    ctx = town.at(_on(town, survey.due_on))
    while invite(ctx, case.id, EVERYBODY) is not None:
        ctx.session.flush()
    newest = latest_map(ctx, case.topic_id)
    survey.groups = len(answers) - 1 if newest and newest.content.get("distinct") else 0
    survey.snapshot_id = newest.id if newest else None
    survey.counts = {str(group): list(row) for group, row in enumerate(answers)}
    survey.told = told(survey.counts, survey.groups, {})
    ctx.session.flush()
