"""Puts the sample city into an empty instance, each thing at its own moment in the past, in one transaction."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from app.accounts.models import Membership, Person
from app.accounts.passwords import hash_password
from app.accounts.rules import email_key, mailbox_key
from app.agencies.actions import add_agency
from app.agencies.models import Agency
from app.agencies.rules import AgencyInput
from app.core.context import Context
from app.core.permissions import Role
from app.core.persons import AgeBand, Standing
from app.core.policy import Policy
from app.identities.models import Declaration
from app.instance.actions import change_settings
from app.instance.queries import load_settings
from app.instance.rules import SettingsInput
from app.notices.models import Letter
from app.policies.actions import publish_policy
from app.policies.documents import preset_text
from app.policies.rules import PublicationInput
from app.sample import city as sample
from app.sample.content import CONTENT, load_sample_city
from app.sample.issues import load_issue
from app.sample.proposals import load_proposals, read_proposals
from app.sample.town import Town

SETTLED = timedelta(days=120)
"""How long ago the sample people joined."""


def is_empty(ctx: Context) -> bool:
    """Whether nothing has been entered here yet."""
    return ctx.session.scalar(sa.select(Agency.id).limit(1)) is None


def load_city(ctx: Context) -> sample.SampleCity:
    """Load the sample city. The mails it would have caused are not sent."""
    content = load_sample_city(ctx.today)
    town = Town(ctx, content.city)
    _settings(town.at(ctx.now - SETTLED), content.city)
    ctx.settings = load_settings(ctx.session)
    _rules(town.at(ctx.now - SETTLED), content.city.rules)
    for agency in content.agencies:
        town.agencies[agency.slug] = _agency(town.at(ctx.now - SETTLED), agency)
    for person, hashed in zip(content.people, _hashes(content), strict=True):
        town.people[person.slug] = _person(town, person, hashed)
    town.approvers = {
        agency.slug: content.approver_of(agency.slug).slug for agency in content.agencies if agency.parent
    }
    for issue in content.issues:
        load_issue(town, issue)
    ctx.session.flush()
    ctx.session.expire_all()
    load_proposals(town, read_proposals(CONTENT))
    ctx.session.flush()
    # Jobs wrote past the objects at hand: whoever reads on must not get what stood there before.
    ctx.session.expire_all()
    ctx.session.execute(sa.delete(Letter))
    return content


def _hashes(content: sample.SampleCity) -> list[str]:
    """One hash for all: the accounts share one published password."""
    return [hash_password(content.city.password)] * len(content.people)


def _settings(ctx: Context, city: sample.City) -> None:
    change_settings(
        ctx,
        SettingsInput(
            name=city.name,
            motto=city.motto,
            contact_email=city.email,
            timezone=city.timezone,
        ),
    )


def _rules(ctx: Context, rules: sample.Rules) -> None:
    policy = Policy.from_toml(preset_text(rules.preset))
    publish_policy(ctx, PublicationInput(policy, ctx.today, rules.office, rules.note))


def _agency(ctx: Context, agency: sample.Agency) -> int:
    phone = " #".join(part for part in (agency.phone, agency.extension) if part)
    entered = AgencyInput(agency.slug, agency.name, agency.email, phone, agency.parent or "", agency.competences)
    return add_agency(ctx, entered).id


def _person(town: Town, person: sample.Person, hashed: str) -> int:
    joined = town.now.now - SETTLED
    row = Person(
        email=person.email,
        email_key=email_key(person.email),
        mailbox=mailbox_key(person.email),
        name=person.name,
        lang=person.lang,
        password_hash=hashed,
        joined_at=joined,
        confirmed_at=joined,
        moderator=person.role is Role.MODERATOR,
        administrator=person.role is Role.ADMINISTRATOR,
    )
    town.now.session.add(row)
    town.now.session.flush()
    said = {"standing": Standing.NATIONAL, "age_band": AgeBand.ADULT, "declared_at": joined}
    town.now.session.add(Declaration(person_id=row.id, **said))
    if person.agency:
        town.now.session.add(Membership(agency_id=town.agencies[person.agency], person_id=row.id, role=person.role))
    return row.id
