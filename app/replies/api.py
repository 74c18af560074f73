"""The case of an issue as open data: who owes the answer, by when and why then, and what was answered."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.cases.models import Case
from app.cases.presenting import (
    CaseAgencyOut,
    ClockOut,
    TransferOut,
    present_clock,
    present_part,
    present_transfer,
)
from app.cases.queries import case_of_topic
from app.core.clock import rfc3339
from app.core.context import Context
from app.core.errors import NotFound
from app.core.language import N_
from app.core.permissions import Permission
from app.replies.presenting import (
    DemandOut,
    HoldingOut,
    ReplyOut,
    VersionList,
    present_demand,
    present_holding,
    present_reply,
    present_version,
)
from app.replies.queries import public_holdings, public_reply
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("replies")


class CaseOut(BaseModel):
    """What the agencies owe on an issue, and what they answered."""

    issue: str
    opened_at: str
    answered_at: str | None
    agencies: list[CaseAgencyOut]
    transfers: list[TransferOut]
    clock: ClockOut
    demands: list[DemandOut]
    holding_answers: list[HoldingOut]
    reply: ReplyOut | None


def present_case(ctx: Context, case: Case) -> dict[str, Any]:
    """The public fields of a case."""
    reply = public_reply(ctx, case)
    return {
        "issue": case.topic.slug,
        "opened_at": rfc3339(case.opened_at),
        "answered_at": rfc3339(case.answered_at) if case.answered_at else None,
        "agencies": [present_part(part) for part in case.parts_in_order],
        "transfers": [present_transfer(one) for one in case.transfers],
        "clock": present_clock(ctx, case.clock),
        "demands": [present_demand(demand, case.is_answered) for demand in case.public_demands],
        "holding_answers": [present_holding(holding) for holding in public_holdings(ctx, case)],
        "reply": present_reply(reply, case.clock) if reply else None,
    }


@api.get(f"{ADDRESS}/case")
@api.output(CaseOut)
@guard(Permission.READ)
def case(kind: str, slug: str) -> dict[str, Any]:
    """The case of a topic: agencies, clock, demands and reply."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), kind, slug).id)
    if found is None:
        raise NotFound(N_("There is no case yet: nothing is owed yet."))
    return present_case(ctx(), found)


@api.get(f"{ADDRESS}/case/versions")
@api.output(VersionList)
@guard(Permission.READ)
def case_versions(kind: str, slug: str) -> dict[str, Any]:
    """Every published version of the reply: the first one and its corrections."""
    found = case_of_topic(ctx(), topic_by_slug(ctx(), kind, slug).id)
    reply = public_reply(ctx(), found) if found else None
    if found is None or reply is None:
        raise NotFound(N_("There is no published reply here."))
    return {"items": [present_version(found, version) for version in reply.published_versions]}
