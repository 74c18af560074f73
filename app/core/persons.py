"""What an act may ask of a person: how well they are known, where they belong, how old they are."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """How well we know who somebody is, from the least to the most."""

    NONE = "none"
    EMAIL = "email"
    PHONE = "phone"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """Its place among them; a higher one includes the lower ones."""
        return list(Level).index(self)


class Standing(StrEnum):
    """What somebody says of where they belong. Nobody has to say it before an act asks for it."""

    NATIONAL = "national"
    RESIDENT = "resident"
    """With a residence permit."""
    OTHER = "other"


class AgeBand(StrEnum):
    """What somebody says of their age: a band, never a day of birth."""

    CHILD = "0-13"
    TEEN = "14-15"
    YOUTH = "16-17"
    YOUNG = "18-19"
    ADULT = "20+"

    @property
    def least(self) -> int:
        """The age everybody in it has reached."""
        return int(self.value.partition("-")[0].rstrip("+"))

    @property
    def is_minor(self) -> bool:
        """Below 18 (Civil Code, article 12, since 2023)."""
        return self.least < 18


class Act(StrEnum):
    """What the rules ask people to be known for."""

    PROPOSE = "propose"
    ENDORSE = "endorse"
    VOTE = "vote"
    COMMENT = "comment"
