"""Rules of the discussion."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import IntEnum, StrEnum
from hashlib import sha256

MAX_LENGTH = 3000
"""Characters of a comment, after cleaning."""
EDIT_WINDOW = timedelta(minutes=5)
"""Inside it an edit leaves no trace; after it every edit keeps the former version."""
REPEAT_WINDOW = timedelta(minutes=5)
"""The same words from the same person at the same place within it are one comment, sent twice (as Discourse has it)."""

ENOUGH_MARKS = 8
"""Marks by people of known view before a comment has a score: fewer say little, and would tell of single people."""
KNOWN_VIEW = 5
"""Statements a person has agreed or disagreed with from which on their view is taken to be known."""
ACROSS_VIEWS = 0.5
"""A comment is called convincing across views when its score is surely above this: a majority of the least inclined."""
FRESH_EVERY = 3
"""Every so many places in the ranking one belongs to a comment without a score."""


class Stance(StrEnum):
    """Where a comment stands."""

    FOR = "for"
    AGAINST = "against"
    NEUTRAL = "neutral"


class Mark(IntEnum):
    """What a reader thinks of a comment: it gives a good reason, whichever side it takes, or it does not."""

    CONVINCING = 1
    UNCONVINCING = -1


class Order(StrEnum):
    """In which order comments are read. `BRIDGING`: those first that convince people of different views."""

    BRIDGING = "bridging"
    NEWEST = "newest"
    OLDEST = "oldest"


class State(StrEnum):
    """What readers see of a comment: the comment, or a marker in its place."""

    SHOWN = "shown"
    HIDDEN = "hidden"
    DELETED = "deleted"


@dataclass(frozen=True)
class CommentInput:
    """What a person writes. `lang` is a BCP 47 tag; `parent_id` is the comment it replies to."""

    text: str
    lang: str
    stance: Stance = Stance.NEUTRAL
    parent_id: int | None = None


def edit_is_versioned(written_at: datetime, now: datetime) -> bool:
    """Whether an edit made now keeps the former version."""
    return now - written_at > EDIT_WINDOW


def state_of(deleted_at: datetime | None, hidden_at: datetime | None) -> State:
    """What readers see. An author's own deletion is told as such, hidden or not."""
    if deleted_at is not None:
        return State.DELETED
    return State.SHOWN if hidden_at is None else State.HIDDEN


def usual_order(ranked: int) -> Order:
    """How a discussion with so many ranked comments is read unless the reader chooses: by rank where there is one."""
    return Order.BRIDGING if ranked else Order.NEWEST


def is_across_views(bridging: float | None) -> bool:
    """Whether a comment with this lower bound is called convincing across views."""
    return bridging is not None and bridging > ACROSS_VIEWS


def reading_order(bridging: Mapping[int, float | None], day: date) -> list[int]:
    """Ids of comments, by their lower bounds, the best first.

    A comment without a score would never get one if nobody read it. So every third place belongs to these, in an order
    drawn by lot for each day: each gets its turn, and all readers of a day see the same.
    """
    lows = {one: low for one, low in bridging.items() if low is not None}
    scored = deque(sorted(lows, key=lambda one: (-lows[one], one)))
    fresh = deque(sorted(bridging.keys() - lows.keys(), key=lambda one: _lot(one, day)))
    order: list[int] = []
    while scored or fresh:
        fresh_turn = len(order) % FRESH_EVERY == FRESH_EVERY - 1
        order.append(fresh.popleft() if fresh and (fresh_turn or not scored) else scored.popleft())
    return order


def _lot(comment_id: int, day: date) -> bytes:
    return sha256(f"{day.isoformat()}:{comment_id}".encode()).digest()
