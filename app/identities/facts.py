"""What happens to what we know of people."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.facts import Fact


@dataclass(frozen=True)
class IdentityLinked(Fact):
    """A person linked a sign-in of a provider."""

    kind = "identity.linked"
    person_id: int
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityLevelChanged(Fact):
    """A provider says now that it knows a person better, or less well."""

    kind = "identity.level-changed"
    person_id: int
    provider: str
    level: str


@dataclass(frozen=True)
class IdentityUnlinked(Fact):
    """A person gave up a sign-in of a provider."""

    kind = "identity.unlinked"
    person_id: int
    provider: str


@dataclass(frozen=True)
class PhoneCodeSent(Fact):
    """A code was sent to a number that a person entered."""

    kind = "phone.code-sent"
    person_id: int


@dataclass(frozen=True)
class PhoneCodeFailed(Fact):
    """A wrong code was entered, the so-manieth."""

    kind = "phone.code-failed"
    person_id: int
    guesses: int


@dataclass(frozen=True)
class PhoneVerified(Fact):
    """A person has shown to read what is sent to a number."""

    kind = "phone.verified"
    person_id: int


@dataclass(frozen=True)
class PhoneRemoved(Fact):
    """A person gave up a number."""

    kind = "phone.removed"
    person_id: int


@dataclass(frozen=True)
class PersonDeclared(Fact):
    """A person said something of themselves. What it was is theirs."""

    kind = "person.declared"
    person_id: int
