"""Rules of identities: numbers, codes sent to them, and what each level of knowing somebody needs."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

import phonenumbers

from app.core.language import N_
from app.core.persons import AgeBand, Level, Standing
from app.core.policy_sections import Who

CODE_LASTS = timedelta(minutes=10)
GUESSES = 5
"""Wrong guesses after which a code is void."""
CODES_A_DAY = 5
"""Texts cost money and wake people: so many a person may ask for in a day, and so many go to one number."""
MOBILE = {phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE}


def mobile_number(typed: str, country: str) -> str:
    """A mobile number in its one international form (E.164); "" for what is none.

    >>> mobile_number("0912-345-678", "TW") == mobile_number("+886 912 345 678", "JP")
    True
    """
    try:
        number = phonenumbers.parse(typed[:40], country)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) not in MOBILE:
        return ""
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def hint_of(number: str) -> str:
    """By what its owner knows a number again: the last three digits.

    >>> hint_of("+886912345678")
    '••• 678'
    """
    return f"••• {number[-3:]}"


def range_of(number: str) -> str:
    """The block of ten thousand numbers it lies in: by it numbers bought together are noticed.

    >>> range_of("+886912345678")
    '+88691234'
    """
    return number[:-4]


def new_code() -> str:
    """Six digits."""
    return f"{secrets.randbelow(1_000_000):06}"


def typed_code(text: str) -> str:
    """A code as it is compared, however it was typed."""
    return "".join(sign for sign in text if sign.isdecimal())[:12]


@dataclass(frozen=True)
class Known:
    """What is known of a person: the level by proof, standing and age by what they say of themselves.

    `voices`: keys of the numbers and identities they have ever shown, given up or not. No two voices on one matter may
    share any of them; the key of the mailbox (`accounts.queries.person_key`) comes on top.
    """

    level: Level
    standing: Standing | None = None
    age_band: AgeBand | None = None
    voices: frozenset[str] = frozenset()


class Missing(NamedTuple):
    """What a person lacks for an act, and how to get it: a message id and what fills it."""

    words: str
    values: dict[str, int]


def missing(who: Who, known: Known) -> Missing | None:
    """The first thing that is missing; None for a person who may.

    >>> missing(Who(min_age=18), Known(Level.EMAIL, Standing.NATIONAL, AgeBand.YOUNG)) is None
    True
    """
    if known.level.rank < who.level.rank:
        return Missing(_NEEDED[who.level], {})
    asked = {Standing.NATIONAL} if who.nationals else set()
    asked |= {Standing.RESIDENT} if who.residents else set()
    if asked and known.standing is None:
        return Missing(
            N_("Please say first whether you are a citizen or hold a residence permit: My account, Who I am."), {}
        )
    if asked and known.standing not in asked:
        return Missing(N_("By the rules in force this is for others: see the page of the rules."), {})
    if who.min_age and known.age_band is None:
        return Missing(N_("Please say first how old you are, roughly: My account, Who I am."), {})
    if known.age_band is not None and known.age_band.least < who.min_age:
        return Missing(N_("By the rules in force this is for people from the age of %(age)s."), {"age": who.min_age})
    return None


_NEEDED = {
    Level.EMAIL: N_("Please confirm your e-mail address first: press the link in the letter we sent you."),
    Level.PHONE: N_("Please confirm a mobile number first: My account, Who I am."),
    Level.HIGH: N_("Please link an identity that was checked by an authority first: My account, Who I am."),
}
