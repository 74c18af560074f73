"""What an established proposal sets going: the case, with the proposal's own demands."""

from __future__ import annotations

from datetime import date

from app.cases.actions import Asked, open_case
from app.core.context import Context
from app.core.permissions import Permission
from app.proposals.queries import proposal_of_topic


def open_proposal_case(ctx: Context, topic_id: int, established_on: date) -> None:
    """From this day a reply is owed, to each demand as it was handed in."""
    ctx.require(Permission.RUN)
    proposal = proposal_of_topic(ctx, topic_id)
    if proposal is not None:
        open_case(ctx, topic_id, established_on, Asked(proposal.demands, proposal.lang))
