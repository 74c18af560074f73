"""What happens to agencies."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact
from app.core.permissions import Role


@dataclass(frozen=True)
class AgencySaved(Fact):
    """An agency was added or changed."""

    kind = "agency.saved"
    agency_id: int


@dataclass(frozen=True)
class OfficerNamed(Fact):
    """A person was given a role at an agency."""

    kind = "agency.officer-named"
    agency_id: int
    person_id: int
    role: Role


@dataclass(frozen=True)
class OfficerReleased(Fact):
    """A person no longer works for an agency."""

    kind = "agency.officer-released"
    agency_id: int
    person_id: int


@dataclass(frozen=True)
class ContactNamed(Fact):
    """An agency has a contact person for all its cases."""

    kind = "agency.contact-named"
    agency_id: int
    person_id: int


@dataclass(frozen=True)
class AbsenceEntered(Fact):
    """An officer is away from one day to another (or until further notice), and a deputy acts."""

    kind = "agency.absence-entered"
    agency_id: int
    person_id: int
    deputy_id: int
    from_on: date
    until_on: date | None


@dataclass(frozen=True)
class AbsenceEnded(Fact):
    """An absence was taken off the list."""

    kind = "agency.absence-ended"
    agency_id: int
    person_id: int
