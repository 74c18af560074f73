"""The rules of participation as one document: thresholds, windows, promises, what a reply contains.

A `Policy` never changes; an instance publishes a new version of it, and what was begun keeps the version it was begun
under. Its defaults are what an instance does that has published nothing. Bounds are guard rails: outside of them a rule
would take away what the platform promises, and the document is refused with the reason.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, Self

from pydantic import Field, PrivateAttr, ValidationError

from app.core.bounds import WORDS, BadDocument, Each, Fault, Section, Span, faults_of
from app.core.deadline import Unit
from app.core.language import N_
from app.core.policy_parts import Deed, Extending, different
from app.core.policy_sections import (
    Calendar,
    Clocks,
    Consultation,
    Data,
    Deliberation,
    Eligibility,
    Endorsement,
    Meeting,
    Pause,
    Proposal,
    Reply,
    Safety,
)
from app.core.terms import Extension, Period, Promise, Terms

NOT_TOML = N_("This is not TOML: %(problem)s")
TOML_MAX = 100_000
"""Characters: ten times what a preset with all its remarks has. More would only keep the server busy with faults."""


class Policy(Section):
    """A set of rules. `version` is 0 for the platform's own."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")] = "default"
    calendar: Calendar = Calendar()
    eligibility: Eligibility = Eligibility()
    proposal: Proposal = Proposal()
    endorsement: Endorsement = Endorsement()
    pauses: Annotated[
        tuple[Pause, ...],
        Field(max_length=20),
        Each(lambda pauses: different(tuple(one.first_day for one in pauses)), N_("Two pauses begin on the same day.")),
    ] = ()
    clocks: Clocks = Clocks()
    reply: Reply = Reply()
    consultation: Consultation = Consultation()
    deliberation: Deliberation = Deliberation()
    meeting: Meeting = Meeting()
    data: Data = Data()
    safety: Safety = Safety()

    _version: int = PrivateAttr(0)

    @property
    def version(self) -> int:
        """Which version of the instance's rules this is."""
        return self._version

    def numbered(self, version: int) -> Self:
        """These rules as the instance's version of that number."""
        copy = self.model_copy()
        copy._version = version
        return copy

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """The rules of a document of plain values. Raises `BadDocument` with every fault and its place."""
        try:
            return cls.model_validate_json(json.dumps(document, default=str))
        except ValidationError as error:
            raise BadDocument(faults_of(error)) from None

    @classmethod
    def from_toml(cls, text: str) -> Self:
        """The rules of a TOML document. Raises `BadDocument`, also for what is not TOML at all."""
        if len(text) > TOML_MAX:
            raise BadDocument((Fault("", WORDS["string_too_long"]),))
        try:
            document = tomllib.loads(text)
        except (ValueError, RecursionError) as problem:
            raise BadDocument((Fault("", NOT_TOML, {"problem": str(problem)}),)) from None
        return cls.from_json(document)

    def to_json(self) -> dict[str, Any]:
        """The whole document as plain JSON values, defaults included: what is kept."""
        return self.model_dump(mode="json", exclude_none=True)

    def period(self, span: Span) -> Period:
        """A period of this document as clocks reckon it."""
        return Period(span.amount, span.unit, self.calendar.roll if span.roll is None else span.roll)

    def terms(self, promise: Promise) -> Terms:
        """What a promise means under these rules. Reminders that would come before its first day are left out."""
        span, extending = self._promised[promise]
        extension = Extension(extending.times, self.period(extending.most)) if extending and extending.times else None
        least = 0 if span.unit is Unit.HOUR else span.amount * (28 if span.unit is Unit.MONTH else 1)
        reminders = tuple(days for days in self.clocks.reminders_before_due if days < least)
        late = () if promise is Promise.TRANSCRIPT else self.clocks.escalate_after_due
        # A review stands as long as its author has the text in hand.
        pause = None if promise is Promise.REVIEW else self.clocks.longest_pause
        return Terms(promise, self.period(span), extension, reminders, late, pause)

    def pause_on(self, day: date, deed: Deed) -> Pause | None:
        """The pause that stops this deed on this day, if there is one."""
        return next((one for one in self.pauses if one.first_day <= day <= one.last_day and deed in one.stops), None)

    @property
    def _promised(self) -> dict[Promise, tuple[Span, Extending | None]]:
        return {
            Promise.REPLY: (self.reply.due, self.reply.extension),
            Promise.SUMMARY: (self.consultation.summary_due, self.consultation.extension),
            Promise.PLAN: (self.reply.plan_notice, None),
            Promise.CONTACT: (self.reply.contact_proposer, None),
            Promise.REVIEW: (self.proposal.review, None),
            Promise.FOLLOW_UP: (self.reply.follow_up, None),
            Promise.DATA_REQUEST: (self.data.request_due, self.data.extension),
            Promise.SAFETY_REPORT: (self.safety.report_first_action, None),
            Promise.MINORS_REPORT: (self.safety.minors_report, None),
            Promise.TRANSCRIPT: (self.meeting.transcript_edit, None),
        }
