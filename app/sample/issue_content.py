"""Reads one issue of the sample city: its texts, its simulated people, its discussion and its reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.comments.rules import Stance
from app.core.answers import Outcome
from app.core.permissions import Role
from app.followups.rules import Verdict
from app.issues.rules import IssueState, PromiseLevel
from app.opinions.rules import LONGEST, SHORTEST, Vote
from app.sample.city import (
    Area,
    Camp,
    Comment,
    CommentReply,
    Correction,
    Holding,
    Issue,
    Judgement,
    Marking,
    NamedVote,
    Person,
    Reply,
    ReplyPoint,
    Report,
    Simulation,
    Statement,
)
from app.sample.tables import Table

OFFICE_OPENS = time(9)
SIGNS = {"+": Vote.AGREE, "-": Vote.DISAGREE, "0": Vote.PASS}
UNSEEN = "."


@dataclass(frozen=True)
class Known:
    """What the texts of an issue may refer to, and when they are read."""

    today: date
    zone: ZoneInfo
    areas: dict[str, Area]
    agencies: frozenset[str]
    people: dict[str, Person]

    def day(self, offset: int) -> date:
        return self.today + timedelta(days=offset)

    def office_day(self, offset: int) -> date:
        """The day, or the Friday before: offices publish nothing on a weekend."""
        day = self.day(offset)
        return day - timedelta(days=max(0, day.weekday() - 4))


class _Days(NamedTuple):
    opens_at: datetime
    closes_on: date
    withdrawn_on: date | None
    last_day: date
    """The last day in the past on which voices were taken."""

    @property
    def voting_minutes(self) -> int:
        end = datetime.combine(self.last_day + timedelta(days=1), time(0), self.opens_at.tzinfo)
        return max(0, int((end - self.opens_at).total_seconds()) // 60)


def read_issue(table: Table, known: Known) -> Issue:
    """An issue from its file. Raises `BadContent` with file and key."""
    lang, state, days = table.lang("lang"), table.choice("state", IssueState), _days(table, known)
    lead = table.one_of("lead", known.agencies)
    author = table.one_of("author", [slug for slug, person in known.people.items() if person.agency == lead])
    simulation = _simulation(table.table("simulation")) if table.has("simulation") else None
    statements = _statements(table, simulation, lang, author, known)
    issue = Issue(
        slug=table.text("slug"),
        lang=lang,
        state=state,
        title=table.texts("title"),
        summary=table.texts("summary"),
        background=table.texts("background"),
        what_is_open=table.texts("what_is_open"),
        what_is_decided=table.texts("what_is_decided"),
        promise=table.choice("promise", PromiseLevel),
        area=known.areas[table.one_of("area", known.areas)] if table.has("area") else None,
        lead=lead,
        co_agencies=table.words("co_agencies"),
        author=author,
        opens_at=days.opens_at,
        closes_on=days.closes_on,
        voting_minutes=days.voting_minutes,
        withdrawn_on=days.withdrawn_on,
        withdrawal_reason=table.texts("withdrawal_reason") if days.withdrawn_on else None,
        simulation=simulation,
        statements=statements,
        comments=tuple(_comment(each, days, known, simulation) for each in table.tables("comments")),
        votes=_votes(table.table("votes"), len(statements), known) if table.has("votes") else (),
        reply=_reply(table.table("reply"), known) if table.has("reply") else None,
    )
    table.finish()
    _check_agencies(table, issue, known)
    _check_state(table, issue, known.today)
    return issue


def _days(table: Table, known: Known) -> _Days:
    opens_at = datetime.combine(known.office_day(table.whole("opens")), OFFICE_OPENS, known.zone)
    closes_on = known.day(table.whole("closes"))
    withdrawn_on = known.office_day(table.whole("withdrawn")) if table.has("withdrawn") else None
    return _Days(opens_at, closes_on, withdrawn_on, min(filter(None, (closes_on, withdrawn_on, known.day(-1)))))


def _check_agencies(table: Table, issue: Issue, known: Known) -> None:
    if strangers := set(issue.co_agencies) - (known.agencies - {issue.lead}):
        raise table.fail("co_agencies", f"{sorted(strangers)} cannot take part beside {issue.lead}")
    if not any(person.agency == issue.lead and person.role is Role.APPROVER for person in known.people.values()):
        raise table.fail("lead", f"{issue.lead} has nobody who may publish")


def _check_state(table: Table, issue: Issue, today: date) -> None:
    opens_on, published_on = issue.opens_at.date(), issue.reply.published_on if issue.reply else None
    fits: dict[IssueState, Callable[[], bool]] = {
        IssueState.DRAFT: lambda: today < opens_on < issue.closes_on and not issue.comments and not issue.votes,
        IssueState.OPEN: lambda: opens_on < today <= issue.closes_on and issue.reply is None,
        IssueState.CLOSED: lambda: opens_on < issue.closes_on < today and published_on is None,
        IssueState.ANSWERED: lambda: published_on is not None and opens_on < issue.closes_on < published_on <= today,
        IssueState.WITHDRAWN: lambda: issue.withdrawn_on is not None and opens_on < issue.withdrawn_on <= today,
    }
    withdrawn = issue.withdrawn_on is not None
    if withdrawn is not (issue.state is IssueState.WITHDRAWN) or not fits[issue.state]():
        raise table.fail("state", f"the days and the reply do not fit an issue that is {issue.state}")


def _simulation(table: Table) -> Simulation:
    camps = tuple(_camp(each) for each in table.tables("camps"))
    simulation = Simulation(table.whole("participants"), table.whole("seed"), camps)
    table.finish()
    if abs(sum(camp.share for camp in camps) - 1) > 1e-9:
        raise table.fail("camps", "the shares must sum to 1")
    return simulation


def _camp(table: Table) -> Camp:
    camp = Camp(table.text("slug"), table.texts("name"), table.share("share"))
    table.finish()
    return camp


def _statements(
    table: Table, simulation: Simulation | None, lang: str, author: str, known: Known
) -> tuple[Statement, ...]:
    camps = len(simulation.camps) if simulation else 0
    numbered = enumerate(table.tables("statements"), start=1)
    return tuple(_statement(each, no, camps, lang, author, known) for no, each in numbered)


def _statement(table: Table, no: int, camps: int, lang: str, author: str, known: Known) -> Statement:
    statement = Statement(
        no=no,
        lang=table.lang("lang", default=lang),
        text=table.text("text"),
        author=table.one_of("author", known.people) if table.has("author") else author,
        leanings=table.leanings("lean") if camps else (),
        passing=table.share("pass") if camps else 0.0,
    )
    table.finish()
    if not SHORTEST <= len(statement.text) <= LONGEST:
        raise table.fail("text", f"must have {SHORTEST} to {LONGEST} characters, not {len(statement.text)}")
    if len(statement.leanings) != camps:
        raise table.fail("lean", f"needs one number for each of the {camps} camps")
    return statement


def _comment(table: Table, days: _Days, known: Known, simulation: Simulation | None) -> Comment:
    comment = Comment(
        person=table.one_of("person", known.people),
        lang=table.lang("lang"),
        stance=table.choice("stance", Stance),
        text=table.text("text"),
        written_at=_moment(table, days, days.opens_at),
        replies=(),
        marking=_marking(table, simulation) if table.has("marked_by") else None,
    )
    replies: list[CommentReply] = []
    for each in table.tables("replies"):
        after = replies[-1].written_at if replies else comment.written_at
        person, lang, text = each.one_of("person", known.people), each.lang("lang"), each.text("text")
        replies.append(CommentReply(person, lang, text, _moment(each, days, after)))
        each.finish()
    table.finish()
    return replace(comment, replies=tuple(replies))


def _marking(table: Table, simulation: Simulation | None) -> Marking:
    marking = Marking(table.whole("marked_by"), table.leanings("convincing"))
    camps, people = (len(simulation.camps), simulation.participants) if simulation else (0, 0)
    if len(marking.convincing) != camps or not 0 < marking.people <= people:
        raise table.fail("marked_by", f"needs at most {people} people, and a number for each of the {camps} camps")
    return marking


def _moment(table: Table, days: _Days, after: datetime) -> datetime:
    """`day` days after the opening, `at` that time; after `after` and on the last day at the latest."""
    day = days.opens_at.date() + timedelta(days=table.whole("day"))
    spoken = table.text("at")
    try:
        moment = datetime.combine(day, time.fromisoformat(spoken), days.opens_at.tzinfo)
    except ValueError:
        raise table.fail("at", f"must be a time such as 21:40, not {spoken!r}") from None
    if moment <= after or day > days.last_day:
        raise table.fail("day", "must lie after what it answers, and before the issue ends or today begins")
    return moment


def _votes(table: Table, statements: int, known: Known) -> tuple[NamedVote, ...]:
    votes: list[NamedVote] = []
    for person in table.unread():
        signs = table.text(person)
        if person not in known.people or len(signs) != statements or set(signs) - set(SIGNS) - {UNSEEN}:
            raise table.fail(person, f"must be a person, with one of + - 0 . for each of {statements} statements")
        votes += [NamedVote(person, no, SIGNS[sign]) for no, sign in enumerate(signs, start=1) if sign != UNSEEN]
    return tuple(votes)


def _reply(table: Table, known: Known) -> Reply:
    points = tuple(_point(each, known) for each in table.tables("points"))
    published_on = known.office_day(table.whole("published")) if table.has("published") else None
    holding = _holding(table.table("holding"), known) if table.has("holding") else None
    correction = _correction(table.table("correction"), points, known) if table.has("correction") else None
    judgements = tuple(_judgement(each, known) for each in table.tables("feedback"))
    survey = tuple(table.counts("survey", 3)) if table.has("survey") else ()
    reply = Reply(table.texts("summary"), points, published_on, holding, correction, judgements, survey)
    table.finish()
    if not points:
        raise table.fail("points", "a reply answers at least one demand")
    return reply


def _holding(table: Table, known: Known) -> Holding:
    holding = Holding(table.texts("text"), known.office_day(table.whole("published")))
    table.finish()
    return holding


def _correction(table: Table, points: tuple[ReplyPoint, ...], known: Known) -> Correction:
    number = table.whole("point")
    if not 1 <= number <= len(points):
        raise table.fail("point", f"must be one of the {len(points)} points")
    correction = Correction(
        table.texts("why"), number, table.texts("reason"), known.office_day(table.whole("published"))
    )
    table.finish()
    return correction


def _judgement(table: Table, known: Known) -> Judgement:
    judgement = Judgement(
        person=table.one_of("person", known.people),
        verdict=table.choice("verdict", Verdict),
        lang=table.lang("lang"),
        text=table.text("text"),
    )
    table.finish()
    return judgement


def _report(table: Table, known: Known) -> Report:
    progress = table.whole("progress") if table.has("progress") else 0
    report = Report(known.day(table.whole("day")), progress, table.texts("note"))
    table.finish()
    return report


def _point(table: Table, known: Known) -> ReplyPoint:
    has_step = table.has("next_step")
    point = ReplyPoint(
        demand=table.texts("demand"),
        outcome=table.choice("status", Outcome),
        reason=table.texts("reason"),
        basis=table.texts("basis"),
        next_step=table.texts("next_step") if has_step else None,
        due_on=known.day(table.whole("due")) if has_step else None,
        report=_report(table.table("report"), known) if table.has("report") else None,
    )
    table.finish()
    return point
