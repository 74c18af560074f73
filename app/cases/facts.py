"""What happens to cases and between their agencies. Reasons stay with the parts: the record keeps no texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.facts import Fact
from app.topics.rules import Part


@dataclass(frozen=True)
class CaseOpened(Fact):
    """A case was opened; the reply is due on `due_on`."""

    kind = "case.opened"
    public = True
    topic_id: int
    case_id: int
    due_on: date


@dataclass(frozen=True)
class AgencyAdded(Fact):
    """An agency was given a part in a case."""

    kind = "case.agency-added"
    public = True
    topic_id: int
    case_id: int
    part_id: int
    agency_id: int
    part: Part


@dataclass(frozen=True)
class AgencyReleased(Fact):
    """An agency need not answer any more."""

    kind = "case.agency-released"
    public = True
    topic_id: int
    case_id: int
    part_id: int
    agency_id: int


@dataclass(frozen=True)
class PartContributed(Fact):
    """An agency's contribution is in."""

    kind = "case.part-contributed"
    public = True
    topic_id: int
    case_id: int
    part_id: int
    agency_id: int


@dataclass(frozen=True)
class TransferOffered(Fact):
    """A lead offered its case to another agency; until that one accepts, the lead answers."""

    kind = "case.transfer-offered"
    public = True
    topic_id: int
    case_id: int
    transfer_id: int
    agency_id: int
    to_agency_id: int


@dataclass(frozen=True)
class TransferAccepted(Fact):
    """The other agency took the case over. The clock goes on; where a rule restarts it, a reaction to this does."""

    kind = "case.transfer-accepted"
    public = True
    topic_id: int
    case_id: int
    transfer_id: int
    agency_id: int
    to_agency_id: int


@dataclass(frozen=True)
class TransferDeclined(Fact):
    """The other agency did not take the case."""

    kind = "case.transfer-declined"
    public = True
    topic_id: int
    case_id: int
    transfer_id: int
    agency_id: int
    to_agency_id: int


@dataclass(frozen=True)
class TransferWithdrawn(Fact):
    """The lead took its offer back."""

    kind = "case.transfer-withdrawn"
    public = True
    topic_id: int
    case_id: int
    transfer_id: int
    agency_id: int
    to_agency_id: int


@dataclass(frozen=True)
class OfficerAssigned(Fact):
    """An agency put an officer, and perhaps a deputy, in charge of its part."""

    kind = "case.officer-assigned"
    topic_id: int
    case_id: int
    agency_id: int
    handler_id: int
    deputy_id: int | None


@dataclass(frozen=True)
class NoteWritten(Fact):
    """An internal note was written."""

    kind = "case.note-written"
    topic_id: int
    case_id: int
    note_id: int
