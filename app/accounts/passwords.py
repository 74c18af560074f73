"""Passwords are kept as argon2id hashes with OWASP's minimum cost (t=2, m=19 MiB, p=1), two at a time per process.

OWASP Password Storage Cheat Sheet. A costlier setting lets two cores serve ten sign-ins a second.
Before hashing they are brought to NFKC, so that the same word typed on another keyboard is the same password
(NIST SP 800-63B-4, 3.1.1.2).
"""

from __future__ import annotations

import unicodedata
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_at_once = BoundedSemaphore(2)
_NOBODY = _hasher.hash("nobody has this password")


def hash_password(password: str) -> str:
    """The argon2id hash to store."""
    with _at_once:
        return _hasher.hash(_normal(password))


def password_matches(stored: str | None, password: str) -> bool:
    """Whether the password is right. Takes as long for an unknown person (`stored` None) as for a known one."""
    with _at_once:
        try:
            return _hasher.verify(stored or _NOBODY, _normal(password)) and stored is not None
        except (VerificationError, InvalidHashError):
            return False


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
