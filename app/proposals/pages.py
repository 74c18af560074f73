"""What the pages of proposals share: the blueprint, the page of one proposal, and what its reader may do."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from app.cases.faces import agencies_words, clock_view
from app.cases.history import told
from app.cases.queries import case_of_topic
from app.core.context import Context
from app.core.permissions import Permission
from app.core.persons import Act
from app.endorsements.models import Gathering
from app.endorsements.queries import gathering_of, own_endorsement
from app.proposals.disclosing import may_disclose
from app.proposals.faces import banners, early_promises, lacking_words, support
from app.proposals.forms import EndorseForm
from app.proposals.handling import early_clocks, handling_of
from app.proposals.merging import offers_to
from app.proposals.models import Proposal
from app.proposals.queries import is_author, may_appeal, may_read_all, phase
from app.proposals.rules import LISTED, Phase, ProposalState
from app.proposals.suggesting import thanked
from app.proposals.telling import WRITTEN_OF, news_of
from app.proposals.words import backer_words, code_words, phase_words
from app.topics.pages import topic_tabs
from app.topics.queries import is_open
from app.web.acting import ctx
from app.web.pages import prose

bp = Blueprint("proposals", __name__)
WRITING = "30/minute;600/day"
DECIDING = "30/minute;600/day"
ENDORSING = "20/minute;200/day"


@dataclass(frozen=True)
class Choice:
    """One way to read the list."""

    text: str
    href: str
    current: bool


@dataclass(frozen=True)
class MayDo:
    """What the reader may do with a proposal besides reading it."""

    endorse: bool
    take_back: bool
    withdraw: bool
    appeal: bool
    again: bool
    review: bool
    handle: bool
    unite: bool
    write: bool
    disclose: bool


def phase_links(wanted: Phase | None) -> list[Choice]:
    """Every phase as a link to its list."""
    words = {None: gettext("All"), **{one: phase_words(one)[0] for one in LISTED}}
    return [
        Choice(text, url_for("proposals.index", phase=one.value if one else None), one is wanted)
        for one, text in words.items()
    ]


def proposal_page(proposal: Proposal, form: EndorseForm | None = None) -> str:
    """The page of a proposal for everybody who may read its text."""
    found = ctx()
    gathering = gathering_of(found, proposal.topic_id) if proposal.gathering else None
    case = case_of_topic(found, proposal.topic_id) if proposal.case else None
    now = phase(proposal)
    status, kind = phase_words(now)
    handling = handling_of(found, case.id) if case else None
    return render_template(
        "proposals/show.html",
        proposal=proposal,
        topic=proposal.topic,
        tabs=topic_tabs(proposal.topic, "overview") if proposal.is_public else [],
        phase=now,
        status=status,
        kind=kind,
        support=support(found, gathering) if gathering else None,
        mine=own_endorsement(found, proposal.topic_id),
        may=may_do(found, proposal, gathering),
        form=form or (EndorseForm.empty() if found.actor.may(Permission.ENDORSE) else None),
        lacking=lacking_words(found, Act.ENDORSE),
        agencies=agencies_words(proposal.topic.agencies),
        texts={name: prose(getattr(proposal, name), proposal.lang) for name in ("reason", "benefit", "evidence")},
        decision=proposal.decision,
        code_words=code_words,
        banners=banners(found),
        clock=clock_view(found, case) if case else None,
        early=early_promises(found, early_clocks(found, case.id)) if case else [],
        plan=prose(handling.plan, handling.lang) if handling else None,
        history=[one.event for one in told(found, proposal.topic_id, case)][::-1],
        news=news_of(found, proposal.topic_id),
        offers=offers_to(found, proposal) if is_author(found, proposal) else [],
        is_author=is_author(found, proposal),
        backer_words=backer_words,
        thanks=thanked(found, proposal),
        merged_into=str(proposal.merged_into_id) if proposal.merged_into_id else "",
        discussed=is_open(found, proposal.topic),
    )


def may_do(found: Context, proposal: Proposal, gathering: Gathering | None) -> MayDo:
    """What the actor may do with a proposal now."""
    now, mine = phase(proposal), is_author(found, proposal)
    is_running = gathering is not None and gathering.ended_at is None and found.now < gathering.closes_at
    halted = bool(banners(found))
    handles = found.actor.may(Permission.REPLY_WRITE, proposal.topic.agency_ids)
    return MayDo(
        endorse=is_running and not halted,
        take_back=is_running and gathering is not None and gathering.may_withdraw,
        withdraw=mine and now is Phase.COLLECTING,
        appeal=mine and may_appeal(found, proposal),
        again=mine and now in {Phase.LAPSED, Phase.WITHDRAWN, Phase.REJECTED},
        review=found.actor.may(Permission.REVIEW) and proposal.state is not ProposalState.DRAFT,
        handle=handles and now is Phase.ESTABLISHED,
        unite=mine and now is Phase.COLLECTING,
        disclose=may_disclose(found, proposal),
        write=now in WRITTEN_OF and (mine or found.actor.may(Permission.REPLY_PUBLISH, proposal.topic.agency_ids)),
    )


def reads_all(proposal: Proposal) -> bool:
    """Whether the reader of this request may see the text."""
    return proposal.hidden_at is None or may_read_all(ctx(), proposal)
