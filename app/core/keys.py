"""What the instance's IDENTITY_KEY is for: keys by which persons are told apart, and texts that only it can read.

The secret never changes: with another one, everybody would be somebody new, and no sealed text could be opened.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from cryptography.fernet import Fernet, InvalidToken


class Unsealed(ValueError):
    """This was not sealed here, was altered, or is too old."""


@dataclass(frozen=True)
class Keys:
    """Keys and seals under one secret. Each purpose has a key of its own (RFC 5869, 3.2)."""

    secret: str

    def digest(self, purpose: str, text: str) -> str:
        """The HMAC-SHA-256 of a text for one purpose, 64 hexadecimal digits. The same text always gives the same.

        >>> Keys("a").digest("x", "lin") == Keys("a").digest("x", "lin")
        True
        >>> Keys("a").digest("x", "lin") == Keys("a").digest("y", "lin")
        False
        """
        return hmac.new(self._key(purpose), text.encode(), hashlib.sha256).hexdigest()

    def matches(self, purpose: str, text: str, digest: str) -> bool:
        """Whether this is the digest of the text, in a time that does not tell where they differ."""
        return hmac.compare_digest(self.digest(purpose, text), digest)

    def seal(self, text: str) -> str:
        """The text so that only this instance can read it."""
        return self._fernet.encrypt(text.encode()).decode()

    def unseal(self, sealed: str, within: timedelta | None = None) -> str:
        """What was sealed, at most so long ago; raises `Unsealed`."""
        try:
            return self._fernet.decrypt(sealed.encode(), int(within.total_seconds()) if within else None).decode()
        except (InvalidToken, UnicodeError):
            raise Unsealed("not ours, or too old") from None

    @cached_property
    def _fernet(self) -> Fernet:
        return Fernet(base64.urlsafe_b64encode(self._key("seal")))

    def _key(self, purpose: str) -> bytes:
        return hmac.new(self.secret.encode(), f"minyi/{purpose}".encode(), hashlib.sha256).digest()
