"""The versions of a published reply: what is kept of each, and how one becomes what everybody reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.cases.models import Case, Demand
from app.core.context import Context
from app.replies.models import Reply, ReplyVersion
from app.replies.rules import Answer, ReplyState


@dataclass(frozen=True)
class Content:
    """What a reply says: the summary, who answers questions, and the answers by the ids of their demands."""

    summary: str
    lang: str
    contact: str
    answers: Mapping[int, Answer]

    def to_json(self) -> dict[str, Any]:
        """As plain JSON values."""
        answers = {str(demand_id): answer.to_json() for demand_id, answer in self.answers.items()}
        return {"summary": self.summary, "lang": self.lang, "contact": self.contact, "answers": answers}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Content:
        """The content that `to_json` wrote."""
        answers = {int(key): Answer.from_json(answer) for key, answer in kept["answers"].items()}
        return cls(kept["summary"], kept["lang"], kept["contact"], answers)


def answer_to(demand: Demand) -> Answer:
    """The answer to a demand as it stands, published or not."""
    return Answer(
        outcome=demand.outcome,
        text=demand.answer,
        basis=demand.basis,
        next_step=demand.next_step,
        next_step_on=demand.next_step_on,
        no_next_step=demand.no_next_step,
        contact=demand.contact,
    )


def content_of(case: Case, reply: Reply) -> Content:
    """What the reply of a case says now."""
    answers = {demand.id: answer_to(demand) for demand in case.demands}
    return Content(reply.summary, reply.lang, reply.contact, answers)


def add_first_version(ctx: Context, case: Case, reply: Reply) -> None:
    """Keep a reply as it is published for the first time. Others may not do so too: its step was taken once."""
    reply.versions.append(
        ReplyVersion(
            number=1,
            state=ReplyState.PUBLISHED,
            content=content_of(case, reply).to_json(),
            author_id=reply.author_id,
            approver_id=ctx.actor.person_id,
            saved_at=reply.saved_at,
            published_at=ctx.now,
        )
    )
