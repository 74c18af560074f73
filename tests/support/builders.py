"""Builders: things as they are in the database, with honest defaults. Each returns ids, slugs and actors, not rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from itertools import count
from typing import Any

from app.accounts.models import Membership, Person
from app.accounts.passwords import hash_password
from app.accounts.queries import actor_of
from app.accounts.rules import email_key, mailbox_key
from app.agencies.models import Agency
from app.cases.actions import open_case
from app.cases.assigning import contribute
from app.cases.queries import case_by_id
from app.core.answers import Outcome
from app.core.clock import end_of_day
from app.core.context import Context
from app.core.permissions import Actor, Role
from app.core.persons import Standing
from app.core.policy import Policy
from app.identities.models import Declaration
from app.issues.models import Issue
from app.issues.rules import IssueState, PromiseLevel
from app.opinions.models import CoordinationCheck, MapSnapshot, Statement
from app.opinions.rules import Origin
from app.policies.actions import publish_policy
from app.policies.rules import PublicationInput
from app.replies.drafting import submit_reply
from app.replies.publishing import publish_reply
from app.replies.rules import Answer, DraftInput
from app.topics.models import Topic, TopicAgency
from app.topics.rules import Part, TopicKind
from deliberation import OpinionMap, Votes

PASSWORD = "correct horse battery"
MEMORY = OpinionMap().fit(Votes.from_triplets([], [], [])).memory_.to_json()
"""Of a map on which nobody has voted."""


@cache
def password_hash() -> str:
    """The hash of `PASSWORD`, made once per process."""
    return hash_password(PASSWORD)


def complete(outcome: Outcome = Outcome.ADOPTED, text: str = "From March.") -> Answer:
    """An answer to a demand with every part it must have, but for a contact of its own."""
    return Answer(outcome, text, basis="Article 4 of the bus by-law", no_next_step=True)


@dataclass(frozen=True)
class MadePerson:
    """A person who can sign in with `email` and `PASSWORD`."""

    id: int
    email: str
    name: str
    actor: Actor


@dataclass(frozen=True)
class MadeIssue:
    """An issue, its topic and its statements."""

    id: int
    topic_id: int
    slug: str
    agency_id: int
    statement_ids: list[int]


@dataclass(frozen=True)
class MadeCase:
    """A case whose issue closed, and the reply it owes by `due_on`."""

    id: int
    topic_id: int
    slug: str
    agency_id: int
    due_on: date
    statement_ids: list[int]


@dataclass(frozen=True)
class MadeAnswer:
    """A case with its published reply, and the two officers who gave it."""

    case: MadeCase
    author: MadePerson
    approver: MadePerson
    demand_ids: list[int]


@dataclass
class Make:
    """`make.person()`, `make.officer(agency)`, `make.issue()` and so on; each call commits."""

    work: Callable[..., AbstractContextManager[Context]]
    numbers: count[int] = field(default_factory=lambda: count(1))

    def person(
        self,
        name: str = "",
        *,
        confirmed: bool = True,
        lang: str = "en",
        moderator: bool = False,
        administrator: bool = False,
        standing: Standing | None = Standing.NATIONAL,
    ) -> MadePerson:
        """Somebody confirmed, who says to be a citizen, unless told otherwise."""
        n = next(self.numbers)
        with self.work() as ctx:
            email = f"person{n}@example.org"
            person = Person(
                email=email,
                email_key=email_key(email),
                mailbox=mailbox_key(email),
                name=name or f"Person {n}",
                lang=lang,
                password_hash=password_hash(),
                joined_at=ctx.now,
                confirmed_at=ctx.now if confirmed else None,
                moderator=moderator,
                administrator=administrator,
            )
            ctx.session.add(person)
            ctx.session.flush()
            if standing:
                ctx.session.add(Declaration(person_id=person.id, standing=standing, declared_at=ctx.now))
                ctx.session.flush()
            return MadePerson(person.id, email, person.name, actor_of(ctx.session, person))

    def agency(self, name: str = "") -> int:
        """An agency; returns its id."""
        n = next(self.numbers)
        with self.work() as ctx:
            agency = Agency(
                slug=f"agency-{n}",
                name={"en": name or f"Agency {n}", "zh-Hant-TW": f"第 {n} 局"},
                email=f"agency{n}@example.org",
                phone="",
                competences={"en": ["buses"], "zh-Hant-TW": ["公車"]},
            )
            ctx.session.add(agency)
            ctx.session.flush()
            return agency.id

    def officer(self, agency_id: int, role: Role = Role.AUTHOR, *, lang: str = "en") -> MadePerson:
        """An officer of an agency."""
        made = self.person(lang=lang)
        with self.work() as ctx:
            ctx.session.add(Membership(agency_id=agency_id, person_id=made.id, role=role))
            ctx.session.flush()
            person = ctx.get(Person, made.id)
            return MadePerson(made.id, made.email, made.name, actor_of(ctx.session, person))

    def issue(
        self,
        *,
        agency_id: int | None = None,
        co_agency_ids: Sequence[int] = (),
        state: IssueState = IssueState.OPEN,
        statements: int = 0,
        days_left: int = 10,
        title: str = "Night buses",
    ) -> MadeIssue:
        """An issue in a state, with its topic and that many seeded statements."""
        agency_id = agency_id or self.agency()
        author = self.person()
        slug = f"issue-{next(self.numbers)}"
        with self.work() as ctx:
            closes_on = ctx.today + timedelta(days=days_left)
            topic = Topic(
                kind=TopicKind.ISSUE,
                slug=slug,
                title={"en": title},
                summary={"en": "How should buses run at night?"},
                opened_at=None if state is IssueState.DRAFT else ctx.now - timedelta(hours=1),
                closes_on=closes_on,
                closes_at=end_of_day(closes_on, ctx.settings.timezone),
                closed_at=None if state in {IssueState.DRAFT, IssueState.OPEN} else ctx.now,
                statement_count=statements,
                agencies=[
                    TopicAgency(agency_id=agency_id, part=Part.LEAD),
                    *(TopicAgency(agency_id=one, part=Part.CO) for one in co_agency_ids),
                ],
            )
            ctx.session.add(topic)
            ctx.session.flush()
            issue = Issue(
                topic_id=topic.id,
                state=state,
                promise=PromiseLevel.CONSULT,
                area={},
                background={"en": "Buses stop at **11 p.m.**"},
                still_open={"en": "The timetable."},
                decided={"en": "The budget."},
                created_at=ctx.now,
                author_id=author.id,
            )
            rows = [
                Statement(
                    topic_id=topic.id,
                    key=f"statement {n}",
                    text=f"Statement number {n}.",
                    lang="en",
                    origin=Origin.SEED,
                    written_at=ctx.now,
                )
                for n in range(statements)
            ]
            ctx.session.add_all([issue, *rows])
            ctx.session.flush()
            return MadeIssue(issue.id, topic.id, slug, agency_id, [row.id for row in rows])

    def case(
        self,
        *,
        agency_id: int | None = None,
        co_agency_id: int | None = None,
        common: int = 0,
        title: str = "Night buses",
    ) -> MadeCase:
        """The case of an issue that closed today, with that many demands on which all groups of its map agree."""
        issue = self.issue(agency_id=agency_id, state=IssueState.CLOSED, statements=common, title=title)
        with self.work() as ctx:
            if co_agency_id:
                ctx.session.add(TopicAgency(topic_id=issue.topic_id, agency_id=co_agency_id, part=Part.CO))
        self.map(issue.topic_id, dict.fromkeys(issue.statement_ids, 1))
        return self.case_of(issue)

    def case_of(self, issue: MadeIssue) -> MadeCase:
        """The case of an issue that closes now, whatever its map demands."""
        with self.work() as ctx:
            ctx.get(Topic, issue.topic_id).closed_at = ctx.now
            case = open_case(ctx, issue.topic_id, ctx.today)
            assert case is not None
            due_on = case.clock.due_on
            return MadeCase(case.id, issue.topic_id, issue.slug, issue.agency_id, due_on, issue.statement_ids)

    def contribution(self, case_id: int, agency_id: int, text: str = "Nothing to add.") -> None:
        """The part of an agency in a case is in."""
        with self.work(self.officer(agency_id).actor) as ctx:
            contribute(ctx, case_by_id(ctx, case_id), agency_id, text)

    def answered(self, *outcomes: Outcome, title: str = "Night buses", case: MadeCase | None = None) -> MadeAnswer:
        """A case whose reply was published now, with a demand for each outcome; what else it demands is adopted."""
        made = case or self.case(common=len(outcomes), title=title)
        author, approver = self.officer(made.agency_id), self.officer(made.agency_id, Role.APPROVER)
        with self.work(author.actor) as ctx:
            found = case_by_id(ctx, made.id)
            chosen = [*outcomes, *[Outcome.ADOPTED] * (len(found.demands) - len(outcomes))]
            pairs = zip(found.demands, chosen, strict=True)
            answers = {demand.id: complete(outcome, "As the law says.") for demand, outcome in pairs}
            revision = submit_reply(ctx, found, DraftInput("The last bus waits.", "en", "1999", answers)).revision
            demand_ids = [demand.id for demand in found.demands]
        with self.work(approver.actor) as ctx:
            publish_reply(ctx, case_by_id(ctx, made.id), revision)
        return MadeAnswer(made, author, approver, demand_ids)

    def map(self, topic_id: int, consensus: dict[int, int] | None = None) -> int:
        """A published map on which all groups agree (1) or disagree (-1) with these statements; None: no such list.

        Returns its id.
        """
        listed = [{"statement": one, "side": side, "floor": 0.7} for one, side in (consensus or {}).items()]
        with self.work() as ctx:
            snapshot = MapSnapshot(
                topic_id=topic_id,
                seq=0,
                made_at=ctx.now,
                engine="test",
                participants=40,
                votes=400,
                groups=2,
                content={} if consensus is None else {"consensus": listed},
                memory=MEMORY,
            )
            ctx.session.add(snapshot)
            ctx.session.flush()
            return snapshot.id

    def policy(self, *, starts_in: int = 0, **sections: dict[str, Any]) -> int:
        """A version of the rules that differs in these sections, in force from today or in that many days."""
        with self.work() as ctx:
            rules = Policy.from_json(sections)
            office, note = {"en": "City Hall"}, {"en": "We have learnt."}
            return publish_policy(ctx, PublicationInput(rules, ctx.today + timedelta(days=starts_in), office, note))

    def look(self, topic_id: int) -> None:
        """A look for coordinated voters that found nobody."""
        nothing: dict[str, Any] = {"groups": 0, "small": 0, "people": None, "pairs": None, "found": [], "without": None}
        with self.work() as ctx:
            ctx.session.add(
                CoordinationCheck(
                    topic_id=topic_id,
                    checked_at=ctx.now,
                    content=nothing | {"made_at": "2026-11-04T04:00:00Z"},
                    evidence={"groups": [], "told": [], "without": {}},
                )
            )
