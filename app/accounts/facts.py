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
class ConfirmationAsked(Fact):
    """Somebody asked for the confirmation link again."""

    kind = "person.confirmation-asked"
    person_id: int


@dataclass(frozen=True)
class ResetAsked(Fact):
    """Somebody asked for a link to set a new password. None: for an address nobody here has. That is written down all
    the same, so that the time an answer takes does not tell who has an account.
    """

    kind = "person.reset-asked"
    person_id: int | None


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


@dataclass(frozen=True)
class ProfileChanged(Fact):
    """A person changed name or language."""

    kind = "person.profile-changed"
    person_id: int


@dataclass(frozen=True)
class TokenCreated(Fact):
    """A person made a token for the API."""

    kind = "token.created"
    person_id: int
    token_id: int


@dataclass(frozen=True)
class TokenRevoked(Fact):
    """A token for the API was ended."""

    kind = "token.revoked"
    person_id: int
    token_id: int


@dataclass(frozen=True)
class AdministratorNamed(Fact):
    """A person may from now on change the instance's settings."""

    kind = "person.administrator-named"
    person_id: int
