"""Sample people with tokens, and a sample proposal they can endorse: for load tests and demonstrations."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from app.accounts.models import ApiToken, Person
from app.accounts.queries import actor_of, token_digest
from app.agencies.models import Agency
from app.clocks.rules import Stop
from app.core.context import Context
from app.core.permissions import SYSTEM
from app.core.persons import AgeBand, Standing
from app.endorsements.actions import open_gathering
from app.identities.models import Declaration
from app.proposals.actions import end_review
from app.proposals.drafting import draft, submit
from app.proposals.models import Proposal
from app.proposals.rules import ProposalInput, ProposalState
from app.topics.models import TopicAgency
from app.topics.rules import Part

TEXTS = ProposalInput(
    lang="zh-Hant-TW",
    title="公園步道加裝夜間照明",
    demands=("步道每 20 公尺設一盞路燈", "照明開到晚上十點"),
    reason="天黑以後步道幾乎看不見，跑步和散步的人常常踩空。",
    benefit="晚上也能安心運動。電費與維護費會增加。",
)
TOKENS_AT_ONCE = 500


@dataclass(frozen=True)
class Opened:
    """A proposal that collects endorsements."""

    id: int
    slug: str


def sample_people(ctx: Context, how_many: int) -> list[str]:
    """Add so many people with a confirmed address, each with one personal token; returns the tokens."""
    tokens = [f"minyi_{secrets.token_urlsafe(32)}" for _ in range(how_many)]
    for begin in range(0, how_many, TOKENS_AT_ONCE):
        _add(ctx, [_person(ctx, token) for token in tokens[begin : begin + TOKENS_AT_ONCE]])
    return tokens


def sample_proposal(ctx: Context, threshold: int) -> Opened:
    """Open a proposal that needs so many endorsements, with an author and an agency of its own if there is none."""
    agency = ctx.session.scalar(sa.select(Agency).order_by(Agency.parent_id.is_(None), Agency.id).limit(1))
    if agency is None:
        name = {"zh-Hant-TW": "工務局", "en": "Works Department"}
        agency = Agency(slug="sample-works", name=name, email="", phone="", competences={})
        ctx.session.add(agency)
    author = _person(ctx, secrets.token_urlsafe(32))
    _add(ctx, [author])
    acting = ctx.acting_as(actor_of(ctx.session, author))
    proposal = draft(acting, TEXTS)
    submit(acting, proposal, proposal.revision)
    _admit(ctx.acting_as(SYSTEM), proposal, agency, threshold)
    return Opened(proposal.id, proposal.topic.slug)


def _admit(ctx: Context, proposal: Proposal, agency: Agency, threshold: int) -> None:
    """As a review would, with a threshold of the caller's own."""
    end_review(ctx, proposal.id, Stop.KEPT)
    proposal.state = ProposalState.ADMITTED
    proposal.topic.agencies.append(TopicAgency(agency=agency, part=Part.LEAD))
    proposal.topic.opened_at = ctx.now
    ctx.session.flush()
    open_gathering(ctx, proposal.topic_id, threshold)


def _add(ctx: Context, people: list[Person]) -> None:
    """With what the rules ask of whoever proposes or endorses."""
    ctx.session.add_all(people)
    ctx.session.flush()
    said = {"standing": Standing.NATIONAL, "age_band": AgeBand.ADULT, "declared_at": ctx.now}
    ctx.session.add_all(Declaration(person_id=person.id, **said) for person in people)
    ctx.session.flush()


def _person(ctx: Context, token: str) -> Person:
    address = f"sample-{secrets.token_hex(8)}@example.org"
    return Person(
        email=address,
        email_key=address,
        mailbox=address,
        name="範例民眾",
        lang="zh-Hant-TW",
        password_hash="",
        joined_at=ctx.now,
        confirmed_at=ctx.now,
        tokens=[ApiToken(name="sample", digest=token_digest(token), created_at=ctx.now)],
    )
