"""What a case promises, where a demand comes from, what an agency's part is and when it is missing. Values only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.core.language import N_
from app.core.terms import Promise

REASON_MAX = 300
GIVE_REASON = N_("Please give the reason. Everybody can read it.")
NOTE_MAX = 5000
CONTRIBUTION_MAX = 10_000

ANSWERS = (Promise.REPLY, Promise.SUMMARY)
"""What a case promises first: the reply to a proposal, or the summary after a consultation."""


class PartState(StrEnum):
    """What became of an agency's part."""

    REQUIRED = "required"
    RELEASED = "released"
    CONTRIBUTED = "contributed"


class TransferOutcome(StrEnum):
    """How an offer to take a case over ended."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class PartSeen:
    """An agency's part, as the rules read it."""

    agency_id: int
    is_lead: bool
    state: PartState


def missing(parts: Sequence[PartSeen]) -> list[int]:
    """Ids of the agencies whose part is still missing, in their order.

    A lead that answers alone writes the reply itself: that is its part. Joint leads each say that theirs is in.

    >>> lead, co = PartSeen(1, True, PartState.REQUIRED), PartSeen(2, False, PartState.REQUIRED)
    >>> missing([lead, co]), missing([lead, PartSeen(3, True, PartState.CONTRIBUTED)])
    ([2], [1])
    """
    holding = [part for part in parts if part.state is not PartState.RELEASED]
    alone = sum(part.is_lead for part in holding) == 1
    return [part.agency_id for part in holding if part.state is PartState.REQUIRED and not (part.is_lead and alone)]


def may_leave(parts: Sequence[PartSeen], agency_id: int) -> bool:
    """Whether an agency can be released: somebody must still lead."""
    return any(part.is_lead and part.agency_id != agency_id and part.state is not PartState.RELEASED for part in parts)


class Source(StrEnum):
    """Where a demand comes from."""

    MAP = "map"
    OFFICER = "officer"
    PROPOSAL = "proposal"
