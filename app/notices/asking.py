"""Writing to everybody who took part in a topic, some at a time."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from app.core.context import UnitOfWork
from app.core.database import reading
from app.core.permissions import Permission
from app.followups.queries import surveys_to_ask
from app.followups.surveying import invite
from app.notices.letters import ask_how_satisfied

AT_ONCE = 100
EVERY = timedelta(minutes=1)
"""So many letters leave in so much time: a question that can wait does not hold up a link somebody waits for."""


def ask_satisfaction(work: UnitOfWork) -> int:
    """Ask whoever took part in topics whose survey is due; returns how many letters were written.

    Some people at a time, each lot in a transaction of its own with its letters. Whoever is asked in one is asked in no
    other: safe at once, again, a day late, and after being killed.
    """
    with reading(), work() as ctx:
        ctx.require(Permission.RUN)
        due = surveys_to_ask(ctx)
    return sum(_ask(work, case_id) for case_id in due)


def _ask(work: UnitOfWork, case_id: int) -> int:
    asked = 0
    for lot in count():
        with work() as ctx:
            people = invite(ctx, case_id, AT_ONCE)
            if people:
                ask_how_satisfied(ctx, case_id, people, lot * EVERY)
        if people is None:
            return asked
        asked += len(people)
    return asked
