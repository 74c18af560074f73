"""What was demanded and what was answered, point by point, as pages show it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext
from markupsafe import Markup

from app.cases.models import Case, Demand
from app.core.language import Said
from app.replies.rules import Answer, Outcome, ReplyState, Source
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


def points(case: Case, draft: bool = False) -> list[Point]:
    """The demands of a case in order: those the public may read, or all with their drafted answers for its officers."""
    shown = case.demands if draft else case.public_demands
    lang = case.reply.lang if case.reply else ""
    if not (draft or case.is_answered):
        return [_point(n, demand, Answer(), Markup(), lang) for n, demand in enumerate(shown, 1)]
    return [_point(n, one, one.said, _made_safe(one.answer_html), lang) for n, one in enumerate(shown, 1)]


def points_of(case: Case, answers: Mapping[int, Answer], lang: str) -> list[Point]:
    """The demands of a case with the answers of a version."""
    shown = [(demand, answers[demand.id]) for demand in case.demands if demand.id in answers]
    return [_point(n, demand, answer, render(answer.text), lang) for n, (demand, answer) in enumerate(shown, 1)]


def outcome_name(outcome: Outcome) -> str:
    """An outcome in a word or two."""
    return {
        Outcome.ADOPTED: gettext("Adopted"),
        Outcome.PARTLY_ADOPTED: gettext("Partly adopted"),
        Outcome.UNDER_STUDY: gettext("Under study"),
        Outcome.ALREADY_DONE: gettext("Already done"),
        Outcome.NOT_ADOPTED: gettext("Not adopted"),
        Outcome.NOT_COMPETENT: gettext("Not ours to decide"),
    }[outcome]


def draft_words(case: Case) -> str:
    """How far the reply of a case is, for its officers."""
    if case.reply is None:
        return gettext("No draft yet")
    match case.reply.state:
        case ReplyState.SUBMITTED:
            return gettext("Waits for an approver")
        case ReplyState.PUBLISHED:
            return gettext("Published")
        case _ if case.reply.sent_back_because:
            return gettext("Sent back to be changed")
    return gettext("Draft of the reply")


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


def summary_markup(case: Case) -> Markup:
    """The summary of the reply of a case, ready for a page."""
    return _made_safe(case.reply.summary_html if case.reply else "")


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
