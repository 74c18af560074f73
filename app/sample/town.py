"""The instance while the sample city is being put into it: ids by slug, and a way to act at any moment."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime

from app.accounts.models import Person
from app.accounts.queries import actor_of
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.permissions import SYSTEM, Actor
from app.sample import city as sample


@dataclass
class Town:
    """The instance while it is being filled: ids by slug, and a way to act as anybody at any moment."""

    now: Context
    city: sample.City
    agencies: dict[str, int] = field(default_factory=dict)
    people: dict[str, int] = field(default_factory=dict)
    approvers: dict[str, str] = field(default_factory=dict)
    """Slug of the person who may publish, by agency."""

    def at(self, moment: datetime, person: str | None = None) -> Context:
        """This unit of work at an earlier moment, as the system or as a person."""
        return replace(self.now, actor=self._actor(person), clock=FixedClock(moment))

    def _actor(self, person: str | None) -> Actor:
        if person is None:
            return SYSTEM
        return actor_of(self.now.session, self.now.get(Person, self.people[person]))

    @contextmanager
    def same_work(self, moment: datetime) -> Iterator[Context]:
        """What jobs ask for; here everything is one transaction."""
        self.now.session.flush()
        yield self.at(moment)
