"""Which statement a person is asked next: the one whose answer is worth most to them and to the map, drawn by lot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from app.core.context import Context
from app.opinions.models import Statement
from app.opinions.placing import remembered
from app.opinions.queries import counted_statements
from deliberation import MapMemory
from deliberation.routing import Worth, worth_asking
from deliberation.votes import Ints


@dataclass(frozen=True)
class NextStatement:
    """The statement, and why: what its answer is expected to tell about the person and about itself, in bits.

    `chance` is the one it had in the lot.
    """

    statement: Statement
    about_person: float
    about_statement: float
    chance: float


def next_statement(ctx: Context, topic_id: int, votes: Mapping[int, int]) -> NextStatement | None:
    """What to ask this actor, who has these votes (statement id -> vote); None if everything is answered.

    Asked again before the next answer, it is the same as long as the map and the counts are. Visitors without an
    account are all asked the same, so that their page can be kept.
    """
    newest, rows = counted_statements(ctx, topic_id)
    if not rows:
        return None
    ids = [one for one, *_ in rows]
    counts = np.array([counts for _, *counts in rows], dtype=np.int64)
    worth = _worth(remembered(ctx, newest) if newest else None, ids, counts, votes)
    drawn = worth.draw(_lot(topic_id, ctx.actor.person_id, len(votes)))
    if drawn is None:
        return None
    reasons = (worth.about_person, worth.about_statement, worth.chances)
    return NextStatement(ctx.get(Statement, ids[drawn]), *(float(one[drawn]) for one in reasons))


def _worth(memory: MapMemory | None, ids: list[int], counts: Ints, votes: Mapping[int, int]) -> Worth:
    answered = np.array([one in votes for one in ids])
    if memory is None:
        return worth_asking(counts, answered)
    person = memory.asked(votes.keys(), votes.values())
    return worth_asking(counts, answered, memory.learnt.space, person, memory.rows(ids))


def _lot(topic_id: int, person_id: int | None, answers: int) -> int:
    """A number that is the same until this person answers again, and another one for everybody else."""
    digest = sha256(f"{topic_id} {person_id or 0} {answers}".encode()).digest()
    return int.from_bytes(digest[:8])
