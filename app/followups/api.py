"""What became of a case over the API, and judging it there."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.core.permissions import Permission
from app.followups.actions import give_feedback, take_back_feedback
from app.followups.limits import judging
from app.followups.presenting import FollowupsOut, present_followups
from app.followups.queries import After, after_reply, own_feedback
from app.followups.rules import FEEDBACK_MAX, SENTENCE_MAX, FeedbackInput, Satisfaction, Verdict
from app.followups.surveying import answer
from app.topics.queries import topic_by_slug
from app.topics.rules import ADDRESS
from app.web.acting import ctx, guard
from app.web.openapi import api_blueprint

api = api_blueprint("followups")


class FeedbackIn(BaseModel):
    """Whether the reply answers what was asked, and why, in at most 500 characters."""

    model_config = ConfigDict(extra="forbid")

    verdict: Literal["yes", "partly", "no"]
    text: str = Field("", max_length=4 * FEEDBACK_MAX)
    lang: str = Field("zh-Hant-TW", max_length=20)


class OwnFeedback(BaseModel):
    """One's own feedback; null if there is none."""

    verdict: Verdict | None
    text: str
    lang: str | None


class AnswerIn(BaseModel):
    """One's answer to the survey, and a sentence for the officers of the case."""

    model_config = ConfigDict(extra="forbid")

    satisfaction: Literal["satisfied", "neither", "dissatisfied"]
    sentence: str = Field("", max_length=4 * SENTENCE_MAX)
    lang: str = Field("zh-Hant-TW", max_length=20)


class Answered(BaseModel):
    """The answer was counted. It is not kept whose it was."""

    answered: bool


def _after(kind: str, slug: str) -> After:
    return after_reply(ctx(), topic_by_slug(ctx(), kind, slug).id)


@api.get(f"{ADDRESS}/case/followups")
@api.output(FollowupsOut)
@guard(Permission.READ)
def followups(kind: str, slug: str) -> dict[str, Any]:
    """What became of a case since its reply: feedback, survey, studies, milestones."""
    return present_followups(ctx(), _after(kind, slug))


@api.get(f"{ADDRESS}/case/feedback")
@api.output(OwnFeedback)
@api.doc(security="token")
@guard(Permission.ACCOUNT)
def feedback(kind: str, slug: str) -> dict[str, Any]:
    """One's own feedback on the reply."""
    found = own_feedback(ctx(), _after(kind, slug).case.id)
    if found is None:
        return {"verdict": None, "text": "", "lang": None}
    return {"verdict": found.verdict, "text": found.text, "lang": found.lang}


@api.put(f"{ADDRESS}/case/feedback")
@judging
@api.input(FeedbackIn, arg_name="body")
@api.output(OwnFeedback)
@api.doc(security="token")
@guard(Permission.JUDGE)
def put_feedback(kind: str, slug: str, body: FeedbackIn) -> dict[str, Any]:
    """Say whether the reply answers what was asked, or say it anew. Taken until the window closes."""
    given = give_feedback(ctx(), _after(kind, slug), FeedbackInput(Verdict(body.verdict), body.text, body.lang))
    return {"verdict": given.verdict, "text": given.text, "lang": given.lang}


@api.delete(f"{ADDRESS}/case/feedback")
@judging
@api.output({}, status_code=204)
@api.doc(security="token")
@guard(Permission.JUDGE)
def delete_feedback(kind: str, slug: str) -> str:
    """Take one's feedback back, at any time."""
    take_back_feedback(ctx(), _after(kind, slug))
    return ""


@api.post(f"{ADDRESS}/case/survey")
@judging
@api.input(AnswerIn, arg_name="body")
@api.output(Answered, status_code=201)
@api.doc(security="token")
@guard(Permission.JUDGE)
def answer_survey(kind: str, slug: str, body: AnswerIn) -> dict[str, Any]:
    """Say how satisfied one is with what became of a topic one took part in. Once; whose answer it is, is not kept."""
    answer(ctx(), _after(kind, slug), Satisfaction(body.satisfaction), body.sentence, body.lang)
    return {"answered": True}
