"""What was demanded and what was answered, point by point, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from markupsafe import Markup

from app.cases.models import Case, Demand
from app.cases.rules import Source
from app.core.answers import Outcome
from app.core.language import Said
from app.policies.phrases import outcome_name
from app.replies.models import Reply
from app.replies.rules import Answer, ReplyState
from app.replies.versions import answer_to
from moderation import render

OUTCOME_KINDS = {
    Outcome.ADOPTED: "done",
    Outcome.PARTLY_ADOPTED: "soon",
    Outcome.UNDER_STUDY: "brand",
    Outcome.ALREADY_DONE: "done",
    Outcome.NOT_ADOPTED: "late",
    Outcome.NOT_COMPETENT: "",
}


@dataclass(frozen=True)
class Point:
    """A demand and its answer. `outcome` is empty as long as there is none that may be shown.

    `ends`: it is said that nothing follows. `lang` is that of the answer.
    """

    number: int
    demand: Said
    note: str
    outcome: str
    kind: str
    reason: Markup
    basis: Markup
    next_step: str
    next_step_on: date | None
    ends: bool
    contact: str
    lang: str


@dataclass(frozen=True)
class StepView:
    """A step on the way to a published reply, as the steps component reads it."""

    text: str
    state: str


def progress(case: Case, reply: Reply | None) -> list[StepView]:
    """How far a case is on the way to its published reply."""
    state = reply.state if reply else ReplyState.DRAFT
    now = list(ReplyState).index(state) + case.is_answered
    words = (gettext("Write"), gettext("Approval"), gettext("Published"))
    return [StepView(text, "done" if at < now else "now" if at == now else "later") for at, text in enumerate(words)]


def open_points(case: Case) -> list[Point]:
    """The demands the public may read, as long as their answers are not published."""
    return [_point(n, demand, Answer(), Markup(), "") for n, demand in enumerate(case.public_demands, 1)]


def points(case: Case, reply: Reply) -> list[Point]:
    """The demands of a case in order, with their answers as they stand: drafted, or published."""
    answered = [(one, answer_to(one), _made_safe(one.answer_html)) for one in case.demands]
    return [_point(n, one, answer, reason, reply.lang) for n, (one, answer, reason) in enumerate(answered, 1)]


def points_of(case: Case, answers: Mapping[int, Answer], lang: str) -> list[Point]:
    """The demands of a case with the answers of a version."""
    shown = [(demand, answers[demand.id]) for demand in case.demands if demand.id in answers]
    return [_point(n, demand, answer, render(answer.text), lang) for n, (demand, answer) in enumerate(shown, 1)]


def source_words(demand: Demand) -> str:
    """Where a demand comes from; empty for one that an officer added."""
    match demand.source:
        case Source.OFFICER:
            return ""
        case Source.PROPOSAL:
            return gettext("The proposal asks for this.")
        case Source.MAP if demand.side < 0:
            return gettext("All groups of the consensus map disagree with this.")
        case Source.MAP:
            return gettext("All groups of the consensus map agree with this.")


def summary_markup(reply: Reply | None) -> Markup:
    """The summary of a reply, ready for a page."""
    return _made_safe(reply.summary_html if reply else "")


def holding_markup(html: str) -> Markup:
    """A holding answer, ready for a page."""
    return _made_safe(html)


def _point(place: int, demand: Demand, answer: Answer, reason: Markup, lang: str) -> Point:
    outcome = answer.outcome
    return Point(
        number=place,
        demand=Said(demand.text, demand.lang),
        note=source_words(demand),
        outcome=outcome_name(outcome) if outcome else "",
        kind=OUTCOME_KINDS[outcome] if outcome else "",
        reason=reason,
        basis=render(answer.basis) if answer.basis else Markup(),
        next_step=answer.next_step,
        next_step_on=answer.next_step_on,
        ends=answer.no_next_step,
        contact=answer.contact,
        lang=lang,
    )


def _made_safe(html: str) -> Markup:
    """Markup out of this feature's tables, which hold nothing but what `moderation.render` made."""
    return Markup(html)  # noqa: S704
