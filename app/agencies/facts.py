"""What happens to agencies."""

from __future__ import annotations

from dataclasses import dataclass

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
