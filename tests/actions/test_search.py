"""Searching: what is found, in which order, and that the index always says what the rows say."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from app.agencies.models import Agency
from app.comments import actions as discussion
from app.comments.models import Comment
from app.comments.rules import CommentInput, Stance
from app.core.context import Context
from app.core.errors import Conflict, Forbidden, NotFound
from app.core.permissions import Role
from app.issues import actions as issues
from app.issues.queries import issue_of_topic
from app.issues.rules import IssueTerms, IssueTexts, PromiseLevel
from app.opinions import actions as opinions
from app.opinions.models import Statement
from app.proposals.actions import appeal
from app.proposals.drafting import save, submit
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import admit, ask_for_change, reject, take, take_down
from app.proposals.rules import Code, Rejection
from app.search import engine, queries
from app.search.actions import index
from app.search.building import rebuild
from app.search.models import SearchEntry, SearchIndex
from app.search.queries import Wanted, closest, search
from app.search.rules import State
from app.topics.models import Topic
from tests.support.builders import MadeIssue, Make
from tests.support.opinions import Work
from tests.support.proposals import collecting, entered, submitted

SAID = (
    "夜間公車太少",
    "巷口路燈壞了",
    "公園的長椅太少",
    "More buses at night",
    "臺北的停車位",
    "Night market noise",
    "垃圾車晚一點來",
)


def found(ctx: Context, question: str, **wanted: Any) -> list[tuple[str, int]]:
    """Kind and number of what is found, in its order."""
    page = search(ctx, Wanted(question, **wanted))
    return [(one.kind, one.document.thing_id) for one in page.items]


def held(ctx: Context) -> dict[tuple[str, int], tuple[object, ...]]:
    """Everything the index holds, by thing."""
    ctx.session.flush()
    written = engine.contents(ctx.session)
    rows = {one.id: one for one in ctx.session.scalars(sa.select(SearchEntry))}
    assert written.keys() == rows.keys()
    return {(one.kind, one.thing_id): (one.topic_id, one.at, *written[one.id]) for one in rows.values()}


def seed(work: Work, make: Make, issue: MadeIssue, text: str) -> int:
    """A statement of an officer."""
    with work(make.officer(issue.agency_id).actor) as ctx:
        return opinions.seed_statement(ctx, ctx.get(Topic, issue.topic_id), text, "zh-Hant-TW").id


def say(work: Work, make: Make, issue: MadeIssue, text: str) -> int:
    """A comment of a citizen."""
    with work(make.person().actor) as ctx:
        entered = CommentInput(text=text, stance=Stance.NEUTRAL, lang="zh-Hant-TW", parent_id=None)
        return discussion.write(ctx, ctx.get(Topic, issue.topic_id), entered).id


@pytest.mark.parametrize("question", ["公車", "車", "少", "夜間 公車", "ＢＵＳ", "公車 bus"])
def test_what_was_just_said_is_found_at_once(question: str, work: Work, make: Make) -> None:
    statement = seed(work, make, make.issue(), "夜間公車 (bus) 太少")
    with work() as ctx:
        assert found(ctx, question) == [("statements", statement)]


def test_one_word_in_a_title_weighs_more_than_one_in_the_text(work: Work, make: Make) -> None:
    issue = make.issue(title="停車費要不要調整")
    rebuild(work)
    comment = say(work, make, issue, "這裡能停車")
    statement = seed(work, make, issue, "這裡能停車")
    with work() as ctx:
        order = found(ctx, "停車")
    assert order[0] == ("issues", issue.topic_id), "a statement has no title: it is all text"
    assert set(order[1:]) == {("comments", comment), ("statements", statement)}


def test_a_word_in_the_title_of_a_long_text_weighs_more_than_two_in_a_short_remark(work: Work, make: Make) -> None:
    issue = make.issue(title="夜間公車該怎麼排？")
    with work() as ctx:
        row = issue_of_topic(ctx, issue.topic_id)
        assert row is not None
        row.background = {"zh-Hant-TW": "這裡說明現在的班次、路線與經費。" * 20}
    for number in range(12):
        say(work, make, make.issue(title="敬老卡"), f"我說的是別的事 {number}")
    say(work, make, make.issue(title="敬老卡"), "我搭公車，沒有公車")
    rebuild(work)
    with work() as ctx:
        assert found(ctx, "公車")[0] == ("issues", issue.topic_id)


def test_an_issue_is_found_however_many_remarks_came_since(
    work: Work, make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    issue = make.issue(title="巷口路燈")
    rebuild(work)
    for number in range(4):
        say(work, make, issue, f"路燈 {number}")
    monkeypatch.setattr(queries, "RANKED_MAX", 3)
    with work() as ctx:
        order = found(ctx, "路燈")
    assert order[0] == ("issues", issue.topic_id)
    assert len(order) == 4


def test_a_hidden_statement_leaves_the_index_with_the_act(work: Work, make: Make) -> None:
    issue = make.issue()
    statement = seed(work, make, issue, "巷口路燈壞了")
    with work(make.person(moderator=True).actor) as ctx:
        opinions.hide_statement(ctx, ctx.get(Topic, issue.topic_id), statement)
    with work() as ctx:
        assert ("statements", statement) not in held(ctx)


def test_a_hidden_statement_is_not_found_even_while_the_index_still_holds_it(work: Work, make: Make) -> None:
    statement = seed(work, make, make.issue(), "巷口路燈壞了")
    with work() as ctx:
        ctx.get(Statement, statement).hidden_at = ctx.now
    with work() as ctx:
        assert ("statements", statement) in held(ctx)
        assert found(ctx, "路燈") == []
        assert closest(ctx, "巷口路燈壞了", Wanted()) == []


def test_a_deleted_comment_is_not_found(work: Work, make: Make) -> None:
    issue, citizen = make.issue(), make.person()
    with work(citizen.actor) as ctx:
        topic = ctx.get(Topic, issue.topic_id)
        entered = CommentInput(text="巷口路燈壞了", stance=Stance.FOR, lang="zh-Hant-TW", parent_id=None)
        comment = discussion.write(ctx, topic, entered).id
    with work(citizen.actor) as ctx:
        discussion.delete(ctx, ctx.get(Topic, issue.topic_id), comment)
    with work() as ctx:
        assert ("comments", comment) not in held(ctx)


def test_a_draft_is_found_from_its_publication_on_with_the_statements_it_began_with(work: Work, make: Make) -> None:
    agency = make.agency()
    approver = make.officer(agency, Role.APPROVER)
    topic_id, statement = _draft(work, make, agency)
    with work(approver.actor) as ctx:
        assert found(ctx, "路燈") == []
        issue = issue_of_topic(ctx, topic_id)
        assert issue is not None
        issues.publish(ctx, issue, issue.revision)
    with work() as ctx:
        assert set(found(ctx, "路燈")) == {("issues", topic_id), ("statements", statement)}


def test_a_reply_is_found_from_its_publication_on(work: Work, make: Make) -> None:
    answer = make.answered()
    with work() as ctx:
        assert ("replies", answer.case.topic_id) in found(ctx, "last bus waits")


def test_a_proposal_is_found_once_it_is_public_by_its_title_and_its_demands(work: Work, make: Make) -> None:
    made = submitted(work, make, title="夜間公車開到兩點", demands=("站牌要有路燈",))
    with work() as ctx:
        assert found(ctx, "公車") == []
    reviewer = make.person(moderator=True)
    with work(reviewer.actor) as ctx:
        admit(ctx, take(ctx, proposal_by_id(ctx, made.id)), (_slug(ctx, made.agency_id),))
    with work() as ctx:
        assert found(ctx, "公車") == [("proposals", made.topic_id)]
        assert found(ctx, "路燈", kind="proposals", state=State.OPEN) == [("proposals", made.topic_id)]


@pytest.mark.parametrize(("code", "is_found"), [(Code.NOT_OURS, True), (Code.PERSONAL_DATA, False)])
def test_a_proposal_taken_down_is_found_unless_its_text_is_hidden(
    code: Code, is_found: bool, work: Work, make: Make
) -> None:
    made = collecting(work, make)
    with work(make.person(moderator=True).actor) as ctx:
        take_down(ctx, proposal_by_id(ctx, made.id), Rejection(code, "Because of what it says.", "en"))
    with work() as ctx:
        assert (("proposals", made.topic_id) in held(ctx)) == is_found
        assert bool(found(ctx, "night buses")) == is_found


def test_a_rejected_proposal_is_not_found_while_its_author_has_it_back(work: Work, make: Make) -> None:
    made, first, second = submitted(work, make), make.person(moderator=True), make.person(moderator=True)
    with work(first.actor) as ctx:
        reject(ctx, take(ctx, proposal_by_id(ctx, made.id)), Rejection(Code.UNCLEAR, "Which line is meant?", "en"))
    with work(made.author.actor) as ctx:
        assert found(ctx, "night buses") == [("proposals", made.topic_id)]
        appeal(ctx, proposal_by_id(ctx, made.id), "Every line is meant.")
    with work(second.actor) as ctx:
        ask_for_change(ctx, take(ctx, proposal_by_id(ctx, made.id)), "Then please write so.", "en")
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        assert found(ctx, "night buses") == []
        save(ctx, proposal, entered("Trams on every line"), proposal.revision)
        assert found(ctx, "trams") == []
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        submit(ctx, proposal, proposal.revision)
    with work() as ctx:
        before = held(ctx)
        assert found(ctx, "trams") == [("proposals", made.topic_id)]
    rebuild(work)
    with work() as ctx:
        assert held(ctx) == before


def test_the_filters_choose_by_kind_agency_state_and_day(work: Work, make: Make) -> None:
    issue, other = make.issue(), make.issue()
    statement, elsewhere = seed(work, make, issue, "巷口路燈壞了"), seed(work, make, other, "巷口路燈太暗")
    with work() as ctx:
        slug = ctx.get(Topic, issue.topic_id).agencies[0].agency.slug
        ctx.get(Topic, other.topic_id).closed_at = ctx.now
    with work() as ctx:
        mine, theirs = ("statements", statement), ("statements", elsewhere)
        today = ctx.today
        assert found(ctx, "路燈", agency=slug) == [mine]
        assert found(ctx, "路燈", state=State.OPEN) == [mine]
        assert found(ctx, "路燈", state=State.CLOSED) == [theirs]
        assert found(ctx, "路燈", state=State.ANSWERED) == []
        assert found(ctx, "路燈", kind="comments") == []
        assert set(found(ctx, "路燈", since=today, until=today)) == {mine, theirs}
        assert found(ctx, "路燈", until=today - timedelta(days=1)) == []


@pytest.mark.parametrize(
    "question",
    ['"', "'", "\\", "a' OR 1=1 --", "title:車", "車*", "NEAR(a b)", "AND OR NOT", "^車", "{a b}", "\0車\0", "!&|<->",
     ":*A", "車 AND", "(" * 500, "車" * 10_000, "a " * 5_000, "\ud800", "𠮷", "%_", "-車",
     "\u202e公車\u202c\u2066", "\u200f\u200e", "＂公車＂ ＡＮＤ （＊", "。，！？", "\ufdfa" * 300],
)  # fmt: skip
def test_no_question_is_an_error(question: str, work: Work, make: Make) -> None:
    seed(work, make, make.issue(), "夜間公車太少")
    with work() as ctx:
        search(ctx, Wanted(question))
        closest(ctx, question, Wanted())


@pytest.mark.parametrize("signs", ["𰻝𰻞", "㐀㐁", "ｶﾞｽ", "ⅷ", "ªº", "ǅ", "ß", "Ⴀ", "𞤀𞤁", "ๆเ", "हिन्दी", "ﷺ"])
def test_both_engines_keep_every_sign_as_it_was_cut(signs: str, work: Work, make: Make) -> None:
    statement = seed(work, make, make.issue(), f"說 {signs} 的人")
    with work() as ctx:
        assert found(ctx, signs) == [("statements", statement)]


def test_what_shares_rare_words_comes_closest(work: Work, make: Make) -> None:
    issue = make.issue()
    for number in range(6):
        seed(work, make, issue, f"我們希望公車準時，第 {number} 句")
    wanted = seed(work, make, issue, "公車站牌的點字要修好")
    with work() as ctx:
        best = closest(ctx, "我們希望站牌有點字，公車也要準時", Wanted())[0]
    assert (best.kind, best.document.thing_id) == ("statements", wanted)


def test_the_index_is_what_a_rebuild_would_write_after_whatever_people_do(work: Work, make: Make) -> None:
    for number in range(2):
        _live(work, make, random.Random(number))
        with work() as ctx:
            before = held(ctx)
        rebuild(work)
        with work() as ctx:
            assert held(ctx) == before
            assert len(before) > 15


def test_a_rebuild_puts_right_what_is_wrong(work: Work, make: Make) -> None:
    issue = make.issue(statements=3)
    kept = seed(work, make, issue, "巷口路燈壞了")
    with work() as ctx:
        ctx.session.add(SearchEntry(kind="statements", thing_id=999_999, topic_id=issue.topic_id, at=ctx.now))
        ctx.session.add(SearchEntry(kind="unknown", thing_id=1, topic_id=issue.topic_id, at=ctx.now))
        ctx.session.execute(sa.delete(SearchEntry).where(SearchEntry.thing_id == kept))
    rebuild(work)
    with work() as ctx:
        expected = {("issues", issue.topic_id), ("statements", kept), *(("statements", n) for n in issue.statement_ids)}
        assert held(ctx).keys() == expected


def test_the_worker_builds_the_index_once(work: Work, make: Make, run_job: Callable[[str], None]) -> None:
    issue = make.issue(statements=1)
    run_job("build-index")
    with work() as ctx:
        assert ("issues", issue.topic_id) in held(ctx)
        ctx.session.execute(sa.delete(SearchEntry))
    run_job("build-index")
    with work() as ctx:
        assert held(ctx) == {}
        ctx.session.execute(sa.update(SearchIndex).values(version=0))
    run_job("build-index")
    with work() as ctx:
        assert ("issues", issue.topic_id) in held(ctx)


def test_nobody_but_the_system_writes_the_index(work: Work, make: Make) -> None:
    issue = make.issue()
    for actor in (make.person().actor, make.officer(issue.agency_id, Role.APPROVER).actor):
        with work(actor) as ctx, pytest.raises(Forbidden):
            index(ctx, "issues", {issue.topic_id: issue.topic_id})


def _draft(work: Work, make: Make, agency_id: int, title: str = "路燈") -> tuple[int, int]:
    """A draft and a statement it begins with."""
    with work(make.officer(agency_id, Role.APPROVER).actor) as ctx:
        texts = IssueTexts("zh-Hant-TW", title, "該修哪裡？", "背景 **說明**", "先後順序", "經費")
        slug = _slug(ctx, agency_id)
        closes_on = ctx.today + timedelta(days=20)
        issue = issues.draft(ctx, texts, IssueTerms(PromiseLevel.CONSULT, closes_on, slug))
        statement = opinions.seed_statement(ctx, issue.topic, f"{title}要先修", "zh-Hant-TW")
        return issue.topic_id, statement.id


def _slug(ctx: Context, agency_id: int) -> str:
    return ctx.get(Agency, agency_id).slug


@dataclass
class Life:
    """What people do on a few topics, drawn by lot."""

    lot: random.Random

    def publish(self, ctx: Context, topic: Topic) -> None:
        issue = issue_of_topic(ctx, topic.id)
        assert issue is not None
        issues.publish(ctx, issue, issue.revision)

    def revise(self, ctx: Context, topic: Topic) -> None:
        issue = issue_of_topic(ctx, topic.id)
        assert issue is not None
        texts = IssueTexts("zh-Hant-TW", self.words(), self.words(), "", "先後順序", "")
        issues.revise(ctx, issue, texts, revision=issue.revision)

    def comment(self, ctx: Context, topic: Topic) -> None:
        discussion.write(ctx, topic, CommentInput(self.words(), "zh-Hant-TW"))

    def edit(self, ctx: Context, topic: Topic) -> None:
        discussion.edit(ctx, topic, self.one_of(ctx, Comment, topic), CommentInput(self.words(), "zh-Hant-TW"))

    def delete(self, ctx: Context, topic: Topic) -> None:
        discussion.delete(ctx, topic, self.one_of(ctx, Comment, topic))

    def state(self, ctx: Context, topic: Topic) -> None:
        opinions.add_statement(ctx, topic, self.words(), "zh-Hant-TW")

    def hide(self, ctx: Context, topic: Topic) -> None:
        opinions.hide_statement(ctx, topic, self.one_of(ctx, Statement, topic))

    def words(self) -> str:
        return f"{self.lot.choice(SAID)} {self.lot.randrange(10_000)}"

    def one_of(self, ctx: Context, table: type[Comment] | type[Statement], topic: Topic) -> int:
        return self.lot.choice(ctx.session.scalars(sa.select(table.id).where(table.topic_id == topic.id)).all() or [0])


def _live(work: Work, make: Make, lot: random.Random) -> None:
    agency, life = make.agency(), Life(lot)
    approver, moderator, citizen = make.officer(agency, Role.APPROVER), make.person(moderator=True), make.person()
    topics = [_draft(work, make, agency, life.words())[0] for _ in range(3)]
    for topic_id in topics[:2]:
        with work(approver.actor) as ctx:
            life.publish(ctx, ctx.get(Topic, topic_id))
    acts = [(life.publish, approver), (life.revise, approver), (life.hide, moderator)]
    acts += [(act, citizen) for act in (life.comment, life.comment, life.edit, life.delete, life.state, life.state)]
    for _ in range(40):
        act, who = lot.choice(acts)
        with suppress(Conflict, NotFound), work(who.actor) as ctx:
            act(ctx, ctx.get(Topic, lot.choice(topics)))
    make.answered(case=make.case_of(MadeIssue(0, topics[0], "", agency, [])))
    with work(approver.actor) as ctx:
        life.revise(ctx, ctx.get(Topic, topics[0]))
