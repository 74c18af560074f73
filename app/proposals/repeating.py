"""Whether a proposal repeats another one: suggested by how alike the texts are, decided by people."""

from __future__ import annotations

from datetime import date

from app.core.clock import local_date
from app.core.context import Context
from app.core.deadline import due_after
from app.proposals.models import Proposal
from app.proposals.queries import texts_to_compare
from app.proposals.rules import SIMILAR_SHOWN, Similar
from moderation import resemblance

ALIKE = 0.25
"""From this share of common terms on, another proposal is worth a look. Found by hand: it suggests, nothing more."""


def similar_to(ctx: Context, proposal: Proposal) -> list[tuple[Proposal, Similar]]:
    """Public proposals that speak of much the same, the most alike first."""
    text = _text(proposal)
    found = [(resemblance(text, _text(other)), other) for other in texts_to_compare(ctx, proposal)]
    likely = sorted(((share, one) for share, one in found if share >= ALIKE), key=lambda pair: (-pair[0], pair[1].id))
    return [(one, Similar(one.id, share, barred_until(ctx, one))) for share, one in likely[:SIMILAR_SHOWN]]


def barred_until(ctx: Context, proposal: Proposal) -> date | None:
    """The last day on which the matter of an answered proposal cannot be raised again; None without a reply."""
    case = proposal.case
    if case is None or case.answered_at is None:
        return None
    bar = ctx.policy.proposal.repeat_bar
    answered_on = local_date(case.answered_at, ctx.settings.timezone)
    return due_after(answered_on, bar.amount, bar.unit, ctx.calendar, False).on


def _text(proposal: Proposal) -> str:
    return "\n".join([*proposal.topic.title.values(), *proposal.demands, proposal.reason])
