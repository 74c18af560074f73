"""What the pages of issues share: the overview, its filters, and what each needs to be drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import render_template, url_for
from flask_babel import gettext

from app.cases.faces import clock_view
from app.cases.queries import case_of_topic
from app.core.permissions import Permission
from app.issues.faces import asked_by, closing_day, file_links, next_step, prose, state_words
from app.issues.forms import StepForm
from app.issues.models import Issue
from app.issues.queries import Wanted, writing_needs
from app.issues.rules import IssueState
from app.topics.pages import topic_tabs
from app.topics.queries import is_open
from app.web.acting import ctx

FILTERS = ("state", "agency", "q")
PUBLIC_STATES = (IssueState.OPEN, IssueState.CLOSED, IssueState.ANSWERED, IssueState.WITHDRAWN)


@dataclass(frozen=True)
class Choice:
    """One way to read the list."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class MayDo:
    """What the reader may do with an issue besides reading it."""

    write: bool
    publish: bool
    close: bool
    withdraw: bool

    @property
    def anything(self) -> bool:
        return self.write or self.publish or self.close or self.withdraw


def issue_page(issue: Issue, step: StepForm | None = None) -> str:
    """The overview of an issue; `step` is a step that was refused, with its reasons."""
    case = case_of_topic(ctx(), issue.topic_id) if issue.state in {IssueState.CLOSED, IssueState.ANSWERED} else None
    status, kind = state_words(ctx(), issue)
    return render_template(
        "issues/show.html",
        issue=issue,
        topic=issue.topic,
        tabs=topic_tabs(issue.topic, "overview"),
        status=status,
        kind=kind,
        open=is_open(ctx(), issue.topic),
        agencies=asked_by(issue),
        still_open=prose(issue.still_open),
        decided=prose(issue.decided),
        background=prose(issue.background),
        withdrawn_because=prose(issue.withdrawn_because),
        files=file_links(issue),
        next_step=next_step(ctx(), issue),
        clock=clock_view(ctx(), case) if case else None,
        closed_on=closing_day(ctx(), issue),
        may=may_do(issue),
        step=step,
    )


def may_do(issue: Issue) -> MayDo:
    """What the person of this request may do with an issue now."""
    may = ctx().actor.may
    decides = may(Permission.ISSUE_PUBLISH, [issue.lead.agency_id])
    draft, running = issue.state is IssueState.DRAFT, issue.state is IssueState.OPEN
    return MayDo(
        write=may(*writing_needs(issue)) and issue.state is not IssueState.WITHDRAWN,
        publish=decides and draft,
        close=decides and running,
        withdraw=decides and (draft or running),
    )


def wanted_of(args: Mapping[str, str]) -> Wanted:
    """What a list is asked for in its address; what cannot be understood does not choose."""
    state = next((one for one in PUBLIC_STATES if one.value == args.get("state")), None)
    return Wanted(state, args.get("agency", ""), args.get("q", "").strip())


def state_links(wanted: Wanted) -> list[Choice]:
    """Every state as a link that keeps the rest of what is asked for."""
    words = {
        None: gettext("All"),
        IssueState.OPEN: gettext("Open"),
        IssueState.CLOSED: gettext("Closed"),
        IssueState.ANSWERED: gettext("Answered"),
        IssueState.WITHDRAWN: gettext("Withdrawn"),
    }
    return [Choice(text, _list_address(wanted, state), state is wanted.state) for state, text in words.items()]


def _list_address(wanted: Wanted, state: IssueState | None) -> str:
    return url_for(
        "issues.index",
        state=state.value if state else None,
        agency=wanted.agency or None,
        q=wanted.question or None,
    )
