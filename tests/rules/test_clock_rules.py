"""When a clock reminds and escalates, and what it refuses."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.clocks.rules import (
    Level,
    Step,
    StepKind,
    check_extension,
    check_pause,
    escalations_of,
    level_of,
    steps,
)
from app.core.clock import end_of_day, local_date, start_of_day
from app.core.deadline import Unit
from app.core.errors import Conflict, Invalid, Refusal
from app.core.terms import Extension, Period, Promise, Terms

TAIPEI = "Asia/Taipei"
TERMS = Terms(
    Promise.REPLY,
    Period(60, Unit.DAY),
    Extension(1, Period(60, Unit.DAY)),
    reminders=(30, 14, 7, 3, 1),
    escalations=(1, 7, 14),
)
DUE = date(2026, 11, 24)
LATE = datetime(2026, 11, 24, 16, 0, tzinfo=UTC)
"""Midnight in Taipei, after Tuesday 24 November."""
BEGUN = datetime(2026, 9, 25, 4, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def days(found: list[Step], kind: StepKind) -> list[int]:
    """The days of the steps of a kind, in the order of time."""
    return [step.days for step in found if step.kind is kind]


def test_a_reminder_comes_when_its_day_begins_and_an_escalation_when_it_is_over() -> None:
    found = steps(TERMS, DUE, LATE, BEGUN, TAIPEI)
    assert days(found, StepKind.REMINDER) == [30, 14, 7, 3, 1]
    assert found[4].at == datetime(2026, 11, 22, 16, 0, tzinfo=UTC), "Monday 23 November begins in Taipei"
    assert [step.at for step in found[5:]] == [LATE, LATE + timedelta(days=6), LATE + timedelta(days=13)]


@pytest.mark.parametrize(
    ("begun_at", "left"),
    [
        (datetime(2026, 11, 16, 15, 59, 59, tzinfo=UTC), [7, 3, 1]),
        (datetime(2026, 11, 16, 16, 0, tzinfo=UTC), [3, 1]),
        (datetime(2026, 11, 24, 15, 0, tzinfo=UTC), []),
    ],
    ids=["the evening before", "the day itself", "the last day"],
)
def test_a_clock_that_begins_with_less_time_owes_no_reminder_for_it(begun_at: datetime, left: list[int]) -> None:
    assert days(steps(TERMS, DUE, LATE, begun_at, TAIPEI), StepKind.REMINDER) == left


def test_every_escalation_is_owed_however_late_a_clock_begins() -> None:
    found = steps(TERMS, DUE, LATE, LATE + timedelta(days=100), TAIPEI)
    assert days(found, StepKind.ESCALATION) == [1, 7, 14]


def test_a_promise_whose_terms_name_no_escalation_is_told_on_the_first_late_day() -> None:
    bare = Terms(Promise.CONTACT, Period(14, Unit.DAY))
    assert steps(bare, DUE, LATE, BEGUN, TAIPEI) == [Step(StepKind.ESCALATION, 1, LATE)]


def test_a_promise_in_hours_escalates_at_the_very_moment() -> None:
    due_at = datetime(2026, 11, 4, 8, 30, tzinfo=UTC)
    hours = Terms(Promise.SAFETY_REPORT, Period(4, Unit.DAY), None, (1,), (1, 2))
    found = steps(hours, date(2026, 11, 4), due_at, due_at - timedelta(hours=4), TAIPEI)
    assert found == [
        Step(StepKind.ESCALATION, 1, due_at),
        Step(StepKind.ESCALATION, 2, due_at + timedelta(days=1)),
    ]


def test_the_officers_are_told_first_then_the_head_then_everybody() -> None:
    assert [level_of(TERMS, late) for late in escalations_of(TERMS)] == list(Level)
    assert level_of(Terms(Promise.PLAN, Period(7, Unit.DAY), escalations=(1, 2, 3, 4)), 4) is Level.PUBLIC


@given(
    due_on=st.dates(date(2000, 1, 1), date(2090, 1, 1)),
    zone=st.sampled_from(["Asia/Taipei", "America/Sao_Paulo", "Europe/Berlin", "Pacific/Apia"]),
    reminders=st.sets(st.integers(1, 60), max_size=5),
    escalations=st.sets(st.integers(1, 60), max_size=4),
)
def test_no_step_is_early_and_each_falls_on_its_local_day(
    due_on: date, zone: str, reminders: set[int], escalations: set[int]
) -> None:
    terms = Terms(Promise.REPLY, Period(1, Unit.DAY), None, tuple(reminders), tuple(escalations))
    late = end_of_day(due_on, zone)
    found = steps(terms, due_on, late, datetime(1990, 1, 1, tzinfo=UTC), zone)
    assert [step.at for step in found] == sorted(step.at for step in found)
    for step in found:
        away = -step.days if step.kind is StepKind.REMINDER else step.days
        assert local_date(step.at, zone) - due_on == timedelta(days=away)
        assert local_date(step.at - SECOND, zone) < local_date(step.at, zone)
        assert (step.at >= late) is (step.kind is StepKind.ESCALATION)
    assert set(days(found, StepKind.REMINDER)) == reminders
    assert start_of_day(due_on, zone) < late


# ---- what is refused --------------------------------------------------------------------------------------------

LONGEST = Extension(1, Period(60, Unit.DAY))


@pytest.mark.parametrize("amount", [1, 60])
def test_an_extension_is_allowed_until_the_last_second_of_the_due_day(amount: int) -> None:
    check_extension(LONGEST, 0, amount, LATE - SECOND, LATE, is_paused=False)


@pytest.mark.parametrize(
    ("extension", "extended", "amount", "now", "paused", "refusal", "words"),
    [
        (LONGEST, 0, 60, LATE, False, Conflict, "has passed"),
        (LONGEST, 1, 60, BEGUN, False, Conflict, "as often as"),
        (None, 0, 60, BEGUN, False, Conflict, "allow no extension"),
        (Extension(0, Period(60, Unit.DAY)), 0, 60, BEGUN, False, Conflict, "allow no extension"),
        (LONGEST, 0, 60, BEGUN, True, Conflict, "paused"),
        (LONGEST, 0, 61, BEGUN, False, Invalid, "check what you entered"),
        (LONGEST, 0, 0, BEGUN, False, Invalid, "check what you entered"),
    ],
)
def test_any_other_extension_is_refused_with_the_words_why(
    extension: Extension | None,
    extended: int,
    amount: int,
    now: datetime,
    paused: bool,
    refusal: type[Refusal],
    words: str,
) -> None:
    with pytest.raises(refusal, match=words):
        check_extension(extension, extended, amount, now, LATE, paused)


def test_a_broken_promise_cannot_be_put_to_sleep() -> None:
    check_pause(LATE - SECOND, LATE, is_paused=False)
    with pytest.raises(Conflict, match="has passed"):
        check_pause(LATE, LATE, is_paused=False)
    with pytest.raises(Conflict, match="already"):
        check_pause(BEGUN, LATE, is_paused=True)
