"""Endorsing, speaking against, and taking either back: exactly one voice of each person, whatever happens at once.

The order of the statements is always the same: the row of the person first, then the counters of the gathering, whose
row lock makes everybody who endorses the same topic wait for each other until the commit. Nothing but what passes a
mark comes after it; how broad the support is, a job counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from app.core.areas import areas_of
from app.core.clock import local_date
from app.core.context import Context
from app.core.database import insert_once
from app.core.errors import Conflict, Invalid
from app.core.language import N_
from app.core.permissions import SYSTEM, Permission
from app.core.persons import Act
from app.core.policy_parts import Deed
from app.endorsements.claiming import claim_voices, give_up_voices
from app.endorsements.facts import ProgressReached, ProposalEstablished, TierReached
from app.endorsements.halting import STOPPED
from app.endorsements.models import Endorsement, Gathering, ProgressMark, TierMark
from app.endorsements.queries import is_halted, own_endorsement, said_by_voice
from app.endorsements.rules import Channel, FrozenTier, Side, marks_passed, tiers_passed
from app.endorsements.voices import voice_of
from app.identities.eligibility import eligible

_rows = Gathering.__table__.c
MOVE = (
    sa.update(Gathering.__table__)
    .where(_rows.topic_id == sa.bindparam("topic"), _rows.ended_at.is_(None), _rows.closes_at > sa.bindparam("now"))
    .values(
        endorsed=_rows.endorsed + sa.bindparam("more"),
        opposed=_rows.opposed + sa.bindparam("against"),
        moves=_rows.moves + 1,
    )
    .returning(
        *(_rows[name] for name in ("endorsed", "threshold", "notices", "established_at", "tiers")),
        is_halted(Deed.ENDORSE).label("halted"),
    )
)
"""Built once: thousands of people need it in a minute, and building it costs more than running it."""

CLOSED = N_("Endorsements are not gathered here any more.")


@dataclass(frozen=True)
class Given:
    """What came of it: the voice as it now stands, and whether this call changed anything."""

    endorsement: Endorsement
    is_new: bool


@dataclass(frozen=True)
class Counted:
    """The counters of a gathering after they moved."""

    endorsed: int
    threshold: int
    notices: list[int]
    is_established: bool
    tiers: list[dict[str, Any]] = field(default_factory=list)


def endorse(ctx: Context, topic_id: int, *, area: str = "", wants_news: bool = False) -> Given:
    """Endorse a topic as oneself. Again, it changes nothing, and is no error."""
    ctx.require(Permission.ENDORSE)
    return _speak(ctx, topic_id, Side.FOR, area, wants_news)


def oppose(ctx: Context, topic_id: int, *, area: str = "") -> Given:
    """Speak against a topic. It is shown beside the endorsements and takes none of them away."""
    ctx.require(Permission.ENDORSE)
    return _speak(ctx, topic_id, Side.AGAINST, area, wants_news=False)


def take_back(ctx: Context, topic_id: int) -> bool:
    """Take back what one said, while endorsements are gathered; True if there was something.

    What was established by it stays established.
    """
    ctx.require(Permission.ENDORSE)
    mine = own_endorsement(ctx, topic_id)
    if mine is None or mine.voided_at is not None:
        return False
    if mine.side is Side.FOR and not ctx.session.scalar(_rule(topic_id)):
        raise Conflict(N_("By the rules of this proposal an endorsement cannot be withdrawn."))
    give_up_voices(ctx, mine.id)
    gone = (
        sa.delete(Endorsement)
        .where(Endorsement.id == mine.id, Endorsement.voided_at.is_(None))
        .returning(Endorsement.side)
        .execution_options(synchronize_session=False)
    )
    side = ctx.session.scalar(gone)
    if side is None:
        return False
    ctx.session.expunge(mine)
    _count(ctx, topic_id, {side: -1})
    return True


def _speak(ctx: Context, topic_id: int, side: Side, area: str, wants_news: bool) -> Given:
    if area and area not in areas_of(ctx.settings.country):
        raise Invalid(fields={"area": N_("Please choose an area from the list.")})
    known = eligible(ctx, Act.ENDORSE)
    if ctx.policy.pause_on(ctx.today, Deed.ENDORSE) is not None:
        raise Conflict(STOPPED[Deed.ENDORSE])
    said = {"side": side, "given_at": ctx.now, "given_on": ctx.today, "area": area, "wants_news": wants_news}
    key = {"topic_id": topic_id, "voice": voice_of(ctx)}
    row = key | said | {"person_id": ctx.actor.person_id, "channel": Channel.WEB}
    given = put_down(ctx, topic_id, row, known.voices)
    if given is not None:
        return given
    turned = _turn(ctx, key, said)
    if turned:
        other = Side.AGAINST if side is Side.FOR else Side.FOR
        counted = _count(ctx, topic_id, {side: 1, other: -1})
        note_progress(ctx, topic_id, counted, before=counted.endorsed - (side is Side.FOR))
    return Given(_told(ctx, **key), is_new=turned)


def put_down(ctx: Context, topic_id: int, row: dict[str, Any], further: Collection[str]) -> Given | None:
    """Put down what somebody says and count it, unless one of their voices is heard already.

    None if it is the first voice: then they may have said the opposite.
    """
    if not insert_once(ctx.session, Endorsement, **row):
        return None
    other = claim_voices(ctx, topic_id, row["voice"], further)
    if other is not None:
        return Given(other, is_new=False)
    side = row["side"]
    counted = _count(ctx, topic_id, {side: 1})
    note_progress(ctx, topic_id, counted, before=counted.endorsed - (side is Side.FOR))
    # As it was written a moment ago: there is nothing to read.
    return Given(Endorsement(**row), is_new=True)


def _turn(ctx: Context, key: dict[str, object], said: dict[str, object]) -> bool:
    """Say the opposite of what one said before; False if one says the same again, or is not counted."""
    turned = (
        sa.update(Endorsement)
        .filter_by(**key)
        .where(Endorsement.side != said["side"], Endorsement.voided_at.is_(None))
        .values(**said)
        .returning(Endorsement.id)
        .execution_options(synchronize_session=False)
    )
    return ctx.session.scalar(turned) is not None


def note_progress(ctx: Context, topic_id: int, counted: Counted, before: int) -> None:
    """Tell which marks were reached for the first time, and establish what reached its threshold. Never by whom."""
    system = ctx.acting_as(SYSTEM)
    for percent in marks_passed(counted.notices, counted.threshold, before, counted.endorsed):
        if insert_once(ctx.session, ProgressMark, topic_id=topic_id, percent=percent, reached_at=ctx.now):
            system.record(ProgressReached(topic_id, percent, counted.endorsed, counted.threshold))
    if counted.endorsed >= counted.threshold and not counted.is_established:
        establish(system, topic_id)
    _note_tiers(system, topic_id, counted, before)


def _note_tiers(ctx: Context, topic_id: int, counted: Counted, before: int) -> None:
    """Tell which further duties came to be owed, each once. After the fact that opens the case they belong to."""
    for tier in tiers_passed([FrozenTier.from_json(one) for one in counted.tiers], before, counted.endorsed):
        if insert_once(ctx.session, TierMark, topic_id=topic_id, duty=tier.duty, at=tier.at, reached_at=ctx.now):
            ctx.record(TierReached(topic_id, tier.duty.value, tier.at))


def establish(ctx: Context, topic_id: int) -> bool:
    """Say once that a topic is established; True for the one call that did. The guarded statement decides."""
    ctx.require(Permission.RUN)
    once = (
        sa.update(Gathering)
        .where(Gathering.topic_id == topic_id, Gathering.established_at.is_(None))
        .values(established_at=ctx.now)
        .returning(Gathering.endorsed, Gathering.threshold)
        .execution_options(synchronize_session=False)
    )
    found = ctx.session.execute(once).one_or_none()
    if found is None:
        return False
    day = local_date(ctx.now, ctx.settings.timezone)
    ctx.record(ProposalEstablished(topic_id, found.endorsed, found.threshold, day))
    return True


def _count(ctx: Context, topic_id: int, moves: dict[Side, int]) -> Counted:
    """Move the counters, as long as endorsements are gathered: what ended or is halted takes everything back."""
    by = {"topic": topic_id, "now": ctx.now, "more": moves.get(Side.FOR, 0), "against": moves.get(Side.AGAINST, 0)}
    row = ctx.session.execute(MOVE, by).one_or_none()
    if row is None:
        raise Conflict(CLOSED)
    if row.halted and sum(moves.values()) >= 0:
        raise Conflict(STOPPED[Deed.ENDORSE])
    return Counted(row.endorsed, row.threshold, row.notices, row.established_at is not None, row.tiers)


def _rule(topic_id: int) -> sa.Select[tuple[bool]]:
    return sa.select(Gathering.may_withdraw).where(Gathering.topic_id == topic_id)


def _told(ctx: Context, topic_id: int, voice: str) -> Endorsement:
    found = said_by_voice(ctx, topic_id, voice) or own_endorsement(ctx, topic_id)
    if found is None:
        raise Conflict(CLOSED)
    return found
