"""Issues in words: their state, their promise, and the cards and clocks that pages show of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from flask import url_for
from flask_babel import gettext, ngettext
from markupsafe import Markup

from app.cases.faces import ClockView, agencies_words, clock_view, forecast
from app.cases.models import Case
from app.core.clock import local_date
from app.core.context import Context
from app.core.language import Said, said
from app.issues.models import Attachment, Issue
from app.issues.rules import IssueState, PromiseLevel
from app.topics.queries import is_open
from app.topics.rules import Part
from app.web.filters import number, period_words
from app.web.i18n import day_words, page_locale
from moderation import render

SOON = timedelta(days=3)


@dataclass(frozen=True)
class IssueCard:
    """An issue as a card of a list. `kind` is that of the tag; `share` (0 to 1) is the time gone by, if it runs."""

    title: Said
    href: str
    status: str
    kind: str
    byline: str
    share: float | None
    words: str


@dataclass(frozen=True)
class NextStep:
    """What the clock of an issue says before a case is opened."""

    status: str
    kind: str
    deadline: str
    text: str


@dataclass(frozen=True)
class FileLink:
    """An attached file, as the list of files shows it."""

    id: int
    name: str
    href: str
    size: int
    type: str


@dataclass(frozen=True)
class Prose:
    """A rendered text and its language."""

    html: Markup
    lang: str


def issue_card(ctx: Context, issue: Issue, case: Case | None = None) -> IssueCard:
    """An issue on a list. With its case, where there is one, the card says how the answer stands."""
    open_now = is_open(ctx, issue.topic)
    clock = clock_view(ctx, case) if case else None
    status, kind = (clock.status, clock.kind) if clock else state_words(ctx, issue)
    return IssueCard(
        title=said(issue.topic.title, page_locale()),
        href=url_for("issues.show", slug=issue.topic.slug),
        status=status,
        kind=kind,
        byline=gettext(
            "%(agencies)s · %(promise)s",
            agencies=agencies_words(issue.topic.agencies),
            promise=promise_name(issue.promise),
        ),
        share=_time_gone(ctx, issue) if open_now else None,
        words=_card_words(ctx, issue, clock),
    )


def issue_cards(ctx: Context, issues: Sequence[Issue], cases: Mapping[int, Case]) -> list[IssueCard]:
    """The cards of a list; `cases` by topic."""
    return [issue_card(ctx, issue, cases.get(issue.topic_id)) for issue in issues]


def state_words(ctx: Context, issue: Issue) -> tuple[str, str]:
    """The state of an issue in a word or two, and the kind of its tag."""
    match issue.state:
        case IssueState.DRAFT:
            return gettext("Draft"), ""
        case IssueState.WITHDRAWN:
            return gettext("Withdrawn"), ""
        case IssueState.ANSWERED:
            return gettext("Answered"), "done"
        case IssueState.OPEN if is_open(ctx, issue.topic):
            closes_at = issue.topic.closes_at
            return gettext("Open"), "soon" if closes_at and closes_at - ctx.now <= SOON else "brand"
    return gettext("Closed"), ""


def promise_name(level: PromiseLevel) -> str:
    """A promise in one word."""
    return {
        PromiseLevel.INFORM: gettext("Inform"),
        PromiseLevel.CONSULT: gettext("Consult"),
        PromiseLevel.INVOLVE: gettext("Involve"),
        PromiseLevel.COLLABORATE: gettext("Collaborate"),
        PromiseLevel.DECIDE: gettext("Decide"),
    }[level]


def promise_words(level: PromiseLevel) -> str:
    """A promise as a sentence to the people."""
    return {
        PromiseLevel.INFORM: gettext("You learn in time what is planned and why."),
        PromiseLevel.CONSULT: gettext("You are heard, and told what your view changed."),
        PromiseLevel.INVOLVE: gettext("Your concerns appear in the options that are worked out."),
        PromiseLevel.COLLABORATE: gettext("You work out the solution together with the agency."),
        PromiseLevel.DECIDE: gettext("What you decide is carried out."),
    }[level]


def next_step(ctx: Context, issue: Issue) -> NextStep | None:
    """What happens next with an open issue: until when people can take part, and what is owed then, by when."""
    topic = issue.topic
    if not is_open(ctx, topic):
        return None
    if topic.closes_on is None:
        return NextStep(gettext("Open"), "brand", gettext("No closing date yet"), "")
    left = (topic.closes_on - ctx.today).days
    return NextStep(
        status=ngettext("%(num)s day left", "%(num)s days left", left) if left else gettext("Last day"),
        kind=state_words(ctx, issue)[1],
        deadline=gettext("Closes at the end of %(day)s", day=day_words(topic.closes_on, ctx.today)),
        text=_owed_then(ctx, issue),
    )


def published_words(issue: Issue) -> str:
    """What has happened to an issue that an approver published."""
    if issue.opens_on is not None and issue.approver_id is not None:
        return gettext("The issue is approved. It opens by itself on its first day.")
    return gettext("The issue is published. Everybody can take part now.")


def closing_day(ctx: Context, issue: Issue) -> date | None:
    """The last day on which an issue that is closed took voices; None while it is not closed."""
    topic = issue.topic
    if topic.closed_at is None or topic.closed_at == topic.closes_at:
        return topic.closes_on if topic.closed_at else None
    return local_date(topic.closed_at, ctx.settings.timezone)


def taken_part(count: int) -> str:
    """How many took part: "1,284 people took part"."""
    return ngettext(
        "%(count)s person took part", "%(count)s people took part", count, count=number(count, page_locale())
    )


def asked_by(issue: Issue) -> list[tuple[str, Said, bool]]:
    """The agencies of an issue: slug, name, and whether it leads."""
    return [
        (part.agency.slug, said(part.agency.name, page_locale()), part.part is Part.LEAD)
        for part in issue.topic.agencies
    ]


def file_links(issue: Issue) -> list[FileLink]:
    """The files of an issue."""
    return [_file_link(issue, file) for file in issue.attachments]


def prose(texts: Mapping[str, str]) -> Prose:
    """A Markdown text for the reader of this page; empty where it has no version at all."""
    text, lang = said(texts, page_locale())
    return Prose(_rendered(text), lang)


@lru_cache(maxsize=256)
def _rendered(markdown: str) -> Markup:
    """The same few texts are read by thousands."""
    return render(markdown) if markdown else Markup("")


def _file_link(issue: Issue, file: Attachment) -> FileLink:
    href = url_for("issues.file", slug=issue.topic.slug, attachment_id=file.id)
    return FileLink(file.id, file.name, href, file.size, file.name.rpartition(".")[2].upper())


def _owed_then(ctx: Context, issue: Issue) -> str:
    due = forecast(ctx, issue.topic)
    lead = said(issue.lead.agency.name, page_locale()).text
    if due is None:
        return ""
    return gettext(
        "Then the %(agency)s owes a reply within %(period)s, by %(day)s.",
        agency=lead,
        period=period_words(due),
        day=day_words(due.on, ctx.today),
    )


def _time_gone(ctx: Context, issue: Issue) -> float | None:
    opened_at, closes_at = issue.topic.opened_at, issue.topic.closes_at
    if opened_at is None or closes_at is None or closes_at <= opened_at:
        return None
    return min(1.0, max(0.0, (ctx.now - opened_at) / (closes_at - opened_at)))


def _card_words(ctx: Context, issue: Issue, clock: ClockView | None) -> str:
    step = next_step(ctx, issue)
    if step is not None:
        people = taken_part(issue.topic.participant_count)
        return gettext("%(left)s · %(people)s", left=step.status, people=people)
    return clock.deadline if clock else taken_part(issue.topic.participant_count)
