"""Looking for coordinated voters: what is told, to whom, when, and that the map goes on counting everybody."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.clock import FixedClock
from app.core.errors import Forbidden, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Role
from app.opinions import looking
from app.opinions.actions import hide_statement
from app.opinions.alike import Alike
from app.opinions.coordination import NOTHING, Examined, examine
from app.opinions.jobs import draw_maps
from app.opinions.looking import EVERY, LEASE, look_for_coordination
from app.opinions.mapping import former_map_view, map_view
from app.opinions.models import CoordinationCheck, MapSnapshot, Participant
from app.opinions.queries import coordination_evidence
from app.topics.models import Topic
from deliberation import Votes, without
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import COPIES, PEOPLE, STATEMENTS, Work, ballots, crowd, every_row, vote


def _votes(camps: list[tuple[int, str]]) -> Votes:
    rows = [one for number, one in camps for _ in range(number)]
    triplets = [(n, s, {"+": 1, "-": -1}[sign]) for n, row in enumerate(rows) for s, sign in enumerate(row)]
    return Votes.from_triplets(*zip(*triplets, strict=True))


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=STATEMENTS)


@pytest.fixture
def check(work: Work, issue: MadeIssue) -> Callable[[], CoordinationCheck]:
    """The newest look at the issue, with its evidence."""

    def read() -> CoordinationCheck:
        with work() as ctx:
            return coordination_evidence(ctx, ctx.get(Topic, issue.topic_id))

    return read


def _alike(work: Work, issue: MadeIssue) -> Alike | None:
    with work() as ctx:
        view = map_view(ctx, ctx.get(Topic, issue.topic_id))
        assert view is not None
        return view.alike


def test_planted_copies_are_named_and_the_map_is_told_with_and_without_them(
    work: Work, issue: MadeIssue, check: Callable[[], CoordinationCheck]
) -> None:
    crowd(work, issue, ballots())
    assert draw_maps(work) == 1
    assert _alike(work, issue) is None, "nobody has looked"
    assert look_for_coordination(work) == 1
    with work() as ctx:
        copies = Participant.imported_as.startswith(f"{PEOPLE - 1}:")
        aliases = sorted(ctx.session.scalars(sa.select(Participant.alias).where(copies)))
    (group,) = check().evidence["groups"]  # type: ignore[index]
    assert group["members"] == aliases
    assert len(aliases) == COPIES + 1
    assert {one["statement"] for one in group["examples"]} <= set(issue.statement_ids)
    found = _alike(work, issue)
    assert found is not None
    assert (found.groups, found.small, found.people, found.pairs) == (1, 0, COPIES + 1, 36)
    assert found.found[0]["agreement"] == 1
    assert found.found[0]["expected"] < 0.7
    assert found.without is not None
    assert found.without.state in {"spread", "unclear"}
    with work() as ctx:
        snapshot = ctx.session.scalars(sa.select(MapSnapshot)).one()
        assert snapshot.participants == PEOPLE + COPIES, "everybody is on the map"


def test_what_everybody_is_told_names_nobody(
    work: Work, issue: MadeIssue, check: Callable[[], CoordinationCheck]
) -> None:
    crowd(work, issue, ballots())
    look_for_coordination(work)
    with work() as ctx:
        aliases = set(ctx.session.scalars(sa.select(Participant.alias)))
    content = check().content
    assert content is not None
    assert not aliases & _numbers(content)
    assert aliases & _numbers(check().evidence)


def _numbers(value: object) -> set[int]:
    if isinstance(value, dict):
        return set().union(*(_numbers(one) for one in value.values()))
    if isinstance(value, list):
        return set().union(*(_numbers(one) for one in value))
    return {value} if isinstance(value, int) else set()


def test_an_honest_conversation_has_nothing_to_tell(work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, ballots(copies=0))
    draw_maps(work)
    assert look_for_coordination(work) == 1
    found = _alike(work, issue)
    assert found is not None
    assert (found.groups, found.people, found.found, found.without) == (0, None, [], None)


def test_below_the_minimum_of_a_map_nobody_looks(work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, [(10, "+-" * 16), (5, "-+" * 16)])
    assert look_for_coordination(work) == 0
    assert examine(_votes([(20, "+-" * 16)]), 30).content == NOTHING


def test_a_second_run_changes_nothing(work: Work, issue: MadeIssue, clock: FixedClock) -> None:
    crowd(work, issue, ballots())
    look_for_coordination(work)
    with work() as ctx:
        before = every_row(ctx)
    clock.advance(EVERY)
    assert look_for_coordination(work) == 0
    with work() as ctx:
        assert every_row(ctx) == before


def test_after_new_votes_the_next_look_waits_until_the_topic_has_rested(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock
) -> None:
    crowd(work, issue, ballots())
    look_for_coordination(work)
    vote(work, issue, make.person())
    clock.advance(EVERY - timedelta(seconds=1))
    assert look_for_coordination(work) == 0
    clock.advance(timedelta(seconds=1))
    assert [look_for_coordination(work) for _ in range(2)] == [1, 0]


def test_a_map_drawn_later_keeps_what_was_known_when_it_was_published(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock
) -> None:
    crowd(work, issue, ballots())
    draw_maps(work)
    look_for_coordination(work)
    vote(work, issue, make.person())
    draw_maps(work)
    with work() as ctx:
        first, second = ctx.session.scalars(sa.select(MapSnapshot).order_by(MapSnapshot.id))
        assert "coordinated" not in first.content, "a published map does not change"
        assert second.content["coordinated"]["people"] == COPIES + 1
        topic = ctx.get(Topic, issue.topic_id)
        assert former_map_view(ctx, topic, first.id).alike is None
        former = former_map_view(ctx, topic, second.id).alike
        assert former is not None
        assert former.people == COPIES + 1


def test_shared_statements_that_differ_are_said_and_a_hidden_one_is_not_spoken_of(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    lot = random.Random(5)
    # Six statements that two in three agree with, and the copies all do.
    signs = ["+-++-+"] * 6 + ["+-"] * (STATEMENTS - 6)
    honest = ["".join(lot.choice(one) for one in signs) for _ in range(80)]
    crowd(work, issue, [(1, one) for one in honest] + [(20, "+" * 6 + honest[0][6:])])
    draw_maps(work)
    look_for_coordination(work)
    found = _alike(work, issue)
    assert found is not None
    assert found.without is not None
    assert found.without.lost, "what only the copies agree on"
    gone = found.without.lost[0].id
    with work(make.person(moderator=True).actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), gone)
    later = _alike(work, issue)
    assert later is not None
    assert later.without is not None
    assert gone not in {one.id for one in later.without.lost}


# ---- disclosure ----


def test_of_a_group_of_fewer_than_five_only_its_existence_is_told() -> None:
    content = examine(_votes(ballots(copies=2)), 30).content
    assert (content["groups"], content["small"]) == (1, 1)
    assert (content["people"], content["pairs"], content["found"]) == (None, None, [])


def test_figures_are_told_anew_only_once_five_people_have_joined_or_left() -> None:
    first = examine(_votes(ballots(people=70)), 30)
    assert first.content["people"] == 9
    second = examine(_votes(ballots(people=70, copies=COPIES + 2)), 30, first.content, first.evidence)
    assert second.content["people"] == 9, "two more: which ones could be told from when they came"
    assert len(second.evidence["groups"][0]["members"]) == 11
    third = examine(_votes(ballots(people=70, copies=COPIES + 5)), 30, second.content, second.evidence)
    assert third.content["people"] == 14, "five more than were told, if not than were found last"


def test_the_map_without_them_is_the_map_of_the_others_alone() -> None:
    votes = _votes(ballots())
    found = examine(votes, 30)
    members = found.evidence["groups"][0]["members"]
    others = examine(without(votes, members), 30)
    assert others.content == NOTHING
    assert found.evidence["without"]["enough"]
    told = {int(one) for one in found.evidence["without"]["statements"]}
    assert told == set(range(STATEMENTS))
    row = found.evidence["without"]["statements"]["0"]["all"]
    assert sum(row) == PEOPLE - 1


# ---- who may see the evidence ----


def test_evidence_is_for_the_agencys_officers_and_moderators_and_for_nobody_else(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    crowd(work, issue, ballots())
    look_for_coordination(work)
    trusted = [
        make.officer(issue.agency_id),
        make.officer(issue.agency_id, Role.APPROVER),
        make.person(moderator=True),
        make.person(administrator=True),
    ]
    for one in trusted:
        with work(one.actor) as ctx:
            assert coordination_evidence(ctx, ctx.get(Topic, issue.topic_id)).evidence
    for outsider in (make.person().actor, make.officer(make.agency()).actor):
        with pytest.raises(Forbidden), work(outsider) as ctx:
            coordination_evidence(ctx, ctx.get(Topic, issue.topic_id))
    with pytest.raises(SignInNeeded), work(ANONYMOUS) as ctx:
        coordination_evidence(ctx, ctx.get(Topic, issue.topic_id))


def test_before_the_first_look_there_is_no_evidence(work: Work, make: Make, issue: MadeIssue) -> None:
    officer = make.officer(issue.agency_id)
    with pytest.raises(NotFound), work(officer.actor) as ctx:
        coordination_evidence(ctx, ctx.get(Topic, issue.topic_id))


def test_only_the_system_looks(work: Work, make: Make) -> None:
    person = make.person(administrator=True)
    with pytest.raises(Forbidden):
        look_for_coordination(lambda: work(person.actor))


# ---- two at once ----


def test_two_workers_at_once_look_once(app: APIFlask, work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, ballots())
    together = Barrier(2)

    def run() -> int:
        together.wait(30)
        with app.app_context():
            return look_for_coordination(work)

    with ThreadPoolExecutor(2) as pool:
        looked = [worker.result() for worker in [pool.submit(run), pool.submit(run)]]
    assert sorted(looked) == [0, 1]


def test_while_one_worker_looks_no_other_looks_anywhere_and_maps_are_drawn(
    work: Work, make: Make, issue: MadeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = make.issue(statements=STATEMENTS)
    for one in (issue, other):
        crowd(work, one, ballots(copies=0))
    meanwhile: list[int] = []

    def slowly(*given: Any) -> Examined:
        monkeypatch.setattr(looking, "examine", examine)
        meanwhile.extend([look_for_coordination(work), draw_maps(work)])
        return examine(*given)

    monkeypatch.setattr(looking, "examine", slowly)
    assert look_for_coordination(work) == 2
    assert meanwhile == [0, 2]


def test_a_worker_that_took_too_long_stores_nothing_over_the_one_that_took_over(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, ballots())
    meanwhile: list[int] = []

    def for_ages(*given: Any) -> Examined:
        clock.advance(LEASE)
        vote(work, issue, make.person())
        monkeypatch.setattr(looking, "examine", examine)
        meanwhile.append(look_for_coordination(work))
        return examine(*given)

    monkeypatch.setattr(looking, "examine", for_ages)
    assert look_for_coordination(work) == 0
    assert meanwhile == [1]
    with work() as ctx:
        row = ctx.get(CoordinationCheck, issue.topic_id)
        assert (row.checked_seq, row.leased_until) == (2, None)


def test_a_vote_that_comes_during_a_look_is_looked_at_by_the_next_one(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, ballots())
    late = make.person()

    def meanwhile(*given: Any) -> Examined:
        vote(work, issue, late)
        return examine(*given)

    with monkeypatch.context() as patched:
        patched.setattr(looking, "examine", meanwhile)
        assert look_for_coordination(work) == 1
    clock.advance(EVERY)
    assert [look_for_coordination(work) for _ in range(2)] == [1, 0]
