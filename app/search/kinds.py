"""The kinds of things that can be found. A new kind joins by one entry of `KINDS`.

`read` gives what everybody may read of a thing, or nothing of it. The index is written from it, and results are shown
from it: what was hidden, deleted or never published is in no result, whatever the index holds.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import joinedload, selectinload

from app.cases.models import Case
from app.comments.models import Comment
from app.core.context import Context
from app.core.language import N_
from app.issues.models import Issue
from app.issues.rules import IssueState
from app.opinions.models import Statement
from app.proposals.models import Proposal
from app.proposals.rules import ProposalState
from app.replies.models import Reply
from app.replies.rules import ReplyState
from app.topics.models import Topic, TopicAgency
from app.topics.queries import is_open
from moderation import render

Texts = Mapping[str, str]


@dataclass(frozen=True)
class Document:
    """What can be found of a thing: its title and texts by language (BCP 47), its topic, and its moment."""

    thing_id: int
    topic: Topic
    at: datetime
    title: Texts
    body: Sequence[tuple[str, str]]
    """(language, text without markup) in reading order."""
    endpoint: str
    """Its page, below that of its topic; `anchor` and `values` say where."""
    anchor: str | None = None
    values: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Kind:
    """How one kind of thing is read.

    `number` is the column by which it is known here, `topic` that of its topic's id; `words` a message id.
    """

    name: str
    words: str
    number: sa.ColumnElement[int] | Any
    topic: sa.ColumnElement[int] | Any
    read: Callable[[Context, Collection[int]], list[Document]]
    is_suggested: bool = True
    """Whether it helps somebody who is about to write: passing remarks do not."""

    @property
    def is_titled(self) -> bool:
        """Whether it stands under the title of its topic, one for each topic and known by its number."""
        return self.number is self.topic


def _issues(ctx: Context, topic_ids: Collection[int]) -> list[Document]:
    query = sa.select(Issue).join(Issue.topic).where(Issue.topic_id.in_(topic_ids), Issue.state != IssueState.DRAFT)
    rows = _public(ctx, query, joinedload(Issue.topic)).all()
    return [
        Document(
            row.topic_id,
            row.topic,
            row.topic.opened_at,
            row.topic.title,
            [
                *row.topic.summary.items(),
                *_prose(row.still_open, row.decided, row.background),
                *row.area.items(),
            ],
            "issues.show",
        )
        for row in rows
    ]


def _proposals(ctx: Context, topic_ids: Collection[int]) -> list[Document]:
    query = sa.select(Proposal).join(Proposal.topic).where(Proposal.topic_id.in_(topic_ids))
    # One that its author has back to change it is nobody else's to read, even where an earlier version was public.
    query = query.where(Proposal.hidden_at.is_(None), Proposal.state != ProposalState.DRAFT)
    return [
        Document(
            row.topic_id,
            row.topic,
            row.topic.opened_at,
            row.topic.title,
            [
                *((row.lang, demand) for demand in row.demands),
                *_prose(*({row.lang: text} for text in (row.reason, row.benefit, row.evidence))),
                (row.lang, row.area),
            ],
            "proposals.show",
        )
        for row in _public(ctx, query, joinedload(Proposal.topic)).all()
    ]


def _statements(ctx: Context, ids: Collection[int]) -> list[Document]:
    query = sa.select(Statement).join(Statement.topic).where(Statement.id.in_(ids), Statement.hidden_at.is_(None))
    rows = _public(ctx, query, joinedload(Statement.topic)).all()
    return [
        # Where people vote while they can; else where it stands among the others.
        Document(
            row.id,
            row.topic,
            row.written_at,
            {row.lang: row.text},
            [],
            "opinions.vote" if is_open(ctx, row.topic) else "opinions.show_map",
        )
        for row in rows
    ]


def _comments(ctx: Context, ids: Collection[int]) -> list[Document]:
    shown = (Comment.id.in_(ids), Comment.hidden_at.is_(None), Comment.deleted_at.is_(None))
    rows = _public(ctx, sa.select(Comment).join(Comment.topic).where(*shown), joinedload(Comment.topic)).all()
    return [
        Document(
            row.id,
            row.topic,
            row.written_at,
            {},
            [(row.lang, _plain(row.html))],
            "comments.show",
            anchor=f"comment-{row.id}",
            values={"comment_id": row.parent_id or row.id},
        )
        for row in rows
    ]


def _replies(ctx: Context, topic_ids: Collection[int]) -> list[Document]:
    query = sa.select(Reply).join(Reply.case).join(Case.topic)
    query = query.where(Case.topic_id.in_(topic_ids), Reply.state == ReplyState.PUBLISHED)
    case = joinedload(Reply.case)
    return [
        Document(
            row.case.topic_id,
            row.case.topic,
            row.published_at,
            row.case.topic.title,
            [(row.lang, _plain(row.summary_html)), *_answered(row)],
            "replies.show",
        )
        for row in _public(ctx, query, case.joinedload(Case.topic), case.selectinload(Case.demands)).all()
    ]


def _answered(reply: Reply) -> Iterable[tuple[str, str]]:
    """Each demand, and what was answered to it."""
    for one in reply.case.demands:
        yield one.lang, one.text
        yield reply.lang, _plain(one.answer_html)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("issues", N_("Issue"), Issue.topic_id, Issue.topic_id, _issues),
        Kind("proposals", N_("Proposal"), Proposal.topic_id, Proposal.topic_id, _proposals),
        Kind("statements", N_("Statement"), Statement.id, Statement.topic_id, _statements),
        Kind("comments", N_("Comment"), Comment.id, Comment.topic_id, _comments, is_suggested=False),
        Kind("replies", N_("Reply of the government"), Case.topic_id, Case.topic_id, _replies),
    )
}
"""In the order in which an index is built."""
SUGGESTED = tuple(kind.name for kind in KINDS.values() if kind.is_suggested)


def _public(ctx: Context, query: sa.Select[Any], *loaded: Any) -> sa.ScalarResult[Any]:
    """As the rows are now, whatever this session has read before."""
    agencies = selectinload(Topic.agencies).joinedload(TopicAgency.agency)
    whole = [loaded[0].options(agencies), *loaded[1:]]
    query = query.where(Topic.opened_at <= ctx.now).options(*whole).execution_options(populate_existing=True)
    return ctx.session.scalars(query).unique()


def _prose(*markdown: Texts) -> Iterable[tuple[str, str]]:
    return ((lang, _plain(render(text))) for texts in markdown for lang, text in texts.items())


def _plain(html: str) -> str:
    return Markup(html).striptags()  # noqa: S704 - only what is left without its markup is used
