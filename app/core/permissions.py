"""Who may do what: permissions `scope:resource:action`, and the roles that grant them. Default deny."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum


class Permission(StrEnum):
    """Everything that can be allowed. Each route and each action names exactly one."""

    READ = "public:pages:read"
    SIGN_IN = "public:accounts:enter"
    ACCOUNT = "own:account:keep"
    SECURE = "own:account:secure"
    COMMENT = "citizen:comments:write"
    MARK = "citizen:comments:mark"
    STATE = "citizen:statements:write"
    VOTE = "citizen:votes:cast"
    JUDGE = "citizen:replies:judge"
    PROPOSE = "citizen:proposals:write"
    ENDORSE = "citizen:endorsements:give"
    DESK = "agency:desk:read"
    ISSUE_WRITE = "agency:issues:write"
    ISSUE_PUBLISH = "agency:issues:publish"
    REPLY_WRITE = "agency:replies:write"
    REPLY_PUBLISH = "agency:replies:publish"
    CASE_ASSIGN = "agency:cases:assign"
    TIME_KEEP = "agency:clocks:keep"
    TIME_EXTEND = "agency:clocks:extend"
    EXAMINE = "agency:votes:examine"
    MODERATE = "instance:texts:moderate"
    REVIEW = "instance:proposals:review"
    ADMINISTER = "instance:settings:change"
    IMPORT = "instance:votes:import"
    RUN = "system:jobs:run"


class Role(StrEnum):
    """What a person is here. `author`, `approver` and `contact` hold for one agency, the others for the
    instance. A contact person is an author or approver as well.
    """

    VISITOR = "visitor"
    MEMBER = "member"
    CITIZEN = "citizen"
    AUTHOR = "author"
    APPROVER = "approver"
    CONTACT = "contact"
    MODERATOR = "moderator"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


P = Permission
GRANTS: dict[Role, frozenset[Permission]] = {
    Role.VISITOR: frozenset({P.READ, P.SIGN_IN}),
    Role.MEMBER: frozenset({P.ACCOUNT, P.SECURE}),
    Role.CITIZEN: frozenset({P.COMMENT, P.MARK, P.STATE, P.VOTE, P.JUDGE, P.PROPOSE, P.ENDORSE}),
    Role.AUTHOR: frozenset({P.DESK, P.ISSUE_WRITE, P.REPLY_WRITE, P.TIME_KEEP, P.EXAMINE}),
    Role.APPROVER: frozenset(
        {
            P.DESK,
            P.ISSUE_WRITE,
            P.ISSUE_PUBLISH,
            P.REPLY_WRITE,
            P.REPLY_PUBLISH,
            P.CASE_ASSIGN,
            P.TIME_KEEP,
            P.TIME_EXTEND,
            P.EXAMINE,
        }
    ),
    Role.CONTACT: frozenset({P.DESK, P.CASE_ASSIGN}),
    Role.MODERATOR: frozenset({P.MODERATE, P.EXAMINE, P.REVIEW}),
    Role.ADMINISTRATOR: frozenset({P.ADMINISTER, P.IMPORT, P.EXAMINE}),
    Role.SYSTEM: frozenset(Permission),
}
AGENCY_ROLES = frozenset({Role.AUTHOR, Role.APPROVER})
OFFICES = frozenset({Role.MODERATOR, Role.ADMINISTRATOR})
"""Roles held for the instance that need a second factor; those held for an agency do as well."""
FRESH = frozenset({P.SECURE, P.ISSUE_PUBLISH, P.REPLY_PUBLISH, P.ADMINISTER, P.IMPORT})
"""What somebody proves again after `FRESH_FOR`: what speaks for a government, or lets others in."""
FRESH_FOR = timedelta(minutes=15)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Actor:
    """Who acts: an anonymous visitor, a person with roles, or the system itself (jobs, commands)."""

    person_id: int | None = None
    name: str = ""
    lang: str = "zh-Hant-TW"
    roles: frozenset[Role] = frozenset({Role.VISITOR})
    agency_roles: frozenset[tuple[int, Role]] = field(default_factory=frozenset)
    sign_in: int | None = None
    """The sign-in this person acts through; None for a token, a job or a command."""
    fresh_until: datetime | None = None
    """Until when what is in `FRESH` needs no new proof; None where no second factor is asked for."""
    withheld: Actor | None = None
    """The same person with the offices that are kept back until the second factor was shown."""

    def may(self, permission: Permission, agencies: Collection[int] | None = None) -> bool:
        """Whether this actor may. Agency roles count only for `agencies`; None asks: for any agency at all?"""
        if any(permission in GRANTS[role] for role in self.roles):
            return True
        return any(
            permission in GRANTS[role] and (agencies is None or agency in agencies)
            for agency, role in self.agency_roles
        )

    def must_prove(self, permission: Permission, agencies: Collection[int] | None, now: datetime) -> bool:
        """Whether all that is missing for this is the second factor, shown at all or shown lately."""
        if self.withheld is not None and not self.may(permission, agencies):
            return self.withheld.may(permission, agencies)
        return permission in FRESH and self.fresh_until is not None and now >= self.fresh_until

    @property
    def holds_office(self) -> bool:
        """Whether this person does anything in the name of others."""
        return bool(self.roles & OFFICES or self.agency_roles)

    @property
    def is_signed_in(self) -> bool:
        return self.person_id is not None

    @property
    def agencies(self) -> frozenset[int]:
        """Ids of the agencies this person works for."""
        return frozenset(agency for agency, _ in self.agency_roles)


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", roles=frozenset({Role.SYSTEM}))


def under_proof(actor: Actor, *, holds_factor: bool, required: bool, proved_at: datetime | None) -> Actor:
    """The actor as far as the proofs of a sign-in go: offices are kept back until a second factor was shown.

    `required`: whether offices need one at all. Who has set one up is asked for it in any case.
    """
    if not holds_factor and not (required and actor.holds_office):
        return actor
    fresh_until = None
    if holds_factor:
        fresh_until = LONG_AGO if proved_at is None else proved_at + FRESH_FOR
    if proved_at is not None or not actor.holds_office:
        return replace(actor, fresh_until=fresh_until)
    citizen = replace(actor, roles=actor.roles - OFFICES, agency_roles=frozenset(), fresh_until=fresh_until)
    return replace(citizen, withheld=actor)
