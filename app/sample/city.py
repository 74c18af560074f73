"""The sample city as values. Texts in several languages are keyed by BCP 47; days are the city's local days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias

from app.comments.rules import Stance
from app.core.answers import Outcome
from app.core.permissions import AGENCY_ROLES, Role
from app.followups.rules import Verdict
from app.issues.rules import IssueState, PromiseLevel
from app.opinions.rules import Vote

Texts: TypeAlias = dict[str, str]
"""One text in every language of the interface."""


@dataclass(frozen=True)
class Area:
    """A district. `code` in the pattern of ISO 3166-2, not assigned to any real place."""

    code: str
    name: Texts


@dataclass(frozen=True)
class Rules:
    """The rules of the city: a preset, the office that published it, and why."""

    preset: str
    office: Texts
    note: Texts


@dataclass(frozen=True)
class City:
    """The municipality. `password` is shared by all sample accounts."""

    name: Texts
    motto: Texts
    contact: Texts
    rules: Rules
    email: str
    phone: str
    timezone: str
    password: str
    simulated_label: Texts
    simulation_notice: Texts
    areas: tuple[Area, ...]


@dataclass(frozen=True)
class Agency:
    """A body of the city; `parent` is the slug of the one above it, None for the root."""

    slug: str
    name: Texts
    parent: str | None
    email: str
    phone: str
    extension: str
    unit: Texts
    competences: dict[str, list[str]]


@dataclass(frozen=True)
class Person:
    """An account. `agency` is a slug for authors and approvers, None for all others."""

    slug: str
    name: str
    lang: str
    email: str
    role: Role
    agency: str | None
    about: Texts
    featured: bool
    """Printed among the sample sign-ins."""

    @property
    def is_officer(self) -> bool:
        return self.role in AGENCY_ROLES


@dataclass(frozen=True)
class Camp:
    """A planted group of simulated people; `share` of them, all shares of an issue sum to 1."""

    slug: str
    name: Texts
    share: float


@dataclass(frozen=True)
class Simulation:
    """How many simulated people answer an issue, and which camps they come from."""

    participants: int
    seed: int
    camps: tuple[Camp, ...]


@dataclass(frozen=True)
class Statement:
    """An opinion to answer. `no` counts from 1 within its issue.

    `leanings`: one number per camp, in [-1, 1], the mean answer of the members who do not pass.
    `passing`: the share of answers that are a pass, in [0, 1].
    """

    no: int
    lang: str
    text: str
    author: str
    leanings: tuple[float, ...]
    passing: float


@dataclass(frozen=True)
class NamedVote:
    """The answer of a person with an account, so that somebody who signs in sees their place on the map."""

    person: str
    statement_no: int
    vote: Vote


@dataclass(frozen=True)
class CommentReply:
    """The one level of reply under a comment."""

    person: str
    lang: str
    text: str
    written_at: datetime


@dataclass(frozen=True)
class Marking:
    """How many simulated people marked a comment; `convincing`: one number per camp, in [-1, 1], their mean mark."""

    people: int
    convincing: tuple[float, ...]


@dataclass(frozen=True)
class Comment:
    """An argument and what was said to it, oldest first."""

    person: str
    lang: str
    stance: Stance
    text: str
    written_at: datetime
    replies: tuple[CommentReply, ...]
    marking: Marking | None


@dataclass(frozen=True)
class Report:
    """What was reported of a point since: news of what is under study, or how far the next step is, in percent."""

    day: date
    progress: int
    note: Texts


@dataclass(frozen=True)
class Judgement:
    """What somebody said of the reply."""

    person: str
    verdict: Verdict
    lang: str
    text: str


@dataclass(frozen=True)
class ReplyPoint:
    """What people asked for and what became of it; `next_step` and `due_on` come together or not at all.

    `basis`: the law or the figures it rests on. The next step of what was adopted is its milestone.
    """

    demand: Texts
    outcome: Outcome
    reason: Texts
    basis: Texts
    next_step: Texts | None
    due_on: date | None
    report: Report | None


@dataclass(frozen=True)
class Holding:
    """An interim answer before the reply."""

    text: Texts
    published_on: date


@dataclass(frozen=True)
class Correction:
    """What was found wrong in a published reply: the new reason of the point with this number, and why."""

    why: Texts
    point: int
    reason: Texts
    published_on: date


@dataclass(frozen=True)
class Reply:
    """The answer of the agencies; a draft waiting for its approver while `published_on` is None."""

    summary: Texts
    points: tuple[ReplyPoint, ...]
    published_on: date | None
    holding: Holding | None = None
    correction: Correction | None = None
    judgements: tuple[Judgement, ...] = ()
    survey: tuple[tuple[int, ...], ...] = ()
    """How many simulated people were satisfied, neither, not: of those in no group of the map, then of each group."""


@dataclass(frozen=True)
class Issue:
    """What an agency asks. `lead`, `co_agencies` and `author` are slugs."""

    slug: str
    lang: str
    """The language in which its officers work; both languages are complete."""
    state: IssueState
    title: Texts
    summary: Texts
    background: Texts
    """Markdown, as are the next two."""
    what_is_open: Texts
    what_is_decided: Texts
    promise: PromiseLevel
    area: Area | None
    """None: the whole city."""
    lead: str
    co_agencies: tuple[str, ...]
    author: str
    opens_at: datetime
    closes_on: date
    """The last day on which voices are taken."""
    voting_minutes: int
    """From `opens_at` to the last moment in the past at which voices were taken; 0 for a draft."""
    withdrawn_on: date | None
    withdrawal_reason: Texts | None
    simulation: Simulation | None
    statements: tuple[Statement, ...]
    comments: tuple[Comment, ...]
    votes: tuple[NamedVote, ...]
    reply: Reply | None


@dataclass(frozen=True)
class SampleCity:
    """Everything, in the order of the files: agencies from the root down, issues by slug."""

    city: City
    agencies: tuple[Agency, ...]
    people: tuple[Person, ...]
    issues: tuple[Issue, ...]

    def approver_of(self, agency: str) -> Person:
        """The first person who may publish for this agency. Raises StopIteration for an agency without one."""
        return next(person for person in self.people if person.agency == agency and person.role is Role.APPROVER)
