"""What a topic is, and when voices are taken."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

ADDRESS = "/<any(issues,proposals):kind>/<slug>"
"""Where a topic is, whatever its kind: its pages and operations stand below."""


class TopicKind(StrEnum):
    """What a topic belongs to. The value is the first part of its address."""

    ISSUE = "issues"
    PROPOSAL = "proposals"


class Part(StrEnum):
    """An agency's part in a topic."""

    LEAD = "lead"
    CO = "co"


def takes_voices(
    now: datetime, opened_at: datetime | None, closes_at: datetime | None, closed_at: datetime | None
) -> bool:
    """Whether people may speak and vote now: opened, not closed, and the last day has not ended.

    `closes_at` is the first moment after the last local day, so a closing job that runs late lets nobody in.
    """
    if opened_at is None or closed_at is not None or now < opened_at:
        return False
    return closes_at is None or now < closes_at
