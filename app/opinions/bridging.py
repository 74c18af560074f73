"""Ranking comments by how they convince across views: marks on comments, seen from where people stand on statements."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

import numpy as np
import sqlalchemy as sa
from numpy.typing import NDArray

import deliberation as d
from app.comments.models import Comment, CommentMark, RankState
from app.comments.rules import ENOUGH_MARKS, KNOWN_VIEW, reading_order
from app.core.context import Context, UnitOfWork
from app.core.database import insert_once, reading
from app.core.permissions import Permission
from app.opinions.models import MapSnapshot, Participant
from app.opinions.placing import remembered
from app.opinions.queries import latest_map
from app.opinions.streaming import read_votes
from app.topics.models import Topic

LEASE = timedelta(minutes=5)
"""After so long another worker may rank comments whose worker has died."""
FEWEST_PEOPLE = 11
"""People of known view below which nothing is said about views."""
LAST = 2**31 - 1
"""Place of what is no longer shown: the largest number of the column."""
Person: TypeAlias = int | str
"""Whose vote or mark it is: the id of a person, or the name of somebody imported or simulated."""
Floats: TypeAlias = NDArray[np.float64]


def rank_comments(work: UnitOfWork) -> int:
    """Rank the comments of every topic where that is out of date; returns how many. Two workers never do the same."""
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        outdated = list(ctx.session.scalars(sa.select(Topic.id).outerjoin(RankState).where(_due(ctx), _free(ctx))))
    ranked = 0
    for topic_id in sorted(outdated):
        lease = _claim(work, topic_id)
        if lease is not None:
            ranked += _rank(work, topic_id, lease)
    return ranked


def viewpoints(ctx: Context, topic_id: int) -> tuple[list[Person], Floats]:
    """Who has answered enough statements of a topic for their view to be known, and where they stand (n, d).

    They stand on the newest map, by their present votes; before there is one, nobody's view is known.
    """
    newest = latest_map(ctx, topic_id)
    memory = remembered(ctx, newest.id) if newest else None
    if memory is None:
        return [], np.zeros((0, 2))
    votes = read_votes(ctx.session, topic_id)
    votes = votes.of(np.flatnonzero(votes.per_participant(opinions_only=True) >= KNOWN_VIEW))
    if votes.n_participants < FEWEST_PEOPLE:
        return [], np.zeros((0, 2))
    query = sa.select(Participant.alias, Participant.person_id, Participant.imported_as)
    rows = ctx.session.execute(query.where(Participant.topic_id == topic_id))
    whose = {alias: person or name for alias, person, name in rows}
    return [whose[one] for one in votes.participants], memory.positions(votes)


def scores(marks: Sequence[tuple[Person, int, int]], people: Sequence[Person], stands: Floats) -> dict[Hashable, float]:
    """Lower bound of the bridging score by comment, of those that enough people of known view have marked.

    `marks`: whose, on which comment, 1 or -1; `stands` (n, d): where each of `people` stands.
    """
    if not marks or not people:
        return {}
    ratings = d.Votes.from_triplets(*zip(*marks, strict=True))
    row = {person: number for number, person in enumerate(people)}
    # The last row is that of everybody whose view is not known.
    rows = np.array([row.get(rater, len(people)) for rater in ratings.participants])
    found = d.bridging_scores(ratings, np.vstack([stands, np.full(stands.shape[1], np.nan)])[rows], stands)
    counted = zip(found.items, found.low.round(4).tolist(), found.ratings.tolist(), strict=True)
    return {comment: low for comment, low, ratings_ in counted if ratings_ >= ENOUGH_MARKS}


@dataclass(frozen=True)
class Read:
    """What a ranking is made of, and `seq`, up to which marks are in it."""

    seq: int
    comments: Sequence[tuple[int, bool, bool, float | None, int | None]]
    """Id, whether it is no reply, whether it is shown, and its present score and place."""
    marks: Sequence[tuple[Person, int, int]]
    people: Sequence[Person]
    stands: Floats


def _due(ctx: Context) -> sa.ColumnElement[bool]:
    """Something changed since, or the lots of another day are drawn and the topic is still read for marking.

    Where people have voted, the first map comes first: views are read from it.
    """
    mapped = sa.or_(Topic.vote_seq == 0, sa.select(MapSnapshot.id).where(MapSnapshot.topic_id == Topic.id).exists())
    another_day = sa.and_(Topic.mark_count > 0, Topic.closed_at.is_(None), RankState.ranked_on < ctx.today)
    return sa.and_(mapped, sa.or_(Topic.mark_seq > sa.func.coalesce(RankState.ranked_seq, 0), another_day))


def _free(ctx: Context) -> sa.ColumnElement[bool]:
    return sa.or_(RankState.leased_until.is_(None), RankState.leased_until <= ctx.now)


def _claim(work: UnitOfWork, topic_id: int) -> datetime | None:
    """Lease a ranking that is still out of date and that nobody else makes; until when, or None."""
    with work() as ctx:
        insert_once(ctx.session, RankState, topic_id=topic_id)
        due = sa.select(Topic.id).where(Topic.id == RankState.topic_id, _due(ctx)).exists()
        claim = (
            sa.update(RankState)
            .where(RankState.topic_id == topic_id, due, _free(ctx))
            .values(leased_until=ctx.now + LEASE)
            .returning(RankState.leased_until)
            .execution_options(synchronize_session=False)
        )
        return ctx.session.scalar(claim)


def _rank(work: UnitOfWork, topic_id: int, lease: datetime) -> bool:
    """Rank and store; False if it took so long that another worker took over."""
    with reading(), work() as ctx:
        read = _read(ctx, topic_id)
    lows = scores(read.marks, read.people, read.stands)
    with work() as ctx:
        settled = (
            sa.update(RankState)
            .where(RankState.topic_id == topic_id, RankState.leased_until == lease)
            .values(ranked_seq=read.seq, ranked_on=ctx.today, leased_until=None)
            .returning(RankState.topic_id)
            .execution_options(synchronize_session=False)
        )
        if ctx.session.scalar(settled) is None:
            return False
        _store(ctx, topic_id, read, lows)
    return True


def _read(ctx: Context, topic_id: int) -> Read:
    # Read before the marks: a mark that comes in between makes the ranking out of date again, never lost.
    seq, marked = ctx.session.execute(sa.select(Topic.mark_seq, Topic.mark_count).where(Topic.id == topic_id)).one()
    shown = sa.and_(Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    listed = sa.select(Comment.id, Comment.parent_id.is_(None), shown, Comment.bridging, Comment.place)
    comments = ctx.session.execute(listed.where(Comment.topic_id == topic_id).order_by(Comment.id)).all()
    if not marked:
        return Read(seq, comments, [], [], np.zeros((0, 2)))
    query = (
        sa.select(CommentMark.person_id, CommentMark.imported_as, CommentMark.comment_id, CommentMark.value)
        .join(Comment, Comment.id == CommentMark.comment_id)
        .where(Comment.topic_id == topic_id, shown)
    )
    marks = [(person or name, comment, value) for person, name, comment, value in ctx.session.execute(query)]
    return Read(seq, comments, marks, *viewpoints(ctx, topic_id))


def _store(ctx: Context, topic_id: int, read: Read, lows: dict[Hashable, float]) -> None:
    """Write down what has changed; what is no longer shown comes last. The topic last, as in every act on a comment."""
    places: dict[int, int] = {one: LAST for one, top, _, _, _ in read.comments if top}
    ranked = {one: lows.get(one) for one, top, shown, _, _ in read.comments if top and shown}
    places |= {one: place for place, one in enumerate(reading_order(ranked, ctx.today))}
    rows = [
        {"id": one, "bridging": lows.get(one), "place": places.get(one)}
        for one, _, _, low, place in read.comments
        if (low, place) != (lows.get(one), places.get(one))
    ]
    if rows:
        ctx.session.execute(sa.update(Comment), rows)
    ctx.session.execute(
        sa.update(Topic)
        .where(Topic.id == topic_id, Topic.ranked_count != len(lows))
        .values(ranked_count=len(lows))
        .execution_options(synchronize_session=False)
    )
