"""Writing to the supporters of a proposal, without anybody seeing who they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from app.core.context import Context
from app.core.errors import Conflict, Invalid
from app.core.language import LANGUAGES, N_
from app.core.permissions import Permission
from app.endorsements.models import Endorsement
from app.endorsements.rules import Side
from app.proposals.drafting import require_own
from app.proposals.facts import SupportersWritten
from app.proposals.models import Proposal, SupporterLetter
from app.proposals.queries import phase, proposal_of_topic
from app.proposals.rules import LETTER_EVERY_DAYS, LETTER_MAX, NewsKind, Phase
from moderation import clean_text

WRITTEN_OF = {Phase.COLLECTING, Phase.ESTABLISHED, Phase.ANSWERED}
WRITE_JOB = "write-to-supporters"


def write_as_author(ctx: Context, proposal: Proposal, text: str, lang: str) -> SupporterLetter:
    """The proposer writes to the supporters, at most every three days."""
    ctx.require(Permission.PROPOSE)
    require_own(ctx, proposal)
    # The row of the proposal is locked, so two letters at once are one and a refusal.
    ctx.session.execute(sa.select(Proposal.id).where(Proposal.id == proposal.id).with_for_update())
    last = sa.select(sa.func.max(SupporterLetter.written_at)).filter_by(
        topic_id=proposal.topic_id, kind=NewsKind.AUTHOR
    )
    written_at = ctx.session.scalar(last)
    if written_at is not None and ctx.now < written_at + timedelta(days=LETTER_EVERY_DAYS):
        raise Conflict(N_("You can write to your supporters once in three days."))
    return _write(ctx, proposal, NewsKind.AUTHOR, text, lang)


def write_as_agency(ctx: Context, proposal: Proposal, text: str, lang: str) -> SupporterLetter:
    """An approver of an agency that answers writes to the supporters."""
    mine = [one for one in proposal.topic.agency_ids if ctx.actor.may(Permission.REPLY_PUBLISH, [one])]
    ctx.require(Permission.REPLY_PUBLISH, mine)
    return _write(ctx, proposal, NewsKind.AGENCY, text, lang, mine[0])


def tell_supporters(ctx: Context, topic_id: int, kind: NewsKind) -> None:
    """The platform itself tells the supporters what happened."""
    ctx.require(Permission.RUN)
    ctx.session.add(SupporterLetter(topic_id=topic_id, kind=kind, written_at=ctx.now))
    ctx.session.flush()
    ctx.wake(WRITE_JOB)


def tell_supporters_of_reply(ctx: Context, topic_id: int) -> None:
    """A reply was published; issues have no supporters."""
    ctx.require(Permission.RUN)
    if proposal_of_topic(ctx, topic_id) is not None:
        tell_supporters(ctx, topic_id, NewsKind.ANSWERED)


def news_of(ctx: Context, topic_id: int) -> Sequence[SupporterLetter]:
    """What was written to the supporters, the newest first; everybody can read it."""
    query = sa.select(SupporterLetter).where(SupporterLetter.topic_id == topic_id, SupporterLetter.text != "")
    newest = query.options(joinedload(SupporterLetter.agency)).order_by(SupporterLetter.id.desc())
    return ctx.session.scalars(newest.limit(20)).all()


def next_readers(ctx: Context, most: int) -> tuple[SupporterLetter, list[int]] | None:
    """A letter that is not written to everybody yet, and the next people it goes to; None: nothing waits.

    Its row is locked, and says how far it came: two workers write to nobody twice.
    """
    ctx.require(Permission.RUN)
    waiting = sa.select(SupporterLetter).where(SupporterLetter.done_at.is_(None)).order_by(SupporterLetter.id).limit(1)
    letter = ctx.session.scalar(waiting.with_for_update(skip_locked=True))
    if letter is None:
        return None
    wanted = (Endorsement.side == Side.FOR, Endorsement.wants_news, Endorsement.voided_at.is_(None))
    query = sa.select(Endorsement.id, Endorsement.person_id).where(
        Endorsement.topic_id == letter.topic_id, Endorsement.id > letter.sent_to, *wanted
    )
    rows = ctx.session.execute(query.order_by(Endorsement.id).limit(most)).all()
    if rows:
        letter.sent_to = rows[-1].id
    if len(rows) < most:
        letter.done_at = ctx.now
    ctx.session.flush()
    return letter, [row.person_id for row in rows if row.person_id is not None]


def _write(
    ctx: Context, proposal: Proposal, kind: NewsKind, text: str, lang: str, agency_id: int | None = None
) -> SupporterLetter:
    words = clean_text(text).strip()
    if not words:
        raise Invalid(fields={"text": N_("Please write something.")})
    if len(words) > LETTER_MAX:
        raise Invalid(fields={"text": N_("This text is too long.")})
    if lang not in LANGUAGES:
        raise Invalid(fields={"lang": N_("Please choose a language from the list.")})
    gathering = proposal.gathering
    if phase(proposal) not in WRITTEN_OF or gathering is None or gathering.forgotten_at is not None:
        raise Conflict(N_("There is nobody to write to: who endorsed is not known any more, or not yet."))
    letter = SupporterLetter(
        topic_id=proposal.topic_id,
        kind=kind,
        author_id=ctx.actor.person_id,
        agency_id=agency_id,
        text=words,
        lang=lang,
        written_at=ctx.now,
    )
    ctx.session.add(letter)
    ctx.session.flush()
    ctx.wake(WRITE_JOB)
    ctx.record(SupportersWritten(proposal.topic_id, letter.id))
    return letter
