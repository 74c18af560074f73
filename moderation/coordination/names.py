"""Mailbox names that look alike: one letter pattern with running numbers."""

from __future__ import annotations

import re

_DIGITS = re.compile(r"\d+")
_SEPARATORS = re.compile(r"[._\-+]")
_LAST_NUMBER = re.compile(r"(\d{1,15})\D*$")


def family(mailbox: str | None, domain: str | None) -> tuple[str, str] | None:
    """What look-alikes at one domain share: the letters, with a sign for each digit; None without digits or name.

    >>> family("Anna_01", "mail.example") == family("anna02", "mail.example")
    True
    >>> family("anna", "mail.example") is None
    True
    """
    if not mailbox or not domain:
        return None
    plain = _SEPARATORS.sub("", mailbox.casefold())
    stem = _DIGITS.sub(lambda found: "#" * len(found.group()), plain)
    return (stem, domain) if "#" in stem else None


def number(mailbox: str | None) -> float:
    """The last number in a mailbox name; nan if there is none.

    >>> number("anna07")
    7.0
    """
    found = _LAST_NUMBER.search(mailbox or "")
    return float(found.group(1)) if found else float("nan")
