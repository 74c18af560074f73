"""Who may do what by the rules in force: one question, asked by every act that counts people."""

from __future__ import annotations

from app.core.context import Context
from app.core.errors import Forbidden
from app.core.language import N_
from app.core.persons import Act
from app.core.policy_sections import Who
from app.identities.queries import known_of
from app.identities.rules import Known, Missing, missing

ANYBODY = Who(nationals=False, residents=False)
"""Whoever has confirmed an address: that is a permission already, and needs no second look."""


class NotEligible(Forbidden):
    """The rules ask for more than is known of this person. The reason says what is missing and how to get it."""

    code = "not-eligible"
    default = N_("By the rules in force this is for others: see the page of the rules.")


def may_act(ctx: Context, act: Act) -> Missing | None:
    """What the acting person lacks for an act by the rules in force; None where nothing."""
    who = ctx.policy.eligibility.who(act)
    if who == ANYBODY or ctx.actor.person_id is None:
        return None
    return missing(who, known_of(ctx.session, ctx.actor.person_id))


def require_eligible(ctx: Context, act: Act) -> None:
    """Raise `NotEligible` for a person who lacks something. Asked after the permission: visitors never come here."""
    lacking = may_act(ctx, act)
    if lacking is not None:
        raise NotEligible(lacking.words, **lacking.values)


def eligible(ctx: Context, act: Act) -> Known:
    """The same, for an act by which people are counted: what is known of whoever may do it, with all their voices."""
    known = known_of(ctx.session, ctx.actor.person_id or 0)
    lacking = missing(ctx.policy.eligibility.who(act), known)
    if lacking is not None:
        raise NotEligible(lacking.words, **lacking.values)
    return known
