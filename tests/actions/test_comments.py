"""Discussions: what is taken, who may change it, what stays of it, and that every comment is counted once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from apiflask import APIFlask

from app.audit.models import FactRow
from app.comments import actions
from app.comments.actions import delete, edit, write
from app.comments.models import Comment, CommentVersion
from app.comments.queries import comment_of, just_written, own_comment, thread, versions_of
from app.comments.rules import EDIT_WINDOW, MAX_LENGTH, REPEAT_WINDOW, CommentInput, Order, Stance, State
from app.core.clock import FixedClock
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, Invalid, NotFound, Refusal, SignInNeeded
from app.core.permissions import ANONYMOUS, Actor
from app.extensions import db
from app.issues.rules import IssueState
from app.topics.models import Topic
from tests.conftest import ENGINE
from tests.support.builders import MadeIssue, MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]


class Discussion:
    """An open issue with three people: who writes, an officer of its agency, and an outsider."""

    def __init__(self, work: Work, make: Make) -> None:
        self.work, self.make = work, make
        self.issue: MadeIssue = make.issue()
        self.author: MadePerson = make.person("Mei")
        self.officer: MadePerson = make.officer(self.issue.agency_id)
        self.outsider: MadePerson = make.person("Tom")

    def topic(self, ctx: Context) -> Topic:
        return ctx.get(Topic, self.issue.topic_id)

    def say(self, text: str = "Buses at night, please.", by: Actor | None = None, **more: object) -> int:
        """Write a comment; returns its id."""
        with self.work(by or self.author.actor) as ctx:
            return write(ctx, self.topic(ctx), CommentInput(text, "en", **more)).id  # type: ignore[arg-type]

    def change(self, comment_id: int, text: str, by: Actor | None = None, stance: Stance = Stance.NEUTRAL) -> None:
        with self.work(by or self.author.actor) as ctx:
            edit(ctx, self.topic(ctx), comment_id, CommentInput(text, "en", stance))

    def remove(self, comment_id: int, by: Actor | None = None) -> None:
        with self.work(by or self.author.actor) as ctx:
            delete(ctx, self.topic(ctx), comment_id)

    def row(self, comment_id: int) -> Comment:
        with self.work() as ctx:
            return comment_of(ctx, self.issue.topic_id, comment_id)

    def versions(self, comment_id: int) -> list[str]:
        with self.work() as ctx:
            rows = ctx.session.scalars(sa.select(CommentVersion).where(CommentVersion.comment_id == comment_id))
            return [row.text for row in rows]

    def counted(self) -> int:
        """The counter, which must always be the number of comments that are not deleted."""
        with self.work() as ctx:
            shown = sa.select(sa.func.count()).select_from(Comment).where(Comment.deleted_at.is_(None))
            count = self.topic(ctx).comment_count
            assert count == ctx.session.scalar(shown.where(Comment.topic_id == self.issue.topic_id))
            return count

    def close(self) -> None:
        with self.work() as ctx:
            self.topic(ctx).closed_at = ctx.now

    def facts(self) -> list[FactRow]:
        with self.work() as ctx:
            query = sa.select(FactRow).where(FactRow.kind.startswith("comment.")).order_by(FactRow.id)
            return list(ctx.session.scalars(query))


@pytest.fixture
def talk(work: Work, make: Make) -> Discussion:
    return Discussion(work, make)


def test_a_comment_is_kept_cleaned_rendered_and_counted(talk: Discussion) -> None:
    row = talk.row(talk.say("  \nThe **last** bus\u202e leaves at 11.\n\n", stance=Stance.FOR))
    assert row.text == "The **last** bus leaves at 11."
    assert "<strong>last</strong>" in row.html
    assert (row.stance, row.lang, row.state) == (Stance.FOR, "en", State.SHOWN)
    assert row.author.name == "Mei"
    assert talk.counted() == 1


def test_what_is_recorded_never_holds_the_words(talk: Discussion, clock: FixedClock) -> None:
    top = talk.say("A secret")
    clock.advance(EDIT_WINDOW * 2)
    talk.change(top, "Another secret")
    talk.remove(top)
    facts = talk.facts()
    assert [fact.kind for fact in facts] == ["comment.written", "comment.edited", "comment.deleted"]
    assert all(fact.topic_id == talk.issue.topic_id and fact.actor_id == talk.author.id for fact in facts)
    assert "secret" not in str([fact.data for fact in facts])


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "\u200b\u2800", "x" * (MAX_LENGTH + 1)])
def test_a_comment_without_words_or_with_too_many_is_refused(talk: Discussion, text: str) -> None:
    with pytest.raises(Invalid) as refusal:
        talk.say(text)
    assert "text" in refusal.value.fields
    assert talk.counted() == 0


def test_the_longest_comment_is_taken_whole(talk: Discussion) -> None:
    assert len(talk.row(talk.say("字" * MAX_LENGTH)).text) == MAX_LENGTH


def test_an_unknown_language_is_refused(talk: Discussion) -> None:
    with talk.work(talk.author.actor) as ctx, pytest.raises(Invalid) as refusal:
        write(ctx, talk.topic(ctx), CommentInput("Bonjour", "xx"))
    assert "lang" in refusal.value.fields


def test_there_is_one_level_of_reply(talk: Discussion) -> None:
    top = talk.say()
    reply = talk.say("I agree.", by=talk.outsider.actor, parent_id=top)
    assert talk.counted() == 2
    with pytest.raises(Conflict):
        talk.say("Me too.", parent_id=reply)
    assert [one.id for one in talk.row(top).replies] == [reply]
    assert talk.counted() == 2


def test_a_comment_that_is_gone_cannot_be_replied_to(talk: Discussion) -> None:
    deleted, hidden = talk.say("One"), talk.say("Two")
    talk.remove(deleted)
    with talk.work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    for gone in (deleted, hidden):
        with pytest.raises(Conflict):
            talk.say("Reply", by=talk.outsider.actor, parent_id=gone)


def test_a_reply_belongs_to_the_topic_of_its_comment(talk: Discussion, make: Make) -> None:
    elsewhere = Discussion(talk.work, make)
    top = elsewhere.say()
    with pytest.raises(NotFound):
        talk.say("Reply", parent_id=top)


@pytest.mark.parametrize("state", [IssueState.DRAFT, IssueState.CLOSED, IssueState.ANSWERED])
def test_only_an_open_topic_takes_comments(talk: Discussion, make: Make, state: IssueState) -> None:
    talk.issue = make.issue(state=state, agency_id=talk.issue.agency_id)
    for actor in (talk.author.actor, talk.officer.actor):
        with pytest.raises(Conflict):
            talk.say(by=actor)


def test_after_its_last_day_a_topic_takes_no_comment_even_if_nobody_closed_it(
    talk: Discussion, clock: FixedClock
) -> None:
    top = talk.say()
    clock.advance(timedelta(days=11))
    with pytest.raises(Conflict):
        talk.say("Too late")
    with pytest.raises(Conflict):
        talk.change(top, "Too late")


def test_visitors_and_unconfirmed_people_do_not_write(talk: Discussion, make: Make) -> None:
    with pytest.raises(SignInNeeded):
        talk.say(by=ANONYMOUS)
    with pytest.raises(Forbidden):
        talk.say(by=make.person(confirmed=False).actor)
    assert talk.counted() == 0


def test_an_officer_of_the_topics_agency_speaks_for_it_and_goes_on_doing_so(talk: Discussion, make: Make) -> None:
    stranger = make.officer(make.agency())
    official, private = talk.say("We count.", by=talk.officer.actor), talk.say("I count.", by=stranger.actor)
    citizen = talk.say()
    with talk.work() as ctx:
        ctx.session.execute(sa.text("DELETE FROM memberships"))
    assert talk.row(official).agency_id == talk.issue.agency_id
    assert talk.row(private).agency_id is None
    assert talk.row(citizen).agency_id is None


# ---- sent twice ----


def test_the_same_words_sent_twice_are_one_comment(talk: Discussion, clock: FixedClock) -> None:
    first = talk.say("Yes!")
    clock.advance(REPEAT_WINDOW - timedelta(seconds=1))
    assert talk.say("Yes!\u200b\n") == first
    assert talk.counted() == 1
    assert len(talk.facts()) == 1


def test_the_same_words_are_another_comment_later_elsewhere_or_from_somebody_else(
    talk: Discussion, clock: FixedClock
) -> None:
    first = talk.say("Yes!")
    ids = {
        first,
        talk.say("Yes!", by=talk.outsider.actor),
        talk.say("Yes!", parent_id=first),
        talk.say("Yes, really!"),
    }
    clock.advance(REPEAT_WINDOW)
    ids.add(talk.say("Yes!"))
    assert len(ids) == talk.counted() == 5


def test_what_was_deleted_can_be_said_again(talk: Discussion) -> None:
    first = talk.say("Yes!")
    talk.remove(first)
    assert talk.say("Yes!") != first
    assert talk.counted() == 1


def _press_twice_at_once(talk: Discussion, app: APIFlask, seconds: float, monkeypatch: pytest.MonkeyPatch) -> set[int]:
    """The same comment from two connections, the first not committed before the second had `seconds` to look."""
    looked = threading.Event()

    def look(*args: object) -> Comment | None:
        found = just_written(*args)  # type: ignore[arg-type]
        if threading.current_thread() is not threading.main_thread():
            looked.set()
        return found

    def second() -> int:
        with app.app_context():
            return talk.say("Yes!")

    monkeypatch.setattr(actions, "just_written", look)
    with ThreadPoolExecutor(1) as pool:
        with talk.work(talk.author.actor) as ctx:
            first = write(ctx, talk.topic(ctx), CommentInput("Yes!", "en")).id
            other: Future[int] = pool.submit(second)
            looked.wait(seconds)
        return {first, other.result(20)}


@pytest.mark.race
def test_a_second_press_waits_for_the_first(talk: Discussion, app: APIFlask, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(_press_twice_at_once(talk, app, 0.5, monkeypatch)) == 1
    assert talk.counted() == 1


@pytest.mark.race
@pytest.mark.skipif(ENGINE == "sqlite", reason="SQLite has one writing transaction at a time; no guard to remove")
def test_control_without_the_lock_a_second_press_counts_twice(
    talk: Discussion, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "_one_at_a_time", lambda ctx: None)
    assert len(_press_twice_at_once(talk, app, 20, monkeypatch)) == 2


# ---- editing ----


def test_within_five_minutes_an_edit_leaves_no_trace(talk: Discussion, clock: FixedClock) -> None:
    top = talk.say("Busses", stance=Stance.FOR)
    clock.advance(EDIT_WINDOW)
    talk.change(top, "*Buses*", stance=Stance.AGAINST)
    row = talk.row(top)
    assert (row.text, row.stance, row.edited_at) == ("*Buses*", Stance.AGAINST, None)
    assert "<em>Buses</em>" in row.html
    assert talk.versions(top) == []


def test_after_five_minutes_every_edit_keeps_what_it_said_before(talk: Discussion, clock: FixedClock) -> None:
    top = talk.say("First", stance=Stance.FOR)
    clock.advance(EDIT_WINDOW + timedelta(seconds=1))
    talk.change(top, "Second", stance=Stance.AGAINST)
    clock.advance(timedelta(hours=1))
    talk.change(top, "Third", stance=Stance.AGAINST)
    with talk.work() as ctx:
        former = versions_of(ctx, comment_of(ctx, talk.issue.topic_id, top))
        assert [(one.text, one.stance) for one in former] == [("First", Stance.FOR), ("Second", Stance.AGAINST)]
        assert former[1].replaced_at == ctx.now
    row = talk.row(top)
    assert (row.text, row.edited_at) == ("Third", clock.now())
    assert talk.counted() == 1


def test_an_edit_that_changes_nothing_is_none(talk: Discussion, clock: FixedClock) -> None:
    top = talk.say("Same")
    clock.advance(EDIT_WINDOW * 2)
    talk.change(top, "Same ")
    assert talk.row(top).edited_at is None
    assert talk.versions(top) == []


def test_a_reply_stays_where_it_is_when_edited(talk: Discussion) -> None:
    top = talk.say()
    reply = talk.say("Reply", by=talk.outsider.actor, parent_id=top)
    talk.change(reply, "Better reply", by=talk.outsider.actor)
    assert [one.text for one in talk.row(top).replies] == ["Better reply"]


@pytest.mark.parametrize("who", ["officer", "outsider", "anonymous"])
def test_only_its_author_changes_or_deletes_a_comment(talk: Discussion, who: str) -> None:
    top = talk.say("Mine")
    actor = ANONYMOUS if who == "anonymous" else getattr(talk, who).actor
    with pytest.raises(Forbidden):
        talk.change(top, "Yours", by=actor)
    with pytest.raises(Forbidden):
        talk.remove(top, by=actor)
    row = talk.row(top)
    assert (row.text, row.state) == ("Mine", State.SHOWN)


def test_a_closed_topic_lets_nobody_change_a_comment_but_its_author_may_take_it_back(talk: Discussion) -> None:
    top = talk.say("Mine")
    talk.close()
    with pytest.raises(Conflict):
        talk.change(top, "Changed")
    talk.remove(top)
    assert talk.counted() == 0


def test_a_comment_that_is_gone_cannot_be_edited(talk: Discussion) -> None:
    deleted, hidden = talk.say("One"), talk.say("Two")
    talk.remove(deleted)
    with talk.work() as ctx:
        ctx.get(Comment, hidden).hidden_at = ctx.now
    for gone in (deleted, hidden):
        with pytest.raises(Conflict):
            talk.change(gone, "Back again")
    assert talk.row(deleted).text == ""


def test_a_comment_of_another_topic_is_not_found(talk: Discussion, make: Make) -> None:
    foreign = Discussion(talk.work, make).say()
    refused: list[type[Refusal]] = []
    for act in (lambda: talk.change(foreign, "x"), lambda: talk.remove(foreign), lambda: talk.row(foreign)):
        with pytest.raises(NotFound) as refusal:
            act()
        refused.append(refusal.type)
    assert refused == [NotFound] * 3


# ---- deleting ----


def test_deleting_leaves_a_marker_and_the_replies_and_nothing_of_the_words(talk: Discussion, clock: FixedClock) -> None:
    top = talk.say("Old words")
    reply = talk.say("An answer", by=talk.outsider.actor, parent_id=top)
    clock.advance(EDIT_WINDOW * 2)
    talk.change(top, "New words")
    talk.remove(top)
    row = talk.row(top)
    assert (row.text, row.html, row.state, row.edited_at) == ("", "", State.DELETED, None)
    assert [one.id for one in row.replies] == [reply]
    assert talk.versions(top) == []
    assert talk.counted() == 1


def test_deleting_twice_counts_once(talk: Discussion) -> None:
    top = talk.say("One")
    talk.say("Two")
    talk.remove(top)
    talk.remove(top)
    assert talk.counted() == 1
    assert [fact.kind for fact in talk.facts()].count("comment.deleted") == 1


def _edit_while_deleting(
    talk: Discussion, app: APIFlask, lock: bool, seconds: float, monkeypatch: pytest.MonkeyPatch
) -> Refusal | None:
    """An edit that has `seconds` to look at the comment while its deletion is not committed; what became of it."""
    top, looked = talk.say("Words"), threading.Event()

    def look(*args: object, **_: object) -> Comment:
        found = own_comment(*args, lock=lock)  # type: ignore[arg-type]
        if threading.current_thread() is not threading.main_thread():
            looked.set()
        return found

    def late_edit() -> None:
        with app.app_context():
            talk.change(top, "Words again")

    monkeypatch.setattr(actions, "own_comment", look)
    with ThreadPoolExecutor(1) as pool:
        with talk.work(talk.author.actor) as ctx:
            delete(ctx, talk.topic(ctx), top)
            other = pool.submit(late_edit)
            looked.wait(seconds)
        refusal = other.exception(20)
    assert refusal is None or isinstance(refusal, Refusal)
    assert talk.row(top).state is State.DELETED
    assert talk.row(top).text == ("Words again" if refusal is None else "")
    return refusal


@pytest.mark.race
def test_an_edit_that_meets_a_deletion_brings_nothing_back(
    talk: Discussion, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(_edit_while_deleting(talk, app, True, 0.5, monkeypatch), Conflict)


@pytest.mark.race
@pytest.mark.skipif(ENGINE == "sqlite", reason="SQLite has one writing transaction at a time; no guard to remove")
def test_control_without_the_lock_an_edit_brings_deleted_words_back(
    talk: Discussion, app: APIFlask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert _edit_while_deleting(talk, app, False, 20, monkeypatch) is None


# ---- reading ----


def _many(talk: Discussion, count: int) -> list[int]:
    stances = list(Stance)
    ids = [talk.say(f"Comment {n}", stance=stances[n % 3]) for n in range(count)]
    for n, top in enumerate(ids):
        talk.say(f"Reply to {n}", by=talk.outsider.actor, parent_id=top)
        talk.say(f"Official reply to {n}", by=talk.officer.actor, parent_id=top)
    return ids


def _read(talk: Discussion, number: int = 1, **how: object) -> list[int]:
    with talk.work() as ctx:
        return [one.id for one in thread(ctx, talk.issue.topic_id, number, **how).items]  # type: ignore[arg-type]


def test_comments_come_in_pages_newest_or_oldest_first_of_one_side_or_all(talk: Discussion) -> None:
    ids = _many(talk, 7)
    assert _read(talk, size=5) == ids[:1:-1]
    assert _read(talk, 2, size=5) == ids[1::-1]
    assert _read(talk, order=Order.OLDEST) == ids
    assert _read(talk, stance=Stance.AGAINST, order=Order.OLDEST) == ids[1::3]
    assert _read(talk, 9) == []


def test_a_discussion_shows_no_comment_of_another_topic(talk: Discussion, make: Make) -> None:
    Discussion(talk.work, make).say()
    assert _read(talk) == []


@contextmanager
def _statements() -> Iterator[list[str]]:
    ran: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        ran.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield ran
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)


def test_a_page_of_twenty_comments_takes_two_statements(talk: Discussion, make: Make) -> None:
    _many(talk, 19)
    talk.say("From a third", by=make.person().actor)
    with talk.work() as ctx, _statements() as ran:
        page = thread(ctx, talk.issue.topic_id)
        said = [
            (one.author.name, one.agency and one.agency.slug)
            for comment in page.items
            for one in (comment, *comment.replies)
        ]
    assert len(said) == 20 + 2 * 19
    assert sum(agency is not None for _, agency in said) == 19
    assert len(ran) == 2, ran
