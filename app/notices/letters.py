"""Which letter follows from which fact, and to whom. `app/reactions.py` calls these in the name of the system.

No letter repeats a text that a stranger typed: a name of somebody's choice in a mail from a government is a gift to
those who send bait.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from app.accounts.facts import (
    ConfirmationAsked,
    KnownAddressJoined,
    PasswordChanged,
    PersonJoined,
    ResetAsked,
)
from app.accounts.models import Person
from app.cases.facts import (
    AgencyAdded,
    AgencyReleased,
    CaseOpened,
    TransferAccepted,
    TransferDeclined,
    TransferOffered,
    TransferWithdrawn,
)
from app.cases.models import Case
from app.cases.queries import case_of_topic
from app.core.context import Context
from app.core.language import LOCALES, said
from app.core.permissions import AGENCY_ROLES, Role
from app.core.policy_parts import Duty
from app.endorsements.facts import TierReached
from app.followups.facts import MilestoneWentStale, StudyEndProposed, StudyEndRefused
from app.followups.models import Milestone
from app.notices.actions import NOBODY
from app.notices.addresses import addresses
from app.notices.queries import (
    Reader,
    case_to_write_about,
    officers_of_agency,
    officers_to_write_to,
    people_to_write_to,
)
from app.notices.sending import send
from app.replies.facts import (
    CorrectionSentBack,
    CorrectionSubmitted,
    HoldingSentBack,
    HoldingSubmitted,
    ReplySentBack,
    ReplySubmitted,
)
from app.topics.rules import TopicKind

HOLDING, CORRECTION = "/holding", "/correction"
"""The pages of a case on the desk where a holding answer and a correction are written and decided about."""


def ask_to_confirm(ctx: Context, fact: PersonJoined | ConfirmationAsked) -> None:
    """The link that confirms an address."""
    person = ctx.get(Person, fact.person_id)
    link = addresses().confirm(person.id, person.epoch, person.lang, ctx.now)
    send(ctx, Reader(person.email, person.lang), "confirm", link=link)


def tell_of_known_address(ctx: Context, fact: KnownAddressJoined) -> None:
    """Somebody wanted to open an account with an address that has one."""
    person = ctx.get(Person, fact.person_id)
    page = addresses().page
    links = {"sign_in": page("/sign-in", person.lang), "forgot": page("/forgot", person.lang)}
    send(ctx, Reader(person.email, person.lang), "known_address", **links)


def offer_reset(ctx: Context, fact: ResetAsked) -> None:
    """The link that sets a new password; for an unknown address the same work for nobody."""
    if fact.person_id is None:
        reader, claim = Reader(NOBODY, LOCALES[0]), (0, 0)
    else:
        person = ctx.get(Person, fact.person_id)
        reader, claim = Reader(person.email, person.lang), (person.id, person.epoch)
    send(ctx, reader, "reset", link=addresses().reset(*claim, reader.lang, ctx.now))


def tell_of_new_password(ctx: Context, fact: PasswordChanged) -> None:
    """The password was changed; if it was not the owner, this is how the owner learns of it."""
    person = ctx.get(Person, fact.person_id)
    forgot = addresses().page("/forgot", person.lang)
    send(ctx, Reader(person.email, person.lang), "new_password", forgot=forgot)


def tell_of_case(ctx: Context, fact: CaseOpened) -> None:
    """A reply is owed from now on."""
    is_proposal = case_to_write_about(ctx, fact.case_id).topic.kind is TopicKind.PROPOSAL
    name = "case_established" if is_proposal else "case_opened"
    _to_officers(ctx, fact.case_id, name, AGENCY_ROLES, due_on=fact.due_on)


def tell_of_further_duty(ctx: Context, fact: TierReached) -> None:
    """So many people endorse that more than a reply is owed."""
    case = case_of_topic(ctx, fact.topic_id)
    if case is not None:
        _to_officers(ctx, case.id, "tier_reached", AGENCY_ROLES, endorsed=fact.at, is_hearing=fact.duty == Duty.HEARING)


def tell_of_draft(ctx: Context, fact: ReplySubmitted) -> None:
    """A reply waits for approval."""
    _to_officers(ctx, fact.case_id, "reply_submitted", {Role.APPROVER}, lead_only=True)


def tell_of_holding(ctx: Context, fact: HoldingSubmitted) -> None:
    """A holding answer waits for approval."""
    _to_officers(ctx, fact.case_id, "holding_submitted", {Role.APPROVER}, lead_only=True, at=HOLDING)


def tell_of_correction(ctx: Context, fact: CorrectionSubmitted) -> None:
    """A correction of the published reply waits for approval."""
    _to_officers(ctx, fact.case_id, "correction_submitted", {Role.APPROVER}, lead_only=True, at=CORRECTION)


def tell_of_draft_sent_back(ctx: Context, fact: ReplySentBack) -> None:
    """A reply needs more work."""
    _to_officers(ctx, fact.case_id, "reply_sent_back", AGENCY_ROLES)


def tell_of_holding_sent_back(ctx: Context, fact: HoldingSentBack) -> None:
    """A holding answer needs more work."""
    _to_officers(ctx, fact.case_id, "holding_sent_back", AGENCY_ROLES, at=HOLDING)


def tell_of_correction_sent_back(ctx: Context, fact: CorrectionSentBack) -> None:
    """A correction needs more work."""
    _to_officers(ctx, fact.case_id, "correction_sent_back", AGENCY_ROLES, at=CORRECTION)


def tell_of_new_part(ctx: Context, fact: AgencyAdded) -> None:
    """An agency was given a part in a case: nobody there knows it yet."""
    _to_agency(ctx, fact.case_id, fact.agency_id, "part_added", AGENCY_ROLES, at="/agencies")


def tell_of_release(ctx: Context, fact: AgencyReleased) -> None:
    """An agency need not answer any more."""
    _to_agency(ctx, fact.case_id, fact.agency_id, "part_released", AGENCY_ROLES)


def tell_of_offer(ctx: Context, fact: TransferOffered) -> None:
    """A case is offered to an agency, which decides whether to take it."""
    at = f"/desk/offers/{fact.transfer_id}"
    _to_agency(ctx, fact.case_id, fact.to_agency_id, "transfer_offered", {Role.APPROVER}, offer_at=at)


def tell_of_taken_offer(ctx: Context, fact: TransferAccepted) -> None:
    """Another agency has taken the case over: whoever offered it need not answer any more."""
    _to_agency(ctx, fact.case_id, fact.agency_id, "transfer_accepted", AGENCY_ROLES)


def tell_of_declined_offer(ctx: Context, fact: TransferDeclined) -> None:
    """The other agency did not take the case: whoever offered it still answers."""
    _to_agency(ctx, fact.case_id, fact.agency_id, "transfer_declined", AGENCY_ROLES)


def tell_of_withdrawn_offer(ctx: Context, fact: TransferWithdrawn) -> None:
    """The case stays where it is: whoever was to decide about it need not."""
    _to_agency(ctx, fact.case_id, fact.to_agency_id, "transfer_withdrawn", {Role.APPROVER})


def tell_of_study_end(ctx: Context, fact: StudyEndProposed) -> None:
    """How a study ends waits for approval."""
    _to_officers(ctx, fact.case_id, "study_end_proposed", {Role.APPROVER}, lead_only=True)


def tell_of_study_end_refused(ctx: Context, fact: StudyEndRefused) -> None:
    """A study goes on: its end was sent back."""
    _to_officers(ctx, fact.case_id, "study_end_refused", AGENCY_ROLES, lead_only=True)


def tell_of_stale_milestone(ctx: Context, fact: MilestoneWentStale) -> None:
    """The day of a milestone has passed, or nobody has heard of it for long."""
    step = ctx.get(Milestone, fact.milestone_id).title
    _to_officers(ctx, fact.case_id, f"milestone_{fact.why}", AGENCY_ROLES, lead_only=True, step=step, since=fact.since)


def ask_how_satisfied(ctx: Context, case_id: int, people: Sequence[int], after: timedelta) -> None:
    """The question to people who took part, to leave after a while. No fact names them: who took part is theirs."""
    topic = case_to_write_about(ctx, case_id).topic
    for reader in people_to_write_to(ctx, people):
        places = {
            "title": said(topic.title, reader.lang).text,
            "link": addresses().survey(topic.kind, topic.slug, reader.lang),
            "page": addresses().after_reply(topic.kind, topic.slug, reader.lang),
        }
        send(ctx, reader, "survey", wait=after, **places)


def _to_officers(
    ctx: Context,
    case_id: int,
    name: str,
    roles: set[Role] | frozenset[Role],
    *,
    lead_only: bool = False,
    at: str = "",
    **values: object,
) -> None:
    """A letter about a case. Where it leads on the desk, `at` is appended to the page of the case."""
    case = case_to_write_about(ctx, case_id)
    _about_case(ctx, case, officers_to_write_to(ctx, case, roles, lead_only=lead_only), name, at, values)


def _to_agency(
    ctx: Context,
    case_id: int,
    agency_id: int,
    name: str,
    roles: set[Role] | frozenset[Role],
    *,
    at: str = "",
    offer_at: str = "",
) -> None:
    """A letter about a case to one agency, whether or not it answers it. `offer_at`: the page of an offer."""
    case = case_to_write_about(ctx, case_id)
    for reader in officers_of_agency(ctx, agency_id, roles):
        values = {"due_on": case.clock.due_on, "offer": addresses().page(offer_at, reader.lang)}
        _about_case(ctx, case, [reader], name, at, values)


def _about_case(
    ctx: Context, case: Case, readers: Sequence[Reader], name: str, at: str, values: Mapping[str, object]
) -> None:
    topic = case.topic
    for reader in readers:
        places = {
            "title": said(topic.title, reader.lang).text,
            "page": addresses().reply(topic.kind, topic.slug, reader.lang),
            "desk": addresses().desk_case(case.id, reader.lang) + at,
            "desk_after": addresses().desk_after(case.id, reader.lang),
        }
        words = {
            key: said(value, reader.lang).text if isinstance(value, dict) else value for key, value in values.items()
        }
        send(ctx, reader, name, **places, **words)
