"""Asking everybody who took part how satisfied they are, each once; and taking their answers, each once."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from app.cases.queries import case_by_id
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked, checked_lang
from app.followups.facts import SurveyAsked
from app.followups.models import Invitation, Survey, SurveySentence
from app.followups.queries import After, own_invitation, people_not_invited
from app.followups.rules import SENTENCE_MAX, Satisfaction
from app.followups.telling import counted, told
from app.opinions.models import MapSnapshot
from app.opinions.placing import stand
from app.opinions.queries import latest_map, my_votes


def invite(ctx: Context, case_id: int, most: int) -> list[int] | None:
    """Ask the next people, `most` at a time; returns the ids of those who are asked for the first time.

    Whoever gets a letter is decided by the unique key alone, so two workers at once ask nobody twice. None when nobody
    was left: the survey now counts as asked.
    """
    ctx.require(Permission.RUN)
    case = case_by_id(ctx, case_id)
    insert = sqlite.insert if ctx.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    found = ctx.session.scalars(people_not_invited(case).limit(most)).all()
    if not found:
        _note_asked(ctx, case_id, case.topic_id)
        return None
    rows = [{"case_id": case_id, "person_id": person, "invited_at": ctx.now} for person in found]
    new = insert(Invitation).values(rows).on_conflict_do_nothing().returning(Invitation.person_id)
    return list(ctx.session.scalars(new))


def answer(ctx: Context, after: After, satisfaction: Satisfaction, sentence: str = "", lang: str = "en") -> None:
    """Answer the survey, once. The answer itself is not kept: only the counts of the person's opinion group move."""
    ctx.require(Permission.JUDGE)
    if after.survey is None:
        raise NotFound()
    case = after.case
    words = checked("sentence", sentence, SENTENCE_MAX)
    _take_up(ctx, case.id)
    # From here on nobody else answers in this case: the counts below are of one row.
    survey = ctx.session.scalars(
        sa.select(Survey).where(Survey.case_id == case.id).with_for_update().execution_options(populate_existing=True)
    ).one()
    group = _group(ctx, survey, case.topic_id)
    survey.counts = counted(survey.counts, group, satisfaction)
    survey.told = told(survey.counts, survey.groups, survey.told)
    if words:
        ctx.session.add(SurveySentence(case_id=case.id, text=words, lang=checked_lang(lang)))
    ctx.session.flush()


def _take_up(ctx: Context, case_id: int) -> None:
    """Use up this actor's invitation; raises where there is none, or none any more."""
    mine = (Invitation.case_id == case_id, Invitation.person_id == ctx.actor.person_id)
    used = (
        sa.update(Invitation)
        .where(*mine, Invitation.answered_on.is_(None))
        .values(answered_on=ctx.today)
        .returning(Invitation.id)
        .execution_options(synchronize_session=False)
    )
    if ctx.session.scalar(used) is not None:
        return
    if own_invitation(ctx, case_id) is None:
        raise Forbidden(N_("Only people who took part are asked."))
    raise Conflict(N_("You have answered already. Thank you."))


def _group(ctx: Context, survey: Survey, topic_id: int) -> int:
    """The opinion group of this actor now, on the map all answers of the survey are counted by; 0 is none."""
    snapshot = _map_of(ctx, survey, topic_id)
    if snapshot is None or not snapshot.content.get("distinct"):
        return 0
    standing = stand(ctx, snapshot, my_votes(ctx, topic_id))
    return standing.group if standing and standing.group <= survey.groups else 0


def _map_of(ctx: Context, survey: Survey, topic_id: int) -> MapSnapshot | None:
    """The map the first answer was counted by: groups of another one may be others."""
    if survey.snapshot_id is not None:
        return ctx.session.get(MapSnapshot, survey.snapshot_id)
    snapshot = None if survey.counts else latest_map(ctx, topic_id)
    if snapshot is not None:
        distinct = snapshot.content.get("distinct")
        survey.snapshot_id, survey.groups = snapshot.id, snapshot.groups if distinct else 0
    return snapshot


def _note_asked(ctx: Context, case_id: int, topic_id: int) -> None:
    done = (
        sa.update(Survey)
        .where(Survey.case_id == case_id, Survey.asked_at.is_(None))
        .values(asked_at=ctx.now)
        .returning(Survey.case_id)
        .execution_options(synchronize_session=False)
    )
    if ctx.session.scalar(done) is None:
        return
    count: Any = sa.select(sa.func.count()).select_from(Invitation).where(Invitation.case_id == case_id)
    ctx.record(SurveyAsked(topic_id, case_id, ctx.session.scalar(count) or 0))
