"""Marks on comments: who may, what is counted, and that nothing is counted twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from app.audit.models import FactRow
from app.comments.actions import delete
from app.comments.marking import mark
from app.comments.models import Comment, CommentMark
from app.comments.queries import comment_of, my_marks
from app.comments.rules import Mark
from app.core.clock import FixedClock
from app.core.errors import Conflict, Forbidden, NotFound, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.issues.rules import IssueState
from app.topics.models import Topic
from tests.support.builders import MadeIssue, MadePerson, Make
from tests.support.discussions import marks_counted, marks_recounted, say
from tests.support.opinions import Work

YES, NO = Mark.CONVINCING, Mark.UNCONVINCING


class Readers:
    """An issue with one comment, its author, and people who read it."""

    def __init__(self, work: Work, make: Make) -> None:
        self.work, self.make = work, make
        self.issue: MadeIssue = make.issue()
        self.author: MadePerson = make.person("Mei")
        self.reader: MadePerson = make.person("Tom")
        self.officer: MadePerson = make.officer(self.issue.agency_id)
        self.comment = say(work, self.issue, self.author, "Buses at night, please.")

    def put(self, value: Mark | None, by: Actor | None = None, on: int | None = None) -> bool:
        with self.work(by or self.reader.actor) as ctx:
            return mark(ctx, ctx.get(Topic, self.issue.topic_id), on or self.comment, value)

    def counts(self) -> tuple[int, int]:
        """Convincing and not, as counted, which must be what the rows say."""
        with self.work() as ctx:
            counted = marks_counted(ctx, self.issue.topic_id)
            assert counted == marks_recounted(ctx, self.issue.topic_id)
            return counted[:2]

    def seq(self) -> int:
        with self.work() as ctx:
            return ctx.get(Topic, self.issue.topic_id).mark_seq

    def own(self, by: Actor | None = None) -> dict[int, int]:
        with self.work(by or self.reader.actor) as ctx:
            return my_marks(ctx, [comment_of(ctx, self.issue.topic_id, self.comment)])


@pytest.fixture
def readers(work: Work, make: Make) -> Readers:
    return Readers(work, make)


def test_a_mark_is_counted_once_changed_and_taken_back(readers: Readers) -> None:
    steps = [
        (YES, True, (1, 0)),
        (YES, False, (1, 0)),
        (NO, True, (0, 1)),
        (None, True, (0, 0)),
        (None, False, (0, 0)),
        (NO, True, (0, 1)),
    ]
    for value, changed, counts in steps:
        before = readers.seq()
        assert readers.put(value) is changed
        assert readers.counts() == counts
        assert readers.seq() - before == changed
    assert readers.own() == {readers.comment: -1}


def test_marks_of_several_people_add_up_and_each_sees_only_their_own(readers: Readers) -> None:
    readers.put(YES)
    readers.put(NO, by=readers.officer.actor)
    assert readers.counts() == (1, 1)
    assert readers.own() == {readers.comment: 1}
    assert readers.own(readers.officer.actor) == {readers.comment: -1}
    assert readers.own(readers.author.actor) == readers.own(ANONYMOUS) == {}


def test_nobody_marks_their_own_comment(readers: Readers) -> None:
    for value in (YES, NO, None):
        with pytest.raises(Forbidden):
            readers.put(value, by=readers.author.actor)
    assert readers.counts() == (0, 0)


def test_visitors_and_unconfirmed_people_do_not_mark(readers: Readers, make: Make) -> None:
    with pytest.raises(SignInNeeded):
        readers.put(YES, by=ANONYMOUS)
    with pytest.raises(Forbidden):
        readers.put(YES, by=make.person(confirmed=False).actor)
    assert readers.counts() == (0, 0)


def test_a_reply_can_be_marked_like_any_comment(readers: Readers) -> None:
    reply = say(readers.work, readers.issue, readers.reader, "I agree.", readers.comment)
    assert readers.put(YES, by=readers.author.actor, on=reply)
    assert readers.own(readers.author.actor) == {reply: 1}


def test_what_is_no_longer_shown_takes_no_mark(readers: Readers) -> None:
    readers.put(YES)
    with readers.work() as ctx:
        ctx.get(Comment, readers.comment).hidden_at = ctx.now
    for value in (NO, None):
        with pytest.raises(Conflict):
            readers.put(value)
    assert readers.counts() == (1, 0)


def test_with_a_deleted_comment_go_the_marks_on_it(readers: Readers) -> None:
    other = say(readers.work, readers.issue, readers.author, "And trams.")
    readers.put(YES)
    readers.put(NO, on=other)
    with readers.work(readers.author.actor) as ctx:
        delete(ctx, ctx.get(Topic, readers.issue.topic_id), readers.comment)
    assert readers.counts() == (0, 1)
    with pytest.raises(Conflict):
        readers.put(YES)


@pytest.mark.parametrize("state", [IssueState.CLOSED, IssueState.ANSWERED])
def test_only_an_open_topic_takes_marks(readers: Readers, state: IssueState) -> None:
    readers.put(YES)
    with readers.work() as ctx:
        ctx.get(Topic, readers.issue.topic_id).closed_at = ctx.now
    for value in (NO, None):
        with pytest.raises(Conflict):
            readers.put(value)
    assert readers.counts() == (1, 0)


def test_after_its_last_day_a_topic_takes_no_mark_even_if_nobody_closed_it(readers: Readers, clock: FixedClock) -> None:
    clock.advance(timedelta(days=11))
    with pytest.raises(Conflict):
        readers.put(YES)


def test_a_comment_of_another_topic_is_not_found(readers: Readers, make: Make) -> None:
    elsewhere = Readers(readers.work, make)
    with pytest.raises(NotFound):
        readers.put(YES, on=elsewhere.comment)


def test_who_marked_what_is_in_no_record(readers: Readers) -> None:
    readers.put(YES)
    with readers.work() as ctx:
        kinds = set(ctx.session.scalars(sa.select(FactRow.kind).where(FactRow.actor_id == readers.reader.id)))
        assert ctx.session.scalar(sa.select(sa.func.count()).select_from(CommentMark)) == 1
    assert not kinds


def test_a_mark_wakes_the_ranking_and_one_that_changes_nothing_does_not(readers: Readers) -> None:
    woken = []
    for value in (YES, YES):
        with readers.work(readers.reader.actor) as ctx:
            mark(ctx, ctx.get(Topic, readers.issue.topic_id), readers.comment, value)
            woken.append("rank-comments" in ctx.wakes)
    assert woken == [True, False]
