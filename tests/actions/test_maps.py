"""Drawing the maps: when, by whom, what is published, and what nobody but its owner gets to see."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.core.clock import FixedClock
from app.core.errors import Forbidden
from app.core.permissions import ANONYMOUS, Actor
from app.opinions import actions, jobs, streaming
from app.opinions.actions import hide_statement
from app.opinions.drawing import Drawn, draw
from app.opinions.jobs import KEEP_EVERY, LEASE, draw_maps
from app.opinions.mapping import map_view, standing
from app.opinions.models import MapSnapshot, MapState, Participant
from app.opinions.placing import Standing, stand
from app.opinions.queries import latest_map, my_votes
from app.opinions.rules import GROUP_MIN, Vote
from app.opinions.streaming import read_votes
from app.opinions.telling import published_numbers
from app.topics.models import Topic
from deliberation import MapMemory, OpinionMap, Votes
from deliberation.publication import gives_away
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import Work, crowd, vote

CAMPS = [(20, "+++++-----"), (18, "-----+++++")]
"""Two groups nobody could mistake for one spread."""
Content = dict[str, Any]


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=10)


@pytest.fixture
def newest(work: Work, issue: MadeIssue) -> Callable[[], MapSnapshot]:
    """The newest published map of the issue."""

    def read() -> MapSnapshot:
        with work() as ctx:
            found = latest_map(ctx, issue.topic_id)
            assert found is not None
            return found

    return read


def _published(work: Work) -> Sequence[MapSnapshot]:
    with work() as ctx:
        return ctx.session.scalars(sa.select(MapSnapshot).order_by(MapSnapshot.id)).all()


def _memories(work: Work) -> list[dict[str, Any] | None]:
    with work() as ctx:
        return list(ctx.session.scalars(sa.select(MapSnapshot.memory).order_by(MapSnapshot.id)))


def _state(work: Work, issue: MadeIssue) -> tuple[int, datetime | None]:
    with work() as ctx:
        state = ctx.get(MapState, issue.topic_id)
        return state.drawn_seq, state.leased_until


def test_one_run_after_the_votes_draws_the_map_and_the_next_one_has_nothing_to_do(
    work: Work, issue: MadeIssue, newest: Callable[[], MapSnapshot]
) -> None:
    crowd(work, issue, CAMPS)
    assert draw_maps(work) == 1
    found = newest()
    assert (found.participants, found.votes, found.groups, found.seq) == (38, 380, 2, 1)
    assert found.content["distinct"] is True
    assert [group["n"] for group in found.content["groups"]] == [20, 18]
    assert found.content["statements"][str(issue.statement_ids[0])] == {
        "all": [20, 18, 0],
        "groups": [[20, 0, 0], [0, 18, 0]],
    }
    assert _state(work, issue) == (1, None)
    assert draw_maps(work) == 0


def test_a_topic_without_votes_has_no_map(work: Work, make: Make) -> None:
    make.issue(statements=3)
    assert draw_maps(work) == 0
    assert _published(work) == []


def test_only_the_system_draws(work: Work, make: Make) -> None:
    citizen = make.person()
    with pytest.raises(Forbidden):
        draw_maps(lambda: work(citizen.actor))


def test_the_same_votes_give_the_same_map_in_whatever_order_they_come() -> None:
    rng = random.Random(5)
    rows = [(person, one, rng.choice([1, 1, 0, -1])) for person in range(60) for one in range(15)]
    first = draw(_votes(rows), 30)
    rng.shuffle(rows)
    assert draw(_votes(rows), 30) == first


def test_a_map_drawn_again_of_the_same_votes_is_the_same(
    work: Work, issue: MadeIssue, newest: Callable[[], MapSnapshot]
) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    before = newest().content
    with work() as ctx:
        ctx.get(Topic, issue.topic_id).vote_seq += 1
    assert draw_maps(work) == 1
    assert newest().content == before


def test_below_the_minimum_there_is_no_picture_no_group_and_no_place(
    work: Work, issue: MadeIssue, newest: Callable[[], MapSnapshot]
) -> None:
    crowd(work, issue, [(15, "+++++-----"), (14, "-----+++++")])
    draw_maps(work)
    assert newest().participants == 29
    assert newest().content == {"enough": False, "distinct": False}
    assert _memories(work) == [None]
    crowd(work, issue, [(1, "+++++-----")], name="one more")
    draw_maps(work)
    assert newest().content["enough"] is True


def test_a_vote_that_comes_while_the_map_is_drawn_is_not_lost(
    app: APIFlask, work: Work, make: Make, issue: MadeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, CAMPS)
    late, woken = make.person(), []

    def draw_slowly(*given: Any) -> Drawn:
        vote(work, issue, late)
        return draw(*given)

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "draw", draw_slowly)
        patched.setattr(app.extensions["acting"], "wake", woken.append)
        assert draw_maps(work) == 1
    assert _state(work, issue) == (1, None)
    assert woken == ["draw-maps", "draw-maps"], "by the vote, and by the job that found itself overtaken"
    assert draw_maps(work) == 1
    assert [found.participants for found in _published(work)] == [38, 39]


def test_a_dead_worker_holds_a_map_back_until_its_lease_ends(
    work: Work, issue: MadeIssue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, CAMPS)

    def die(*_: object) -> Drawn:
        raise RuntimeError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(jobs, "draw", die)
        with pytest.raises(RuntimeError):
            draw_maps(work)
    clock.advance(LEASE - timedelta(seconds=1))
    assert draw_maps(work) == 0
    clock.advance(timedelta(seconds=1))
    assert draw_maps(work) == 1


def test_a_worker_that_took_too_long_publishes_nothing_over_the_one_that_took_over(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, CAMPS)
    meanwhile: list[int] = []

    def draw_for_ages(*given: Any) -> Drawn:
        clock.advance(LEASE)
        vote(work, issue, make.person())
        monkeypatch.setattr(jobs, "draw", draw)
        meanwhile.append(draw_maps(work))
        return draw(*given)

    monkeypatch.setattr(jobs, "draw", draw_for_ages)
    assert draw_maps(work) == 0
    assert meanwhile == [1]
    assert [found.participants for found in _published(work)] == [39]
    assert _state(work, issue) == (2, None)


def test_two_workers_at_once_draw_a_map_once(app: APIFlask, work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    together = Barrier(2)

    def run() -> int:
        together.wait(30)
        with app.app_context():
            return draw_maps(work)

    with ThreadPoolExecutor(2) as pool:
        drawn = [worker.result() for worker in [pool.submit(run), pool.submit(run)]]
    assert sorted(drawn) == [0, 1]
    assert len(_published(work)) == 1


def test_of_a_busy_topic_one_map_every_so_often_is_kept_and_always_the_newest_two(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock
) -> None:
    began = clock.now()
    for _ in range(26):
        vote(work, issue, make.person())
        assert draw_maps(work) == 1
        clock.advance(timedelta(minutes=1))
    minutes = [int((found.made_at - began).total_seconds()) // 60 for found in _published(work)]
    assert minutes == [0, 10, 20, 24, 25]
    assert timedelta(minutes=10) == KEEP_EVERY


def test_a_hidden_statement_leaves_the_map_at_once_and_its_votes_with_the_next_one(
    work: Work, make: Make, issue: MadeIssue, newest: Callable[[], MapSnapshot]
) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    hidden, moderator = issue.statement_ids[0], make.person(moderator=True)
    with work(moderator.actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), hidden)
    with work() as ctx:
        view = map_view(ctx, ctx.get(Topic, issue.topic_id))
        assert view is not None
        spoken_of = [view.every, view.divisive, *(view.typical(group) for group in view.groups)]
        assert all(hidden not in {one.id for one in listed} for listed in spoken_of)
        assert len(view.every) == 9
    assert draw_maps(work) == 1
    assert str(hidden) not in newest().content["statements"]
    assert newest().votes == 38 * 9


def test_an_even_spread_is_called_one_and_cut_in_two_sides_for_reading_only() -> None:
    rng = random.Random(1)
    rows = [(person, one, rng.choice([1, -1])) for person in range(60) for one in range(12)]
    drawn = draw(_votes(rows), 30)
    assert drawn.content["distinct"] is False
    assert [group["group"] for group in drawn.content["groups"]] == [1, 2]
    assert sum(group["n"] for group in drawn.content["groups"]) == 60
    assert {cell[2] for cell in drawn.content["cells"]} == {0}, "the picture has no border between the sides"


def test_where_all_agree_there_is_one_landscape_and_no_side() -> None:
    drawn = draw(_votes([(person, one, 1) for person in range(40) for one in range(10)]), 30)
    assert (drawn.content["distinct"], drawn.content["groups"], drawn.content["divisive"]) == (False, [], [])
    assert len(drawn.content["consensus"]) == 10


def test_nothing_is_published_about_fewer_than_five_people() -> None:
    rng = random.Random(3)
    rows = _two_camps()
    rows += [(person, 10 + few, 1) for few in range(1, 12) for person in rng.sample(range(40), few)]
    content = draw(_votes(rows), 30).content
    assert all(count >= GROUP_MIN for count in _people_in(content))
    assert len(content["groups"]) == 2
    left_out = [answers for answers in content["statements"].values() if None in (answers["all"], *answers["groups"])]
    assert len(left_out) >= 4


@pytest.mark.parametrize("seed", range(2))
def test_no_two_maps_of_a_conversation_followed_vote_by_vote_give_anybody_away(seed: int) -> None:
    rng = random.Random(seed)
    rows = {(person, one): value for person, one, value in _two_camps()}
    last, told = draw(_votes([(*pair, value) for pair, value in rows.items()]), 30), 0
    for step in range(45):
        person = rng.choice([*range(40), 100 + step // 8])
        rows[person, rng.randrange(12)] = rng.choice([1, -1, 0])
        votes = _votes([(*pair, value) for pair, value in rows.items()])
        now = draw(votes, 30, MapMemory.from_json(last.memory or {}), last.content)
        assert gives_away(published_numbers(last.content), published_numbers(now.content)) == []
        told += now.content["statements"] != last.content["statements"]
        last = now
    assert told, "in the end something is told anew"
    before = draw(_votes([(*pair, value) for pair, value in rows.items()]), 30)
    rows[0, 0] = -1 if rows[0, 0] > 0 else 1
    careless = draw(_votes([(*pair, value) for pair, value in rows.items()]), 30)
    found = gives_away(published_numbers(before.content), published_numbers(careless.content))
    assert {(one.statement, one.people) for one in found} == {("0", 1)}, "published without regard to the one before"


def _votes(rows: Sequence[tuple[int, int, int]]) -> Votes:
    """Rows of participant, statement and value as votes."""
    return Votes.from_triplets(*zip(*rows, strict=True))


def _two_camps() -> list[tuple[int, int, int]]:
    """22 people who agree with the first five of ten statements only, and 18 who agree with the others only."""
    return [(person, one, 1 if (person < 22) == (one < 5) else -1) for person in range(40) for one in range(10)]


def _people_in(content: Content) -> Iterator[int]:
    """Every number of people or answers a map tells."""
    yield from (group["n"] for group in content["groups"])
    for answers in content["statements"].values():
        yield from (sum(row) for row in [answers["all"], *answers["groups"]] if row is not None)


def test_a_group_left_out_cannot_be_worked_out_from_everyone_and_the_others() -> None:
    # Of the second group, three people answer one more statement.
    content = draw(_votes([*_two_camps(), *((person, 10, 1) for person in range(25))]), 30).content
    assert content["statements"]["10"] == {"all": [25, 0, 0], "groups": [None, None]}
    assert content["statements"]["0"] == {"all": [22, 18, 0], "groups": [[22, 0, 0], [0, 18, 0]]}


def test_the_newest_map_and_the_one_it_was_drawn_after_keep_their_memory_and_no_other(
    work: Work, make: Make, issue: MadeIssue, clock: FixedClock
) -> None:
    crowd(work, issue, CAMPS)
    for _ in range(4):
        vote(work, issue, make.person())
        draw_maps(work)
        clock.advance(KEEP_EVERY)
    assert [memory is not None for memory in _memories(work)] == [False, False, True, True]


def test_a_map_is_drawn_after_the_one_before_it_and_the_two_can_be_drawn_again_from_the_votes(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    crowd(work, issue, [(30, "+-+-+-+-+-")], name="later")
    draw_maps(work)
    with work() as ctx:
        votes = read_votes(ctx.session, issue.topic_id)
    first, second = _memories(work)
    assert first is not None
    again = OpinionMap(random_state=0).fit(votes, MapMemory.from_json(first))
    assert again.memory_.to_json() == second
    assert OpinionMap(random_state=0).fit(votes).memory_.to_json() != second, "it hangs on the map before"


def test_a_map_of_another_engine_is_not_carried_on(
    work: Work, make: Make, issue: MadeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd(work, issue, CAMPS)
    monkeypatch.setattr(jobs, "ENGINE", "one before")
    draw_maps(work)
    monkeypatch.undo()
    crowd(work, issue, [(30, "+-+-+-+-+-")], name="later")
    draw_maps(work)
    with work() as ctx:
        votes = read_votes(ctx.session, issue.topic_id)
    assert _memories(work)[1] == OpinionMap(random_state=0).fit(votes).memory_.to_json()


def test_the_frame_stands_still_while_the_people_fit_into_it() -> None:
    rows = _two_camps()
    first = draw(_votes(rows), 30)
    more = draw(_votes([*rows, (40, 0, 1)]), 30, MapMemory.from_json(first.memory or {}), first.content)
    assert more.content["frame"] == first.content["frame"]
    for scale in (1.3, 1 / 1.3):
        other = first.content | {"frame": first.content["frame"] | {"scale": first.content["frame"]["scale"] * scale}}
        anew = draw(_votes(rows), 30, MapMemory.from_json(first.memory or {}), other)
        assert anew.content["frame"] != other["frame"], "too small for them, or much too large"


def test_the_votes_are_read_under_aliases_and_without_hidden_statements(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    people = [make.person() for _ in range(5)]
    cast = {(person.id, one): Vote(((n + one) % 3) - 1) for n, person in enumerate(people) for one in range(n + 1)}
    for person in reversed(people):
        for one in range(10):
            if (person.id, one) in cast:
                vote(work, issue, person, one, cast[person.id, one])
    crowd(work, make.issue(statements=3), [(4, "+-0")])
    with work(make.person(moderator=True).actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), issue.statement_ids[0])
    with work() as ctx:
        query = sa.select(Participant.person_id, Participant.alias).where(Participant.topic_id == issue.topic_id)
        alias = dict(ctx.session.execute(query).all())
        read = read_votes(ctx.session, issue.topic_id)
    found = zip(read.rows.tolist(), read.columns.tolist(), read.values.tolist(), strict=True)
    assert {(read.participants[row], read.statements[column]): value for row, column, value in found} == {
        (alias[person], issue.statement_ids[one]): value for (person, one), value in cast.items() if one
    }
    assert list(read.participants) == sorted(read.participants)


def test_a_topic_without_votes_reads_as_no_votes(work: Work, issue: MadeIssue) -> None:
    with work() as ctx:
        assert read_votes(ctx.session, issue.topic_id).shape == (0, 0)


def test_many_rows_are_read_in_parts(work: Work, issue: MadeIssue, monkeypatch: pytest.MonkeyPatch) -> None:
    crowd(work, issue, CAMPS)
    with work() as ctx:
        whole = read_votes(ctx.session, issue.topic_id)
        monkeypatch.setattr(streaming, "PART", 7)
        monkeypatch.setattr(streaming, "PART_BYTES", 100)
        parts = read_votes(ctx.session, issue.topic_id)
    assert parts.participants == whole.participants
    assert len(parts) == 380
    assert parts.columns.tolist() == whole.columns.tolist()
    assert parts.values.tolist() == whole.values.tolist()


def test_an_alias_that_is_taken_is_drawn_again(
    work: Work, make: Make, issue: MadeIssue, monkeypatch: pytest.MonkeyPatch
) -> None:
    lots = iter([7, 7, 7, 9])
    monkeypatch.setattr(actions, "new_alias", lambda: next(lots))
    vote(work, issue, make.person())
    vote(work, issue, make.person())
    with work() as ctx:
        assert set(ctx.session.scalars(sa.select(Participant.alias))) == {7, 9}


def _stand(work: Work, issue: MadeIssue, actor: Actor) -> Standing | None:
    with work(actor) as ctx:
        snapshot = latest_map(ctx, issue.topic_id)
        assert snapshot is not None
        return stand(ctx, snapshot, my_votes(ctx, issue.topic_id))


def test_a_place_is_shown_to_its_owner_and_to_nobody_else(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    owner, outsider, officer = make.person(), make.person(), make.officer(issue.agency_id)
    for statement in range(10):
        vote(work, issue, owner, statement, Vote.AGREE if statement < 5 else Vote.DISAGREE)
    vote(work, issue, outsider)
    draw_maps(work)
    own, others = _stand(work, issue, owner.actor), _stand(work, issue, outsider.actor)
    assert own is not None
    assert others is not None
    assert own.place.position != others.place.position
    assert own.group == 1
    assert others.group == 0, "one answer is too few to be counted into a group"
    assert len(others.place.membership) == 2
    assert _stand(work, issue, officer.actor) is None
    assert _stand(work, issue, ANONYMOUS) is None


def test_the_place_worked_out_in_the_request_is_the_one_on_the_map(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    mei = make.person()
    for statement in range(10):
        vote(work, issue, mei, statement, Vote.AGREE if statement < 5 else Vote.DISAGREE)
    draw_maps(work)
    with work() as ctx:
        fitted = OpinionMap(random_state=0).fit(read_votes(ctx.session, issue.topic_id))
        alias = ctx.session.scalars(sa.select(Participant.alias).where(Participant.person_id == mei.id)).one()
    found, row = _stand(work, issue, mei.actor), fitted.participants_.index(alias)
    assert found is not None
    assert found.place.position == pytest.approx(fitted.positions_[row].tolist(), abs=1e-6)
    assert found.group == fitted.groups_[row] + 1


def test_a_vote_moves_its_voter_before_any_map_is_drawn_again(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    mei, seen = make.person(), []
    for statement in range(10):
        vote(work, issue, mei, statement, Vote.DISAGREE if statement < 5 else Vote.AGREE)
        with work(mei.actor) as ctx:
            told = standing(ctx, ctx.get(Topic, issue.topic_id), my_votes(ctx, issue.topic_id))
        assert told.is_drawing is True
        assert told.you is not None
        seen.append(told)
    assert len({(told.you.x, told.you.y) for told in seen if told.you}) == 10
    assert [told.group is not None for told in seen] == [False] * 6 + [True] * 4
    assert seen[-1].group is not None
    assert seen[-1].group.group == 2
    assert len(_published(work)) == 1


def test_a_voter_has_a_place_before_there_are_groups(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, [(20, "++--"), (20, "--++")])
    draw_maps(work)
    mei = make.person()
    vote(work, issue, mei)
    found = _stand(work, issue, mei.actor)
    assert found is not None
    assert found.group == 0
    assert set(found.place.pulls) == {issue.statement_ids[0]}
    vote(work, issue, mei, 5)
    assert _stand(work, issue, mei.actor) == found, (
        "nobody else has answered the sixth statement: the map has not seen it"
    )


def test_a_voter_whose_answers_no_map_has_seen_is_not_placed(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    with work() as ctx:
        ctx.session.execute(sa.update(MapSnapshot).values(memory=None))
    mei = make.person()
    vote(work, issue, mei)
    assert _stand(work, issue, mei.actor) is None
