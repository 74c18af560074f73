"""`Context` is the only door to the world: session, actor, clock, settings and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import TypeVar

from sqlalchemy.orm import Session

from app.core.calendar import OfficeCalendar, office_calendar
from app.core.clock import Clock, SystemClock, local_date
from app.core.errors import Forbidden, NotFound, SecondFactorNeeded, SignInNeeded
from app.core.facts import Fact
from app.core.permissions import ANONYMOUS, Actor, Permission
from app.core.policy import Policy
from app.core.settings import Settings

T = TypeVar("T")


@dataclass
class Context:
    """One unit of work: one transaction, one actor, one `now`.

    `on_fact` is called for every recorded fact inside the transaction; `wakes` names the jobs to wake once it is
    committed; `find_policy` gives the rules that are in force on a day.
    """

    session: Session
    actor: Actor = ANONYMOUS
    clock: Clock = field(default_factory=SystemClock)
    settings: Settings = field(default_factory=Settings)
    on_fact: Callable[[Context, Fact], None] = lambda ctx, fact: None
    wakes: list[str] = field(default_factory=list)
    find_policy: Callable[[Session, date], Policy] = lambda session, day: Policy()

    @cached_property
    def now(self) -> datetime:
        """The moment of this unit of work, aware UTC; it does not move while the work is done."""
        return self.clock.now()

    @property
    def today(self) -> date:
        """The legal day: the local date of the instance."""
        return local_date(self.now, self.settings.timezone)

    @cached_property
    def policy(self) -> Policy:
        """The rules in force today. What was begun under others keeps those."""
        return self.find_policy(self.session, self.today)

    @cached_property
    def calendar(self) -> OfficeCalendar:
        """The office calendar of the instance's own area by the rules in force, with the exceptions entered here."""
        return self.calendar_under(self.policy)

    def calendar_of(self, area: str | None) -> OfficeCalendar:
        """The office calendar of an area (ISO 3166-2); of the instance's own where `area` is empty."""
        return self.calendar_under(self.policy, area)

    def calendar_under(self, policy: Policy, area: str | None = None) -> OfficeCalendar:
        """The office calendar of a place these rules name, or else of the instance's own; with its exceptions."""
        country = policy.calendar.country or self.settings.country
        place = area or policy.calendar.area or self.settings.area
        return office_calendar(country, exceptions=self.settings.exceptions, area=place)

    def require(self, permission: Permission, agencies: Collection[int] | None = None) -> None:
        """Raise `SignInNeeded` or `Forbidden` unless the actor holds the permission (for one of `agencies`).

        `SecondFactorNeeded` is raised where that is all that is missing.
        """
        if self.actor.must_prove(permission, agencies, self.now):
            raise SecondFactorNeeded()
        if not self.actor.may(permission, agencies):
            raise Forbidden() if self.actor.is_signed_in else SignInNeeded()

    def agency_for(self, permission: Permission, agencies: Sequence[int]) -> int:
        """The first of these agencies in whose name the actor may; raises as `require` does where there is none."""
        self.require(permission, agencies)
        return next(agency for agency in agencies if self.actor.may(permission, [agency]))

    def record(self, fact: Fact) -> None:
        """Say what happened; `app/reactions.py` says what follows."""
        self.on_fact(self, fact)

    def wake(self, job: str) -> None:
        """Wake a job after the commit. The row it looks for is the truth, this is only a call."""
        if job not in self.wakes:
            self.wakes.append(job)

    def get(self, model: type[T], key: int) -> T:
        """The row with this primary key, or `NotFound`."""
        row = self.session.get(model, key)
        if row is None:
            raise NotFound()
        return row

    def acting_as(self, actor: Actor) -> Context:
        """The same unit of work, done by somebody else (a reaction of the system to a person's act)."""
        return Context(self.session, actor, self.clock, self.settings, self.on_fact, self.wakes, self.find_policy)


UnitOfWork = Callable[[], AbstractContextManager[Context]]
"""Opens a unit of work of its own: `with work() as ctx: ...` commits at the end. What jobs are given."""
