"""Rules of statements and votes."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from hashlib import sha256

from moderation import identity_key

SHORTEST = 5
LONGEST = 280
"""Characters of a statement written here; imported ones may be longer."""
GROUP_MIN = 5
"""People below which nothing about a group is shown."""


class Vote(IntEnum):
    """A person's answer to a statement. Unseen is the absence of a vote."""

    AGREE = 1
    PASS = 0
    DISAGREE = -1


class Origin(StrEnum):
    """Where a statement comes from."""

    SEED = "seed"
    CITIZEN = "citizen"
    IMPORT = "import"


class MapSays(StrEnum):
    """What a map says about groups: too few people, too little said, one spread of views, or distinct groups."""

    TOO_FEW = "too_few"
    UNCLEAR = "unclear"
    SPREAD = "spread"
    GROUPS = "groups"


def map_state(enough: bool, distinct: bool, groups: int) -> MapSays:
    """The state of a map from what is stored of it."""
    if not enough:
        return MapSays.TOO_FEW
    if distinct:
        return MapSays.GROUPS
    return MapSays.SPREAD if groups else MapSays.UNCLEAR


def statement_key(text: str) -> str:
    """What two statements with the same words share, of a length every index can hold."""
    return sha256(identity_key(text).encode()).hexdigest()
