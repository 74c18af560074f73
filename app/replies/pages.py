"""What the pages of replies share: the blueprint, and who may approve."""

from __future__ import annotations

from flask import Blueprint

from app.cases.models import Case
from app.cases.pages import frame
from app.core.permissions import Permission
from app.replies.models import HoldingAnswer, Reply, ReplyVersion
from app.replies.rules import may_decide
from app.web.acting import ctx

bp = Blueprint("replies", __name__)
bp.context_processor(lambda: {"frame": frame})


def may_approve(case: Case, row: Reply | ReplyVersion | HoldingAnswer | None) -> bool:
    """Whether this officer may publish what somebody else wrote, or send it back."""
    may = ctx().actor.may(Permission.REPLY_PUBLISH, case.lead_ids)
    return may and row is not None and may_decide(row.author_id, ctx().actor.person_id)
