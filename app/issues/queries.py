"""Reading issues, with visibility applied. Everything a page shows is loaded with it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, load_only, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from app.agencies.models import Agency
from app.cases.models import Case
from app.core.context import Context
from app.core.errors import NotFound
from app.core.pages import PAGE_SIZE, Page, paged
from app.core.permissions import Permission
from app.issues.models import Attachment, Issue, IssueVersion
from app.issues.rules import IssueState, search_terms, terms_needed
from app.topics.models import Topic, TopicAgency
from app.topics.queries import may_see
from app.topics.rules import TopicKind
from moderation import clean_line

QUESTION_MAX = 200


@dataclass(frozen=True)
class Wanted:
    """Which issues are asked for; what is empty does not choose. `agency` is a slug, `question` a few words."""

    state: IssueState | None = None
    agency: str = ""
    question: str = ""


def issue_by_slug(ctx: Context, slug: str) -> Issue:
    """An issue this actor may see: published, or a draft of one of the actor's agencies; else `NotFound`."""
    here = (Topic.kind == TopicKind.ISSUE, Topic.slug == slug)
    issue = ctx.session.scalar(sa.select(Issue).join(Issue.topic).where(*here).options(*_whole()))
    if issue is None or not may_see(ctx, issue.topic):
        raise NotFound()
    return issue


def issue_of_topic(ctx: Context, topic_id: int) -> Issue | None:
    """The issue a topic belongs to, if it is one's."""
    return ctx.session.scalar(sa.select(Issue).where(Issue.topic_id == topic_id).options(joinedload(Issue.topic)))


def issues_page(ctx: Context, wanted: Wanted, number: int = 1, size: int = PAGE_SIZE) -> Page[Issue]:
    """Published issues, the newest first; what answers a question best stands before that."""
    query = sa.select(Issue).join(Issue.topic).where(Topic.opened_at <= ctx.now).options(*_listed())
    order: list[sa.ColumnElement[Any]] = [Topic.opened_at.desc(), Issue.id.desc()]
    if wanted.state is not None:
        query = query.where(Issue.state == wanted.state)
    if wanted.agency:
        query = query.where(Topic.agencies.any(TopicAgency.agency.has(Agency.slug == wanted.agency)))
    question = clean_line(wanted.question)[:QUESTION_MAX]
    if question:
        terms = search_terms(question)
        found = _terms_found(ctx, terms)
        query = query.where(found >= terms_needed(len(terms)))
        order.insert(0, found.desc())
    return paged(ctx.session, query.order_by(*order), number, size)


def cases_of(ctx: Context, issues: Sequence[Issue]) -> dict[int, Case]:
    """The cases of these issues by topic, their clocks and topics loaded."""
    topics = [issue.topic_id for issue in issues if issue.state in {IssueState.CLOSED, IssueState.ANSWERED}]
    if not topics:
        return {}
    query = sa.select(Case).where(Case.topic_id.in_(topics)).options(selectinload(Case.clocks), joinedload(Case.topic))
    return {case.topic_id: case for case in ctx.session.scalars(query)}


def versions_of(ctx: Context, issue: Issue) -> Sequence[IssueVersion]:
    """Every version of a published issue, oldest first."""
    query = sa.select(IssueVersion).where(IssueVersion.issue_id == issue.id).order_by(IssueVersion.number)
    return ctx.session.scalars(query).all()


def versions_page(ctx: Context, issue: Issue, number: int, size: int) -> Page[IssueVersion]:
    """Versions of an issue for the API, oldest first."""
    query = sa.select(IssueVersion).where(IssueVersion.issue_id == issue.id).order_by(IssueVersion.number)
    return paged(ctx.session, query, number, size)


def attachment_of(ctx: Context, issue: Issue, attachment_id: int) -> Attachment:
    """A file beside this issue, or `NotFound`."""
    here = (Attachment.id == attachment_id, Attachment.issue_id == issue.id)
    attachment = ctx.session.scalar(sa.select(Attachment).where(*here))
    if attachment is None:
        raise NotFound()
    return attachment


def writing_needs(issue: Issue) -> tuple[Permission, list[int]]:
    """What one needs to change an issue: its agencies write the draft, the lead's approver what everybody reads."""
    if issue.state is IssueState.DRAFT:
        return Permission.ISSUE_WRITE, issue.topic.agency_ids
    return Permission.ISSUE_PUBLISH, [issue.lead.agency_id]


def due_to_open(ctx: Context) -> Sequence[int]:
    """Ids of approved drafts whose first day has come, by that day."""
    query = (
        sa.select(Issue.id)
        .where(Issue.state == IssueState.DRAFT, Issue.approver_id.is_not(None), Issue.opens_on <= ctx.today)
        .order_by(Issue.opens_on, Issue.id)
    )
    return ctx.session.scalars(query).all()


def due_to_close(ctx: Context) -> Sequence[int]:
    """Ids of open issues whose last day has ended, by that day."""
    query = (
        sa.select(Issue.id)
        .join(Issue.topic)
        .where(Issue.state == IssueState.OPEN, Topic.closes_at <= ctx.now)
        .order_by(Topic.closes_at, Issue.id)
    )
    return ctx.session.scalars(query).all()


def attached_anywhere(ctx: Context, digests: Collection[str]) -> set[str]:
    """Those of the SHA-256 digests under which some issue has a file."""
    return set(ctx.session.scalars(sa.select(Attachment.sha256).where(Attachment.sha256.in_(digests))))


def _listed() -> tuple[ORMOption, ...]:
    agencies = joinedload(Issue.topic).selectinload(Topic.agencies)
    return (agencies.joinedload(TopicAgency.agency), selectinload(Issue.attachments))


def _whole() -> tuple[ORMOption, ...]:
    few = load_only(IssueVersion.number, IssueVersion.saved_at, IssueVersion.issue_id)
    return (*_listed(), selectinload(Issue.versions).options(few))


def _terms_found(ctx: Context, terms: Sequence[str]) -> sa.ColumnElement[int]:
    """How many of the terms an issue's title or summary holds, in whatever language."""
    both = [_all_languages(ctx, column) for column in (Topic.title, Topic.summary)]
    holds = [sa.or_(*(text.icontains(term, autoescape=True) for text in both)) for term in terms]
    return sum((sa.case((one, 1), else_=0) for one in holds[1:]), start=sa.case((holds[0], 1), else_=0))


def _all_languages(ctx: Context, column: Any) -> sa.ColumnElement[str]:
    """The versions of a text in all languages as one: the values of its JSON object, without the keys."""
    is_sqlite = ctx.session.get_bind().dialect.name == "sqlite"
    each = sa.func.json_each(column) if is_sqlite else sa.func.json_each_text(column)
    value = each.table_valued("key", "value").c.value
    # Line feeds between them, so that no term is found across two versions: a question has none.
    return sa.select(sa.func.aggregate_strings(value, "\n")).scalar_subquery()
