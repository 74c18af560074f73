"""The sample city, with what makes every kind of page show something."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa

from app.accounts.actions import ask_reset
from app.accounts.links import Claim, MailedLinks, Purpose
from app.accounts.models import Membership, Person
from app.accounts.queries import actor_of
from app.accounts.rules import email_key, mailbox_key
from app.agencies.deputies import enter_absence
from app.agencies.models import Agency
from app.agencies.rules import AbsenceInput
from app.cases.assigning import add_agency, contribute, missing_parts, release_agency
from app.cases.models import Case
from app.cases.officers import assign
from app.cases.transfers import offer_transfer
from app.comments.actions import edit, write
from app.comments.rules import CommentInput, Stance
from app.core.context import Context
from app.core.permissions import Actor, Role
from app.core.persons import Standing
from app.followups.models import Invitation, Milestone, Study
from app.identities.actions import declare
from app.issues.actions import revise
from app.issues.attaching import attach
from app.issues.queries import issue_by_slug
from app.issues.rules import IssueTexts
from app.opinions.actions import cast
from app.opinions.models import MapSnapshot, Statement
from app.opinions.rules import Vote
from app.proposals.disclosing import BackerInput, name_backer
from app.proposals.drafting import draft
from app.proposals.models import Proposal, Suggestion
from app.proposals.passages import Part as DraftPart
from app.proposals.queries import phase, review_queue
from app.proposals.reviewing import take
from app.proposals.rules import BackerRole, Phase, ProposalInput
from app.proposals.suggesting import SuggestionInput, open_draft, suggest
from app.replies.drafting import submit_reply
from app.replies.queries import reply_of
from app.replies.rules import DraftInput
from app.sample.loading import load_city
from app.topics.queries import topic_by_slug
from app.topics.rules import Part, TopicKind
from tests.browser.site import Site
from tests.support.builders import complete, password_hash

ELEVEN = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
"""Tuesday 24 November 2026, eleven o'clock in Taipei: one case of the sample city is late, one has time."""
ROLES = {
    "citizen": None,
    "officer": Role.AUTHOR,
    "approver": Role.APPROVER,
    "moderator": Role.MODERATOR,
    "administrator": Role.ADMINISTRATOR,
}
"""The readers who sign in. The two officers work for every agency."""
SLUGS = {
    "open": "night-buses",
    "fresh": "garbage-truck-hours",
    "running": "community-care-sites",
    "late": "night-market-noise",
    "answered": "park-shade-water",
    "studied": "school-streets",
    "withdrawn": "senior-card-points",
    "draft": "xuefu-road-pavement",
}
"""Issues of the sample city by what is special about them."""


@dataclass(frozen=True)
class City:
    """The running city. `values` fills the addresses of its pages: `"/issues/{open}".format_map(values)`."""

    site: Site
    values: dict[str, str]


def email_of(reader: str) -> str:
    """The address a kind of reader signs in with."""
    return f"{reader}@example.org"


def furnish(site: Site) -> City:
    """Load the city into an empty instance and let a few more things happen in it."""
    with site.work() as ctx:
        load_city(ctx)
        actors = {reader: _person(ctx, reader, role) for reader, role in ROLES.items()}
    comment = _discuss(site, actors)
    site.clock.advance(timedelta(minutes=10))
    _change_minds(site, actors, comment)
    site.run_job("draw-maps")
    offer = _work_together(site, actors)
    _propose(site, actors)
    with site.work() as ctx:
        cases = {case.topic.slug: case.id for case in ctx.session.scalars(sa.select(Case))}
        numbers = {f"{name}_case": str(cases[SLUGS[name]]) for name in ("running", "late", "answered", "studied")}
        numbers |= _followed(ctx)
        numbers |= _proposed(ctx) | {"proposal_case": str(cases[_proposed(ctx)["established"]])}
        topic = topic_by_slug(ctx, TopicKind.ISSUE, SLUGS["open"])
        first_map = sa.select(sa.func.min(MapSnapshot.id)).where(MapSnapshot.topic_id == topic.id)
        numbers["earlier_map"] = str(ctx.session.scalar(first_map))
    site.clock.travel_to(ELEVEN)
    return City(
        site,
        SLUGS | numbers | _tokens(site, actors) | {"comment": str(comment), "offer": str(offer), "agency": "transport"},
    )


def _proposed(ctx: Context) -> dict[str, str]:
    """Proposals of the sample city by their phase."""
    found = ctx.session.scalars(sa.select(Proposal).order_by(Proposal.id)).all()
    names = {Phase.REVIEW: "submitted", Phase.DRAFT: "own"}
    suggestion = ctx.session.scalars(sa.select(Suggestion)).one()
    together = {"draft_key": suggestion.proposal.draft_key or "", "suggestion": str(suggestion.id)}
    return together | {names.get(phase(one), phase(one).value): one.topic.slug for one in found}


def _propose(site: Site, actors: dict[str, Actor]) -> None:
    """The citizen begins a proposal, for which the officer suggests a change; a moderator takes one in hand."""
    with site.work(actors["citizen"]) as ctx:
        declare(ctx, Standing.NATIONAL, None)
        key = open_draft(ctx, draft(ctx, ProposalInput("zh-Hant-TW", "夜間公車加開末班車", ("末班車延到凌晨一點",))))
    change = SuggestionInput(DraftPart.DEMANDS, "末班車延到凌晨一點", "末班車延到凌晨兩點", "一點還有人下班")
    with site.work(actors["officer"]) as ctx:
        declare(ctx, Standing.NATIONAL, None)
        suggest(ctx, key, change)
    with site.work(actors["moderator"]) as ctx:
        name_backer(
            ctx, take(ctx, review_queue(ctx)[0]), BackerInput("晴川公車聯盟", BackerRole.BOTH, "https://bus.example")
        )


def _person(ctx: Context, reader: str, role: Role | None) -> Actor:
    email = email_of(reader)
    person = Person(
        email=email,
        email_key=email_key(email),
        mailbox=mailbox_key(email),
        name={"citizen": "李小真"}.get(reader, reader.title()),
        lang="zh-Hant-TW",
        password_hash=password_hash(),
        joined_at=ctx.now,
        confirmed_at=ctx.now,
        moderator=role is Role.MODERATOR,
        administrator=role is Role.ADMINISTRATOR,
    )
    ctx.session.add(person)
    ctx.session.flush()
    if role in {Role.AUTHOR, Role.APPROVER}:
        for agency in ctx.session.scalars(sa.select(Agency.id)):
            ctx.session.add(Membership(agency_id=agency, person_id=person.id, role=role))
        ctx.session.flush()
    return actor_of(ctx.session, person)


def _discuss(site: Site, actors: dict[str, Actor]) -> int:
    """A citizen votes and comments; the id of the comment."""
    with site.work(actors["citizen"]) as ctx:
        topic = topic_by_slug(ctx, TopicKind.ISSUE, SLUGS["open"])
        statements = ctx.session.scalars(sa.select(Statement).where(Statement.topic_id == topic.id)).all()
        for number, statement in enumerate(statements[:12]):
            cast(ctx, topic, statement.id, (Vote.AGREE, Vote.AGREE, Vote.PASS, Vote.DISAGREE)[number % 4])
        said = CommentInput("末班車之後，從車站走回家要五十分鐘。", "zh-Hant-TW", Stance.FOR)
        return write(ctx, topic, said).id


def _change_minds(site: Site, actors: dict[str, Actor], comment: int) -> None:
    """The comment is edited, an issue revised and given a file, a reply submitted."""
    with site.work(actors["citizen"]) as ctx:
        topic = topic_by_slug(ctx, TopicKind.ISSUE, SLUGS["open"])
        edit(ctx, topic, comment, CommentInput("末班車之後，從車站走回家要四十分鐘。", "zh-Hant-TW", Stance.FOR))
    with site.work(actors["approver"]) as ctx:
        issue = issue_by_slug(ctx, SLUGS["open"])
        texts = {name: getattr(issue.topic, name)["en"] for name in ("title", "summary")}
        texts |= {name: getattr(issue, name).get("en", "") for name in ("background", "still_open", "decided", "area")}
        texts["summary"] += " The figures are those of September."
        revise(ctx, issue, IssueTexts("en", **texts), revision=issue.revision, note="Named the month of the figures")
        folder = site.app.config["CONFIG"].files
        attach(ctx, issue, b"stop,passengers\nLiudi,214\n", "passengers.csv", folder)
    with site.work(actors["officer"]) as ctx:
        case = ctx.session.scalars(sa.select(Case).where(Case.topic.has(slug=SLUGS["running"]))).one()
        for part in missing_parts(case):
            contribute(ctx, case, part.agency_id, "兩處據點的場地由我們提供。")
        answers = {demand.id: complete(text="From March 2027.") for demand in case.demands}
        reply = reply_of(ctx, case)
        revision = reply.revision if reply else 0
        submit_reply(
            ctx, case, DraftInput("Three more sites open.", "en", "(00) 5555-0100", answers, revision=revision)
        )


def _work_together(site: Site, actors: dict[str, Actor]) -> int:
    """Work on the late case: an officer in charge, a note, an agency added and one released, an offer; its id."""
    with site.work(actors["approver"]) as ctx:
        case = ctx.session.scalars(sa.select(Case).where(Case.topic.has(slug=SLUGS["late"]))).one()
        lead, agencies = case.lead.agency_id, list(ctx.session.scalars(sa.select(Agency.id).order_by(Agency.id)))
        others = [one for one in agencies if one not in case.agency_ids]
        people = actors["officer"].person_id or 0, actors["approver"].person_id or 0
        assign(ctx, case, lead, *people, note="夜市自治會的電話在**卷宗第三頁**。")
        enter_absence(ctx, lead, AbsenceInput(*people, ctx.today, ctx.today + timedelta(days=30)))
        add_agency(ctx, case, others[0], Part.LEAD, "攤商用電由它管理。")
        add_agency(ctx, case, others[1], Part.CO, "噪音量測由它負責。")
        release_agency(ctx, case, others[1], "量測已委託環境局。")
        return offer_transfer(ctx, case, lead, others[1], "市場管理自明年起移撥。").id


def _followed(ctx: Context) -> dict[str, str]:
    """A study and a milestone with its demand; the citizen is asked how satisfied they are, and an end is proposed."""
    study = ctx.session.scalars(sa.select(Study)).one()
    step = ctx.session.scalars(sa.select(Milestone).where(Milestone.progress == 60)).one()
    citizen = ctx.session.scalars(sa.select(Person).where(Person.email == email_of("citizen"))).one()
    ctx.session.add(Invitation(case_id=study.case_id, person_id=citizen.id, invited_at=ctx.now))
    return {"study": str(study.id), "milestone": str(step.id), "demand": str(step.demand_id)}


def _tokens(site: Site, actors: dict[str, Actor]) -> dict[str, str]:
    """Tokens of mailed links, and a letter in the outbox."""
    links = MailedLinks(site.app.config["CONFIG"].secret_key)
    with site.work() as ctx:
        ask_reset(ctx, email_of("citizen"))
        person = ctx.get(Person, actors["citizen"].person_id or 0)
        return {purpose.value: links.token(Claim(purpose, person.id, person.epoch), ctx.now) for purpose in Purpose}
