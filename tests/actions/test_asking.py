"""What one is asked next: by what it tells, the same on reload, and nothing buried."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
import sqlalchemy as sa

from app.core.permissions import ANONYMOUS, Actor
from app.opinions.actions import hide_statement
from app.opinions.asking import NextStatement, next_statement
from app.opinions.jobs import draw_maps
from app.opinions.models import Statement
from app.opinions.queries import my_votes
from app.opinions.rules import Origin, Vote
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.opinions import Work, crowd, statements_sent, vote

CAMPS = [(20, "+++++-----"), (18, "-----+++++")]
NEWCOMERS = 400


@pytest.fixture
def issue(make: Make) -> MadeIssue:
    return make.issue(statements=10)


def _next(work: Work, issue: MadeIssue, actor: Actor) -> NextStatement | None:
    with work(actor) as ctx:
        return next_statement(ctx, issue.topic_id, my_votes(ctx, issue.topic_id))


def _asked(work: Work, issue: MadeIssue, actor: Actor) -> int:
    found = _next(work, issue, actor)
    assert found is not None
    return found.statement.id


def _of_newcomers(work: Work, issue: MadeIssue) -> Counter[int]:
    """What many people are asked who have answered nothing."""
    with work() as ctx:
        found = [next_statement(ctx.acting_as(Actor(person_id=n)), issue.topic_id, {}) for n in range(1, NEWCOMERS + 1)]
    return Counter(one.statement.id for one in found if one)


def test_before_the_first_map_the_statement_with_the_fewest_answers_is_asked_and_none_twice(
    work: Work, make: Make
) -> None:
    issue, mei = make.issue(statements=3), make.person()
    crowd(work, issue, [(3, "+.."), (1, ".-."), (2, "..0")])
    asked = []
    while found := _next(work, issue, mei.actor):
        asked.append(found.statement.id)
        assert (found.about_person, found.chance) == (0, 1)
        vote(work, issue, mei, issue.statement_ids.index(asked[-1]))
    first, second, third = issue.statement_ids
    assert asked == [second, third, first]


def test_the_page_asks_the_same_until_it_is_answered_and_not_everybody_the_same(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    for actor in (ANONYMOUS, make.person().actor):
        assert len({_asked(work, issue, actor) for _ in range(5)}) == 1
    assert len(_of_newcomers(work, issue)) > 5


def test_who_has_answered_is_never_asked_it_again_and_ends_with_nothing(
    work: Work, make: Make, issue: MadeIssue
) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    mei, asked = make.person(), []
    while found := _next(work, issue, mei.actor):
        asked.append(found.statement.id)
        vote(work, issue, mei, issue.statement_ids.index(asked[-1]), Vote.PASS)
    assert sorted(asked) == issue.statement_ids


def test_an_issue_without_statements_has_nothing_to_ask(work: Work, make: Make) -> None:
    assert _next(work, make.issue(), ANONYMOUS) is None


def test_a_hidden_statement_is_never_asked(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    hidden = _asked(work, issue, ANONYMOUS)
    with work(make.person(moderator=True).actor) as ctx:
        hide_statement(ctx, ctx.get(Topic, issue.topic_id), hidden)
    assert _asked(work, issue, ANONYMOUS) != hidden
    asked = _of_newcomers(work, issue)
    assert hidden not in asked
    assert sum(asked.values()) == NEWCOMERS


def test_a_statement_the_map_has_not_seen_gets_more_than_its_share(work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    with work() as ctx:
        new = Statement(
            topic_id=issue.topic_id, key="new", text="New.", lang="en", origin=Origin.SEED, written_at=ctx.now
        )
        ctx.session.add(new)
        ctx.session.flush()
        new_id = new.id
    assert _of_newcomers(work, issue)[new_id] > NEWCOMERS / 11


def test_statements_most_people_reject_are_asked_as_often_as_those_most_accept(work: Work, issue: MadeIssue) -> None:
    # Mirror images: two in three accept the first five and reject the last five.
    crowd(work, issue, [(26, "+++++-----"), (12, "-----+++++")])
    draw_maps(work)
    accepted, rejected = issue.statement_ids[:5], issue.statement_ids[5:]
    for _ in range(2):
        asked = _of_newcomers(work, issue)
        assert min(asked[one] for one in rejected) > NEWCOMERS / 40
        assert sum(asked[one] for one in rejected) == pytest.approx(NEWCOMERS / 2, rel=0.15)
        with work() as ctx:
            for some, counter in ((accepted, Statement.agrees), (rejected, Statement.disagrees)):
                ctx.session.execute(sa.update(Statement).where(Statement.id.in_(some)).values({counter: counter + 40}))


def test_asking_reads_the_counts_of_all_and_the_words_of_one(work: Work, make: Make, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    mei: MadePerson = make.person()
    vote(work, issue, mei)
    _asked(work, issue, mei.actor)
    with work(mei.actor) as ctx, statements_sent() as sent:
        next_statement(ctx, issue.topic_id, {issue.statement_ids[0]: 1})
    assert len(sent) == 2, "counts, and the words of one: the memory of the map is known already"
    assert not [one for one in sent if "count(" in one.lower() or "sum(" in one.lower()]
    assert sum("statements.text" in one for one in sent) == 1


def test_a_statement_with_very_many_answers_tells_little_more_about_itself(work: Work, issue: MadeIssue) -> None:
    crowd(work, issue, CAMPS)
    draw_maps(work)
    before = _next(work, issue, ANONYMOUS)
    with work() as ctx:
        ctx.session.execute(sa.update(Statement).values(agrees=Statement.agrees + 100_000))
    after = _next(work, issue, ANONYMOUS)
    assert before is not None
    assert after is not None
    assert np.log10(before.about_statement / after.about_statement) > 2, "what is known already is not asked for"
