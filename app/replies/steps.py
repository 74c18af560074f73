"""What writing, approving and correcting share: guarded steps of a life, and the second person."""

from __future__ import annotations

import sqlalchemy as sa

from app.cases.models import Case
from app.core.context import Context
from app.core.errors import Conflict, Forbidden
from app.core.language import N_
from app.replies.models import HoldingAnswer, Reply, ReplyVersion
from app.replies.queries import public_reply
from app.replies.rules import REPLY_LIFECYCLE, ReplyState, may_decide

READ_AGAIN = N_("This reply was changed meanwhile. Please read it again.")
SAVED_MEANWHILE = N_("Somebody else saved this reply while you were writing. Your text is not saved yet.")
SUBMITTED_MEANWHILE = N_("This reply was submitted meanwhile. It can be changed once it is sent or taken back.")
NOT_YOURS_TO_DECIDE = N_("You wrote this reply yourself. Another approver decides about it.")
NOT_YOURS_TO_TAKE = N_("Only the person who submitted the reply can take it back.")


def take_step(ctx: Context, row: Reply | ReplyVersion, then: ReplyState, revision: int, **values: object) -> None:
    """Take a step of the life of a reply or a correction, unless somebody else took one since `revision`."""
    REPLY_LIFECYCLE.check(row.state, then)
    model = type(row)
    as_seen = (model.id == row.id, model.state == row.state, model.revision == revision)
    moved = ctx.session.execute(sa.update(model).where(*as_seen).values(state=then, revision=revision + 1, **values))
    if not moved.rowcount:
        raise Conflict(READ_AGAIN)


def require_second_person(ctx: Context, row: Reply | ReplyVersion | HoldingAnswer) -> None:
    """Two people stand behind every published word."""
    if not may_decide(row.author_id, ctx.actor.person_id):
        raise Forbidden(NOT_YOURS_TO_DECIDE)


def published(ctx: Context, case: Case) -> Reply:
    """The published reply of a case, or `Conflict`."""
    reply = public_reply(ctx, case)
    if reply is None:
        raise Conflict(N_("There is no published reply here."))
    return reply
