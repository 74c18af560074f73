"""The sample city in the database: whole, in every state, dated as if it had happened."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from apiflask import APIFlask
from sqlalchemy.orm import Session

from app.agencies.queries import agency_by_slug
from app.cases.models import Case
from app.comments.models import Comment
from app.comments.rules import is_across_views
from app.core.clock import FixedClock, local_date
from app.core.context import Context
from app.core.permissions import SYSTEM
from app.extensions import db
from app.followups.models import FeedbackWindow, Milestone, Study, Survey
from app.followups.telling import results
from app.issues.models import Issue
from app.issues.rules import IssueState
from app.notices.models import Letter
from app.opinions.models import MapSnapshot, Participant
from app.replies.queries import reply_of
from app.replies.rules import ReplyState
from app.sample.loading import load_city
from app.topics.models import Topic
from tests.conftest import NOON, empty


@pytest.fixture(scope="module")
def city(built_app: APIFlask, clock: FixedClock) -> Iterator[Context]:
    """A unit of work in which the sample city has just been loaded; taken back when these tests are done."""
    clock.travel_to(NOON)
    with Session(db.engine, expire_on_commit=False) as session:
        empty(session)
        ctx = built_app.extensions["acting"].context(session, SYSTEM)
        load_city(ctx)
        yield ctx
        session.rollback()


def test_it_has_issues_in_every_state(city: Context) -> None:
    states = set(city.session.scalars(sa.select(Issue.state)))
    assert states == set(IssueState)


def test_about_two_thousand_simulated_people_take_part(city: Context) -> None:
    simulated = sa.select(sa.func.count()).where(Participant.imported_as.startswith("simulated:"))
    assert 1_800 <= (city.session.scalar(simulated) or 0) <= 2_200


def test_every_topic_with_simulated_people_says_so(city: Context) -> None:
    issues = city.session.scalars(sa.select(Issue)).all()
    assert all(issue.topic.notice for issue in issues if issue.topic.participant_count)


def test_nothing_is_dated_in_the_future(city: Context) -> None:
    newest = city.session.scalar(sa.select(sa.func.max(MapSnapshot.made_at)))
    assert newest is not None
    assert newest <= city.now


def test_one_reply_is_late_one_is_due_one_came_in_time_and_one_late(city: Context) -> None:
    cases = city.session.scalars(sa.select(Case)).all()
    standing = sorted(
        (
            "answered" if case.clock.stopped_on else "owed",
            (case.clock.stopped_on or local_date(city.now, "Asia/Taipei")) > case.clock.due_on,
        )
        for case in cases
    )
    # The second one that is owed in time is that of an established proposal.
    assert standing == [("answered", False), ("answered", True), ("owed", False), ("owed", False), ("owed", True)]
    replies = [reply_of(city, case) for case in cases if case.clock.stopped_on]
    assert all(reply and reply.state is ReplyState.PUBLISHED for reply in replies)


def test_the_extension_of_an_agency_cannot_be_read_as_part_of_its_number(city: Context) -> None:
    assert agency_by_slug(city, "transport").phone == "(00) 5555-0100 #2310"


def test_it_sends_no_mail(city: Context) -> None:
    assert city.session.scalar(sa.select(sa.func.count()).select_from(Letter)) == 0


def test_simulated_marks_rank_the_comments_and_one_of_them_convinces_across_views(city: Context) -> None:
    topics = city.session.scalars(sa.select(Topic).where(Topic.mark_count > 0)).all()
    assert len(topics) == 3
    for topic in topics:
        counted = sa.select(sa.func.sum(Comment.convincing + Comment.unconvincing)).where(Comment.topic_id == topic.id)
        assert city.session.scalar(counted) == topic.mark_count
        assert topic.ranked_count >= 4
        assert topic.notice
    called = [one.text for one in city.session.scalars(sa.select(Comment)) if is_across_views(one.bridging)]
    assert len(called) == 1
    assert "每一班實際載了幾個人" in called[0]


def test_what_followed_the_replies_can_be_seen(city: Context) -> None:
    steps, studies = city.session.scalars(sa.select(Milestone)).all(), city.session.scalars(sa.select(Study)).all()
    assert {step.progress for step in steps} == {0, 35, 60, 100}
    assert [len(study.published) for study in studies] == [1]
    told = [results(survey.told) for survey in city.session.scalars(sa.select(Survey).order_by(Survey.groups))]
    assert [len(rows) for rows in told] == [1, 3]
    assert {window.yes + window.partly + window.no for window in city.session.scalars(sa.select(FeedbackWindow))} == {
        0,
        3,
    }
    assert all(survey.asked_at for survey in city.session.scalars(sa.select(Survey)))
