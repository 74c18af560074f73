"""Rules of the discussion."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

MAX_LENGTH = 3000
EDIT_WINDOW = timedelta(minutes=5)
"""Inside it an edit leaves no trace; after it every edit keeps the former version."""


class Stance(StrEnum):
    """Where a comment stands."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


def edit_is_versioned(written_at: datetime, now: datetime) -> bool:
    """Whether an edit made now keeps the former version."""
    return now - written_at > EDIT_WINDOW
