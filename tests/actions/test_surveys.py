"""The survey: everybody who took part is asked once, answers once, and nobody's answer can be found out."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.comments.actions import write
from app.comments.rules import CommentInput
from app.core.base import Base
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, Invalid, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.followups import surveying
from app.followups.models import Invitation, Survey
from app.followups.queries import after_case, sentences
from app.followups.rules import SENTENCE_MAX, Satisfaction
from app.followups.surveying import answer
from app.followups.telling import results
from app.notices.asking import AT_ONCE, ask_satisfaction
from app.notices.models import Letter
from app.opinions.models import Participant
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import MadeAnswer, Make
from tests.support.crowds import citizens, without_unique
from tests.support.opinions import Work, vote
from tests.support.surveys import A_MONTH, ask, say_how, two_camps

Run = Callable[[str], None]
SATISFIED, NEITHER, DISSATISFIED = Satisfaction


def asked(work: Work) -> list[str]:
    """Who got the letter, oldest first."""
    with work() as ctx:
        found = ctx.session.execute(sa.select(Letter.recipient, Letter.text).order_by(Letter.id)).all()
        return [one.recipient for one in found if "/reply/survey" in one.text]


def took_part(make: Make, work: Work, actors: list[Actor]) -> MadeAnswer:
    """An answered case in whose topic these people took part."""
    made = make.answered()
    with work() as ctx:
        ctx.session.add_all(
            Participant(topic_id=made.case.topic_id, person_id=actor.person_id, alias=number)
            for number, actor in enumerate(actors)
        )
    return made


# ---- asking ---------------------------------------------------------------------------------------------------


def test_everybody_who_voted_spoke_or_proposed_a_statement_is_asked_thirty_days_after_the_reply(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    issue, voter, speaker, elsewhere = make.issue(statements=1), make.person(), make.person(), make.person()
    vote(work, issue, voter)
    with work(speaker.actor) as ctx:
        write(ctx, ctx.get(Topic, issue.topic_id), CommentInput("Buses at night, please.", "en"))
    vote(work, make.issue(statements=1), elsewhere)
    made = make.answered(case=make.case_of(issue))
    clock.advance(A_MONTH - timedelta(hours=13))
    run_job("ask-satisfaction")
    assert asked(work) == []
    clock.advance(timedelta(hours=13))
    run_job("ask-satisfaction")
    assert asked(work) == [voter.email, speaker.email]
    with work() as ctx:
        assert ctx.get(Survey, made.case.id).asked_at == ctx.now


def test_who_works_for_the_agencies_of_the_case_is_not_asked(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    issue, elsewhere = make.issue(statements=1), make.officer(make.agency())
    vote(work, issue, make.officer(issue.agency_id))
    vote(work, issue, elsewhere)
    make.answered(case=make.case_of(issue))
    ask(clock, run_job)
    assert asked(work) == [elsewhere.email]


def test_everybody_is_asked_once_however_often_and_late_the_job_runs(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    took_part(make, work, citizens(work, 2 * AT_ONCE + 3))
    for _ in range(3):
        ask(clock, run_job)
    assert Counter(asked(work)) == Counter({f"voter{n}@example.org": 1 for n in range(2 * AT_ONCE + 3)})


def test_a_job_that_is_killed_goes_on_where_it_stopped(
    make: Make, work: Work, clock: FixedClock, run_job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    took_part(make, work, citizens(work, AT_ONCE + 20))
    lots = []

    def killed_in_the_second_lot(*args: object) -> list[int] | None:
        lots.append(surveying.invite(*args))
        if len(lots) == 2:
            raise KeyboardInterrupt
        return lots[-1]

    clock.advance(A_MONTH)
    with monkeypatch.context() as patched:
        patched.setattr("app.notices.asking.invite", killed_in_the_second_lot)
        with pytest.raises(KeyboardInterrupt):
            run_job("ask-satisfaction")
    assert len(asked(work)) == AT_ONCE
    run_job("ask-satisfaction")
    assert sorted(Counter(asked(work)).values()) == [1] * (AT_ONCE + 20)


def test_the_letters_leave_a_hundred_a_minute_so_that_others_are_not_held_up(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    took_part(make, work, citizens(work, 2 * AT_ONCE))
    ask(clock, run_job)
    with work() as ctx:
        late = ctx.session.scalars(sa.select(Letter.next_try_at).where(Letter.text.contains("/reply/survey"))).all()
        assert Counter(late) == {ctx.now: AT_ONCE, ctx.now + timedelta(minutes=1): AT_ONCE}


def test_no_fact_says_who_took_part(make: Make, work: Work, clock: FixedClock, run_job: Run) -> None:
    took_part(make, work, citizens(work, 3))
    ask(clock, run_job)
    with work() as ctx:
        facts = Base.metadata.tables["facts"]
        rows = ctx.session.execute(sa.select(facts.c.kind, facts.c.data).where(facts.c.kind.like("survey.%"))).all()
        assert [(row.kind, row.data["people"]) for row in rows] == [("survey.asked", 3)]


# ---- answering ------------------------------------------------------------------------------------------------


def test_who_was_asked_answers_once(make: Make, work: Work, clock: FixedClock, run_job: Run) -> None:
    person = make.person()
    made = took_part(make, work, [person.actor])
    ask(clock, run_job)
    say_how(work, made, person, DISSATISFIED)
    with pytest.raises(Conflict):
        say_how(work, made, person, SATISFIED)
    with work() as ctx:
        assert ctx.get(Survey, made.case.id).counts == {"0": [0, 0, 1]}


def test_a_participant_may_answer_an_outsider_an_officer_and_a_visitor_may_not(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    person = make.person()
    made = took_part(make, work, [person.actor])
    with pytest.raises(Forbidden):
        say_how(work, made, person, SATISFIED)
    ask(clock, run_job)
    for actor, refusal in (
        (make.person().actor, Forbidden),
        (made.author.actor, Forbidden),
        (ANONYMOUS, SignInNeeded),
    ):
        with work(actor) as ctx, pytest.raises(refusal):
            answer(ctx, after_case(ctx, made.case.id), SATISFIED)
    say_how(work, made, person, SATISFIED)


def test_no_row_joins_a_person_with_an_answer(make: Make, work: Work, clock: FixedClock, run_job: Run) -> None:
    """Of the tables that name the person, none but the invitation changes, and it holds no answer."""
    person, other = make.person(), make.person()
    made = took_part(make, work, [person.actor, other.actor])
    ask(clock, run_job)
    say_how(work, made, other, NEITHER)
    with work() as ctx:
        before = _rows_of(ctx.session, person.id)
    say_how(work, made, person, DISSATISFIED, "Nothing has happened.")
    with work() as ctx:
        changed = {name for name, rows in _rows_of(ctx.session, person.id).items() if rows != before[name]}
    assert changed == {"survey_invitations"}
    assert "satisfaction" not in Invitation.__table__.columns


def _rows_of(session: sa.orm.Session, person_id: int) -> dict[str, list[object]]:
    columns = ("person_id", "author_id", "actor_id")
    found = {}
    for table in Base.metadata.sorted_tables:
        mine = [table.c[name] == person_id for name in columns if name in table.c]
        if mine:
            found[table.name] = [tuple(row) for row in session.execute(sa.select(table).where(sa.or_(*mine)))]
    return found


def test_sentences_are_cleaned_and_read_only_once_five_have_answered(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    people = [make.person() for _ in range(5)]
    made = took_part(make, work, [one.actor for one in people])
    ask(clock, run_job)
    with pytest.raises(Invalid):
        say_how(work, made, people[0], SATISFIED, "x" * (SENTENCE_MAX + 1))
    for person in people[:4]:
        say_how(work, made, person, SATISFIED, "Good\u202e.")
    with work() as ctx:
        assert sentences(ctx, ctx.get(Survey, made.case.id)) == []
    say_how(work, made, people[4], SATISFIED)
    with work() as ctx:
        assert [one.text for one in sentences(ctx, ctx.get(Survey, made.case.id))] == ["Good."] * 4


# ---- what is told ---------------------------------------------------------------------------------------------


def told_of(work: Work, made: MadeAnswer) -> dict[int, tuple[int, ...]]:
    """What is public: group -> counts."""
    with work() as ctx:
        survey = ctx.get(Survey, made.case.id)
        return {one.group: tuple(share.count for share in one.shares.values()) for one in results(survey.told)}


def test_answers_are_told_by_opinion_group_with_their_intervals(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    made, (here, there) = two_camps(make, work, run_job, 5, 5)
    ask(clock, run_job)
    for one, other in zip(here, there, strict=True):
        say_how(work, made, one, SATISFIED)
        say_how(work, made, other, DISSATISFIED)
    told = told_of(work, made)
    assert told.pop(0) == (5, 0, 5)
    assert sorted(told.values()) == [(0, 0, 5), (5, 0, 0)]
    with work() as ctx:
        everyone = results(ctx.get(Survey, made.case.id).told)[0]
        half = everyone.shares[SATISFIED]
        assert (everyone.n, half.rate, round(half.low, 3), round(half.high, 3)) == (10, 0.5, 0.237, 0.763)


def test_a_group_of_four_is_told_neither_by_itself_nor_by_the_difference(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    made, (here, there) = two_camps(make, work, run_job, 6, 4)
    ask(clock, run_job)
    for person in there:
        say_how(work, made, person, DISSATISFIED)
    for person in here:
        say_how(work, made, person, SATISFIED)
    assert told_of(work, made) == {0: (6, 0, 4)}


def test_what_is_told_moves_only_when_five_have_answered(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    people = [make.person() for _ in range(12)]
    made = took_part(make, work, [one.actor for one in people])
    ask(clock, run_job)
    seen = []
    for person in people:
        say_how(work, made, person, NEITHER)
        seen.append(told_of(work, made).get(0, (0, 0, 0))[1])
    assert seen == [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10, 10]


def test_answers_after_another_map_was_drawn_are_counted_by_the_first_one(
    make: Make, work: Work, clock: FixedClock, run_job: Run
) -> None:
    made, (here, _) = two_camps(make, work, run_job, 2, 1)
    ask(clock, run_job)
    say_how(work, made, here[0], SATISFIED)
    make.map(made.case.topic_id, {})
    say_how(work, made, here[1], SATISFIED)
    with work() as ctx:
        survey = ctx.get(Survey, made.case.id)
        assert list(survey.counts.values()) == [[2, 0, 0]]
        assert "0" not in survey.counts


# ---- many at once ---------------------------------------------------------------------------------------------


def ask_twice_at_once(app: APIFlask, work: Work, make: Make, clock: FixedClock, people: int) -> Counter[int]:
    """Two workers ask at the same moment; how many letters each person got -> how many people."""
    took_part(make, work, citizens(work, people))
    clock.advance(A_MONTH)
    start = threading.Barrier(2)

    def ask_at_once() -> None:
        with app.app_context():
            start.wait(60)
            ask_satisfaction(app.extensions["acting"].work)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(ask_at_once), pool.submit(ask_at_once)]:
            each.result(120)
    return Counter(Counter(asked(work)).values())


def answer_at_once(app: APIFlask, work: Work, make: Make, clock: FixedClock, run_job: Run, people: int) -> int:
    """So many people answer twice at once, in eight threads; how many answers are counted."""
    actors = citizens(work, people)
    made = took_part(make, work, actors)
    ask(clock, run_job)

    def press(actor: Actor) -> None:
        with app.app_context(), work(actor) as ctx:
            answer(ctx, after_case(ctx, made.case.id), SATISFIED)

    with ThreadPoolExecutor(8) as pool:
        for each in [pool.submit(press, actor) for actor in actors for _ in range(2)]:
            refusal = each.exception(60)
            assert refusal is None or isinstance(refusal, Conflict)
    with work() as ctx:
        return sum(map(sum, ctx.get(Survey, made.case.id).counts.values()))


@pytest.mark.race
def test_two_jobs_at_once_write_one_letter_to_each(app: APIFlask, work: Work, make: Make, clock: FixedClock) -> None:
    assert ask_twice_at_once(app, work, make, clock, 40) == {1: 40}


@pytest.mark.race
def test_ten_people_who_answer_twice_at_once_are_ten_answers(
    app: APIFlask, work: Work, make: Make, clock: FixedClock, run_job: Run
) -> None:
    assert answer_at_once(app, work, make, clock, run_job, 10) == 10


@pytest.mark.race
@pytest.mark.skipif(ENGINE != "postgresql", reason="SQLite lets one writer in at a time; the race needs PostgreSQL")
class TestOnPostgresql:
    """What only a server with many writers can get wrong."""

    def test_two_jobs_at_once_write_one_letter_to_each_of_many(
        self, app: APIFlask, work: Work, make: Make, clock: FixedClock
    ) -> None:
        assert ask_twice_at_once(app, work, make, clock, 350) == {1: 350}

    def test_control_without_the_unique_key_people_get_two_letters(
        self, app: APIFlask, work: Work, make: Make, clock: FixedClock
    ) -> None:
        with without_unique(Invitation, "case_id", "person_id"):
            assert ask_twice_at_once(app, work, make, clock, 350)[2] > 0

    def test_eighty_people_who_answer_twice_at_once_are_eighty_answers(
        self, app: APIFlask, work: Work, make: Make, clock: FixedClock, run_job: Run
    ) -> None:
        assert answer_at_once(app, work, make, clock, run_job, 80) == 80

    def test_control_without_the_lock_answers_are_lost(
        self,
        app: APIFlask,
        work: Work,
        make: Make,
        clock: FixedClock,
        run_job: Run,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(sa.Select, "with_for_update", lambda query, **_: query)
        assert answer_at_once(app, work, make, clock, run_job, 80) < 80
