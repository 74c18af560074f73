"""What officers still have to do in cases that are answered: decide about corrections, report news, finish steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from flask import url_for
from flask_babel import gettext
from sqlalchemy.orm import contains_eager, selectinload

from app.cases.models import Case, CaseAgency
from app.clocks.models import ClockRow
from app.core.clock import local_date
from app.core.context import Context
from app.core.language import Said, said
from app.core.permissions import Permission
from app.followups.faces import step_view, study_view
from app.followups.models import Milestone, Study, StudyNews
from app.followups.queries import stale_of
from app.followups.rules import DONE, QUIET_AFTER
from app.replies.models import Reply, ReplyVersion
from app.replies.rules import ReplyState, may_decide
from app.topics.rules import Part
from app.web.i18n import page_locale

SOON = timedelta(days=30)
"""So long before its date a duty is on the desk: as long as the first reminder is sent before it."""


@dataclass(frozen=True)
class Duty:
    """Something to do in an answered case: its state as a tag, what it is about, where it is done, by when."""

    title: Said
    href: str
    status: str
    kind: str
    about: str
    on: date


def duties(ctx: Context) -> list[Duty]:
    """What waits in the answered cases of this officer's agencies, by date."""
    ctx.require(Permission.DESK)
    found = [*_corrections(ctx), *_studies(ctx), *_steps(ctx)]
    return sorted(found, key=lambda duty: duty.on)


def _corrections(ctx: Context) -> list[Duty]:
    query = (
        sa.select(ReplyVersion)
        .join(ReplyVersion.reply)
        .join(Reply.case)
        .where(ReplyVersion.state != ReplyState.PUBLISHED, Case.id.in_(_mine(ctx)))
        .options(contains_eager(ReplyVersion.reply).contains_eager(Reply.case).options(*_case()))
    )
    return [_correction(ctx, one) for one in ctx.session.scalars(query)]


def _correction(ctx: Context, version: ReplyVersion) -> Duty:
    case = version.reply.case
    status, kind = _waiting(ctx, case, version.author_id)
    if version.state is ReplyState.DRAFT:
        is_back = version.sent_back_because
        status, kind = (gettext("Sent back to be changed"), "soon") if is_back else (gettext("Draft"), "")
    return Duty(
        title=said(case.topic.title, page_locale()),
        href=url_for("replies.correct", case_id=case.id),
        status=status,
        kind=kind,
        about=gettext("Correction of the reply"),
        on=local_date(version.saved_at, ctx.settings.timezone),
    )


def _studies(ctx: Context) -> list[Duty]:
    waits = Study.news.any(sa.and_(StudyNews.published_at.is_(None), StudyNews.refused_at.is_(None)))
    query = (
        sa.select(Study)
        .join(Study.clock)
        .join(Study.case)
        .where(Study.outcome.is_(None), Case.id.in_(_mine(ctx, Part.LEAD)))
        .where(sa.or_(waits, ClockRow.due_on <= ctx.today + SOON))
        .options(contains_eager(Study.clock), contains_eager(Study.case).options(*_case()), selectinload(Study.news))
    )
    return [_study(ctx, one) for one in ctx.session.scalars(query)]


def _study(ctx: Context, study: Study) -> Duty:
    view = study_view(ctx, study)
    status, kind = (gettext("Late"), "late") if view.kind == "late" else (gettext("Under study"), view.kind)
    if study.waiting:
        status, kind = _waiting(ctx, study.case, study.waiting.author_id)
    return Duty(
        title=said(study.case.topic.title, page_locale()),
        href=url_for("followups.study", study_id=study.id),
        status=status,
        kind=kind,
        about=gettext("How it shall end") if study.waiting else view.deadline,
        on=study.clock.due_on,
    )


def _steps(ctx: Context) -> list[Duty]:
    due = sa.or_(Milestone.due_on <= ctx.today + SOON, Milestone.heard_on < ctx.today - QUIET_AFTER)
    query = (
        sa.select(Milestone)
        .join(Milestone.case)
        .where(Milestone.progress < DONE, due, Case.id.in_(_mine(ctx, Part.LEAD)))
        .options(contains_eager(Milestone.case).options(*_case()), selectinload(Milestone.news))
    )
    return [_step(ctx, one) for one in ctx.session.scalars(query)]


def _step(ctx: Context, milestone: Milestone) -> Duty:
    view = step_view(ctx, milestone)
    return Duty(
        title=said(milestone.case.topic.title, page_locale()),
        href=url_for("followups.milestone", milestone_id=milestone.id),
        status=view.status,
        kind=view.kind,
        about=f"{view.title.text} · {view.words}",
        on=min([milestone.due_on, *stale_of(milestone, ctx.today).values()]),
    )


def _waiting(ctx: Context, case: Case, author_id: int) -> tuple[str, str]:
    """For whom something waits that a second person decides about."""
    is_mine = ctx.actor.may(Permission.REPLY_PUBLISH, case.lead_ids) and may_decide(author_id, ctx.actor.person_id)
    return gettext("Waits for you") if is_mine else gettext("Waits for an approver"), "soon"


def _mine(ctx: Context, part: Part | None = None) -> sa.Select[tuple[int]]:
    """Ids of the cases in which my agencies have a part, or this one."""
    agencies = [one for one in ctx.actor.agencies if ctx.actor.may(Permission.REPLY_WRITE, [one])]
    query = sa.select(CaseAgency.case_id).where(CaseAgency.agency_id.in_(agencies), CaseAgency.released_at.is_(None))
    return query.where(CaseAgency.part == part) if part else query


def _case() -> Sequence[sa.orm.interfaces.ORMOption]:
    return (selectinload(Case.topic), selectinload(Case.agencies))
