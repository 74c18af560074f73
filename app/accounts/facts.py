"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


@dataclass(frozen=True)
class PersonJoined(Fact):
    """Somebody signed up; the address is not confirmed yet."""

    kind = "person.joined"
    person_id: int


@dataclass(frozen=True)
class PersonConfirmed(Fact):
    """The address was confirmed by its link."""

    kind = "person.confirmed"
    person_id: int


@dataclass(frozen=True)
class KnownAddressJoined(Fact):
    """Somebody tried to sign up with an address that has an account; its owner is told."""

    kind = "person.joined-again"
    person_id: int


@dataclass(frozen=True)
class ResetAsked(Fact):
    """Somebody asked for a link to set a new password."""

    kind = "person.reset-asked"
    person_id: int


@dataclass(frozen=True)
class PasswordChanged(Fact):
    """A new password was set; every session ended."""

    kind = "person.password-changed"
    person_id: int


@dataclass(frozen=True)
class SignedOutEverywhere(Fact):
    """Every session of a person was ended."""

    kind = "person.signed-out-everywhere"
    person_id: int
