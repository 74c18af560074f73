"""How long replies take: elapsed days, the product-limit curve, half and nine in ten with their ranges."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.board.drawing import draw
from app.board.rules import (
    Days,
    Figures,
    Pause,
    Waited,
    answer_curve,
    answered_after,
    counted,
    elapsed_days,
    figures,
)

START = date(2026, 1, 5)
MAINTAINED = [(9, 1), (13, 1), (13, 0), (18, 1), (23, 1), (28, 0), (31, 1), (34, 1), (45, 0), (48, 1), (161, 0)]
"""Eleven patients of Embury et al., West. J. Med. 126 (1977), 267-272; 0: still in remission when last seen. The
example of Miller, Survival Analysis (1981), and of R's package survival (`aml`, maintained)."""
PUBLISHED = {9: (0.909, 0.0867), 13: (0.818, 0.1163), 18: (0.716, 0.1397), 23: (0.614, 0.1526), 31: (0.491, 0.1642),
             34: (0.368, 0.1627), 48: (0.184, 0.1535)}  # fmt: skip
"""Day -> share still in remission and its standard error, as R's documentation prints them."""

days = st.integers(0, 400)
waits = st.lists(st.tuples(days, st.booleans()), max_size=40)


def on(offset: int) -> date:
    return START + timedelta(days=offset)


# ---- elapsed days ---------------------------------------------------------------------------------------------


def test_the_day_of_the_start_is_day_zero() -> None:
    assert elapsed_days(START, START) == 0
    assert elapsed_days(START, on(1)) == 1


def test_days_on_which_the_clock_stood_still_do_not_count() -> None:
    assert elapsed_days(START, on(20), [Pause(on(5), on(8))]) == 17
    assert elapsed_days(START, on(20), [Pause(on(5), on(8)), Pause(on(10), on(11))]) == 16


def test_a_clock_that_still_stands_has_not_gone_on_since() -> None:
    assert elapsed_days(START, on(20), [Pause(on(5))]) == 5


def test_pauses_beside_the_waiting_change_nothing() -> None:
    assert elapsed_days(START, on(20), [Pause(on(-9), on(-3)), Pause(on(20), on(30)), Pause(on(40))]) == 20


pauses = st.lists(st.tuples(st.integers(-20, 120), st.none() | st.integers(0, 60)), max_size=6)


@given(st.integers(0, 100), pauses)
def test_elapsed_days_are_those_that_no_pause_covers(until: int, spans: list[tuple[int, int | None]]) -> None:
    given_pauses = [Pause(on(start), None if length is None else on(start + length)) for start, length in spans]
    still = [(start, 10**6 if length is None else start + length) for start, length in spans]
    moving = [day for day in range(1, until + 1) if not any(start < day <= end for start, end in still)]
    assert elapsed_days(START, on(until), given_pauses) == len(moving)


# ---- the curve ------------------------------------------------------------------------------------------------


def test_the_curve_is_that_of_the_published_example() -> None:
    curve = answer_curve([(day, bool(ended)) for day, ended in MAINTAINED])
    assert {step.day: round(1 - step.share, 3) for step in curve} == {day: one[0] for day, one in PUBLISHED.items()}
    assert [step.waiting for step in curve] == [11, 10, 8, 7, 5, 4, 2]
    for step in curve:
        left, error = PUBLISHED[step.day]
        half = 1.96 * error / (left * log(left))
        assert step.low == pytest.approx(1 - left ** exp(half), abs=0.003)
        assert step.high == pytest.approx(1 - left ** exp(-half), abs=0.003)


def test_half_and_nine_in_ten_of_the_published_example() -> None:
    curve = answer_curve([(day, bool(ended)) for day, ended in MAINTAINED])
    # Half: R prints 31. By hand: 0.818 and 0.1163 on day 13 reach down to 0.447, 0.909 and 0.0867 on day 9 to 0.508;
    # on the last day with an end, 48, the range still reaches up to 0.525.
    assert answered_after(curve, 0.5) == Days(31, 13, None)
    assert answered_after(curve, 0.9).day is None


def test_a_small_example_by_hand() -> None:
    # Four wait. One is answered on day 2; one is still waiting on day 3; one is answered on day 5; one waits 8 days.
    curve = answer_curve([(2, True), (3, False), (5, True), (8, False)])
    assert [(step.day, step.share) for step in curve] == [(2, pytest.approx(1 / 4)), (5, pytest.approx(1 - 3 / 8))]
    greenwood = 1 / (4 * 3) + 1 / (2 * 1)
    half = 1.959964 * sqrt(greenwood) / log(3 / 8)
    assert curve[1].low == pytest.approx(1 - (3 / 8) ** exp(half))
    assert curve[1].high == pytest.approx(1 - (3 / 8) ** exp(-half))


def test_who_still_waits_is_not_left_out() -> None:
    answered = [(day, True) for day in range(1, 11)]
    assert answered_after(answer_curve(answered), 0.5).day == 5
    silent = [*answered, *((300, False) for _ in range(10))]
    assert answered_after(answer_curve(silent), 0.5).day == 10
    assert answered_after(answer_curve([*silent, (300, False)]), 0.5).day is None


def test_nothing_is_known_of_nobody() -> None:
    assert answer_curve([]) == ()
    assert answered_after((), 0.5) == Days()


def test_a_share_that_is_reached_exactly_is_reached() -> None:
    for total in range(2, 60, 2):
        assert answered_after(answer_curve([(day, True) for day in range(total)]), 0.5).day == total // 2 - 1


@given(st.lists(days, min_size=1, max_size=40))
def test_when_all_are_answered_the_curve_counts(answered: list[int]) -> None:
    for step in answer_curve([(day, True) for day in answered]):
        assert step.share == pytest.approx(sum(day <= step.day for day in answered) / len(answered))


@given(waits, st.randoms())
def test_the_curve_climbs_within_its_range_in_whatever_order_cases_come(
    some: list[tuple[int, bool]], chance: object
) -> None:
    curve = answer_curve(some)
    shares = [step.share for step in curve]
    assert shares == sorted(shares)
    assert all(0 <= step.low <= step.share + 1e-9 <= step.high + 2e-9 <= 1 + 3e-9 for step in curve)
    chance.shuffle(some)  # type: ignore[attr-defined]
    assert answer_curve(some) == curve


@given(waits, days, st.sampled_from([0.5, 0.9]))
def test_one_more_who_waits_never_makes_replies_look_quicker(
    some: list[tuple[int, bool]], more: int, share: float
) -> None:
    before = answered_after(answer_curve(some), share).day
    after = answered_after(answer_curve([*some, (more, False)]), share).day
    assert before is None or after is None or after >= before
    assert not (before is None and after is not None)


@given(waits, st.sampled_from([0.5, 0.9]))
def test_a_range_holds_its_figure(some: list[tuple[int, bool]], share: float) -> None:
    found = answered_after(answer_curve(some), share)
    if found.day is not None:
        assert found.low is not None
        assert found.low <= found.day
        assert found.high is None or found.high >= found.day


# ---- the figures of a day -------------------------------------------------------------------------------------


def test_a_promise_is_kept_on_the_last_day_and_broken_on_the_next() -> None:
    kept = Waited(START, on(10), on(10))
    late = Waited(START, on(10), on(11))
    silent = Waited(START, on(10))
    found = figures([kept, late, silent], on(10)).in_time
    assert (found.count, found.total) == (1, 1)
    found = figures([kept, late, silent], on(11)).in_time
    assert (found.count, found.total) == (1, 3)


def test_what_still_has_time_is_neither_kept_nor_broken() -> None:
    found = figures([Waited(START, on(10))], on(10))
    assert (found.in_time.total, found.waiting, found.answered) == (0, 1, 0)


def test_the_figures_leave_pauses_out() -> None:
    case = Waited(START, on(30), on(20), (Pause(on(5), on(15)),))
    assert figures([case], on(40)).median.day == 10


cases = st.lists(
    st.builds(
        lambda start, due, answer: Waited(on(start), on(start + due), None if answer is None else on(start + answer)),
        st.integers(0, 60),
        st.integers(0, 60),
        st.none() | st.integers(0, 120),
    ),
    max_size=25,
)


@given(cases, st.integers(0, 150))
def test_the_figures_of_a_day_do_not_change_with_what_comes_later(some: list[Waited], day: int) -> None:
    later = [
        replace(one, answered_on=on(day + 7)) if one.answered_on is None or one.answered_on > on(day) else one
        for one in some
    ]
    later.append(Waited(on(day + 1), on(day + 20)))
    assert figures(later, on(day)) == figures(some, on(day))


@given(cases, st.integers(0, 150))
def test_figures_come_back_from_where_they_were_stored(some: list[Waited], day: int) -> None:
    found = figures(some, on(day))
    assert Figures.from_json(found.to_json()) == found


def test_of_fewer_than_ten_cases_nothing_is_told() -> None:
    nine = [Waited(START, on(10), on(number), agency_ids=frozenset({1})) for number in range(9)]
    assert counted(nine, on(30)) == {"all": None, "agencies": {"1": None}}
    ten = [*nine, Waited(START, on(10), agency_ids=frozenset({1, 2}))]
    told = counted(ten, on(30))
    assert told["all"] == told["agencies"]["1"] != None  # noqa: E711
    assert told["agencies"]["2"] is None
    assert counted(ten, on(10)) == {"all": None, "agencies": {"1": None, "2": None}}


# ---- the picture ----------------------------------------------------------------------------------------------


@given(cases)
def test_the_picture_stays_in_its_frame(some: list[Waited]) -> None:
    found = figures(some, on(200))
    drawing = draw(found)
    corners = [float(one) for one in drawing.line.replace("M", "").replace("L", " ").split()]
    assert all(0 <= one <= 1000 for one in corners)
    assert drawing.ticks[0].x == 0
    assert drawing.ticks[-1].x == 100
    assert len(drawing.ticks) <= 7
    assert drawing.median_x is None or 0 <= drawing.median_x <= 100


def test_the_line_steps_up_where_replies_came() -> None:
    found = figures([Waited(START, on(9), on(5)), Waited(START, on(9), on(10))], on(30))
    assert draw(found).line == "M0 1000L500 1000L500 500L1000 500L1000 0L1000 0"
