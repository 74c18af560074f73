"""Rules of accounts: which address is the same address, which name and which password are good enough."""

from __future__ import annotations

import unicodedata
from datetime import timedelta
from functools import cache
from pathlib import Path

from app.core.language import N_
from moderation import mixes_scripts

PASSWORD_MIN = 10
PASSWORD_MAX = 200
DISTINCT_MIN = 5
NAME_MAX = 60
TOKENS_MAX = 20
CONFIRM_WITHIN = timedelta(days=3)
RESET_WITHIN = timedelta(hours=2)
TOKEN_PREFIX = "minyi_"  # noqa: S105  the public beginning, by which scanners for leaked secrets know a token


def ascii_address(address: str) -> str:
    """The address as it stands in a mail's envelope: a domain in other letters in its ASCII form (RFC 3490).

    >>> ascii_address("lin@市府.tw")
    'lin@xn--7st6m.tw'
    """
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def email_key(address: str) -> str:
    """The one form in which addresses are compared: NFKC and case-folded, so one spelling has one account.

    Control characters are in no address, and PostgreSQL takes no NUL even in a question.

    >>> email_key("  Lin@Example.TW ") == email_key("ｌｉｎ@example.tw")
    True
    """
    plain = unicodedata.normalize("NFKC", address).casefold()
    return ascii_address("".join(sign for sign in plain if sign.isprintable()).strip())


_ONE_PROVIDER = {
    "googlemail.com": "gmail.com",
    "pm.me": "proton.me",
    "protonmail.com": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
}
"""Domains whose mail goes to the mailbox of the same name at another one, as the providers say themselves."""
_IGNORED = {"gmail.com": ".", "proton.me": ".-_"}
"""Signs that these providers do not look at in the part before the @."""


def mailbox_key(address: str) -> str:
    """The mailbox an address leads to, whatever is written: one mailbox opens one account.

    What follows a plus is a mark of the owner's own at nearly every provider. Dots count, except where the provider
    says that they do not. It is never written to: letters go to the address as it was typed.

    >>> mailbox_key("L.i.n+votes@GoogleMail.com") == mailbox_key("ｌｉｎ@gmail.com")
    True
    >>> mailbox_key("mei.lin@example.tw") == mailbox_key("meilin@example.tw")
    False
    """
    local, _, domain = email_key(address).rpartition("@")
    domain = domain.rstrip(". ")
    domain = _ONE_PROVIDER.get(domain, domain)
    name = local.partition("+")[0]
    name = "".join(sign for sign in name if sign not in _IGNORED.get(domain, ""))
    return f"{name or local}@{domain}"


def name_problem(name: str) -> str | None:
    """Why a cleaned name cannot be taken, as a message id; None for a good one."""
    if not name:
        return N_("Enter a name.")
    if len(name) > NAME_MAX:
        return N_("The name may have at most 60 characters.")
    if mixes_scripts(name):
        return N_("A word of the name mixes letters that look alike but are different ones. Please type it anew.")
    return None


def password_problem(password: str, *, name: str, email: str) -> str | None:
    """Why a password cannot be taken, as a message id; None for a good one.

    Length and a list of known bad ones, no recipe of signs: NIST SP 800-63B-4, section 3.1.1.2.
    """
    if len(password) < PASSWORD_MIN:
        return N_("The password needs at least 10 characters.")
    if len(password) > PASSWORD_MAX:
        return N_("The password may have at most 200 characters.")
    plain = _plain(password)
    if plain in {_plain(email), _plain(email.partition("@")[0]), _plain(name)}:
        return N_("The password may not be your name or your e-mail address.")
    if plain in common_passwords() or len(set(plain)) < DISTINCT_MIN:
        return N_("This password is among the first that others would guess. Please choose another.")
    return None


@cache
def common_passwords() -> frozenset[str]:
    """The passwords that are tried first; the file says where they come from."""
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
