"""Rules of identities: numbers, codes sent to them, and what each level of knowing somebody needs."""

from __future__ import annotations

import secrets
from datetime import timedelta

import phonenumbers

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
