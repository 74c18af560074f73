"""The proposals of the sample city, one in each phase, brought there by the acts that lead there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from app.core.clock import local_date
from app.endorsements.actions import look_after
from app.endorsements.endorsing import establish
from app.endorsements.models import Endorsement, Gathering
from app.endorsements.rules import Channel, Side
from app.endorsements.tallies import count_breadth
from app.proposals.drafting import draft, submit
from app.proposals.queries import proposal_by_id
from app.proposals.reviewing import admit, reject, take
from app.proposals.rules import Code, Phase, ProposalInput, Rejection
from app.sample.tables import Table, read_table
from app.sample.town import Town
from app.topics.models import Topic

REVIEWER = "wu-pei-shan"
REVIEWED = timedelta(days=1)
FILE = "proposals.toml"
AREAS = ("TW-TPE", "TW-NWT", "TW-TAO", "TW-TXG", "")


@dataclass(frozen=True)
class SampleProposal:
    """A proposal as its file tells it. `days` since it was handed in; `why` of one that was turned down."""

    phase: Phase
    author: str
    agency: str
    entered: ProposalInput
    days: int
    endorsed: int
    opposed: int
    why: Rejection | None


def read_proposals(folder: Path) -> list[SampleProposal]:
    """The proposals of the file. Raises `BadContent` with the key."""
    table = read_table(folder, FILE)
    found = [_read(each) for each in table.tables("proposals")]
    table.finish()
    return found


def load_proposals(town: Town, proposals: list[SampleProposal]) -> None:
    """Put them into the city, the oldest first."""
    for one in sorted(proposals, key=lambda each: -each.days):
        _load(town, one)


def _read(table: Table) -> SampleProposal:
    lang = table.lang("lang")
    entered = ProposalInput(
        lang,
        title=table.text("title"),
        demands=table.words("demands"),
        reason=table.text("reason"),
        benefit=table.text("benefit"),
    )
    phase, agency = table.choice("phase", Phase), table.text("agency")
    why = Rejection(table.choice("code", Code), table.text("decision"), lang) if phase is Phase.REJECTED else None
    counted = [table.whole(key) if table.has(key) else 0 for key in ("endorsed", "opposed")]
    found = SampleProposal(
        phase, table.text("author"), agency, entered, table.whole("submitted_days_ago"), *counted, why
    )
    table.finish()
    return found


def _load(town: Town, one: SampleProposal) -> None:
    handed_in = town.now.now - timedelta(days=one.days)
    ctx = town.at(handed_in, one.author)
    proposal = draft(ctx, one.entered)
    submit(ctx, proposal, proposal.revision)
    if one.phase is Phase.REVIEW:
        return
    decided = handed_in + REVIEWED
    reviewing = town.at(decided, REVIEWER)
    taken = take(reviewing, proposal_by_id(reviewing, proposal.id))
    if one.why is not None:
        reject(reviewing, taken, one.why)
        return
    admit(reviewing, taken, (one.agency,))
    ctx.get(Topic, proposal.topic_id).notice = dict(town.city.simulation_notice)
    until = town.now.now - timedelta(days=2) if one.phase is Phase.ESTABLISHED else town.now.now
    _simulate(town, one, proposal.topic_id, decided, min(until, decided + timedelta(days=40)))
    if one.phase is Phase.ESTABLISHED:
        establish(town.at(until), proposal.topic_id)
    if one.phase is Phase.LAPSED:
        look_after(town.at(town.now.now), proposal.topic_id)


def _simulate(town: Town, one: SampleProposal, topic_id: int, begin: datetime, end: datetime) -> None:
    """Simulated people endorse, evenly spread over time: rows like those of people whose names were deleted."""
    session, zone = town.now.session, town.now.settings.timezone
    everybody = one.endorsed + one.opposed
    rows = []
    for number in range(everybody):
        at = begin + (end - begin) * ((number + 0.5) / everybody)
        side = (
            Side.AGAINST if number * one.opposed // everybody != (number + 1) * one.opposed // everybody else Side.FOR
        )
        day, area = local_date(at, zone), AREAS[number * number % len(AREAS)]
        values = {"voice": f"sample-{number}", "side": side, "given_at": at, "given_on": day, "area": area}
        rows.append(values | {"topic_id": topic_id, "channel": Channel.WEB, "evidence": "", "wants_news": False})
    session.execute(sa.insert(Endorsement), rows)
    counted = {"endorsed": one.endorsed, "opposed": one.opposed, "moves": everybody}
    session.execute(sa.update(Gathering).where(Gathering.topic_id == topic_id).values(**counted))
    count_breadth(town.now, topic_id)
    session.expire_all()
