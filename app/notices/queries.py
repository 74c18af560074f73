"""Reading the outbox, and who is to be written to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Membership, Person
from app.agencies.models import Agency
from app.cases.models import Case, CaseAgency
from app.clocks.models import ClockRow
from app.core.context import Context
from app.core.language import LOCALES
from app.core.permissions import Role
from app.notices.models import Letter
from app.topics.rules import Part


class Reader(NamedTuple):
    """Somebody a letter goes to, and the language of the letter."""

    email: str
    lang: str


def newest_letters(ctx: Context, limit: int) -> Sequence[Letter]:
    """The letters written last, without those to nobody."""
    query = sa.select(Letter).where(Letter.recipient != "").order_by(Letter.id.desc()).limit(limit)
    return ctx.session.scalars(query).all()


def case_to_write_about(ctx: Context, case_id: int) -> Case:
    """A case with its topic and its agencies."""
    agencies = selectinload(Case.agencies).joinedload(CaseAgency.agency)
    query = sa.select(Case).where(Case.id == case_id).options(joinedload(Case.topic), agencies)
    return ctx.session.scalars(query).one()


def case_with_clock(ctx: Context, clock: ClockRow) -> Case | None:
    """The case on whose topic a promise was made; None for a promise that is about no topic."""
    query = sa.select(Case).where(Case.topic_id == clock.topic_id).options(joinedload(Case.topic))
    return ctx.session.scalar(query)


def people_to_write_to(ctx: Context, people: Sequence[int]) -> list[Reader]:
    """These people, as far as they have confirmed their address."""
    query = sa.select(Person.email, Person.lang).where(Person.id.in_(people), Person.confirmed_at.is_not(None))
    return [Reader(email, lang) for email, lang in ctx.session.execute(query.order_by(Person.id))]


def officers_of_clock(ctx: Context, clock: ClockRow, roles: Collection[Role]) -> list[Reader]:
    """Who keeps a promise that belongs to no case: the officers of its agency in these roles, else its address."""
    if clock.agency_id is None:
        return administrators_to_write_to(ctx)
    return _officers(ctx, [ctx.get(Agency, clock.agency_id)], roles)


def officers_of_agency(ctx: Context, agency_id: int, roles: Collection[Role]) -> list[Reader]:
    """The officers of an agency in these roles, else its own address."""
    return _officers(ctx, [ctx.get(Agency, agency_id)], roles)


def administrators_to_write_to(ctx: Context) -> list[Reader]:
    """Who watches over the promises of this instance; where there is nobody, its own address."""
    query = sa.select(Person).where(Person.administrator, Person.confirmed_at.is_not(None)).order_by(Person.id)
    found = [Reader(person.email, person.lang) for person in ctx.session.scalars(query)]
    own = [Reader(ctx.settings.contact_email, LOCALES[0])] if ctx.settings.contact_email else []
    return found or own


def officers_to_write_to(ctx: Context, case: Case, roles: Collection[Role], *, lead_only: bool = False) -> list[Reader]:
    """Who answers for a case: the officers of its agencies, or of its lead, in these roles, once each.

    An agency in which nobody has the role is written to at its own address: a case must not wait for nobody.
    """
    parts = [part for part in case.agencies if part.part is Part.LEAD or not lead_only]
    return _officers(ctx, [part.agency for part in parts], roles)


def _officers(ctx: Context, agencies: Sequence[Agency], roles: Collection[Role]) -> list[Reader]:
    query = (
        sa.select(Membership.agency_id, Person)
        .join(Membership.person)
        .where(
            Membership.agency_id.in_([agency.id for agency in agencies]),
            Membership.role.in_(list(roles)),
            Person.confirmed_at.is_not(None),
        )
        .order_by(Person.id)
    )
    found = ctx.session.execute(query).all()
    staffed = {agency_id for agency_id, _ in found}
    readers = [Reader(person.email, person.lang) for _, person in found]
    readers += [Reader(one.email, LOCALES[0]) for one in agencies if one.id not in staffed and one.email]
    return list(dict.fromkeys(readers))
