"""The public fields of a look for coordinated voters, and those of its evidence, which not everybody gets."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from app.opinions.alike import Agreed, Alike, Without
from app.opinions.models import CoordinationCheck


class SharedStatement(BaseModel):
    """A statement shared, `side` 1 agreed with, -1 rejected."""

    id: int
    side: Literal[-1, 1]


class WithoutOut(BaseModel):
    """The map without these people. `lost`: shared with them only; `gained`: shared without them only."""

    state: Literal["too_few", "unclear", "spread", "groups"]
    groups: int
    consensus: list[SharedStatement]
    divisive: list[int]
    lost: list[SharedStatement]
    gained: list[SharedStatement]


class Likeness(BaseModel):
    """What speaks for a group: `agreement`, the share of equal answers, beside what people on their own would have.

    `pairs` are alike enough to connect them; `shared` statements both of a pair answered; `overlap` of which statements
    they answered, beside what is expected by lot. Of the people named up to `q_value` that share is expected to have
    voted on their own.
    """

    pairs: int
    agreement: float
    expected: float
    shared: float
    overlap: float
    expected_overlap: float
    q_value: float


class AlikeGroup(Likeness):
    """A group, and how many people it is."""

    people: int


class CoordinatedOut(BaseModel):
    """People whose votes are alike beyond chance and shared opinion, as of `made_at`. The map counts them like others.

    `people` and `pairs` are null and `small_groups` counts groups where there are fewer than 5 in one. Figures are told
    anew only once at least 5 people have joined or left. `without` is null where nobody is alike.
    """

    made_at: str
    groups: int
    small_groups: int
    people: int | None
    pairs: int | None
    found: list[AlikeGroup]
    without: WithoutOut | None


class AnswerInCommon(BaseModel):
    """An answer `said` of `asked` members gave, and the `chance` that one of them gives it on their own."""

    statement: int
    value: Literal[-1, 0, 1]
    said: int
    asked: int
    chance: float


class EvidenceGroup(Likeness):
    """A group by pseudonym, those of `votes.csv`, and the answers least likely that they share."""

    members: list[int]
    overlap_p_value: float
    examples: list[AnswerInCommon]


class EvidenceOut(BaseModel):
    """Every group of the newest look, the largest first."""

    made_at: str
    groups: list[EvidenceGroup]


def present_coordinated(alike: Alike) -> dict[str, Any]:
    """What everybody may know."""
    return {
        "made_at": alike.made_at,
        "groups": alike.groups,
        "small_groups": alike.small,
        "people": alike.people,
        "pairs": alike.pairs,
        "found": alike.found,
        "without": _without(alike.without) if alike.without else None,
    }


def present_evidence(check: CoordinationCheck) -> dict[str, Any]:
    """What only those get who judge it."""
    content, evidence = check.content or {}, check.evidence or {}
    return {"made_at": content["made_at"], "groups": evidence["groups"]}


def _without(without: Without) -> dict[str, Any]:
    return {
        "state": without.state,
        "groups": without.groups,
        "consensus": _listed(without.shared),
        "divisive": without.divisive,
        "lost": _listed(without.lost),
        "gained": _listed(without.gained),
    }


def _listed(some: list[Agreed]) -> list[dict[str, int]]:
    return [{"id": one.id, "side": one.side} for one in some]
