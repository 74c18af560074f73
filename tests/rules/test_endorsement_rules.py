"""Windows with days of rest, marks on the way, what came near."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.core.policy_parts import Formula
from app.endorsements.rules import Rest, is_near, last_day, marks_passed, needed_for, rests_now

OPENED = date(2026, 11, 4)
PLANNED = OPENED + timedelta(days=60)


def test_without_days_of_rest_a_window_ends_as_planned() -> None:
    assert last_day(OPENED, PLANNED, []) == PLANNED


def test_days_of_rest_use_up_none_of_the_window() -> None:
    rest = Rest(date(2026, 11, 28), date(2027, 1, 16))
    assert last_day(OPENED, PLANNED, [rest]) == PLANNED + timedelta(days=50)


def test_a_rest_that_began_before_the_window_takes_only_its_own_days() -> None:
    rest = Rest(date(2026, 10, 1), date(2026, 11, 9))
    assert last_day(OPENED, PLANNED, [rest]) == PLANNED + timedelta(days=5)


def test_a_rest_after_the_window_changes_nothing() -> None:
    assert last_day(OPENED, PLANNED, [Rest(PLANNED + timedelta(days=1), PLANNED + timedelta(days=9))]) == PLANNED


def test_the_moved_end_can_run_into_the_next_rest() -> None:
    rests = [Rest(PLANNED, PLANNED), Rest(PLANNED + timedelta(days=1), PLANNED + timedelta(days=3))]
    assert last_day(OPENED, PLANNED, rests) == PLANNED + timedelta(days=4)


def test_a_rest_that_has_passed_stays_when_the_rules_forget_it() -> None:
    over = Rest(date(2026, 11, 10), date(2026, 11, 12))
    assert rests_now([over], [], OPENED, date(2026, 12, 1)) == [over]


def test_a_rest_that_is_called_off_while_it_lasts_ended_yesterday() -> None:
    rest = Rest(date(2026, 11, 10), date(2026, 11, 20))
    assert rests_now([rest], [], OPENED, date(2026, 11, 13)) == [Rest(date(2026, 11, 10), date(2026, 11, 12))]


def test_a_rest_that_is_called_off_before_it_begins_is_none() -> None:
    assert rests_now([Rest(date(2026, 12, 10), date(2026, 12, 20))], [], OPENED, date(2026, 11, 13)) == []


def test_the_rules_in_force_say_how_long_a_rest_is() -> None:
    kept, new = Rest(date(2026, 11, 10), date(2026, 11, 20)), Rest(date(2026, 11, 10), date(2026, 11, 30))
    assert rests_now([kept], [new], OPENED, date(2026, 11, 13)) == [new]


@pytest.mark.parametrize(("percent", "needed"), [(33, 1650), (66, 3300), (100, 5000)])
def test_marks_are_shares_of_the_threshold_rounded_up(percent: int, needed: int) -> None:
    assert needed_for(percent, 5000) == needed


def test_a_mark_is_passed_by_the_endorsement_that_reaches_it() -> None:
    assert marks_passed((33, 66, 100), 5000, 1649, 1650) == [33]
    assert marks_passed((33, 66, 100), 5000, 1650, 1651) == []


def test_a_merge_can_pass_several_marks_at_once() -> None:
    assert marks_passed((33, 66, 100), 100, 10, 70) == [33, 66]


def test_near_is_a_share_of_the_threshold_and_not_nothing() -> None:
    assert is_near(500, 5000, 0.1)
    assert not is_near(499, 5000, 0.1)
    assert not is_near(0, 5000, 0)
    assert not is_near(5000, 5000, 0.1)


def test_next_years_population_gives_another_outcome_of_the_formula() -> None:
    low, high = 150, 1000
    now = Formula(share=0.0005, residents=600_000, residents_on=date(2026, 1, 1), low=low, high=high)
    later = Formula(share=0.0005, residents=700_000, residents_on=date(2027, 1, 1), low=low, high=high)
    assert (now.outcome, later.outcome) == (300, 350)
