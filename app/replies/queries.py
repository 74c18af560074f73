"""Reading replies: that of a case, its holding answers, earlier texts. What a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.cases.models import Case, Demand
from app.core.context import Context
from app.replies.models import HoldingAnswer, Reply, ReplyVersion
from app.replies.rules import ReplyState
from app.topics.models import Topic

EARLIER_MAX = 2000
"""Published texts a new one is compared with, the newest first."""


class EarlierText(NamedTuple):
    """A text of a published reply, and the topic it belongs to."""

    text: str
    title: dict[str, str]
    kind: str
    slug: str


def reply_of(ctx: Context, case: Case) -> Reply | None:
    """The reply to a case, from its first draft on, with its versions; None as long as nobody began to write."""
    query = sa.select(Reply).where(Reply.case_id == case.id)
    with_it = joinedload(Reply.author), selectinload(Reply.versions).joinedload(ReplyVersion.author)
    return ctx.session.scalar(query.options(*with_it))


def public_reply(ctx: Context, case: Case) -> Reply | None:
    """The reply to a case once everybody may read it."""
    return reply_of(ctx, case) if case.is_answered else None


def public_holdings(ctx: Context, case: Case) -> Sequence[HoldingAnswer]:
    """The holding answers everybody may read, the oldest first."""
    published = _holdings(case).where(HoldingAnswer.published_at.is_not(None))
    return ctx.session.scalars(published.order_by(HoldingAnswer.number)).all()


def open_holding(ctx: Context, case: Case) -> HoldingAnswer | None:
    """The holding answer that waits for an approver or was sent back."""
    return ctx.session.scalar(_holdings(case).where(HoldingAnswer.published_at.is_(None)))


def earlier_texts(ctx: Context, case_id: int, lang: str, least: int) -> list[EarlierText]:
    """Summaries and answers of at least that many characters, published in this language by other cases."""
    found: list[EarlierText] = []
    for column, table in ((Reply.summary, Reply), (Demand.answer, Demand)):
        query = sa.select(column, Topic.title, Topic.kind, Topic.slug).select_from(Case).join(Case.topic).join(Reply)
        if table is Demand:
            query = query.join(Demand, Demand.case_id == Case.id)
        query = query.where(
            Case.id != case_id,
            Reply.state == ReplyState.PUBLISHED,
            Reply.lang == lang,
            sa.func.length(column) >= least,
        )
        rows = ctx.session.execute(query.order_by(Reply.published_at.desc(), Case.id).limit(EARLIER_MAX))
        found += [EarlierText(text, title, kind.value, slug) for text, title, kind, slug in rows]
    return found


def _holdings(case: Case) -> sa.Select[tuple[HoldingAnswer]]:
    return sa.select(HoldingAnswer).where(HoldingAnswer.case_id == case.id).options(joinedload(HoldingAnswer.author))
