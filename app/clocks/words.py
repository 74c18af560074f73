"""Promises in words."""

from __future__ import annotations

from flask_babel import gettext, ngettext

from app.core.deadline import Unit
from app.core.language import N_
from app.core.terms import Period, Promise

PROMISE_NAMES = {
    Promise.REPLY: N_("Reply to a proposal"),
    Promise.SUMMARY: N_("Reply after a consultation"),
    Promise.PLAN: N_("Handling plan"),
    Promise.CONTACT: N_("First talk with the proposer"),
    Promise.REVIEW: N_("Review of a proposal"),
    Promise.FOLLOW_UP: N_("News of what is under study"),
    Promise.DATA_REQUEST: N_("Answer to a data request"),
    Promise.SAFETY_REPORT: N_("First act on a report"),
    Promise.MINORS_REPORT: N_("First act on a report about a child"),
    Promise.TRANSCRIPT: N_("Corrections to a transcript"),
}
"""What was promised, as a heading or in a list: message ids of the catalogue."""


def promise_name(promise: Promise) -> str:
    """What was promised, in the language of the page."""
    return gettext(PROMISE_NAMES[promise])


def period_words(period: Period) -> str:
    """A period as rules state it: "14 working days"."""
    match period.unit:
        case Unit.WORKING_DAY:
            return ngettext("%(num)s working day", "%(num)s working days", period.amount)
        case Unit.DAY:
            return ngettext("%(num)s day", "%(num)s days", period.amount)
        case Unit.MONTH:
            return ngettext("%(num)s month", "%(num)s months", period.amount)
    return ngettext("%(num)s hour", "%(num)s hours", period.amount)
