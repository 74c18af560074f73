"""What happens while endorsements are gathered. Who endorsed what is private: no fact tells it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact


@dataclass(frozen=True)
class GatheringOpened(Fact):
    """People may endorse, until the end of `closes_on`."""

    kind = "gathering.opened"
    public = True
    topic_id: int
    threshold: int
    closes_on: date


@dataclass(frozen=True)
class GatheringMoved(Fact):
    """The window ends on another day: days of rest were added or taken away."""

    kind = "gathering.moved"
    public = True
    topic_id: int
    old_closes_on: date
    new_closes_on: date


@dataclass(frozen=True)
class ProgressReached(Fact):
    """So many percent of the threshold were reached for the first time."""

    kind = "gathering.progress"
    public = True
    topic_id: int
    percent: int
    endorsed: int
    threshold: int


@dataclass(frozen=True)
class ProposalEstablished(Fact):
    """The threshold was reached: from the local day `established_on` a reply is owed. Once for each topic."""

    kind = "proposal.established"
    public = True
    topic_id: int
    endorsed: int
    threshold: int
    established_on: date


@dataclass(frozen=True)
class TierReached(Fact):
    """With so many endorsements a further duty is owed: `duty` as the rules call it. Once for each topic and duty."""

    kind = "gathering.tier-reached"
    public = True
    topic_id: int
    duty: str
    at: int


@dataclass(frozen=True)
class ProposalLapsed(Fact):
    """The window ended on `closed_on` below the threshold."""

    kind = "proposal.lapsed"
    public = True
    topic_id: int
    endorsed: int
    threshold: int
    closed_on: date


@dataclass(frozen=True)
class EndorsersForgotten(Fact):
    """Who endorsed was deleted; how many, from where and on which days stays."""

    kind = "gathering.endorsers-forgotten"
    public = True
    topic_id: int
    endorsed: int


@dataclass(frozen=True)
class Halted(Fact):
    """Proposing or endorsing was stopped everywhere, with a public reason."""

    kind = "gathering.halted"
    public = True
    halt_id: int
    deed: str


@dataclass(frozen=True)
class HaltLifted(Fact):
    """What had been stopped goes on."""

    kind = "gathering.halt-lifted"
    public = True
    halt_id: int
    deed: str
