"""What the pages of this feature share: the blueprint, addresses, and whose case it is."""

from __future__ import annotations

from flask import Blueprint, url_for

from app.core.permissions import Permission
from app.replies.models import Case, Reply
from app.replies.publications import HoldingAnswer, ReplyVersion
from app.replies.queries import case_by_id
from app.replies.rules import may_decide
from app.topics.rules import ADDRESS
from app.web.acting import ctx

bp = Blueprint("replies", __name__)
TOPIC = ADDRESS
CASE = "/desk/cases/<int:case_id>"
WRITING = "30/minute;600/day"


def own_case(case_id: int) -> Case:
    """A case of this officer's agencies: a draft is nobody else's business."""
    case = case_by_id(ctx(), case_id)
    ctx().require(Permission.REPLY_WRITE, case.agency_ids)
    return case


def may_approve(case: Case, row: Reply | ReplyVersion | HoldingAnswer | None) -> bool:
    """Whether this officer may publish what somebody else wrote, or send it back."""
    may = ctx().actor.may(Permission.REPLY_PUBLISH, case.lead_ids)
    return may and row is not None and may_decide(row.author_id, ctx().actor.person_id)


def public_page(case: Case) -> str:
    """The address of the case for everybody."""
    return url_for("replies.show", kind=case.topic.kind.value, slug=case.topic.slug)
