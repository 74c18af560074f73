"""Claiming every voice of a person for one endorsement: of two accounts that share any, the first is counted."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict
from app.endorsements.models import Endorsement, EndorsementVoice


def claim_voices(ctx: Context, topic_id: int, voice: str, further: Collection[str]) -> Endorsement | None:
    """Claim the `further` voices of a person for the endorsement just given; None if all were free.

    Otherwise what was given is taken away again, uncounted as it was, and the one that holds the voice is returned.
    Voices are claimed in one order, so that nobody waits for somebody who waits.
    """
    if not further:
        return None
    mine = ctx.session.scalars(sa.select(Endorsement.id).filter_by(topic_id=topic_id, voice=voice)).one()
    for one in sorted(further):
        if not insert_once(ctx.session, EndorsementVoice, topic_id=topic_id, voice=one, endorsement_id=mine):
            give_up_voices(ctx, mine)
            gone = sa.delete(Endorsement).where(Endorsement.id == mine)
            ctx.session.execute(gone.execution_options(synchronize_session=False))
            return _holder(ctx, topic_id, one)
    return None


def give_up_voices(ctx: Context, endorsement_id: int) -> None:
    """The endorsement goes: its voices are free again."""
    free = sa.delete(EndorsementVoice).where(EndorsementVoice.endorsement_id == endorsement_id)
    ctx.session.execute(free.execution_options(synchronize_session=False))


def _holder(ctx: Context, topic_id: int, voice: str) -> Endorsement:
    held = sa.select(EndorsementVoice.endorsement_id).filter_by(topic_id=topic_id, voice=voice).scalar_subquery()
    found = ctx.session.scalar(sa.select(Endorsement).where(Endorsement.id == held))
    if found is None:
        raise Conflict()
    return found
