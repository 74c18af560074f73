"""Proposals for tests, brought as far as a test needs them by the acts of the people who would do it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import sqlalchemy as sa

from app.agencies.models import Agency
from app.core.context import Context
from app.core.permissions import Actor
from app.endorsements.endorsing import endorse
from app.endorsements.models import Gathering
from app.identities.models import Phone
from app.proposals.drafting import draft, submit
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import admit, take
from app.proposals.rules import ProposalInput
from tests.support.builders import MadePerson, Make

Work = Callable[..., AbstractContextManager[Context]]


@dataclass(frozen=True)
class MadeProposal:
    """A proposal, who wrote it, and who would have to answer."""

    id: int
    topic_id: int
    slug: str
    author: MadePerson
    agency_id: int


def entered(title: str = "Night buses until two", **texts: object) -> ProposalInput:
    """A proposal with everything it must have."""
    values: dict[str, object] = {
        "lang": "en",
        "title": title,
        "demands": ("Run the night buses until two.", "Light the stops."),
        "reason": "People walk home for an hour after the last bus.",
        "benefit": "Whoever works late gets home safely.",
    }
    return ProposalInput(**(values | texts))  # type: ignore[arg-type]


def drafted(work: Work, make: Make, author: MadePerson | None = None, **texts: object) -> MadeProposal:
    """A draft."""
    author, agency_id = author or make.person(), make.agency()
    with work(author.actor) as ctx:
        proposal = draft(ctx, entered(**texts))  # type: ignore[arg-type]
        return MadeProposal(proposal.id, proposal.topic_id, proposal.topic.slug, author, agency_id)


def submitted(work: Work, make: Make, author: MadePerson | None = None, **texts: object) -> MadeProposal:
    """A proposal that waits for its review."""
    made = drafted(work, make, author, **texts)
    with work(made.author.actor) as ctx:
        proposal = proposal_by_id(ctx, made.id)
        submit(ctx, proposal, proposal.revision)
    return made


def collecting(
    work: Work, make: Make, threshold: int = 3, author: MadePerson | None = None, **texts: object
) -> MadeProposal:
    """A proposal that gathers endorsements and needs so many."""
    made = submitted(work, make, author, **texts)
    with work(make.person(moderator=True).actor) as ctx:
        slug = ctx.get(Agency, made.agency_id).slug
        admit(ctx, take(ctx, proposal_by_id(ctx, made.id)), (slug,))
    with work() as ctx:
        ctx.session.execute(sa.update(Gathering).where(Gathering.topic_id == made.topic_id).values(threshold=threshold))
    return made


def endorsed(work: Work, made: MadeProposal, people: Sequence[Actor], **values: object) -> None:
    """These people endorse it, one after the other."""
    for actor in people:
        with work(actor) as ctx:
            endorse(ctx, made.topic_id, **values)  # type: ignore[arg-type]


def established(work: Work, make: Make, **texts: object) -> MadeProposal:
    """A proposal that found its support."""
    made = collecting(work, make, 1, None, **texts)
    endorsed(work, made, [make.person().actor])
    return made


def gathering(work: Work, topic_id: int) -> Gathering:
    """The gathering as it stands."""
    with work() as ctx:
        return ctx.session.scalars(sa.select(Gathering).where(Gathering.topic_id == topic_id)).one()


def share_telephone(work: Work, number: str, people: Sequence[int]) -> None:
    """Accounts that have confirmed one number."""
    with work() as ctx:
        shown = {"key": number, "hint": "", "number_range": "", "verified_at": ctx.now}
        ctx.session.add_all(Phone(person_id=one, place=place, **shown) for place, one in enumerate(people, 1))
