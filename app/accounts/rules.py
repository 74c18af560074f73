"""Rules of accounts: which address is the same address, which password is good enough."""

from __future__ import annotations

import unicodedata

PASSWORD_MIN = 10
PASSWORD_MAX = 200
NAME_MAX = 60


def email_key(address: str) -> str:
    """The one form in which addresses are compared: NFKC and case-folded, so one spelling has one account.

    >>> email_key("  Lin@Example.TW ") == email_key("ｌｉｎ@example.tw")
    True
    """
    return unicodedata.normalize("NFKC", address).strip().casefold()
