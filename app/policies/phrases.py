"""Phrases of which the sentences about rules are made."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from flask_babel import gettext, ngettext

from app.core.answers import AnswerPart, Outcome
from app.core.bounds import Span
from app.core.language import said
from app.core.persons import Level
from app.core.policy import Policy
from app.core.policy_parts import Deed, Duty, Extending, Formula
from app.core.policy_sections import Pause, Who
from app.web.filters import day, number, percent, period_words, reader_locale


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


def lasts(policy: Policy, span: Span) -> str:
    """A period; where it ends otherwise than the calendar section says, that is added."""
    words = period_words(policy.period(span))
    if span.roll is None or span.roll == policy.calendar.roll:
        return words
    if span.roll:
        return gettext("%(period)s (ending on a working day)", period=words)
    return gettext("%(period)s (ending on any day)", period=words)


def extension_words(policy: Policy, extending: Extending) -> str:
    """Whether and how a date may be put off."""
    if not extending.times:
        return gettext("It cannot extend that.")
    most = lasts(policy, extending.most)
    if extending.times == 1:
        return gettext("It may extend once, by at most %(period)s, before the date has come.", period=most)
    return gettext(
        "It may extend %(times)s times, by at most %(period)s each, before the date has come.",
        times=extending.times,
        period=most,
    )


def who_words(who: Who) -> str:
    """The people who may do something."""
    people = [gettext("citizens")] if who.nationals else []
    people += [gettext("holders of a residence permit")] if who.residents else []
    found = listed(people) if people else gettext("whoever has confirmed an e-mail address")
    if who.min_age:
        found = gettext("%(who)s from the age of %(age)s", who=found, age=who.min_age)
    if who.level is Level.PHONE:
        return gettext("%(who)s, with a confirmed mobile number", who=found)
    if who.level is Level.HIGH:
        return gettext("%(who)s, with an identity checked by an authority", who=found)
    return found


def intake_words(most: int) -> str:
    """Whether new proposals are taken while others wait."""
    if not most:
        return gettext("New proposals are taken however many wait for a reply.")
    return ngettext(
        "No new proposals are taken while %(num)s waits for a reply.",
        "No new proposals are taken while %(num)s wait for a reply.",
        most,
    )


def formula_words(formula: Formula) -> str:
    """How a threshold came about."""
    here = reader_locale()
    return gettext(
        "That is %(share)s of the %(residents)s residents on %(day)s, rounded up, from %(low)s to %(high)s.",
        share=share_words(formula.share),
        residents=number(formula.residents, here),
        day=day(formula.residents_on, here, year=True),
        low=number(formula.low, here),
        high=number(formula.high, here),
    )


def pause_words(pause: Pause) -> str:
    """What is stopped, why and from when to when."""
    here = reader_locale()
    stopped = {
        (True, True): gettext("nothing is proposed or endorsed"),
        (True, False): gettext("nothing is proposed"),
        (False, True): gettext("nothing is endorsed"),
    }[Deed.PROPOSE in pause.stops, Deed.ENDORSE in pause.stops]
    return gettext(
        "%(name)s: from %(first)s to %(last)s %(stopped)s. Dates of replies run on.",
        name=said(pause.name, here).text,
        first=day(pause.first_day, here, year=True),
        last=day(pause.last_day, here, year=True),
        stopped=stopped,
    )


def duty_name(duty: Duty) -> str:
    """What is owed besides the reply."""
    return {Duty.MEETING: gettext("a meeting with the proposer"), Duty.HEARING: gettext("a public hearing")}[duty]


def tier_words(at: int, duty: Duty, *, reached: bool = False) -> str:
    """From how many endorsements on something more is owed, or that it is."""
    people = number(at, reader_locale())
    if reached:
        return gettext("%(people)s endorsements are reached: %(duty)s is owed.", people=people, duty=duty_name(duty))
    return gettext("At %(people)s endorsements there is %(duty)s.", people=people, duty=duty_name(duty))


def part_words(part: AnswerPart) -> str:
    """Something a reply contains."""
    return {
        AnswerPart.STATUS: gettext("what becomes of each demand"),
        AnswerPart.REASON: gettext("why"),
        AnswerPart.BASIS: gettext("the law or the data it rests on"),
        AnswerPart.NEXT_STEP: gettext("the next step with its date, or that there is none"),
        AnswerPart.CONTACT: gettext("the unit to turn to"),
    }[part]


def share_words(share: float) -> str:
    """A share as a percentage, with every digit the rules give it."""
    digits = (Decimal(str(share)) * 100).normalize().as_tuple().exponent
    return percent(share, reader_locale(), decimals=max(0, -int(digits)))


def listed(words: Iterable[str]) -> str:
    """Words one after the other, as the language of the page lists them."""
    return gettext(", ").join(words)
