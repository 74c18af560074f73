"""What a proposal needs, where it is, and what the codes mean."""

from __future__ import annotations

from datetime import date

import pytest

from app.proposals.rules import (
    GROUNDS,
    PROPOSAL_LIFECYCLE,
    Code,
    Limits,
    Phase,
    ProposalInput,
    ProposalState,
    Urgency,
    excerpt,
    phase_of,
    problems,
    unready,
    urgency_of,
)

DUE = date(2026, 11, 9)


@pytest.mark.parametrize(
    ("established", "ended", "answered", "phase"),
    [
        (False, False, False, Phase.COLLECTING),
        (True, False, False, Phase.ESTABLISHED),
        (True, True, False, Phase.ESTABLISHED),
        (False, True, False, Phase.LAPSED),
        (True, True, True, Phase.ANSWERED),
    ],
)
def test_where_an_admitted_proposal_is(established: bool, ended: bool, answered: bool, phase: Phase) -> None:
    found = phase_of(ProposalState.ADMITTED, is_established=established, has_ended=ended, is_answered=answered)
    assert found is phase


def test_a_rejected_proposal_is_rejected_whatever_it_gathered() -> None:
    assert phase_of(ProposalState.REJECTED, is_established=False, has_ended=True, is_answered=False) is Phase.REJECTED


def test_nothing_follows_a_merge_or_a_withdrawal() -> None:
    for state in (ProposalState.MERGED, ProposalState.WITHDRAWN):
        assert not any(PROPOSAL_LIFECYCLE.allows(state, then) for then in ProposalState)


def test_every_code_says_whether_the_text_stays() -> None:
    assert set(GROUNDS) == set(Code)
    assert {code for code, ground in GROUNDS.items() if not ground.keeps_text} == {
        Code.COMMERCIAL,
        Code.INSULTING,
        Code.ILLEGAL,
        Code.PERSONAL_DATA,
    }


def test_the_last_day_of_a_review_is_nearly_late_and_the_next_one_late() -> None:
    assert urgency_of(DUE, date(2026, 11, 8)) is Urgency.RECENT
    assert urgency_of(DUE, DUE) is Urgency.NEARLY_LATE
    assert urgency_of(DUE, date(2026, 11, 10)) is Urgency.LATE
    assert urgency_of(DUE, date(2026, 11, 10), is_paused=True) is Urgency.RECENT


def test_a_draft_needs_nothing_but_a_title() -> None:
    assert problems(ProposalInput("en", "Buses"), Limits()) == {}
    assert set(problems(ProposalInput("en"), Limits())) == {"title"}


def test_a_draft_keeps_to_the_limits_of_the_rules() -> None:
    entered = ProposalInput("xx", "B" * 81, ("a",) * 6, agencies=("a", "b", "c", "d"))
    assert set(problems(entered, Limits(5, 3))) == {"lang", "title", "demands", "agencies"}


def test_what_is_handed_in_has_a_demand_a_reason_and_a_benefit() -> None:
    assert set(unready("Buses", [], "", "")) == {"demands", "reason", "benefit"}
    assert unready("Buses", ["Run."], "Because.", "All.") == {}


def test_an_excerpt_is_one_line_and_not_too_long() -> None:
    assert excerpt("a\n\nb") == "a b"
    assert len(excerpt("字" * 500)) == 200
