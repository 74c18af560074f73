"""One issue of the sample city: opened, talked about, voted on, closed and answered, each at its moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.comments.actions import write
from app.comments.rules import CommentInput
from app.core.clock import end_of_day, start_of_day
from app.core.context import Context
from app.issues import facts
from app.issues.models import Issue, IssueVersion
from app.issues.rules import IssueState
from app.issues.versions import content_of
from app.opinions.actions import cast
from app.opinions.bridging import rank_comments
from app.opinions.importing import BroughtStatement, BroughtVote, bring_in
from app.opinions.jobs import draw_maps
from app.opinions.models import Statement
from app.opinions.rules import Origin, statement_key
from app.sample import city as sample
from app.sample.marks import load_marks
from app.sample.replies import load_reply
from app.sample.simulate import marks, minutes, planted
from app.sample.town import Town
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part, TopicKind

DRAFTED_BEFORE = timedelta(days=3)


def load_issue(town: Town, issue: sample.Issue) -> None:
    """Bring one issue to its state."""
    topic, row = _draft(town, issue)
    if issue.state is IssueState.DRAFT:
        return
    _open(town, issue, topic, row)
    _votes(town, issue, topic)
    _comments(town, issue, topic)
    if issue.state is IssueState.WITHDRAWN:
        _withdraw(town, issue, topic, row)
    elif issue.state is not IssueState.OPEN:
        _close(town, issue, topic, row)
    draw_maps(lambda: town.same_work(_last_moment(town, issue)))
    rank_comments(lambda: town.same_work(_last_moment(town, issue)))


def _last_moment(town: Town, issue: sample.Issue) -> datetime:
    """When the last vote was counted: now, or at the end of the last day."""
    return min(town.now.now, end_of_day(issue.closes_on, town.city.timezone))


def _draft(town: Town, issue: sample.Issue) -> tuple[Topic, Issue]:
    ctx = town.at(issue.opens_at - DRAFTED_BEFORE, issue.author)
    parts = [(issue.lead, Part.LEAD), *((slug, Part.CO) for slug in issue.co_agencies)]
    topic = Topic(
        kind=TopicKind.ISSUE,
        slug=issue.slug,
        title=issue.title,
        summary=issue.summary,
        notice=town.city.simulation_notice if issue.simulation else {},
        closes_on=issue.closes_on,
        closes_at=end_of_day(issue.closes_on, town.city.timezone),
        agencies=[TopicAgency(agency_id=town.agencies[slug], part=part) for slug, part in parts],
    )
    row = Issue(
        topic=topic,
        state=IssueState.DRAFT,
        promise=issue.promise,
        area=issue.area.name if issue.area else {},
        background=issue.background,
        still_open=issue.what_is_open,
        decided=issue.what_is_decided,
        created_at=ctx.now,
        author_id=ctx.actor.person_id,
    )
    ctx.session.add(row)
    ctx.session.flush()
    ctx.record(facts.IssueDrafted(topic.id))
    return topic, row


def _open(town: Town, issue: sample.Issue, topic: Topic, row: Issue) -> None:
    ctx = town.at(issue.opens_at)
    topic.opened_at, row.state = issue.opens_at, IssueState.OPEN
    ctx.session.add(_version(row, issue.opens_at))
    ctx.session.flush()
    ctx.record(facts.IssueOpened(topic.id, issue.closes_on))


def _version(row: Issue, moment: datetime) -> IssueVersion:
    return IssueVersion(issue_id=row.id, number=1, saved_at=moment, author_id=row.author_id, content=content_of(row))


def _votes(town: Town, issue: sample.Issue, topic: Topic) -> None:
    keys = {one.no: statement_key(one.text) for one in issue.statements}
    brought = [
        BroughtStatement(keys[one.no], one.text, one.lang, Origin.SEED, issue.opens_at) for one in issue.statements
    ]
    votes = _simulated(issue, issue.simulation, keys) if issue.simulation else []
    bring_in(town.at(issue.opens_at), topic, brought, votes)
    ids = {row.key: row.id for row in _statement_rows(town.now, topic)}
    for n, named in enumerate(issue.votes):
        ctx = town.at(_within(town, issue, n), named.person)
        cast(ctx, topic, ids[keys[named.statement_no]], named.vote)
    town.now.session.expire(topic)


def _statement_rows(ctx: Context, topic: Topic) -> list[Statement]:
    return list(ctx.session.query(Statement).filter(Statement.topic_id == topic.id))


def _simulated(issue: sample.Issue, plan: sample.Simulation, keys: dict[int, str]) -> list[BroughtVote]:
    answered = planted(issue.statements, plan)
    columns = (answered.participants, answered.statements, answered.values)
    moments = minutes(answered, issue.voting_minutes, plan.seed)
    return [
        BroughtVote(f"simulated:{person + 1}", keys[row + 1], value, issue.opens_at + timedelta(minutes=moment))
        for person, row, value, moment in zip(*(one.tolist() for one in columns), moments, strict=True)
    ]


def _within(town: Town, issue: sample.Issue, n: int) -> datetime:
    """A moment while the issue took voices."""
    return min(issue.opens_at + timedelta(hours=2, minutes=n), _last_moment(town, issue) - timedelta(minutes=1))


def _comments(town: Town, issue: sample.Issue, topic: Topic) -> None:
    camps = planted(issue.statements, issue.simulation).groups if issue.simulation else None
    for number, comment in enumerate(issue.comments):
        ctx = town.at(comment.written_at, comment.person)
        parent = write(ctx, topic, CommentInput(comment.text, comment.lang, comment.stance))
        for reply in comment.replies:
            answer = CommentInput(reply.text, reply.lang, parent_id=parent.id)
            write(town.at(reply.written_at, reply.person), topic, answer)
        if camps is not None and comment.marking:
            load_marks(town.at(_last_moment(town, issue)), parent, marks(camps, comment.marking, number))
    town.now.session.expire(topic)


def _withdraw(town: Town, issue: sample.Issue, topic: Topic, row: Issue) -> None:
    day = issue.withdrawn_on or issue.closes_on
    ctx = town.at(start_of_day(day, town.city.timezone) + timedelta(hours=10))
    row.state = IssueState.WITHDRAWN
    row.withdrawn_because = issue.withdrawal_reason or {}
    topic.closed_at = ctx.now
    ctx.record(facts.IssueWithdrawn(topic.id))


def _close(town: Town, issue: sample.Issue, topic: Topic, row: Issue) -> None:
    """Close at the end of the last day; the case opens as it does in life, its demands taken from the map."""
    moment = _last_moment(town, issue)
    draw_maps(lambda: town.same_work(moment))
    ctx = town.at(moment)
    topic.closed_at, row.state = moment, IssueState.CLOSED
    ctx.session.flush()
    ctx.record(facts.IssueClosed(topic.id, issue.closes_on))
    ctx.session.flush()
    load_reply(town, issue, topic)
    if issue.state is IssueState.ANSWERED:
        row.state = IssueState.ANSWERED
