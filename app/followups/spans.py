"""How long things take after a reply: the numbers of the rules, read in one place."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.policy import Policy
from app.core.terms import Period


@dataclass(frozen=True)
class Spans:
    """How long people may give feedback, and after what time they are asked how satisfied they are."""

    feedback: Period
    survey: Period


def spans(rules: Policy) -> Spans:
    """The spans of these rules. They end on any day of the week: no office has to work on it."""
    feedback, survey = rules.reply.feedback, rules.reply.survey_after
    return Spans(
        feedback=Period(feedback.amount, feedback.unit, roll=False),
        survey=Period(survey.amount, survey.unit, roll=False),
    )
