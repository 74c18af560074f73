"""Stating and voting: one vote a person, its history, the counters, and who may."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.issues.rules import IssueState
from app.opinions.actions import add_statement, cast, hide_statement, seed_statement
from app.opinions.models import FormerVote, Statement, VoteRow
from app.opinions.rules import Origin, Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, counted, recounted, vote


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=3)


@pytest.fixture
def mei(make: Make) -> MadePerson:
    return make.person("Mei")


@pytest.fixture
def check_counters(work: Work, issue: MadeIssue) -> Callable[[], dict[str, int]]:
    """The counters of the issue, proved against its rows."""

    def check() -> dict[str, int]:
        with work() as ctx:
            assert counted(ctx, issue.topic_id) == recounted(ctx, issue.topic_id)
            return counted(ctx, issue.topic_id)

    return check


def test_a_vote_is_one_row_however_often_it_is_sent(
    work: Work, issue: MadeIssue, mei: MadePerson, check_counters: Callable[[], dict[str, int]]
) -> None:
    assert vote(work, issue, mei) is True
    assert vote(work, issue, mei) is False
    assert check_counters() == {"participants": 1, "votes": 1, "agrees": 1, "disagrees": 0, "passes": 0}


def test_a_changed_vote_replaces_the_former_one_and_keeps_it_as_history(
    work: Work, issue: MadeIssue, mei: MadePerson, clock: FixedClock, check_counters: Callable[[], dict[str, int]]
) -> None:
    first = clock.now()
    vote(work, issue, mei)
    clock.advance(timedelta(minutes=3))
    assert vote(work, issue, mei, value=Vote.DISAGREE) is True
    assert check_counters() == {"participants": 1, "votes": 1, "agrees": 0, "disagrees": 1, "passes": 0}
    with work() as ctx:
        former = ctx.session.scalars(sa.select(FormerVote)).one()
        present = ctx.session.scalars(sa.select(VoteRow)).one()
    assert (former.value, former.cast_at, former.replaced_at) == (1, first, clock.now())
    assert (present.value, present.cast_at) == (-1, clock.now())


def test_passing_is_an_answer_and_can_be_changed_like_any_other(
    work: Work, issue: MadeIssue, mei: MadePerson, check_counters: Callable[[], dict[str, int]]
) -> None:
    vote(work, issue, mei, value=Vote.PASS)
    assert check_counters()["passes"] == 1
    vote(work, issue, mei, value=Vote.AGREE)
    assert check_counters() == {"participants": 1, "votes": 1, "agrees": 1, "disagrees": 0, "passes": 0}


def test_a_person_is_one_participant_of_a_topic_and_another_one_elsewhere(
    work: Work, make: Make, issue: MadeIssue, mei: MadePerson, check_counters: Callable[[], dict[str, int]]
) -> None:
    elsewhere = make.issue(statements=1)
    for statement in range(3):
        vote(work, issue, mei, statement)
    vote(work, elsewhere, mei)
    assert check_counters() == {"participants": 1, "votes": 3, "agrees": 3, "disagrees": 0, "passes": 0}
    with work() as ctx:
        assert counted(ctx, elsewhere.topic_id)["participants"] == 1


def test_only_what_changes_the_map_lets_it_be_drawn_again(work: Work, issue: MadeIssue, mei: MadePerson) -> None:
    def seq() -> int:
        with work() as ctx:
            return ctx.get(Topic, issue.topic_id).vote_seq

    assert vote(work, issue, mei)
    assert seq() == 1
    assert not vote(work, issue, mei)
    assert seq() == 1
    assert vote(work, issue, mei, value=Vote.PASS)
    assert seq() == 2


@pytest.mark.parametrize("state", [IssueState.CLOSED, IssueState.ANSWERED, IssueState.WITHDRAWN])
def test_a_closed_topic_takes_no_vote_and_no_statement(
    work: Work, make: Make, mei: MadePerson, state: IssueState
) -> None:
    closed = make.issue(state=state, statements=1)
    with pytest.raises(Conflict):
        vote(work, closed, mei)
    with pytest.raises(Conflict), work(mei.actor) as ctx:
        add_statement(ctx, ctx.get(Topic, closed.topic_id), "More buses at night.", "en")
    officer = make.officer(closed.agency_id)
    with pytest.raises(Conflict), work(officer.actor) as ctx:
        seed_statement(ctx, ctx.get(Topic, closed.topic_id), "More buses at night.", "en")


def test_the_last_moment_of_the_last_day_still_counts_and_the_next_one_does_not(
    work: Work, make: Make, mei: MadePerson, clock: FixedClock
) -> None:
    issue = make.issue(statements=2, days_left=0)
    with work() as ctx:
        closes_at = ctx.get(Topic, issue.topic_id).closes_at
    assert closes_at is not None
    clock.travel_to(closes_at - timedelta(microseconds=1))
    assert vote(work, issue, mei, 0)
    clock.travel_to(closes_at)
    with pytest.raises(Conflict):
        vote(work, issue, mei, 1)


def test_a_statement_of_another_topic_or_a_hidden_one_cannot_be_voted_on(
    work: Work, make: Make, issue: MadeIssue, mei: MadePerson
) -> None:
    elsewhere = make.issue(statements=1)
    moderator = make.person(moderator=True)
    with work(moderator.actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[0])
    for statement_id in (elsewhere.statement_ids[0], issue.statement_ids[0], 0, 2**80):
        with pytest.raises(NotFound), work(mei.actor) as ctx:
            cast(ctx, ctx.get(Topic, issue.topic_id), statement_id, Vote.AGREE)


def test_visitors_sign_in_first_and_the_unconfirmed_confirm_first(work: Work, make: Make, issue: MadeIssue) -> None:
    unconfirmed = make.person(confirmed=False)
    refusals: list[tuple[Actor, type[Exception]]] = [(ANONYMOUS, SignInNeeded), (unconfirmed.actor, Forbidden)]
    for actor, refusal in refusals:
        with pytest.raises(refusal) as refused, work(actor) as ctx:
            cast(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[0], Vote.AGREE)
        assert refused.type is refusal
        with pytest.raises(refusal), work(actor) as ctx:
            add_statement(ctx, ctx.get(Topic, issue.topic_id), "More buses at night.", "en")
    with work() as ctx:
        assert recounted(ctx, issue.topic_id)["votes"] == 0


def test_officers_vote_as_the_citizens_they_are_and_seed_for_their_own_agency_only(
    work: Work, make: Make, issue: MadeIssue, mei: MadePerson
) -> None:
    own, other = make.officer(issue.agency_id), make.officer(make.agency())
    assert vote(work, issue, own)
    assert vote(work, issue, other)
    with work(own.actor) as ctx:
        seeded = seed_statement(ctx, ctx.get(Topic, issue.topic_id), "More buses at night.", "en")
        assert (seeded.origin, seeded.agrees, seeded.text) == (Origin.SEED, 0, "More buses at night.")
    for outsider in (other, mei):
        with pytest.raises(Forbidden), work(outsider.actor) as ctx:
            seed_statement(ctx, ctx.get(Topic, issue.topic_id), "Fewer buses at night.", "en")


def test_the_author_of_a_statement_agrees_with_it_and_may_change_that(
    work: Work, issue: MadeIssue, mei: MadePerson, check_counters: Callable[[], dict[str, int]]
) -> None:
    with work(mei.actor) as ctx:
        statement = add_statement(ctx, ctx.get(Topic, issue.topic_id), "  More\u200b buses \n at night. ", "en")
        assert (statement.text, statement.origin, statement.agrees) == ("More buses at night.", Origin.CITIZEN, 1)
    assert check_counters() == {"participants": 1, "votes": 1, "agrees": 1, "disagrees": 0, "passes": 0}
    with work(mei.actor) as ctx:
        assert ctx.get(Topic, issue.topic_id).statement_count == 4
        cast(ctx, ctx.get(Topic, issue.topic_id), statement.id, Vote.DISAGREE)
    assert check_counters()["disagrees"] == 1
    with work() as ctx:
        kinds = ctx.session.scalars(sa.select(FactRow.kind)).all()
    assert kinds.count("statement.added") == 1


@pytest.mark.parametrize(
    ("text", "lang", "field"),
    [
        ("Bus!", "en", "text"),
        ("x" * 281, "en", "text"),
        ("\u200b\u2060 \n \u3164\u3164\u3164", "en", "text"),
        ("More buses at night.", "tlh", "lang"),
    ],
)
def test_a_statement_that_cannot_be_taken_says_which_field_is_wrong(
    work: Work, issue: MadeIssue, mei: MadePerson, text: str, lang: str, field: str
) -> None:
    with pytest.raises(Invalid) as refused, work(mei.actor) as ctx:
        add_statement(ctx, ctx.get(Topic, issue.topic_id), text, lang)
    assert list(refused.value.fields) == [field]


def test_statements_of_5_and_of_280_characters_are_taken_and_the_longest_to_compare_too(
    work: Work, issue: MadeIssue, mei: MadePerson
) -> None:
    # U+FDFA becomes 18 letters where texts are compared: more than an index entry of PostgreSQL holds.
    for text in ("五個字就好", "夜" * 280, "\ufdfa" * 280):
        with work(mei.actor) as ctx:
            assert add_statement(ctx, ctx.get(Topic, issue.topic_id), text, "zh-Hant-TW").text == text


def test_the_same_words_are_one_statement_whoever_says_them_again(
    work: Work, make: Make, issue: MadeIssue, mei: MadePerson, check_counters: Callable[[], dict[str, int]]
) -> None:
    with work(mei.actor) as ctx:
        add_statement(ctx, ctx.get(Topic, issue.topic_id), "More buses at night.", "en")
    for text in ("More buses at night.", "ＭＯＲＥ  buses at\u200b night!!"):
        with pytest.raises(Conflict), work(make.person().actor) as ctx:
            add_statement(ctx, ctx.get(Topic, issue.topic_id), text, "en")
    assert check_counters()["participants"] == 1
    elsewhere = make.issue()
    with work(mei.actor) as ctx:
        assert add_statement(ctx, ctx.get(Topic, elsewhere.topic_id), "More buses at night.", "en")


def test_a_moderator_hides_a_statement_once_and_nobody_else_may(work: Work, make: Make, issue: MadeIssue) -> None:
    hidden = issue.statement_ids[0]
    for actor in (ANONYMOUS, make.person().actor, make.officer(issue.agency_id).actor):
        with pytest.raises(Forbidden), work(actor) as ctx:
            hide_statement(ctx, ctx.get(Topic, issue.topic_id), hidden)
    moderator = make.person(moderator=True)
    with work(moderator.actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), hidden)
    with pytest.raises(NotFound), work(moderator.actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), hidden)
    with work() as ctx:
        topic = ctx.get(Topic, issue.topic_id)
        assert (topic.statement_count, topic.vote_seq) == (2, 1)
        assert ctx.get(Statement, hidden).hidden_at == ctx.now
