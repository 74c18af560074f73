"""Reading what became of a case. Everything a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.accounts.models import Membership, Person
from app.cases.models import Case, CaseAgency, Demand
from app.cases.queries import case_by_id, case_of_topic
from app.comments.models import Comment
from app.core.answers import Outcome
from app.core.context import Context
from app.core.errors import NotFound
from app.core.language import N_
from app.followups.models import (
    Feedback,
    FeedbackWindow,
    Invitation,
    Milestone,
    Study,
    Survey,
    SurveySentence,
)
from app.followups.rules import DONE, QUIET_AFTER, WORKED_ON, Stale, stale_since
from app.followups.telling import results
from app.opinions.models import Participant, Statement
from app.topics.models import Topic


@dataclass(frozen=True)
class After:
    """A case with everything that has happened since its reply."""

    case: Case
    window: FeedbackWindow | None
    survey: Survey | None
    studies: Sequence[Study] = field(default_factory=tuple)
    milestones: Sequence[Milestone] = field(default_factory=tuple)

    def study_of(self, demand: Demand) -> Study | None:
        """The study of a demand, if it was taken under study."""
        return next((study for study in self.studies if study.demand_id == demand.id), None)

    def milestones_of(self, demand: Demand) -> list[Milestone]:
        """The steps of a demand by date."""
        return [one for one in self.milestones if one.demand_id == demand.id]

    def outcome_of(self, demand: Demand) -> Outcome | None:
        """What became of a demand: the end of its study, else what the reply said."""
        study = self.study_of(demand)
        return study.outcome if study and study.outcome else demand.outcome

    @property
    def worked_on(self) -> list[Demand]:
        """The demands that carry milestones."""
        return [demand for demand in self.case.demands if self.outcome_of(demand) in WORKED_ON]


def after_reply(ctx: Context, topic_id: int) -> After:
    """What followed the reply on a topic, or `NotFound` as long as there is none."""
    case = case_of_topic(ctx, topic_id)
    if case is None or not case.is_answered:
        raise NotFound(N_("There is no reply yet."))
    return _after(ctx, case)


def after_case(ctx: Context, case_id: int) -> After:
    """The same by the id of the case."""
    case = case_by_id(ctx, case_id)
    if not case.is_answered:
        raise NotFound(N_("There is no reply yet."))
    return _after(ctx, case)


def works_for(ctx: Context, case: Case) -> bool:
    """Whether this actor is an officer of one of the agencies of the case."""
    return not ctx.actor.agencies.isdisjoint(case.agency_ids)


def feedback_list(ctx: Context, case_id: int) -> Sequence[Feedback]:
    """The feedback that has words, the oldest first."""
    query = (
        sa.select(Feedback)
        .where(Feedback.case_id == case_id, Feedback.text != "")
        .options(joinedload(Feedback.person))
        .order_by(Feedback.id)
    )
    return ctx.session.scalars(query).all()


def own_feedback(ctx: Context, case_id: int, *, lock: bool = False) -> Feedback | None:
    """What this actor said of the reply; with `lock` nobody else changes it before this unit of work ends."""
    query = sa.select(Feedback).where(Feedback.case_id == case_id, Feedback.person_id == ctx.actor.person_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return ctx.session.scalar(query)


def own_invitation(ctx: Context, case_id: int) -> Invitation | None:
    """Whether and since when this actor is asked how satisfied they are."""
    mine = (Invitation.case_id == case_id, Invitation.person_id == ctx.actor.person_id)
    return ctx.session.scalar(sa.select(Invitation).where(*mine))


def sentences(ctx: Context, survey: Survey) -> Sequence[SurveySentence]:
    """What people added to their answers, in the order of the alphabet: another would tell who came when.

    Nothing while so few have answered that nothing is told of them.
    """
    if not results(survey.told):
        return []
    query = sa.select(SurveySentence).where(SurveySentence.case_id == survey.case_id)
    return ctx.session.scalars(query.order_by(SurveySentence.text)).all()


def study_by_id(ctx: Context, study_id: int, *, lock: bool = False) -> Study:
    """A study with its news and its case, or `NotFound`."""
    return _one(ctx, Study, study_id, (*_with_case(Study), *_study()), lock=lock)


def milestone_by_id(ctx: Context, milestone_id: int, *, lock: bool = False) -> Milestone:
    """A milestone with its log and its case, or `NotFound`."""
    return _one(ctx, Milestone, milestone_id, (*_with_case(Milestone), selectinload(Milestone.news)), lock=lock)


def _one(ctx: Context, model: type, key: int, options: tuple[ORMOption, ...], *, lock: bool) -> object:
    if lock:
        ctx.session.execute(sa.select(model.id).where(model.id == key).with_for_update())
    query = sa.select(model).where(model.id == key).options(*options)
    found = ctx.session.scalar(query.execution_options(populate_existing=lock))
    if found is None:
        raise NotFound()
    return found


# ---- what the jobs look for -----------------------------------------------------------------------------------


def replies_without_a_window(ctx: Context) -> Sequence[int]:
    """Ids of answered cases after which nothing has been set going: answered before there were follow-ups."""
    none = ~sa.select(FeedbackWindow.case_id).where(FeedbackWindow.case_id == Case.id).exists()
    return ctx.session.scalars(sa.select(Case.id).where(Case.answered_at.is_not(None), none).order_by(Case.id)).all()


def surveys_to_ask(ctx: Context) -> Sequence[int]:
    """Ids of cases whose survey is due and has not been sent to everybody."""
    query = sa.select(Survey.case_id).where(Survey.asked_at.is_(None), Survey.due_on <= ctx.today)
    return ctx.session.scalars(query.order_by(Survey.due_on, Survey.case_id)).all()


def people_not_invited(case: Case) -> sa.Select[tuple[int]]:
    """Ids of everybody who took part in the topic of a case and was not asked yet: voted, spoke or wrote a statement.

    Without those who work for its agencies: nobody is asked how satisfied they are with their own answer. Accounts
    whose address was never confirmed can have done nothing here.
    """
    topic_id = case.topic_id
    took_part = sa.union(
        sa.select(Participant.person_id).where(Participant.topic_id == topic_id, Participant.person_id.is_not(None)),
        sa.select(Comment.author_id).where(Comment.topic_id == topic_id),
        sa.select(Statement.author_id).where(Statement.topic_id == topic_id, Statement.author_id.is_not(None)),
    )
    invited = sa.select(Invitation.person_id).where(Invitation.case_id == case.id)
    officers = (
        sa.select(Membership.person_id)
        .join(CaseAgency, CaseAgency.agency_id == Membership.agency_id)
        .where(CaseAgency.case_id == case.id)
    )
    return (
        sa.select(Person.id)
        .where(Person.id.in_(took_part), Person.id.not_in(invited), Person.id.not_in(officers))
        .order_by(Person.id)
    )


def milestones_to_remind_of(ctx: Context) -> Sequence[int]:
    """Ids of milestones that have gone stale for a reason the agency was not reminded of."""
    flagged = sa.or_(Milestone.due_on < ctx.today, Milestone.heard_on < ctx.today - QUIET_AFTER)
    query = sa.select(Milestone).where(Milestone.progress < DONE, flagged).options(selectinload(Milestone.reminders))
    found = ctx.session.scalars(query.order_by(Milestone.due_on, Milestone.id)).all()
    return [one.id for one in found if stale_of(one, ctx.today).items() - {(r.why, r.since) for r in one.reminders}]


def stale_of(milestone: Milestone, today: date) -> dict[Stale, date]:
    """Why a milestone is flagged, and the first day of each reason."""
    return stale_since(milestone.due_on, milestone.heard_on, milestone.progress, today)


def _after(ctx: Context, case: Case) -> After:
    here = {"case_id": case.id}
    window, survey = ctx.session.execute(
        sa.select(FeedbackWindow, Survey)
        .select_from(Case)
        .outerjoin(FeedbackWindow, FeedbackWindow.case_id == Case.id)
        .outerjoin(Survey, Survey.case_id == Case.id)
        .where(Case.id == case.id)
    ).one()
    studies = sa.select(Study).filter_by(**here).options(*_study()).order_by(Study.id)
    steps = sa.select(Milestone).filter_by(**here).options(selectinload(Milestone.news))
    return After(
        case,
        window,
        survey,
        ctx.session.scalars(studies).all(),
        ctx.session.scalars(steps.order_by(Milestone.due_on, Milestone.id)).all(),
    )


def _study() -> tuple[ORMOption, ...]:
    return (selectinload(Study.news), joinedload(Study.demand), joinedload(Study.clock))


def _with_case(model: type) -> tuple[ORMOption, ...]:
    case = joinedload(model.case)
    return (case.joinedload(Case.topic).selectinload(Topic.agencies), case.selectinload(Case.agencies))
