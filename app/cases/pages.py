"""What the pages of a case on the desk share: addresses, whose case it is, the frame."""

from __future__ import annotations

from flask import Blueprint, request, url_for

from app.cases.models import Case
from app.cases.part_faces import case_tabs, in_charge, missing_words
from app.cases.queries import case_by_id
from app.core.permissions import Permission
from app.web.acting import ctx

bp = Blueprint("cases", __name__)
bp.context_processor(lambda: {"frame": frame})
CASE = "/desk/cases/<int:case_id>"
WORKING = "30/minute;600/day"


def own_case(case_id: int) -> Case:
    """A case of this officer's agencies: what they write there is nobody else's business."""
    case = case_by_id(ctx(), case_id)
    ctx().require(Permission.REPLY_WRITE, case.agency_ids)
    return case


def frame(case: Case) -> dict[str, object]:
    """What the frame of a case on the desk shows: its pages, who is in charge, what is missing."""
    return {
        "tabs": case_tabs(case, request.endpoint or ""),
        "in_charge": in_charge(ctx(), case),
        "missing": missing_words(case) if not case.is_answered else "",
    }


def public_page(case: Case) -> str:
    """The address of the case for everybody."""
    return url_for("replies.show", kind=case.topic.kind.value, slug=case.topic.slug)
