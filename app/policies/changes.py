"""What differs between two versions of the rules, and what a version would do, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.core.context import Context
from app.core.deadline import due_after
from app.core.policy import Policy
from app.core.terms import Promise
from app.policies.wording import rules_in_words
from app.web.filters import day, reader_locale


@dataclass(frozen=True)
class Change:
    """A rule before and after, in words; "" where there is none. `subject` is the group it stands in."""

    place: str
    subject: str
    before: str
    after: str


def differences(before: Policy, after: Policy) -> list[Change]:
    """Every rule that says something else, in the order of the document."""
    old, new = _by_place(before), _by_place(after)
    places = [*new, *(place for place in old if place not in new)]
    nothing = ("", "")
    changes = [
        Change(place, (new.get(place) or old[place])[0], old.get(place, nothing)[1], new.get(place, nothing)[1])
        for place in places
    ]
    return [one for one in changes if one.before != one.after]


def effect(ctx: Context, policy: Policy, start: date) -> list[str]:
    """When answers would be due under these rules for what begins on `start`."""
    words = {
        Promise.SUMMARY: gettext("If an issue closes on %(start)s, the reply is due on %(due)s."),
        Promise.REPLY: gettext("If a proposal is established on %(start)s, the reply is due on %(due)s."),
    }
    return [sentence % _dates(ctx, policy, promise, start) for promise, sentence in words.items()]


def _dates(ctx: Context, policy: Policy, promise: Promise, start: date) -> dict[str, str]:
    period = policy.terms(promise).period
    due = due_after(start, period.amount, period.unit, ctx.calendar_under(policy), period.roll)
    here = reader_locale()
    return {"start": day(start, here, year=True), "due": day(due.on, here, year=True)}


def _by_place(policy: Policy) -> dict[str, tuple[str, str]]:
    """Place -> subject and sentence."""
    return {rule.place: (group.title, rule.text) for group in rules_in_words(policy) for rule in group.rules}
