"""Surveys for tests: people of two camps on a real map, a reply, and their answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from app.core.clock import FixedClock
from app.followups.queries import after_case
from app.followups.rules import Satisfaction
from app.followups.surveying import answer
from app.opinions.rules import Vote
from tests.support.builders import MadeAnswer, MadePerson, Make
from tests.support.opinions import SIGNS, Work, crowd, vote

A_MONTH = timedelta(days=30)
CAMPS = ("++++++------", "------++++++")


def two_camps(
    make: Make, work: Work, run_job: Callable[[str], None], *sizes: int
) -> tuple[MadeAnswer, list[list[MadePerson]]]:
    """An answered case on whose map two groups stand apart, so many people with accounts in each."""
    issue = make.issue(statements=len(CAMPS[0]))
    crowd(work, issue, [(25, CAMPS[0]), (20, CAMPS[1])])
    people = [[make.person() for _ in range(size)] for size in sizes]
    for camp, members in zip(CAMPS, people, strict=True):
        for person in members:
            for number, sign in enumerate(camp):
                vote(work, issue, person, number, Vote(SIGNS[sign]))
    run_job("draw-maps")
    return make.answered(case=make.case_of(issue)), people


def ask(clock: FixedClock, run_job: Callable[[str], None]) -> None:
    """A month later everybody is asked."""
    clock.advance(A_MONTH)
    run_job("ask-satisfaction")


def say_how(work: Work, made: MadeAnswer, person: MadePerson, how: Satisfaction, sentence: str = "") -> None:
    """A person answers the survey."""
    with work(person.actor) as ctx:
        answer(ctx, after_case(ctx, made.case.id), how, sentence)
