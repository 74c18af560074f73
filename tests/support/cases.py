"""What tests of cases ask again and again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import sqlalchemy as sa

from app.audit.models import FactRow
from app.cases.assigning import release_agency
from app.cases.models import Case
from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.context import Context
from app.core.permissions import Role
from app.replies.queries import reply_of
from app.replies.rules import Answer, DraftInput
from tests.support.builders import MadeCase, Make

Work = Callable[..., AbstractContextManager[Context]]


def complete(ctx: Context, case: Case) -> DraftInput:
    """A complete reply to the case as it stands."""
    reply = reply_of(ctx, case)
    revision = reply.revision if reply else 0
    answers = {one.id: Answer(Outcome.ADOPTED, "From March.") for one in case.demands}
    return DraftInput("The last bus waits.", "en", "Mrs Lin", answers, revision=revision)


def kinds(work: Work, start: str) -> list[str]:
    """Kinds of the recorded facts that begin so, oldest first."""
    with work() as ctx:
        query = sa.select(FactRow.kind).where(FactRow.kind.startswith(start)).order_by(FactRow.id)
        return list(ctx.session.scalars(query))


def released_from(work: Work, make: Make, made: MadeCase, agency_id: int, reason: str = "Not its field.") -> None:
    """An approver of the first lead releases an agency."""
    with work(make.officer(made.agency_id, Role.APPROVER).actor) as ctx:
        release_agency(ctx, case_by_id(ctx, made.id), agency_id, reason)
