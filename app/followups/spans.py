"""How long things take after a reply: the numbers of the policy, read in one place."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.context import Context
from app.core.terms import Period, Promise, Terms


@dataclass(frozen=True)
class Spans:
    """How long people may give feedback, and after what time they are asked how satisfied they are."""

    feedback: Period
    survey: Period


def spans(ctx: Context) -> Spans:
    """The spans in force today. They end on any day of the week: no office has to work on it."""
    feedback, survey = ctx.policy.reply.feedback, ctx.policy.reply.survey_after
    return Spans(
        feedback=Period(feedback.amount, feedback.unit, roll=False),
        survey=Period(survey.amount, survey.unit, roll=False),
    )


def study_terms(ctx: Context) -> Terms:
    """How often news is due of what is under study, under the policy in force today."""
    return ctx.policy.terms(Promise.FOLLOW_UP)
