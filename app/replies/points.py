"""What was demanded and what was answered, point by point, as pages show it."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import gettext
from markupsafe import Markup

from app.core.language import Said
from app.replies.models import Case, Demand
from app.replies.rules import Outcome, ReplyState, Source

OUTCOME_KINDS = {
    Outcome.ADOPTED: "done",
    Outcome.PARTLY_ADOPTED: "soon",
    Outcome.UNDER_STUDY: "",
    Outcome.NOT_ADOPTED: "late",
}


@dataclass(frozen=True)
class Point:
    """A demand and its answer. `outcome` is empty as long as there is none that may be shown."""

    number: int
    demand: Said
    note: str
    outcome: str
    kind: str
    reason: Markup
    lang: str


def points(case: Case, draft: bool = False) -> list[Point]:
    """The demands of a case in order: those the public may read, or all with their drafted answers for its officers."""
    shown = case.demands if draft else case.public_demands
    return [_point(n, demand, case, draft or case.is_answered) for n, demand in enumerate(shown, 1)]


def outcome_name(outcome: Outcome) -> str:
    """An outcome in a word or two."""
    return {
        Outcome.ADOPTED: gettext("Adopted"),
        Outcome.PARTLY_ADOPTED: gettext("Partly adopted"),
        Outcome.UNDER_STUDY: gettext("Under study"),
        Outcome.NOT_ADOPTED: gettext("Not adopted"),
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


def summary_markup(case: Case) -> Markup:
    """The summary of the reply of a case, ready for a page."""
    return _made_safe(case.reply.summary_html if case.reply else "")


def _point(place: int, demand: Demand, case: Case, with_answer: bool) -> Point:
    outcome = demand.outcome if with_answer else None
    return Point(
        number=place,
        demand=Said(demand.text, demand.lang),
        note=_source_words(demand),
        outcome=outcome_name(outcome) if outcome else "",
        kind=OUTCOME_KINDS[outcome] if outcome else "",
        reason=_made_safe(demand.answer_html if with_answer else ""),
        lang=case.reply.lang if case.reply else "",
    )


def _source_words(demand: Demand) -> str:
    if demand.source is Source.OFFICER:
        return ""
    if demand.side < 0:
        return gettext("All groups of the consensus map disagree with this.")
    return gettext("All groups of the consensus map agree with this.")


def _made_safe(html: str) -> Markup:
    """Markup out of this feature's tables, which hold nothing but what `moderation.render` made."""
    return Markup(html)  # noqa: S704
