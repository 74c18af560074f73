"""How long things take after a reply: the numbers of the policy, read in one place."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.context import Context
from app.core.deadline import Unit
from app.core.terms import Period


@dataclass(frozen=True)
class Spans:
    """How long people may give feedback, after what time they are asked, and how often studies are reported on."""

    feedback: Period
    survey: Period
    follow_up: Period


def spans(ctx: Context) -> Spans:
    """The spans in force today."""
    return Spans(
        feedback=Period(7, Unit.DAY, roll=False),
        survey=Period(30, Unit.DAY, roll=False),
        follow_up=Period(6, Unit.MONTH),
    )
