"""Writing an issue, publishing it, closing it, and what becomes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import sqlalchemy as sa

from app.agencies.models import Agency
from app.core.clock import end_of_day
from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import Permission
from app.core.texts import checked_line
from app.issues.addressing import take_address
from app.issues.facts import (
    IssueAnswered,
    IssueApproved,
    IssueClosed,
    IssueDrafted,
    IssueDraftSaved,
    IssueOpened,
    IssueRevised,
    IssueWithdrawn,
)
from app.issues.models import Issue
from app.issues.queries import issue_of_topic, writing_needs
from app.issues.rules import (
    ISSUE_LIFECYCLE,
    LONGEST,
    NOTE_MAX,
    REASON_MAX,
    IssueState,
    IssueTerms,
    IssueTexts,
    date_problem,
    is_numbered,
    opening_problem,
    text_problems,
    unready,
)
from app.issues.versions import add_version, content_of
from app.topics.models import Topic, TopicAgency
from app.topics.queries import is_open
from app.topics.rules import Part, TopicKind
from moderation import clean_line, clean_text

CHANGED_MEANWHILE = N_("Somebody else saved this issue while you were writing. Your text is not saved yet.")
IN_TOPIC = ("title", "summary")
LINES = ("title", "summary", "area")


def draft(ctx: Context, texts: IssueTexts, terms: IssueTerms) -> Issue:
    """Begin an issue for one of the actor's agencies. Nobody but its agencies sees it."""
    ctx.require(Permission.ISSUE_WRITE)
    topic = Topic(kind=TopicKind.ISSUE, slug="", title={}, summary={})
    issue = Issue(topic=topic, state=IssueState.DRAFT, promise=terms.promise, area={}, background={}, still_open={})
    issue.decided, issue.created_at, issue.author_id = {}, ctx.now, ctx.actor.person_id
    _set_texts(issue, _checked(texts, is_only_language=True))
    _set_terms(ctx, issue, terms)
    take_address(ctx, topic)
    ctx.session.add(issue)
    ctx.session.flush()
    ctx.record(IssueDrafted(topic.id))
    return issue


def revise(
    ctx: Context, issue: Issue, texts: IssueTexts, terms: IssueTerms | None = None, *, revision: int, note: str = ""
) -> Issue:
    """Save the texts of one language, and the terms unless they are None.

    A draft is simply saved, by those who write for its agencies. Of a published issue, which an approver of the lead
    agency changes, the new version is published at once and the former kept; its closing day can only move later.
    Raises `Conflict` if somebody saved after `revision`.
    """
    ctx.require(*writing_needs(issue))
    if issue.state is IssueState.WITHDRAWN:
        raise Conflict(N_("This issue was withdrawn. Its texts stay as they are."))
    checked = _checked(texts, is_only_language=not set(issue.topic.title) - {texts.lang})
    note = checked_line("note", note, NOTE_MAX)
    _begin_saving(ctx, issue, revision)
    issue.approver_id = None
    before = content_of(issue)
    _set_texts(issue, checked)
    if terms is not None:
        _set_terms(ctx, issue, terms)
    ctx.session.flush()
    if content_of(issue) == before:
        return issue
    if issue.state is IssueState.DRAFT:
        ctx.record(IssueDraftSaved(issue.topic_id))
    else:
        ctx.record(IssueRevised(issue.topic_id, add_version(ctx, issue, before, note)))
    return issue


def publish(ctx: Context, issue: Issue, revision: int) -> Issue:
    """Open a draft to everybody, as it stands at `revision`: now, or by itself on its first day if that is to come.

    Raises `Invalid` naming what it still lacks. Whatever is changed before its first day needs approval again.
    """
    ctx.require(Permission.ISSUE_PUBLISH, [issue.lead.agency_id])
    ISSUE_LIFECYCLE.check(issue.state, IssueState.OPEN)
    topic = issue.topic
    wrong = unready(topic.title, topic.summary, issue.still_open, topic.closes_on, ctx.today)
    wrong |= opening_problem(issue.opens_on, topic.closes_on)
    if wrong:
        raise Invalid(N_("This issue cannot be published yet."), fields=wrong)
    _begin_saving(ctx, issue, revision)
    if issue.opens_on is not None and issue.opens_on > ctx.today:
        issue.approver_id = ctx.actor.person_id
        ctx.session.flush()
        ctx.record(IssueApproved(topic.id, issue.opens_on))
    elif not _open(ctx, issue):
        raise Conflict(CHANGED_MEANWHILE)
    return issue


def open_when_due(ctx: Context, issue_id: int) -> bool:
    """Open an approved draft whose first day has come; True for the one call that opened it."""
    ctx.require(Permission.RUN)
    approved = (Issue.id == issue_id, Issue.state == IssueState.DRAFT, Issue.approver_id.is_not(None))
    issue = ctx.session.scalar(sa.select(Issue).where(*approved).with_for_update())
    if issue is None or issue.opens_on is None or issue.opens_on > ctx.today:
        return False
    return _open(ctx, issue)


def close(ctx: Context, issue: Issue) -> Issue:
    """An approver of the lead agency closes an open issue now, before or after its day."""
    ctx.require(Permission.ISSUE_PUBLISH, [issue.lead.agency_id])
    ISSUE_LIFECYCLE.check(issue.state, IssueState.CLOSED)
    if not _close(ctx, issue):
        raise Conflict(N_("This step is not possible in the present state."))
    return issue


def close_when_due(ctx: Context, issue_id: int) -> bool:
    """Close an open issue whose last day has ended; True for the one call that closed it."""
    ctx.require(Permission.RUN)
    issue = _locked_while_open(ctx, issue_id)
    if issue is None or issue.topic.closes_at is None or issue.topic.closes_at > ctx.now:
        return False
    return _close(ctx, issue)


def withdraw(ctx: Context, issue: Issue, reason: dict[str, str]) -> Issue:
    """Take a draft or an open issue back. The reason (keyed by BCP 47) is public, and so is what was said so far."""
    ctx.require(Permission.ISSUE_PUBLISH, [issue.lead.agency_id])
    ISSUE_LIFECYCLE.check(issue.state, IssueState.WITHDRAWN)
    words = {lang: text for lang, given in reason.items() if (text := clean_text(given).strip())}
    if not words:
        raise Invalid(fields={"reason": N_("Please say why. Everybody can read it.")})
    if any(len(text) > REASON_MAX for text in words.values()):
        raise Invalid(fields={"reason": N_("This text is too long.")})
    if set(words) - set(LANGUAGES):
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    if not _move(ctx, issue, IssueState.WITHDRAWN):
        raise Conflict(N_("This step is not possible in the present state."))
    issue.withdrawn_because, issue.topic.closed_at = words, ctx.now
    ctx.session.flush()
    ctx.record(IssueWithdrawn(issue.topic_id))
    return issue


def mark_answered(ctx: Context, topic_id: int) -> bool:
    """The reply was published: a closed issue is answered. False where there is nothing to mark."""
    ctx.require(Permission.RUN)
    issue = issue_of_topic(ctx, topic_id)
    if issue is None or issue.state is not IssueState.CLOSED or not _move(ctx, issue, IssueState.ANSWERED):
        return False
    ctx.record(IssueAnswered(topic_id))
    return True


def _checked(texts: IssueTexts, *, is_only_language: bool) -> IssueTexts:
    cleaned = {
        name: clean_line(getattr(texts, name)) if name in LINES else clean_text(getattr(texts, name))
        for name in LONGEST
    }
    checked = replace(texts, **cleaned)
    wrong = text_problems(checked, is_only_language=is_only_language)
    if wrong:
        raise Invalid(fields=wrong)
    return checked


def _set_texts(issue: Issue, texts: IssueTexts) -> None:
    """Put in the texts of one language. New dictionaries, because a change inside one is not noticed."""
    for name in LONGEST:
        row = issue.topic if name in IN_TOPIC else issue
        versions = dict(getattr(row, name))
        versions[texts.lang] = getattr(texts, name)
        kept = {lang: text for lang, text in versions.items() if text}
        if kept != getattr(row, name):
            setattr(row, name, kept)


def _set_terms(ctx: Context, issue: Issue, terms: IssueTerms) -> None:
    topic = issue.topic
    published = issue.is_published
    if not published:
        issue.opens_on = terms.opens_on
    _set_closing_day(ctx, issue, terms.closes_on)
    parts = _parts(ctx, terms)
    same_parts = {(one.agency_id, one.part) for one in topic.agencies} == {(one.id, part) for one, part in parts}
    if published and not (same_parts and terms.promise is issue.promise):
        raise Conflict(N_("What was promised and who asks is public and stays as it is."))
    issue.promise = terms.promise
    if same_parts:
        return
    ctx.require(Permission.ISSUE_WRITE, [parts[0][0].id])
    # The former rows go first: they hold the unique keys of the new ones.
    topic.agencies.clear()
    ctx.session.flush()
    topic.agencies.extend(TopicAgency(agency=agency, part=part) for agency, part in parts)


def _set_closing_day(ctx: Context, issue: Issue, closes_on: date | None) -> None:
    topic, promised = issue.topic, issue.topic.closes_on if issue.is_published else None
    if closes_on == topic.closes_on:
        return
    if issue.is_published and not is_open(ctx, topic):
        raise Conflict(N_("This issue is closed. Its closing date stays as it is."))
    problem = date_problem(closes_on, ctx.today, promised)
    if problem:
        raise Invalid(fields={"closes_on": problem})
    topic.closes_on = closes_on
    topic.closes_at = end_of_day(closes_on, ctx.settings.timezone) if closes_on else None


def _parts(ctx: Context, terms: IssueTerms) -> list[tuple[Agency, Part]]:
    """The agencies named in the terms, the lead first."""
    slugs = list(dict.fromkeys((terms.lead, *terms.co)))
    found = {agency.slug: agency for agency in ctx.session.scalars(sa.select(Agency).where(Agency.slug.in_(slugs)))}
    if terms.lead not in found:
        raise Invalid(fields={"lead": N_("Please choose the agency that asks.")})
    if len(found) < len(slugs):
        raise Invalid(fields={"co": N_("Please choose agencies from the list.")})
    return [(found[slug], Part.LEAD if slug == terms.lead else Part.CO) for slug in slugs]


def _begin_saving(ctx: Context, issue: Issue, revision: int) -> None:
    """Take the next revision, unless somebody took it first; the row stays locked until the commit."""
    as_seen = (Issue.id == issue.id, Issue.revision == revision, Issue.state == issue.state)
    if not ctx.session.execute(sa.update(Issue).where(*as_seen).values(revision=revision + 1)).rowcount:
        raise Conflict(CHANGED_MEANWHILE)


def _move(ctx: Context, issue: Issue, then: IssueState) -> bool:
    """Take a step of the life of an issue; False if somebody else took one first."""
    as_seen = (Issue.id == issue.id, Issue.state == issue.state)
    return bool(ctx.session.execute(sa.update(Issue).where(*as_seen).values(state=then)).rowcount)


def _open(ctx: Context, issue: Issue) -> bool:
    topic = issue.topic
    if topic.closes_on is None or not _move(ctx, issue, IssueState.OPEN):
        return False
    if is_numbered(topic.slug) and topic.title.get("en"):
        take_address(ctx, topic)
    topic.opened_at = ctx.now
    topic.closes_at = end_of_day(topic.closes_on, ctx.settings.timezone)
    ctx.session.flush()
    add_version(ctx, issue)
    ctx.record(IssueOpened(topic.id, topic.closes_on))
    return True


def _locked_while_open(ctx: Context, issue_id: int) -> Issue | None:
    """An open issue, locked before its day is read, so that a day just moved later is seen."""
    open_one = sa.select(Issue).where(Issue.id == issue_id, Issue.state == IssueState.OPEN)
    return ctx.session.scalar(open_one.with_for_update())


def _close(ctx: Context, issue: Issue) -> bool:
    """Close an open issue. Noticed late, it still closed at the end of its last day: the promise counts from there."""
    if not _move(ctx, issue, IssueState.CLOSED):
        return False
    topic = issue.topic
    topic.closed_at, closed_on = _closing(ctx, topic)
    ctx.session.flush()
    ctx.record(IssueClosed(topic.id, closed_on))
    return True


def _closing(ctx: Context, topic: Topic) -> tuple[datetime, date]:
    if topic.closes_at is not None and topic.closes_on is not None and topic.closes_at <= ctx.now:
        return topic.closes_at, topic.closes_on
    return ctx.now, ctx.today
