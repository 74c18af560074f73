"""What was asked and answered as open data: demands, the reply and its versions, holding answers."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from app.cases.models import Case, Demand
from app.cases.rules import Source
from app.clocks.models import ClockRow
from app.core.answers import Outcome
from app.core.clock import rfc3339
from app.replies.models import HoldingAnswer, Reply, ReplyVersion
from app.replies.rules import Answer
from app.replies.versions import Content, answer_to


class DemandOut(BaseModel):
    """A point the reply must answer. `statement` is where it comes from; `side` -1: all groups reject that statement.

    Before the reply is published only demands that the public made are listed, without their answers. Of an answer:
    `basis` is the law or the data it rests on (Markdown, as is `answer`); `next_step_on` a local day; `no_next_step`
    says that nothing follows; `contact` is who answers questions about this demand.
    """

    text: str
    lang: str
    source: Source
    statement: int | None
    side: int
    outcome: Outcome | None
    answer: str | None
    answer_html: str | None
    basis: str | None
    next_step: str | None
    next_step_on: str | None
    no_next_step: bool | None
    contact: str | None


class HoldingOut(BaseModel):
    """An interim answer (Markdown), published before the reply. It kept no promise and stopped no clock."""

    number: int
    text: str
    html: str
    lang: str
    published_at: str


class AnswerOut(BaseModel):
    """The answer to a demand as a version of the reply gave it."""

    demand: str
    outcome: Outcome | None
    answer: str
    basis: str
    next_step: str
    next_step_on: str | None
    no_next_step: bool
    contact: str


class VersionOut(BaseModel):
    """A published version of a reply, whole. `reason`: why it was corrected; empty for the first."""

    number: int
    published_at: str
    reason: str
    summary: str
    lang: str
    contact: str
    answers: list[AnswerOut]


class VersionList(BaseModel):
    """Every published version of a reply, the oldest first."""

    items: list[VersionOut]


class ReplyOut(BaseModel):
    """The published reply; `summary` in Markdown. `version` grows, and `corrected_at` is set, with every correction."""

    summary: str
    summary_html: str
    lang: str
    contact: str
    published_at: str
    late: bool
    version: int
    corrected_at: str | None


def present_demand(demand: Demand, is_answered: bool) -> dict[str, Any]:
    """A demand, with its answer once that is published."""
    asked = {
        "text": demand.text,
        "lang": demand.lang,
        "source": demand.source,
        "statement": demand.statement_id,
        "side": demand.side,
    }
    answer = present_answer(answer_to(demand)) | {"answer_html": demand.answer_html}
    return asked | (answer if is_answered else dict.fromkeys(answer))


def present_answer(answer: Answer) -> dict[str, Any]:
    """An answer in the words of the API."""
    kept = answer.to_json()
    return {"answer" if name == "text" else name: value for name, value in kept.items()}


def present_holding(holding: HoldingAnswer) -> dict[str, Any]:
    """A published holding answer."""
    return {
        "number": holding.number,
        "text": holding.text,
        "html": holding.html,
        "lang": holding.lang,
        "published_at": rfc3339(holding.published_at) if holding.published_at else None,
    }


def present_reply(reply: Reply, clock: ClockRow) -> dict[str, Any]:
    """A published reply."""
    newest = reply.published_versions[-1] if reply.published_versions else None
    corrected_at = newest.published_at if newest and newest.number > 1 else None
    return {
        "summary": reply.summary,
        "summary_html": reply.summary_html,
        "lang": reply.lang,
        "contact": reply.contact,
        "published_at": rfc3339(reply.published_at) if reply.published_at else None,
        "late": clock.stopped_at is not None and clock.stopped_at >= clock.due_at,
        "version": newest.number if newest else 1,
        "corrected_at": rfc3339(corrected_at) if corrected_at else None,
    }


def present_version(case: Case, version: ReplyVersion) -> dict[str, Any]:
    """A published version of a reply."""
    content = Content.from_json(version.content)
    answered = [(demand, content.answers[demand.id]) for demand in case.demands if demand.id in content.answers]
    return {
        "number": version.number,
        "published_at": rfc3339(version.published_at) if version.published_at else None,
        "reason": version.reason,
        "summary": content.summary,
        "lang": content.lang,
        "contact": content.contact,
        "answers": [{"demand": demand.text} | present_answer(answer) for demand, answer in answered],
    }
