"""Who stands behind a proposal: organisations that organise or pay for a campaign, named for everybody to read.

What was said is never rewritten. What no longer holds gets an end, and stays to be read with its days.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.core.texts import checked_line
from app.proposals.facts import BackerEnded, BackerNamed
from app.proposals.models import Backer, Proposal
from app.proposals.queries import is_author
from app.proposals.rules import BACKERS_MOST, ORGANISATION_MAX, BackerRole
from moderation import clean_line, is_safe_href


@dataclass(frozen=True)
class BackerInput:
    """An organisation, what it does for the campaign, and where one reads more."""

    organisation: str
    role: BackerRole
    link: str = ""


def name_backer(ctx: Context, proposal: Proposal, entered: BackerInput) -> Backer:
    """Say that an organisation stands behind a proposal: its author says so, or later a reviewer finds it."""
    ctx.require(Permission.PROPOSE)
    by_author = _speaks_as_author(ctx, proposal)
    missing = N_("Please name the organisation.")
    organisation = checked_line("organisation", entered.organisation, ORGANISATION_MAX, needed=missing)
    link = clean_line(entered.link)
    if link and not (link.startswith(("https://", "http://")) and is_safe_href(link)):
        raise Invalid(fields={"link": N_("A link begins with https:// or http://.")})
    # The row of the proposal is locked, so that two who name at once do not pass the limit together.
    ctx.session.execute(sa.select(Proposal.id).where(Proposal.id == proposal.id).with_for_update())
    if len(standing(proposal)) >= BACKERS_MOST:
        raise Conflict(N_("So many organisations are named already that no more can be added."))
    said = {"organisation": organisation, "role": entered.role, "link": link, "by_author": by_author}
    backer = Backer(proposal_id=proposal.id, stated_at=ctx.now, stated_by_id=ctx.actor.person_id, **said)
    ctx.session.add(backer)
    if by_author:
        proposal.backed = True
    ctx.session.flush()
    ctx.session.expire(proposal, ["backers"])
    ctx.record(BackerNamed(proposal.topic_id, backer.id, by_author))
    return backer


def end_backer(ctx: Context, proposal: Proposal, backer_id: int) -> None:
    """Say that it does not hold any more. What a reviewer found, a reviewer ends."""
    ctx.require(Permission.PROPOSE)
    by_author = _speaks_as_author(ctx, proposal)
    backer = ctx.get(Backer, backer_id)
    if backer.proposal_id != proposal.id:
        raise NotFound()
    if by_author and not backer.by_author:
        raise Forbidden(N_("A reviewer named this organisation: only a reviewer can end it."))
    still = sa.update(Backer).where(Backer.id == backer.id, Backer.ended_at.is_(None)).values(ended_at=ctx.now)
    if ctx.session.scalar(still.returning(Backer.id)) is None:
        return
    ctx.session.expire(proposal, ["backers"])
    ctx.record(BackerEnded(proposal.topic_id, backer.id, by_author))


def may_disclose(ctx: Context, proposal: Proposal) -> bool:
    """Whether this actor may say who stands behind it."""
    return is_author(ctx, proposal) or ctx.actor.may(Permission.REVIEW)


def standing(proposal: Proposal) -> list[Backer]:
    """The organisations that stand behind it now."""
    return [one for one in proposal.backers if one.ended_at is None]


def _speaks_as_author(ctx: Context, proposal: Proposal) -> bool:
    if is_author(ctx, proposal):
        return True
    ctx.require(Permission.REVIEW)
    return False
