"""How long things take after a reply: the numbers of the policy, read in one place."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.context import Context
from app.core.deadline import Unit
from app.core.terms import Period, Promise, Terms


@dataclass(frozen=True)
class Spans:
    """How long people may give feedback, and after what time they are asked how satisfied they are."""

    feedback: Period
    survey: Period


def spans(ctx: Context) -> Spans:
    """The spans in force today."""
    return Spans(
        feedback=Period(7, Unit.DAY, roll=False),
        survey=Period(30, Unit.DAY, roll=False),
    )


def study_terms(ctx: Context) -> Terms:
    """How often news is due of what is under study, under the policy in force today."""
    return Terms(Promise.FOLLOW_UP, Period(6, Unit.MONTH), reminders=(30, 14, 7, 3, 1), escalations=(1, 7, 14))
