"""What the desk shows: for whom a case waits, what is whose, how much an officer has. Values only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.agencies.rules import Staff
from app.cases.rules import PartSeen, missing
from app.replies.rules import ReplyState


class Waiting(StrEnum):
    """For whom a case waits, seen from one agency."""

    US = "us"
    APPROVER = "approver"
    AGENCIES = "agencies"
    TRANSFER = "transfer"


class Filter(StrEnum):
    """What the desk shows."""

    MINE = "mine"
    WAITING = "waiting"
    LATE = "late"
    AGENCY = "agency"
    PUBLISHED = "published"
    """Not what is owed: the replies given, the newest first."""


class Place(StrEnum):
    """Where on the desk the next step of a case is done."""

    REPLY = "reply"
    PART = "part"
    HOLDING = "holding"


@dataclass(frozen=True)
class Line:
    """An open case as one of my agencies sees it. `acting`: who is in charge there; `others`: agencies waited for.

    `reply`: how far it is, None before the first draft; `sent_back`: an approver asks for changes. `is_mine`: I am in
    charge; `is_my_turn`: nothing happens until I do something; `place`: where it is done.
    """

    case_id: int
    agency_id: int
    due_on: date
    days_open: int
    is_late: bool
    acting: int | None
    reply: ReplyState | None
    sent_back: bool
    waiting: Waiting
    others: tuple[int, ...]
    is_mine: bool
    is_my_turn: bool
    place: Place


@dataclass(frozen=True)
class Load:
    """What an officer has on the table."""

    name: str
    open: int
    late: int
    this_week: int


@dataclass(frozen=True)
class Desk:
    """Everything open of my agencies, by due date; `staff` by agency."""

    lines: Sequence[Line]
    staff: Mapping[int, Staff]
    today: date

    def shown(self, wanted: Filter) -> list[Line]:
        """The lines a filter shows."""
        return [line for line in self.lines if _is_shown(line, wanted)]

    def count(self, wanted: Filter) -> int | None:
        """How many lines a filter shows; None for what is not counted."""
        return None if wanted is Filter.PUBLISHED else len(self.shown(wanted))

    def first_filter(self, is_contact: bool) -> Filter:
        """What is shown unasked: the contact person sees all, an officer their own work or what waits for them."""
        if is_contact:
            return Filter.AGENCY
        return next((one for one in (Filter.MINE, Filter.WAITING) if self.shown(one)), Filter.AGENCY)

    def workload(self, agency_ids: Collection[int]) -> list[Load]:
        """Open, late and due this week (until Sunday) by officer; those without any work as well."""
        sunday = self.today + timedelta(days=6 - self.today.weekday())
        here = [line for line in self.lines if line.agency_id in agency_ids]
        held = Counter(line.acting for line in here)
        late = Counter(line.acting for line in here if line.is_late)
        soon = Counter(line.acting for line in here if self.today <= line.due_on <= sunday)
        names = {key: name for agency_id in agency_ids for key, name in self.staff[agency_id].names.items()}
        return [Load(name, held[key], late[key], soon[key]) for key, name in names.items()]


def waiting_for(parts: Sequence[PartSeen], agency_id: int, submitted: bool, offered: bool) -> Waiting:
    """For whom a case waits, seen from an agency that has a part in it.

    >>> from app.cases.rules import PartState
    >>> lead, co = PartSeen(1, True, PartState.REQUIRED), PartSeen(2, False, PartState.REQUIRED)
    >>> waiting_for([lead, co], 1, False, False), waiting_for([lead, co], 2, False, False)
    (<Waiting.AGENCIES: 'agencies'>, <Waiting.US: 'us'>)
    """
    absent = missing(parts)
    if agency_id in absent:
        return Waiting.US
    if submitted:
        return Waiting.APPROVER
    is_lead = any(part.is_lead and part.agency_id == agency_id for part in parts)
    if is_lead and offered:
        return Waiting.TRANSFER
    if absent or not is_lead:
        return Waiting.AGENCIES
    return Waiting.US


def _is_shown(line: Line, wanted: Filter) -> bool:
    return {
        Filter.MINE: line.is_mine,
        Filter.WAITING: line.is_my_turn,
        Filter.LATE: line.is_late,
        Filter.AGENCY: True,
        Filter.PUBLISHED: False,
    }[wanted]
